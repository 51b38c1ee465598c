package formats_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"

	"assay/server/formats"

	"golang.org/x/text/encoding/charmap"
)

func readVCard(t testing.TB, text string) result {
	t.Helper()
	return read(t, strings.NewReader(text), formats.Options{Format: formats.VCard})
}

// quotedPrintable writes s as Outlook does, with soft line breaks.
func quotedPrintable(s string, width int) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && i%width == 0 {
			b.WriteString("=\r\n")
		}
		fmt.Fprintf(&b, "=%02X", s[i])
	}
	return b.String()
}

func TestVCardVersions(t *testing.T) {
	company := `{"kind":"company","name":"ООО «Ромашка»","contacts":[{"name":"Семакова Лидия Васильевна","jobTitle":"бухгалтер",
		"channels":[{"type":"phone","value":"8 (495) 748-01-13","label":"work"},{"type":"email","value":"lidia@romashka.example"}]}]}`
	cp1251 := func(s string) string { return encode(t, charmap.Windows1251, s) }
	photo := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xff, 0xd8, 0x00}, 100))
	for _, c := range []struct{ name, card, want string }{
		{"2.1 of Outlook: charset, quoted-printable, photo", "BEGIN:VCARD\r\nVERSION:2.1\r\n" +
			"N;LANGUAGE=ru;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:" + quotedPrintable(cp1251("Семакова;Лидия;Васильевна"), 7) + "\r\n" +
			"FN;CHARSET=windows-1251;QUOTED-PRINTABLE:" + quotedPrintable(cp1251("Лидия Семакова"), 20) + "\r\n" +
			"PHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n " + photo[:76] + "\r\n " + photo[76:152] + "\r\n\r\n" +
			"ORG;CHARSET=windows-1251:" + cp1251("ООО «Ромашка»;Бухгалтерия") + "\r\n" +
			"TITLE;CHARSET=windows-1251:" + cp1251("бухгалтер") + "\r\n" +
			"TEL;WORK;VOICE:8 (495) 748-01-13\r\nEMAIL;PREF;INTERNET:lidia@romashka.example\r\nREV:20260101T000000Z\r\nEND:VCARD\r\n", company},
		{"2.1 in windows-1251 without saying so", "BEGIN:VCARD\nVERSION:2.1\nN:" + cp1251("Семакова;Лидия;Васильевна") + "\nORG:" + cp1251("ООО «Ромашка»") + "\nTITLE:" + cp1251("бухгалтер") +
			"\nTEL;WORK:8 (495) 748-01-13\nEMAIL:lidia@romashka.example\nPHOTO;JPEG;BASE64:" + photo[:60] + "\n" + photo[60:120] + "\n\nEND:VCARD\n", company},
		{"3.0 with folded lines", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Семакова Лидия\r\n  Васильевна\r\nN:Семакова;Лидия;Васильевна;;\r\nORG:ООО «Ром\r\n ашка»;Отдел\r\nTITLE:бухгалтер\r\n" +
			"TEL;TYPE=WORK,VOICE:8 (495) 748-01-13\r\nEMAIL;TYPE=INTERNET:lidia@romashka.example\r\nPHOTO;ENCODING=b;TYPE=JPEG:" + photo[:60] + "\r\n " + photo[60:] + "\r\nEND:VCARD\r\n", company},
		{"4.0", "\ufeffBEGIN:VCARD\nVERSION:4.0\nFN:Семакова Лидия Васильевна\nORG;SORT-AS=\"a:b\":ООО «Ромашка»\nTITLE:бухгалтер\nTEL;VALUE=uri;TYPE=\"voice,work\":8 (495) 748-01-13\n" +
			"EMAIL;PID=4.1,5.1:lidia@romashka.example\nPHOTO:data:image/jpeg;base64," + photo + "\nEND:VCARD", company},
		{"utf-16", "\xff\xfe" + string(utf16LE("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Їжак\r\nEND:VCARD\r\n")), `{"kind":"person","name":"Їжак"}`},
		{"person with everything", "BEGIN:VCARD\nVERSION:3.0\nN:Smith;John;;;\nFN:John Smith\nUID:urn:uuid:4fbe8971\nTEL;TYPE=CELL:+1 202 555 0123\nTEL;TYPE=HOME,FAX:+1 202 555 0124\n" +
			"item1.TEL:+1 202 555 0125\nitem1.X-ABLabel:_$!<Main>!$_\nURL:https://smith.example\nIMPP;X-SERVICE-TYPE=Skype;type=skype:skype:john\nX-SOCIALPROFILE;type=linkedin:https://linkedin.example/js\n" +
			"ADR;TYPE=HOME:;;1 Main St\\, apt 2;Springfield;IL;62701;USA\nBDAY:19800131\nNOTE:line one\\nline two\\; end\nCATEGORIES:partner,vip\\,gold\nTITLE:nurse\nEND:VCARD\n",
			`{"kind":"person","name":"John Smith","externalId":"4fbe8971","region":"IL","birthday":"1980-01-31","notes":"line one\nline two; end","categories":["partner","vip,gold"],
			"channels":[{"type":"phone","value":"+1 202 555 0123","label":"mobile"},{"type":"phone","value":"+1 202 555 0124","label":"fax"},{"type":"phone","value":"+1 202 555 0125","label":"main"},
			{"type":"site","value":"https://smith.example"},{"type":"messenger","value":"skype:john","label":"skype"},{"type":"social","value":"https://linkedin.example/js","label":"linkedin"}],
			"addresses":[{"type":"home","text":"62701, USA, IL, Springfield, 1 Main St, apt 2","city":"Springfield","postalCode":"62701"}],"properties":{"jobTitle":"nurse"}}`},
		{"company with addresses and a site", "BEGIN:VCARD\nVERSION:4.0\nFN:Иванов\nORG:А\nTEL;VALUE=uri:tel:+7-495-748-01-13;ext=5\nURL:a.example\nADR;TYPE=work:;;ул. Мира\\, 1;Тула;;300000;\nBDAY:1980-01-31T00:00:00Z\nEND:VCARD\n",
			`{"kind":"company","name":"А","contacts":[{"name":"Иванов","birthday":"1980-01-31","channels":[{"type":"phone","value":"+7-495-748-01-13 ext. 5"}]}],
			"channels":[{"type":"site","value":"a.example"}],"addresses":[{"type":"actual","text":"300000, Тула, ул. Мира, 1","city":"Тула","postalCode":"300000"}]}`},
		{"company alone", "BEGIN:VCARD\nVERSION:3.0\nFN:ООО А\nN:;;;;\nORG:ООО А\nTEL:+74957480113\nEND:VCARD\n", `{"kind":"company","name":"ООО А","channels":[{"type":"phone","value":"+74957480113"}]}`},
		{"organisation of 4.0", "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:ООО А\nEND:VCARD\n", `{"kind":"company","name":"ООО А"}`},
		{"name in parts only", "BEGIN:VCARD\nVERSION:2.1\nN:Иванов;Иван\nEND:VCARD\n", `{"kind":"person","name":"Иванов Иван"}`},
		{"birthday without a year", "BEGIN:VCARD\nVERSION:4.0\nFN:A\nBDAY:--0131\nEND:VCARD\n", `{"kind":"person","name":"A"}`},
		{"card within a card", "BEGIN:VCARD\nVERSION:2.1\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:B\nEND:VCARD\nEND:VCARD\n", `{"kind":"person","name":"A"}`},
	} {
		t.Run(c.name, func(t *testing.T) { sameDocs(t, readVCard(t, c.card), c.want) })
	}
}

