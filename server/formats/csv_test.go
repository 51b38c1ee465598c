package formats_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"assay/server/crm"
	"assay/server/formats"

	"golang.org/x/text/encoding/charmap"
)

func utf16LE(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func utf16BE(s string) []byte {
	b := utf16LE(s)
	for i := 0; i+1 < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return b
}

func encode(t testing.TB, m *charmap.Charmap, s string) string {
	t.Helper()
	out, err := m.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCSVEncodings(t *testing.T) {
	const text = "Наименование;ИНН;Город\r\nООО «Ромашка»;7707083893;Москва\r\nТОВ «Калина»;32855961;Київ\r\n"
	plain := strings.NewReplacer("«", "\"", "»", "\"", "Київ", "Киев").Replace(text)
	ascii := strings.Repeat("plain company;7707083893;Paris\n", 3000) // the first other letter is far from the start
	for _, c := range []struct{ name, file, want string }{
		{"utf-8", text, text},
		{"utf-8 with a mark", "\ufeff" + text, text},
		{"utf-16 le with a mark", "\xff\xfe" + string(utf16LE(text)), text},
		{"utf-16 be with a mark", "\xfe\xff" + string(utf16BE(text)), text},
		{"utf-16 le", string(utf16LE(text)), text},
		{"utf-16 be", string(utf16BE(text)), text},
		{"windows-1251", encode(t, charmap.Windows1251, text), text},
		{"cp866", encode(t, charmap.CodePage866, plain), plain},
		{"koi8-r", encode(t, charmap.KOI8R, plain), plain},
		{"windows-1252", encode(t, charmap.Windows1252, "name;taxId;city\r\nCafé Zürich GmbH;7707083893;Zürich\r\nB;32855961;Orléans\r\n"), "name;taxId;city\r\nCafé Zürich GmbH;7707083893;Zürich\r\nB;32855961;Orléans\r\n"},
		{"windows-1251 after much ASCII", "name;taxId;city\n" + ascii + encode(t, charmap.Windows1251, "Ромашка;7707083893;Москва\n"), "name;taxId;city\n" + ascii + "Ромашка;7707083893;Москва\n"},
		{"old Macintosh line breaks", strings.ReplaceAll(text, "\r\n", "\r"), text},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want []string
			for i, line := range strings.Split(strings.TrimSpace(strings.ReplaceAll(c.want, "\r", "")), "\n") {
				if cells := strings.Split(line, ";"); i > 0 {
					name := cells[0]
					if strings.Count(name, `"`) == 2 { // quotes in the middle of a cell are text
						name = strings.ReplaceAll(name, `"`, `\"`)
					}
					want = append(want, fmt.Sprintf(`{"name":"%s","taxId":"%s","addresses":[{"city":"%s"}]}`, name, cells[1], cells[2]))
				}
			}
			sameDocs(t, readCSV(t, c.file, formats.Options{}), want...)
		})
	}
}

func TestCSVUTF8WithBrokenLines(t *testing.T) {
	file := "Наименование;Город\nРомашка;Москва\nПло\xcdхая;Тула\nЛютик;Рязань\n"
	got := readCSV(t, file, formats.Options{})
	if len(got.docs) != 2 {
		t.Fatalf("documents %s", got.docs)
	}
	wantLineErrors(t, got.errs, formats.LineError{Line: 3, Code: "invalid_utf8", Message: "0xcd"})
}

