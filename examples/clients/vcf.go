package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// contactsVCF writes thirty cards in turn as Outlook (2.1 in windows-1251), a
// telephone (3.0, folded lines) and an address book of today (4.0) save them, then
// two broken ones with a good one between them.
func contactsVCF() ([]byte, *expected, error) {
	m, says := newMaker(3), newExpected()
	f := &vcfFile{}
	languages := []string{"ru", "uk", "en", "ru"}
	for i := range 30 {
		c := m.client(languages[i%4], "vcf")
		c.taxID, c.manager = "", "" // a card has no place for them
		if c.kind == soleTrader {
			c.kind = person
		}
		if len(c.contacts) > 1 {
			c.contacts = c.contacts[:1]
		}
		for j := range c.contacts { // the numbers on a card are the person's
			c.contacts[j].phones, c.contacts[j].emails, c.phones, c.emails = c.phones, c.emails, nil, nil
		}
		m.card(f, i%3, c)
		says.store(c)
	}
	says.refuse(f.lines+1, "broken_card")
	f.line("BEGIN:VCARD", "VERSION:3.0", "FN:Карточка без конца", "TEL:+74950009999")
	good := client{lang: "ru", kind: person, code: "vcf-good", name: "Образцов Пётр Между Двух", phones: []string{"+74950001234"}}
	m.card(f, 2, good)
	says.store(good)
	says.refuse(f.lines+1, "birthday: invalid_date")
	f.line("BEGIN:VCARD", "VERSION:4.0", "FN:Родился Тридцатого Февраля", "BDAY:1980-02-30", "END:VCARD")
	return f.Bytes(), says, f.err
}

type vcfFile struct {
	bytes.Buffer
	lines int
	err   error
}

func (f *vcfFile) line(lines ...string) {
	for _, l := range lines {
		f.WriteString(l + "\r\n")
		f.lines += 1 + strings.Count(l, "\n")
	}
}

// cp1251 adds a line of vCard 2.1 whose value is in windows-1251.
func (f *vcfFile) cp1251(name, value string, quoted bool) {
	raw, err := charmap.Windows1251.NewEncoder().String(value)
	if err != nil {
		f.err = err
		return
	}
	if !quoted {
		f.line(name + ";CHARSET=windows-1251:" + raw)
		return
	}
	var b strings.Builder
	for i := range len(raw) {
		if i > 0 && i%18 == 0 {
			b.WriteString("=\r\n")
		}
		fmt.Fprintf(&b, "=%02X", raw[i])
	}
	f.line(name + ";CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:" + b.String())
}

var photo = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("not a real picture "), 12))

func (m *maker) card(f *vcfFile, style int, c client) {
	var p contact
	if len(c.contacts) > 0 {
		p = c.contacts[0]
	} else {
		p.phones, p.emails = c.phones, c.emails
	}
	switch style {
	case 0:
		m.card21(f, c, p)
	case 1:
		m.card30(f, c, p)
	default:
		m.card40(f, c, p)
	}
}

func (m *maker) card21(f *vcfFile, c client, p contact) {
	f.line("BEGIN:VCARD", "VERSION:2.1")
	if c.kind == company {
		f.cp1251("ORG", c.name, false)
	} else {
		f.cp1251("FN", c.name, true)
	}
	if len(c.contacts) > 0 {
		f.cp1251("N", p.family+";"+p.given+";"+p.middle, true)
		f.cp1251("FN", p.name(), m.chance(50))
	}
	if p.jobTitle != "" {
		f.cp1251("TITLE", p.jobTitle, false)
	}
	for _, phone := range p.phones {
		f.line("TEL;" + m.pick([]string{"WORK;VOICE", "CELL;VOICE", "HOME"}) + ":" + m.typedASCII(phone))
	}
	for _, mail := range p.emails {
		f.line("EMAIL;PREF;INTERNET:" + mail)
	}
	if m.chance(30) {
		f.line("PHOTO;TYPE=JPEG;ENCODING=BASE64:", " "+photo[:72], " "+photo[72:144], "")
	}
	f.cp1251("ADR;WORK", ";;"+strings.ReplaceAll(c.address, ", ", " ")+";"+c.city+";"+c.region+";;", true)
	f.line("UID:"+c.code, "REV:20260301T120000Z", "END:VCARD")
}

func (m *maker) card30(f *vcfFile, c client, p contact) {
	f.line("BEGIN:VCARD", "VERSION:3.0")
	m.names(f, c, p)
	for i, phone := range p.phones {
		f.line(fmt.Sprintf("item%d.TEL;type=pref:%s", i+1, m.typedASCII(phone)), fmt.Sprintf("item%d.X-ABLabel:_$!<Work>!$_", i+1))
	}
	for _, mail := range p.emails {
		f.line("EMAIL;TYPE=INTERNET,WORK:" + mail)
	}
	for _, site := range c.sites {
		f.line("URL:https://" + site)
	}
	if m.chance(30) {
		f.line("PHOTO;ENCODING=b;TYPE=JPEG:"+photo[:60], " "+photo[60:])
	}
	if c.notes != "" {
		f.line("NOTE:" + escape(c.notes) + "\\n" + "со слов секретаря")
	}
	f.line("UID:"+c.code, "END:VCARD")
}

func (m *maker) card40(f *vcfFile, c client, p contact) {
	f.line("BEGIN:VCARD", "VERSION:4.0")
	m.names(f, c, p)
	for _, phone := range p.phones {
		f.line("TEL;VALUE=uri;TYPE=\"work,voice\":tel:" + phone)
	}
	for _, mail := range p.emails {
		f.line("EMAIL;PREF=1:" + mail)
	}
	for _, site := range c.sites {
		f.line("URL;TYPE=work:https://" + site)
	}
	if len(c.tags) > 0 {
		f.line("CATEGORIES:" + strings.Join(c.tags, ","))
	}
	f.line("UID:urn:uuid:"+c.code, "END:VCARD")
}

// names writes FN, N, ORG and TITLE, long lines folded.
func (m *maker) names(f *vcfFile, c client, p contact) {
	if len(c.contacts) > 0 {
		f.line("FN:"+p.name(), "N:"+p.family+";"+p.given+";"+p.middle+";;")
	} else {
		f.line("FN:" + escape(c.name))
	}
	if c.kind == company {
		org := []rune("ORG:" + escape(c.name))
		f.line(string(org[:8]) + "\r\n " + string(org[8:]))
	}
	if p.jobTitle != "" {
		f.line("TITLE:" + escape(p.jobTitle))
	}
}

func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, ",", `\,`, ";", `\;`, "\n", `\n`).Replace(s)
}

// typedASCII is a number as people type it, without words.
func (m *maker) typedASCII(phone string) string {
	return strings.TrimPrefix(m.typed(phone), "тел. ")
}
