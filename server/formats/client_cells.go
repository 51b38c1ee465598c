package formats

import (
	"strings"
	"unicode"

	"assay/server/canon"
)

// kinds are the words a column about the kind of client holds, by titleKey.
var kinds = compileKinds(map[string]string{
	"company": "company|Компания|Компанія|Организация|Організація|Юрлицо|Юр. лицо|Юридическое лицо|Юрособа|Юридична особа|Фирма|Предприятие|Підприємство|ЮЛ|ЮО|" +
		"Legal entity|Organization|Organisation|Business|Corporate|B2B",
	"soleTrader": "soleTrader|Sole trader|Sole proprietor|Sole proprietorship|Self-employed|Индивидуальный предприниматель|Предприниматель|Самозанятый|Фізична особа-підприємець|Фізична особа - підприємець|Підприємець",
	"person":     "person|Individual|Private person|Person|Физлицо|Физ. лицо|Физическое лицо|Частное лицо|Человек|ФЛ|Фізична особа|Фізособа|Фіз. особа|Приватна особа|ФО|Consumer|B2C",
})

// forms are legal forms: in a column about the kind they tell the legal form too.
var forms = compileKinds(map[string]string{
	"company":    "ООО|АО|ЗАО|ПАО|ОАО|НКО|ГУП|МУП|ТОВ|ПрАТ|ПАТ|АТ|ПП|ДП|ТДВ|LLC|Ltd|Inc|Corp|GmbH|PLC|LLP|JSC",
	"soleTrader": "ИП|ФОП|КФХ",
})

func compileKinds(words map[string]string) map[string]string {
	m := map[string]string{}
	for kind, names := range words {
		for name := range strings.SplitSeq(names, "|") {
			m[titleKey(name)] = kind
		}
	}
	return m
}

func (t *table) kind(tg *target, c cell) {
	if c.text == "" {
		t.draft.cleared = append(t.draft.cleared, "kind")
		return
	}
	key := titleKey(c.text)
	if kind, ok := kinds[key]; ok {
		t.set("kind", kind)
		return
	}
	kind, ok := forms[key]
	if !ok {
		t.refuse(tg, c, "invalid_kind", "a kind of client: company, soleTrader or person (Компания, ИП, Физлицо)")
		return
	}
	t.set("kind", kind)
	if !t.header.hasLegalForm {
		t.set("legalForm", c.text)
	}
}

// channels adds the channels of a cell to the client or a contact.
func (t *table) channels(tg *target, c cell) {
	if c.kind == numberCell && tg.channel == "phone" {
		c.text = strings.TrimPrefix(c.text, "-")
	}
	c.text = dropPointZero(c.text)
	var list []channelDraft
	switch {
	case tg.strict:
		parsed, err := parseEntries(c.text, tg.channel)
		if err != nil {
			t.fail(inCell(tg, c, "invalid_entry", "", "column %q: %v", err))
			return
		}
		list = parsed
	case tg.op == opMixed:
		list = mixedChannels(c.text, tg.label)
	default:
		list = splitChannels(tg.channel, tg.label, c.text)
	}
	if tg.index == onClient {
		t.draft.channels.touched = true
		t.draft.channels.list = append(t.draft.channels.list, list...)
		return
	}
	row := t.draft.row(contacts, tg.index)
	row.channels = append(row.channels, list...)
}

// splitChannels reads a cell that people filled in: several numbers or
// addresses, with remarks.
func splitChannels(kind, label, text string) []channelDraft {
	var list []channelDraft
	add := func(value, remark string) {
		if value = canon.Name(value); value == "" {
			return
		}
		if remark == "" {
			remark = label
		}
		list = append(list, channelDraft{kind: kind, value: value, label: remark})
	}
	switch kind {
	case "phone":
		for _, number := range canon.SplitPhones(text) {
			add(number, "")
		}
	case "email":
		for part := range strings.FieldsFuncSeq(text, isListSeparator) {
			splitEmails(part, add)
		}
	case "site":
		for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return isListSeparator(r) || unicode.IsSpace(r) }) {
			add(part, "")
		}
	default:
		for part := range strings.FieldsFuncSeq(text, isListSeparator) {
			add(part, "")
		}
	}
	return list
}

func isListSeparator(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '|' }

// splitEmails reads what stands between two separators: one address with a
// remark, "ivan@romashka.ru (бухгалтерия)", "Иван <ivan@romashka.ru>", or several addresses.
func splitEmails(part string, add func(value, remark string)) {
	var addresses, words []string
	for word := range strings.FieldsSeq(part) {
		if strings.ContainsRune(word, '@') {
			addresses = append(addresses, strings.Trim(word, "<>()[]\"«»"))
		} else {
			words = append(words, word)
		}
	}
	switch len(addresses) {
	case 0:
		add(part, "")
	case 1:
		add(addresses[0], strings.Trim(strings.Join(words, " "), "()[]<>\"«»-–—: "))
	default:
		for _, a := range addresses {
			add(a, "")
		}
	}
}

// mixedChannels reads a cell in which anything may stand.
func mixedChannels(text, label string) []channelDraft {
	var list []channelDraft
	var phones []string // neighbours are split together: "8 (495) 748-01-13, 14"
	flush := func() {
		list = append(list, splitChannels("phone", label, strings.Join(phones, ", "))...)
		phones = phones[:0]
	}
	for part := range strings.FieldsFuncSeq(text, isListSeparator) {
		kind := channelKind(part)
		if kind == "phone" {
			phones = append(phones, part)
			continue
		}
		flush()
		list = append(list, splitChannels(kind, label, part)...)
	}
	flush()
	return list
}

func channelKind(s string) string {
	digits, letters := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		}
	}
	s = strings.ToLower(strings.TrimSpace(s))
	switch at := strings.IndexByte(s, '@'); {
	case at == 0:
		return "messenger"
	case at > 0:
		return "email"
	case strings.HasPrefix(s, "http://"), strings.HasPrefix(s, "https://"), strings.HasPrefix(s, "www."):
		return "site"
	case digits >= 5:
		return "phone"
	case strings.ContainsRune(s, '.') && !strings.ContainsRune(s, ' ') && letters > 3:
		return "site"
	}
	return "other"
}