func TestCSVDelimiters(t *testing.T) {
	want := `{"name":"A, B; C","taxId":"7707083893","notes":"x"}`
	for name, file := range map[string]string{
		"semicolon":             "name;taxId;notes\n\"A, B; C\";7707083893;x\n",
		"comma":                 "name,taxId,notes\n\"A, B; C\",7707083893,x\n",
		"tab":                   "name\ttaxId\tnotes\nA, B; C\t7707083893\tx\n",
		"bar":                   "name|taxId|notes\nA, B; C|7707083893|x\n",
		"sep line":              "sep=,\r\nname,taxId,notes\r\n\"A, B; C\",7707083893,x\r\n",
		"sep line of a tilde":   "sep=~\nname~taxId~notes\nA, B; C~7707083893~x\n",
		"delimiters in quotes":  "\"name\";\"taxId\";\"notes\"\n\"A, B; C\";7707083893;x\n",
		"heading above":         "Clients, partners, all\n\nname;taxId;notes\n\"A, B; C\";7707083893;x\n",
		"no final line break":   "name;taxId;notes\n\"A, B; C\";7707083893;x",
		"trailing empty column": "name;taxId;notes;\n\"A, B; C\";7707083893;x;\n",
	} {
		t.Run(name, func(t *testing.T) { sameDocs(t, readCSV(t, file, formats.Options{}), want) })
	}
}

func TestCSVLinesArePhysical(t *testing.T) {
	file := "name;notes\nA;\"one\ntwo\r\nthree\"\n\n;\nB;x\n"
	got := readCSV(t, file, formats.Options{})
	sameDocs(t, got, `{"name":"A","notes":"one\ntwo\nthree"}`, `{"name":"B","notes":"x"}`)
	if got.lines[0] != 2 || got.lines[1] != 7 {
		t.Errorf("lines %v, want 2 and 7", got.lines)
	}
}

// A broken record costs its own line, whatever it opened.
func TestCSVBrokenRecords(t *testing.T) {
	rest := strings.Repeat("C;x\n", 1000)
	for _, c := range []struct {
		name, file string
		docs       int
		errs       []formats.LineError
	}{
		{"never closed", "name;notes\nA;\"open\nB;x\n" + rest, 1001, []formats.LineError{{Line: 2, Code: "unbalanced_quote", Message: "end of the file"}}},
		{"never closed in more than the limit", "name;notes\nA;\"open\nB;x\n" + strings.Repeat("C;x\n", 100_000), 100_001, []formats.LineError{{Line: 2, Code: "unbalanced_quote", Message: "within"}}},
		{"single quote inside", "name;notes\n\"ООО \"Ромашка\"\";x\nB;x\n", 1, []formats.LineError{{Line: 2, Code: "unbalanced_quote", Message: "double it"}}},
		{"closed by a later quote", "name;notes\nA;\"open\nB;\"x\"\nC;y\n", 2, []formats.LineError{{Line: 2, Code: "unbalanced_quote", Message: "single quote"}}},
		{"too many cells", "name;notes\nA;x;y;z\nB;x;;\n", 1, []formats.LineError{{Line: 2, Code: "too_many_cells", Message: "4 cells"}}},
		{"every line opens a quote", "name;notes\n" + strings.Repeat("\"a\n", 3), 0, []formats.LineError{
			{Line: 2, Code: "unbalanced_quote"}, {Line: 3, Code: "unbalanced_quote"}, {Line: 4, Code: "unbalanced_quote"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(c.file), iotest.HalfReader(strings.NewReader(c.file))} {
				got := read(t, r, formats.Options{Format: formats.CSV, MaxLine: 64 << 10})
				if got.err != nil || len(got.docs) != c.docs {
					t.Fatalf("err %v, %d documents, want %d", got.err, len(got.docs), c.docs)
				}
				wantLineErrors(t, got.errs, c.errs...)
			}
		})
	}
}

func TestCSVRaggedAndEmptyCells(t *testing.T) {
	const file = "name;taxId;phone;contacts[0].name;tags;fields.gln;properties.loyalty\n" +
		"A;;;;;;\n" + // every column present and empty
		"B\n" + // every other column absent
		"C;-;нет;n/a;;;\n" // placeholders are empty
	t.Run("merge clears", func(t *testing.T) {
		cleared := `"taxId":null,"channels":null,"contacts":null,"tags":null,"fields":{"gln":null},"properties":{"loyalty":null}`
		sameDocs(t, readCSV(t, file, formats.Options{Merge: true}), `{"name":"A",`+cleared+`}`, `{"name":"B"}`, `{"name":"C",`+cleared+`}`)
	})
	t.Run("replace says nothing", func(t *testing.T) {
		sameDocs(t, readCSV(t, file, formats.Options{}), `{"name":"A"}`, `{"name":"B"}`, `{"name":"C"}`)
	})
}