func TestVCardBrokenCards(t *testing.T) {
	got := readVCard(t, "some words\nmore: words\n"+
		"BEGIN:VCARD\nFN:A\nEND:VCARD\n"+
		"BEGIN:VCARD\nFN:no end\n"+
		"BEGIN:VCARD\nFN:B\nBDAY:1980-02-31\nEND:VCARD\n"+
		"BEGIN:VCARD\nFN;CHARSET=utf-8:\xff\xfe\nEND:VCARD\n"+
		"\nBEGIN:VCARD\nFN:C\nEND:VCARD\n"+
		"BEGIN:VCARD\nFN:cut")
	if len(got.docs) != 2 || got.lines[0] != 3 || got.lines[1] != 16 {
		t.Errorf("documents %s of lines %v", got.docs, got.lines)
	}
	wantLineErrors(t, got.errs,
		formats.LineError{Line: 1, Code: "broken_card", Message: "no card"},
		formats.LineError{Line: 6, Code: "broken_card", Message: "no END:VCARD"},
		formats.LineError{Line: 8, Field: "birthday", Code: "invalid_date", Message: "1980-02-31"},
		formats.LineError{Line: 12, Code: "invalid_utf8", Message: "FN"},
		formats.LineError{Line: 19, Code: "broken_card", Message: "the file ends"},
	)
}

func TestVCardLimits(t *testing.T) {
	many := "BEGIN:VCARD\nFN:many\n" + strings.Repeat("A:\n", 20_000) + "END:VCARD\nBEGIN:VCARD\nFN:after\nEND:VCARD\n"
	got := readVCard(t, many)
	wantLineErrors(t, got.errs, formats.LineError{Line: 1, Code: "line_too_long", Message: "the card"})
	if len(got.docs) != 1 {
		t.Errorf("documents %s", got.docs)
	}
	photo := io.MultiReader(strings.NewReader("BEGIN:VCARD\nFN:A\nPHOTO;ENCODING=b:"), io.LimitReader(letters{}, 30<<20), strings.NewReader("\nTEL:+74957480113\nEND:VCARD\n"))
	watched := &heapWatch{r: photo}
	got = read(t, watched, formats.Options{Format: formats.VCard})
	sameDocs(t, got, `{"kind":"person","name":"A","channels":[{"type":"phone","value":"+74957480113"}]}`)
	if watched.peak > 16<<20 {
		t.Errorf("the heap grew by %d bytes over a photo", watched.peak)
	}
}

func FuzzVCard(f *testing.F) {
	f.Add([]byte("BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=windows-1251;QUOTED-PRINTABLE:=C8=\n=E2;x\nORG:\\;a;b\nTEL;CELL:8 495 748-01-13\nPHOTO;BASE64:\nAAAA\n\nEND:VCARD\n"))
	f.Add([]byte("BEGIN:VCARD\nitem1.TEL;TYPE=\"a;b:c\":tel:+7;ext=1\nitem1.X-ABLabel:x\nADR:;;;;;;\nBDAY:--01\nAGENT:\nBEGIN:VCARD\nEND:VCARD\nEND:VCARD"))
	f.Add([]byte("x\nBEGIN:VCARD\nBEGIN:VCARD\nFN:A\n  b\nEND:VCARD\nEND:VCARD\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		got := read(t, bytes.NewReader(file), formats.Options{Format: formats.VCard, MaxLine: 300})
		if len(got.docs) > len(file)/len("BEGIN:VCARD") {
			t.Errorf("%d documents of %d bytes", len(got.docs), len(file))
		}
	})
}
