package formats_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"assay/server/crm"
	"assay/server/formats"

	"github.com/xuri/excelize/v2"
)

// workbook builds a workbook as a spreadsheet program saves it.
func workbook(t testing.TB, build func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	build(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func setRow(t testing.TB, f *excelize.File, sheet string, row int, values ...any) {
	t.Helper()
	if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", row), &values); err != nil {
		t.Fatal(err)
	}
}

func style(t testing.TB, f *excelize.File, sheet, cell, format string) {
	t.Helper()
	id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle(sheet, cell, cell, id); err != nil {
		t.Fatal(err)
	}
}

// readXLSX also checks that nothing stays in the folder for temporary files.
func readXLSX(t testing.TB, file []byte, o formats.Options) result {
	t.Helper()
	o.Format, o.TempDir = formats.XLSX, t.TempDir()
	got := read(t, bytes.NewReader(file), o)
	left, err := os.ReadDir(o.TempDir)
	if err != nil || len(left) > 0 {
		t.Errorf("temporary files stay: %v %v", left, err)
	}
	return got
}

func TestXLSXCells(t *testing.T) {
	file := workbook(t, func(f *excelize.File) {
		setRow(t, f, "Sheet1", 1, "Наша клиентская база")
		setRow(t, f, "Sheet1", 3, "Компания", "ИНН", "Телефон", "Дата договора", "Договор до", "Сумма договора", "Р/с", "Следующий контакт", "Отписан", "Часы работы", "Комментарий", "Индекс")
		setRow(t, f, "Sheet1", 4, "ООО «Ромашка»", 7707083893, 79161234567.0, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), "31.01.2027", 152000.5, "40702810900000000001", time.Date(2027, 1, 31, 9, 30, 0, 0, time.UTC), true, 0.375, "первая\nвторая", 12345)
		setRow(t, f, "Sheet1", 6, "Б", 1234567890123456789.0, nil, 45000, nil, 0.1+0.2)
		style(t, f, "Sheet1", "D4", "dd/mm/yyyy")
		style(t, f, "Sheet1", "H4", `[$-419]d mmmm yyyy\ hh:mm;@`)
		style(t, f, "Sheet1", "J4", "h:mm")
		style(t, f, "Sheet1", "L4", "000000")
		style(t, f, "Sheet1", "F4", `#,##0.00" д. с."`)
	})
	got := readXLSX(t, file, formats.Options{})
	if len(got.docs) != 1 || got.lines[0] != 4 {
		t.Fatalf("docs %s, lines %v, err %v, line errors %v", got.docs, got.lines, got.err, got.errs)
	}
	sameJSON(t, got.docs[0], `{"name":"ООО «Ромашка»","taxId":"7707083893","channels":[{"type":"phone","value":"79161234567"}],
		"contracts":[{"startsOn":"2026-02-01","endsOn":"2027-01-31","amount":152000.5}],"requisites":[{"account":"40702810900000000001"}],
		"nextContactAt":"2027-01-31T09:30:00Z","unsubscribed":true,"workHours":"09:00","notes":"первая\nвторая","addresses":[{"postalCode":"012345"}]}`)
	wantLineErrors(t, got.errs, formats.LineError{Line: 6, Field: "taxId", Code: "lost_digits", Message: "15 digits"})
}

func TestXLSXNumbersInDateColumns(t *testing.T) {
	file := workbook(t, func(f *excelize.File) {
		setRow(t, f, "Sheet1", 1, "name", "birthday", "fields.rate", "fields.until")
		setRow(t, f, "Sheet1", 2, "A", 29251, 0.1+0.2, "n/a")
		setRow(t, f, "Sheet1", 3, "B", 99999999, "1,5", nil)
		yes := true
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
		setRow(t, f, "Sheet1", 4, "C", 27789)
		style(t, f, "Sheet1", "B4", "yyyy-mm-dd")
	})
	got := readXLSX(t, file, formats.Options{Merge: true, Declared: map[string]crm.FieldType{"rate": crm.FieldNumber, "until": crm.FieldDate}})
	if len(got.docs) != 2 {
		t.Fatalf("docs %s, err %v, line errors %v", got.docs, got.err, got.errs)
	}
	sameJSON(t, got.docs[0], `{"name":"A","birthday":"1980-01-31","fields":{"rate":0.3,"until":null}}`)
	sameJSON(t, got.docs[1], `{"name":"C","birthday":"1980-01-31","fields":{"rate":null,"until":null}}`)
	wantLineErrors(t, got.errs, formats.LineError{Line: 3, Field: "birthday", Code: "invalid_date", Message: "99999999"})
}