func TestCSVConversions(t *testing.T) {
	declared := map[string]crm.FieldType{"amount": crm.FieldNumber, "seats": crm.FieldInteger, "until": crm.FieldDate, "seen": crm.FieldTime, "vip": crm.FieldBool, "gln": crm.FieldString}
	header := "name;birthday;nextContactAt;unsubscribed;contracts[0].amount;fields.amount;fields.seats;fields.until;fields.seen;fields.vip;fields.gln\n"
	got := readCSV(t, header+
		"A;31.01.1980;2027-01-31 09:30;да;152 000,50;1,5;12;31.12.2026;2026-01-01T00:00:00Z;нет;0123\n"+
		"B;1980-01-31;31.01.2027 9:30;-;152000.5;;;;;;\n", formats.Options{Declared: declared})
	sameDocs(t, got,
		`{"name":"A","birthday":"1980-01-31","nextContactAt":"2027-01-31T09:30:00Z","unsubscribed":true,"contracts":[{"amount":152000.5}],
		  "fields":{"amount":1.5,"seats":12,"until":"2026-12-31","seen":"2026-01-01T00:00:00Z","vip":false,"gln":"0123"}}`,
		`{"name":"B","birthday":"1980-01-31","nextContactAt":"2027-01-31T09:30:00Z","unsubscribed":false,"contracts":[{"amount":152000.5}]}`)

	got = readCSV(t, header+"A;31.02.1980;завтра;может быть;много;1,234;1,5;32.13.2026;x;возможно;7\n", formats.Options{Declared: declared})
	if len(got.docs) != 0 {
		t.Errorf("a line with errors gave %s", got.docs)
	}
	wantLineErrors(t, got.errs,
		formats.LineError{Line: 2, Field: "birthday", Code: "invalid_date", Message: `"31.02.1980"`},
		formats.LineError{Line: 2, Field: "nextContactAt", Code: "invalid_time", Message: "завтра"},
		formats.LineError{Line: 2, Field: "unsubscribed", Code: "invalid_bool", Message: "может быть"},
		formats.LineError{Line: 2, Field: "contracts[0].amount", Code: "invalid_number", Message: "много"},
		formats.LineError{Line: 2, Field: "fields.amount", Code: "invalid_number", Message: "1,234"},
		formats.LineError{Line: 2, Field: "fields.seats", Code: "invalid_integer", Message: "1,5"},
		formats.LineError{Line: 2, Field: "fields.until", Code: "invalid_date", Message: `column "fields.until"`},
		formats.LineError{Line: 2, Field: "fields.seen", Code: "invalid_time", Message: "x"},
		formats.LineError{Line: 2, Field: "fields.vip", Code: "invalid_bool", Message: "yes or no"},
	)
}

func TestCSVKinds(t *testing.T) {
	for cell, want := range map[string]string{
		"Компания": `"kind":"company"`, "юр. лицо": `"kind":"company"`, "ООО": `"kind":"company","legalForm":"ООО"`,
		"ИП": `"kind":"soleTrader","legalForm":"ИП"`, "ФОП": `"kind":"soleTrader","legalForm":"ФОП"`, "Физ. лицо": `"kind":"person"`,
		"фізична особа": `"kind":"person"`, "soleTrader": `"kind":"soleTrader"`, "Person": `"kind":"person"`,
	} {
		sameDocs(t, readCSV(t, "Наименование;Тип\nА;"+cell+"\n", formats.Options{}), `{"name":"А",`+want+`}`)
	}
	got := readCSV(t, "Наименование;Тип;ОПФ\nА;ООО;ООО\nБ;Дракон;\n", formats.Options{})
	wantLineErrors(t, got.errs, formats.LineError{Line: 3, Field: "kind", Code: "invalid_kind", Message: "Дракон"})
	sameJSON(t, got.docs[0], `{"name":"А","kind":"company","legalForm":"ООО"}`)
}

func TestCSVChannels(t *testing.T) {
	got := readCSV(t, "Компания;Телефон;Моб.;E-mail;Сайт;Telegram;Контакты\n"+
		"А;8 (495) 748-01-13, 748-01-14 доб. 5;+7 912 345-67-89/+7 912 345-67-88;a@b.ru; romashka.example www.romashka.example;@romashka;\n"+
		"Б;;;Иван <ivan@b.example>, buh@b.example (бухгалтерия);;;\n"+
		"В;;;;;;\"8 (495) 748-01-13; info@v.example, www.v.example; @vvv; спросить Ольгу\"\n", formats.Options{})
	sameDocs(t, got,
		`{"name":"А","channels":[{"type":"phone","value":"8 (495) 748-01-13"},{"type":"phone","value":"748-01-14 доб. 5"},
		  {"type":"phone","value":"+7 912 345-67-89","label":"mobile"},{"type":"phone","value":"+7 912 345-67-88","label":"mobile"},
		  {"type":"email","value":"a@b.ru"},{"type":"site","value":"romashka.example"},{"type":"site","value":"www.romashka.example"},
		  {"type":"messenger","value":"@romashka","label":"telegram"}]}`,
		`{"name":"Б","channels":[{"type":"email","value":"ivan@b.example","label":"Иван"},{"type":"email","value":"buh@b.example","label":"бухгалтерия"}]}`,
		`{"name":"В","channels":[{"type":"phone","value":"8 (495) 748-01-13"},{"type":"email","value":"info@v.example"},{"type":"site","value":"www.v.example"},
		  {"type":"messenger","value":"@vvv"},{"type":"other","value":"спросить Ольгу"}]}`)
}

func TestCSVWhatSpreadsheetsBreak(t *testing.T) {
	got := readCSV(t, "Код;Наименование;ИНН;Телефон;Комментарий\n"+
		"7,91612E+10;А;1;;\n"+ // a rounded key would join two clients
		"k-2;Б;7707083893.0;79161234567.0;#Н/Д\n"+
		"k-3;В;1;;#ССЫЛКА!\n"+
		"k-4;'=А1;1;'+7 916 123-45-67;'-\n", formats.Options{})
	wantLineErrors(t, got.errs,
		formats.LineError{Line: 2, Field: "externalId", Code: "lost_digits", Message: "7,91612E+10"},
		formats.LineError{Line: 4, Field: "notes", Code: "cell_error", Message: "#ССЫЛКА!"})
	sameJSON(t, got.docs[0], `{"externalId":"k-2","name":"Б","taxId":"7707083893","channels":[{"type":"phone","value":"79161234567"}]}`)
	sameJSON(t, got.docs[1], `{"externalId":"k-4","name":"=А1","taxId":"1","channels":[{"type":"phone","value":"+7 916 123-45-67"}]}`)
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("Наименование;ИНН;Телефон\nА;\"x\ny\";8 (495) 748-01-13\n\"open\n"), true)
	f.Add([]byte("name,kind,birthday,contacts[0].channels.phone\nA,ООО,31.02.2000,\"+7 (x) {raw=y}\"\n"), false)
	f.Add([]byte("sep=|\nФамилия|Имя|Компания\nа|б|\n"), true)
	f.Add([]byte("\xff\xfen\x00a\x00m\x00e\x00\n\x00A\x00"), true)
	f.Add([]byte("\xcd\xe0\xe8\xec\xe5\xed\xee\xe2\xe0\xed\xe8\xe5;\xc8\xcd\xcd\n\xc0;1\n"), false)
	f.Add([]byte("name;contacts[];fields{};channels.other\nA;\"[{}]\";\"{\"\"a\"\":1}\";x {type=social}\n"), false)
	f.Fuzz(func(t *testing.T, file []byte, merge bool) {
		got := read(t, strings.NewReader(string(file)), formats.Options{Format: formats.CSV, Merge: merge, MaxLine: 200})
		if lines := strings.Count(string(file), "\n") + strings.Count(string(file), "\r") + 1; len(got.docs) > lines {
			t.Errorf("%d documents of %d lines", len(got.docs), lines)
		}
	})
}