func TestXLSXSheets(t *testing.T) {
	file := workbook(t, func(f *excelize.File) {
		for _, name := range []string{"Hidden", "Clients", "Other"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			setRow(t, f, name, 1, "name")
			setRow(t, f, name, 2, "of "+name)
		}
		f.SetActiveSheet(2)
		if err := f.SetSheetVisible("Hidden", false); err != nil {
			t.Fatal(err)
		}
	})
	sameDocs(t, readXLSX(t, file, formats.Options{}), `{"name":"of Clients"}`)

	empty := workbook(t, func(*excelize.File) {})
	wantFileError(t, readXLSX(t, empty, formats.Options{}).err, "empty_file", "no sheet")
}

// Parts of a workbook written by hand.
const (
	bookPart = `<workbook xmlns:r="x"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`
	relsPart = `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="http://x/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId3" Type="http://x/styles" Target="styles.xml"/></Relationships>`
	sheetHead = `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>`
	sheetTail = `</sheetData></worksheet>`
)

type part struct {
	name string
	text io.Reader
}

func archive(t testing.TB, parts ...part) []byte { return pack(t, zip.Deflate, parts...) }

func pack(t testing.TB, method uint16, parts ...part) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range append([]part{{"xl/workbook.xml", strings.NewReader(bookPart)}, {"xl/_rels/workbook.xml.rels", strings.NewReader(relsPart)}}, parts...) {
		out, err := w.CreateHeader(&zip.FileHeader{Name: p.name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(out, p.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sheetOf(rows string) part {
	return part{"xl/worksheets/sheet1.xml", strings.NewReader(sheetHead + rows + sheetTail)}
}

func TestXLSXSharedStrings(t *testing.T) {
	var items, rows strings.Builder
	const n = 100
	for i := range n {
		fmt.Fprintf(&items, "<si><r><t>client </t></r><r><t>%d</t></r><rPh><t>no</t></rPh></si>", i)
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%[1]d" t="s"><v>%d</v></c></row>`, i+2, n-1-i)
	}
	for _, filler := range []int{0, 20 << 20} { // in memory and on disk
		one := "<si><t>" + strings.Repeat("filler ", 4000) + "</t></si>"
		text := strings.NewReader("<sst>" + items.String() + strings.Repeat(one, filler/len(one)) + "</sst>")
		got := readXLSX(t, archive(t, part{"xl/sharedStrings.xml", text}, sheetOf(rows.String())), formats.Options{})
		if len(got.docs) != n || got.err != nil {
			t.Fatalf("%d documents, err %v", len(got.docs), got.err)
		}
		for i, doc := range got.docs {
			sameJSON(t, doc, fmt.Sprintf(`{"name":"client %d"}`, n-1-i))
		}
	}
	bad := readXLSX(t, archive(t, sheetOf(`<row r="2"><c r="A2" t="s"><v>5</v></c></row>`)), formats.Options{})
	wantFileError(t, bad.err, "damaged", "row 2", "shared string 5")
}

// repeated gives a text again and again.
func repeated(text string) io.Reader { return &repeat{text: strings.Repeat(text, 4096)} }

type repeat struct {
	text string
	at   int
}

func (r *repeat) Read(p []byte) (int, error) {
	n := copy(p, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	return n, nil
}

func TestXLSXBombs(t *testing.T) {
	rows := func(size int64) part {
		return part{"xl/worksheets/sheet1.xml", io.MultiReader(strings.NewReader(sheetHead), io.LimitReader(repeated(`<row><c><v>1</v></c></row>`), size), strings.NewReader(sheetTail))}
	}
	for _, c := range []struct {
		name string
		file []byte
		o    formats.Options
		code string
	}{
		{"kilobytes that unpack to a gigabyte", declaring(t, 1<<30), formats.Options{MaxUnzip: 2 << 30}, "bomb"},
		{"more than is allowed", archive(t, rows(2<<20)), formats.Options{MaxUnzip: 1 << 20}, "too_large"},
		{"a text without end", archive(t, part{"xl/worksheets/sheet1.xml", io.MultiReader(strings.NewReader(sheetHead+`<row><c><v>`), io.LimitReader(letters{}, 20<<20), strings.NewReader(`</v></c></row>`+sheetTail))}), formats.Options{}, "damaged"},
		{"a shared string without end", archive(t, part{"xl/sharedStrings.xml", io.MultiReader(strings.NewReader(`<sst><si><t>`), io.LimitReader(letters{}, 2<<20), strings.NewReader(`</t></si></sst>`))}), formats.Options{}, "damaged"},
		{"rows beyond the last", archive(t, sheetOf(`<row r="1048577"><c><v>1</v></c></row>`)), formats.Options{}, "too_large"},
		{"a size that lies", declaring(t, 200), formats.Options{}, "damaged"},
		{"deep nesting", archive(t, part{"xl/worksheets/sheet1.xml", io.LimitReader(repeated("<a>"), 6<<20)}), formats.Options{}, "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			got := readXLSX(t, c.file, c.o)
			runtime.ReadMemStats(&after)
			wantFileError(t, got.err, c.code)
			if after.HeapAlloc > before.HeapAlloc+(48<<20) {
				t.Errorf("the heap grew from %d to %d bytes", before.HeapAlloc, after.HeapAlloc)
			}
		})
	}
}

// declaring makes a workbook whose sheet is declared to unpack to size bytes,
// which is what a reader must decide on, and trust no further.
func declaring(t testing.TB, size uint64) []byte {
	t.Helper()
	text := []byte(sheetHead + strings.Repeat(`<row><c t="inlineStr"><is><t>A</t></is></c></row>`, 1000) + sheetTail)
	var packed, b bytes.Buffer
	deflate, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = deflate.Write(text)
	_ = deflate.Close()
	w := zip.NewWriter(&b)
	for name, content := range map[string]string{"xl/workbook.xml": bookPart, "xl/_rels/workbook.xml.rels": relsPart} {
		out, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(out, content)
	}
	out, err := w.CreateRaw(&zip.FileHeader{Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(text), CompressedSize64: uint64(packed.Len()), UncompressedSize64: size})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = out.Write(packed.Bytes())
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestXLSXDamaged(t *testing.T) {
	good := archive(t, sheetOf(`<row r="2"><c r="A2" t="inlineStr"><is><t>A</t></is></c></row>`))
	many := make([]part, 10_001)
	for i := range many {
		many[i] = part{fmt.Sprintf("p%d", i), strings.NewReader("")}
	}
	for _, c := range []struct {
		name string
		file []byte
		docs int
		code string
	}{
		{"cut archive", good[:len(good)-30], 0, "damaged"},
		{"sheet without an end", archive(t, part{"xl/worksheets/sheet1.xml", strings.NewReader(sheetHead + strings.Repeat(`<row><c t="inlineStr"><is><t>A</t></is></c></row>`, 20))}), 20, "damaged"},
		{"broken markup", archive(t, sheetOf(strings.Repeat(`<row><c t="inlineStr"><is><t>A</t></is></c></row>`, 20)+`<row r="30"><c <`)), 20, "damaged"},
		{"rows out of order", archive(t, sheetOf(`<row r="5"/><row r="4"/>`)), 0, "damaged"},
		{"bad reference", archive(t, sheetOf(`<row><c r="AAAAAAAAA1"><v>1</v></c></row>`)), 0, "damaged"},
		{"too many parts", pack(t, zip.Store, many...), 0, "bomb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readXLSX(t, c.file, formats.Options{})
			wantFileError(t, got.err, c.code)
			if len(got.docs) != c.docs {
				t.Errorf("%d documents, want %d", len(got.docs), c.docs)
			}
		})
	}
	var ods bytes.Buffer
	w := zip.NewWriter(&ods)
	out, err := w.Create("content.xml")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(out, "<office/>")
	_ = w.Close()
	wantFileError(t, readXLSX(t, ods.Bytes(), formats.Options{}).err, "wrong_format", ".ods")
}

func TestXLSXWideRow(t *testing.T) {
	got := readXLSX(t, archive(t, sheetOf(`<row r="2"><c r="XFD2"><v>1</v></c></row><row r="3"><c r="A3" t="inlineStr"><is><t>A</t></is></c><c r="D3"><v>1</v></c></row><row r="4"><c r="A4" t="str"><v>_x0041_B</v></c></row>`)), formats.Options{})
	wantLineErrors(t, got.errs, formats.LineError{Line: 2, Code: "too_many_cells"}, formats.LineError{Line: 3, Code: "too_many_cells"})
	if len(got.docs) != 1 {
		t.Fatalf("documents %s", got.docs)
	}
	sameJSON(t, got.docs[0], `{"name":"AB"}`)
}

func FuzzXLSXSheet(f *testing.F) {
	f.Add(`<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="1"><v>45000.5</v></c></row>`, `<si><t>A</t></si>`, `<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>`)
	f.Add(`<row><c t="e"><v>#REF!</v></c><c t="b"><v>1</v></c><c t="d"><v>2020-01-01</v></c></row>`, `<si><r><t>_x0041_</t></r></si>`, `<numFmts><numFmt numFmtId="200" formatCode="[h]:mm;@"/></numFmts><cellXfs><xf numFmtId="200"/></cellXfs>`)
	f.Fuzz(func(t *testing.T, rows, strs, styles string) {
		file := pack(t, zip.Store, sheetOf(`<row><c r="B1" t="inlineStr"><is><t>birthday</t></is></c></row>`+rows),
			part{"xl/sharedStrings.xml", strings.NewReader("<sst>" + strs + "</sst>")},
			part{"xl/styles.xml", strings.NewReader("<styleSheet>" + styles + "</styleSheet>")})
		readXLSX(t, file, formats.Options{Merge: true})
	})
}
