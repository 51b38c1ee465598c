package formats_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"assay/server/crm"
	"assay/server/formats"

	"github.com/xuri/excelize/v2"
)

var declared = map[string]crm.FieldType{"gln": crm.FieldString, "rate": crm.FieldNumber, "seats": crm.FieldInteger, "licenceUntil": crm.FieldDate, "seenAt": crm.FieldTime, "vip": crm.FieldBool}

// fullClient fills every field that the layout keeps, and more rows than it has columns for.
func fullClient() crm.Client {
	c := crm.Client{
		ID: 1042, ExternalID: "1c-000123", Revision: 7, Kind: "company", Name: `ООО "Ромашка"; филиал`, LegalForm: "ООО", TaxID: "7707083893",
		RegistrationNumber: "1027700132195", Country: "RU", Region: "Москва", Holding: "=Группа", Industries: []string{"wholesale", `торговля, опт`, `"кавычки"`},
		CompanySize: "small", DealPotential: "@high", Solvency: "-good", Source: "site", Stage: "negotiation", Importance: "high", Status: "active",
		Manager: "ivanov", Managers: []string{"ivanov", "petrov; sidorov"},
		Channels: []crm.Channel{
			{Type: "phone", Value: "+74957480113", Raw: "8 (495) 748-01-13", Label: "office", State: "working"},
			{Type: "phone", Value: "+74957480114;ext=5", Raw: "748-01-14 {x}, доб. 5", Label: `"a" (b)`, State: "unverified"},
			{Type: "email", Value: "info@romashka.example", State: "unverified"},
			{Type: "email", Value: "не почта; (совсем)", Raw: "не почта; (совсем)", State: "invalid"},
			{Type: "site", Value: "romashka.example"},
			{Type: "messenger", Value: "@romashka", Label: "telegram"},
			{Type: "social", Value: "https://vk.example/romashka?a=1;b=2"},
			{Type: "other", Value: "'=пейджер"},
		},
		Addresses:  []crm.Address{{Type: "legal", Text: "ул. Мира, 1", City: "Москва", PostalCode: "012345"}, {Text: "вторая\nстрока"}, {Type: "postal", Text: "третий"}, {City: "четвёртый"}},
		Properties: map[string]string{"loyalty": "gold", "скидка": "10 %"},
		Categories: []string{"partner"}, Tags: []string{"vip", "a,b"},
		Fields: map[string]crm.Value{
			"gln": crm.StringValue("0460700"), "rate": {Type: crm.FieldNumber, Number: 1.234}, "seats": {Type: crm.FieldInteger, Integer: 12},
			"licenceUntil": {Type: crm.FieldDate, Integer: crm.DateOf(2027, 1, 1).UnixMilli()}, "seenAt": {Type: crm.FieldTime, Integer: crm.TimeOf(time.Date(2027, 1, 1, 9, 30, 0, 5e6, time.UTC)).UnixMilli()},
			"vip": {Type: crm.FieldBool, Integer: 1}, "undeclared": crm.StringValue("+x"),
		},
		Requisites: []crm.Requisite{{Bank: "Банк", BIC: "044525225", Account: "40702810900000000001"}, {Account: "2"}},
		Contracts:  []crm.Contract{{Number: "12/3", StartsOn: crm.DateOf(2026, 2, 1), EndsOn: crm.DateOf(2027, 1, 31), Amount: 15200050}, {Number: "2", Amount: 1}},
		Birthday:   crm.DateOf(1980, 1, 31), WorkHours: "9-18", CallWindow: "после 10", NextContactAt: crm.TimeOf(time.Date(2027, 1, 31, 9, 30, 0, 0, time.UTC)),
		Unsubscribed: true, Notes: "'+1\nstrange \"notes\"; all, of them",
	}
	for i := range 7 {
		c.Contacts = append(c.Contacts, crm.Contact{Name: fmt.Sprintf("Контакт %d", i), JobTitle: "директор", DecisionRole: "user", Birthday: crm.DateOf(1980+i, 1, 31),
			Channels: []crm.Channel{{Type: "phone", Value: "+7495748011" + fmt.Sprint(i)}, {Type: "email", Value: "a@b.example"}, {Type: "social", Value: "vk; x", State: "dead"}}})
	}
	return c
}

// asRead is the client that reading an export of c gives: without what is the
// server's and what is as usual.
func asRead(c crm.Client) crm.Client {
	c.ID, c.Revision, c.Completeness, c.Activity = 0, 0, 0, crm.Activity{}
	c.CreatedAt, c.UpdatedAt, c.VerifiedAt = crm.Time{}, crm.Time{}, crm.Time{}
	plain := func(channels []crm.Channel) []crm.Channel {
		var out []crm.Channel
		for _, ch := range channels {
			if ch.State == "unverified" {
				ch.State = ""
			}
			if ch.Raw == ch.Value {
				ch.Raw = ""
			}
			ch.ID, ch.CheckedAt = "", crm.Time{}
			out = append(out, ch)
		}
		return out
	}
	c.Channels = plain(c.Channels)
	contacts := c.Contacts
	c.Contacts = nil
	for _, k := range contacts {
		k.Channels = plain(k.Channels)
		k.ID = ""
		c.Contacts = append(c.Contacts, k)
	}
	return c
}

func write(t testing.TB, format string, o formats.WriteOptions, clients ...crm.Client) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := formats.NewWriter(&b, format, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range clients {
		if err := w.Write(&clients[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// typed gives custom fields the types they are declared with, as intake does.
func typed(t testing.TB, c *crm.Client) {
	t.Helper()
	for name, v := range c.Fields {
		switch declared[name] {
		case crm.FieldInteger:
			v = crm.Value{Type: crm.FieldInteger, Integer: int64(v.Number)}
		case crm.FieldDate:
			var d crm.Date
			if err := d.UnmarshalJSON([]byte(`"` + v.Text + `"`)); err != nil {
				t.Fatal(err)
			}
			v = crm.Value{Type: crm.FieldDate, Integer: d.UnixMilli()}
		case crm.FieldTime:
			var m crm.Time
			if err := m.UnmarshalJSON([]byte(`"` + v.Text + `"`)); err != nil {
				t.Fatal(err)
			}
			v = crm.Value{Type: crm.FieldTime, Integer: m.UnixMilli()}
		}
		c.Fields[name] = v
	}
}

func roundTrip(t *testing.T, clients ...crm.Client) {
	t.Helper()
	for _, format := range []string{formats.NDJSON, formats.CSV, formats.XLSX} {
		for _, merge := range []bool{false, true} {
			file := write(t, format, formats.WriteOptions{Fields: []string{"gln", "rate", "seats", "licenceUntil", "seenAt", "vip"}, Properties: []string{"loyalty"}}, clients...)
			got := read(t, bytes.NewReader(file), formats.Options{Format: format, Merge: merge, Unknown: formats.UnknownAsError, Declared: declared})
			if got.err != nil || len(got.errs) > 0 || len(got.docs) != len(clients) {
				t.Fatalf("%s: err %v, line errors %v, %d documents of %d", format, got.err, got.errs, len(got.docs), len(clients))
			}
			for i, doc := range got.docs {
				var c crm.Client
				if err := json.Unmarshal([]byte(doc), &c); err != nil {
					t.Fatalf("%s: %v: %s", format, err, doc)
				}
				for name, v := range c.Fields { // merge nulls
					if v.Type == "" {
						delete(c.Fields, name)
					}
				}
				for name, v := range c.Properties {
					if v == "" {
						delete(c.Properties, name)
					}
				}
				typed(t, &c)
				g, w := mustJSON(t, asRead(c)), mustJSON(t, asRead(clients[i]))
				if !bytes.Equal(g, w) {
					t.Fatalf("%s, merge %v\ngot  %s\nwant %s\ndocument %s", format, merge, g, w, doc)
				}
			}
		}
	}
}

// mustJSON writes empty lists and maps as if they were absent.
func mustJSON(t testing.TB, c crm.Client) []byte {
	t.Helper()
	v := reflect.ValueOf(&c).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); (f.Kind() == reflect.Slice || f.Kind() == reflect.Map) && f.Len() == 0 {
			f.SetZero()
		}
	}
	for i := range c.Contacts {
		if len(c.Contacts[i].Channels) == 0 {
			c.Contacts[i].Channels = nil
		}
	}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRoundTrip(t *testing.T) {
	roundTrip(t, fullClient(), crm.Client{Name: "только имя"}, crm.Client{Name: "+79161234567", Kind: "person"})
}

func TestRoundTripOfRandomClients(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "Б", " ", ";", ",", "\"", "'", "=", "+", "-", "@", "(", ")", "{", "}", "[", "\n", "|", "1", "ё", "_x0041_", ".0", "\\", "<", "&", "😀"}
	text := func() string {
		var b strings.Builder
		for range r.IntN(8) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		return "x" + strings.ReplaceAll(b.String(), "\n", "") + "y" // stored texts are trimmed and of one line
	}
	channels := func() (list []crm.Channel) {
		for _, kind := range []string{"phone", "email", "site", "messenger", "social", "other"} {
			for range r.IntN(3) {
				list = append(list, crm.Channel{Type: kind, Value: text(), Label: text(), Raw: text(), State: []string{"unverified", "dead", "invalid"}[r.IntN(3)]})
			}
		}
		return list
	}
	var clients []crm.Client
	for range 100 {
		c := crm.Client{Name: text(), ExternalID: text(), Notes: text() + "\n" + text(), Tags: []string{text(), text()}, Channels: channels(),
			Properties: map[string]string{"loyalty": text(), text(): text()}, Fields: map[string]crm.Value{"gln": crm.StringValue(text())}}
		for range r.IntN(8) {
			c.Contacts = append(c.Contacts, crm.Contact{Name: text(), JobTitle: text(), Channels: channels()})
		}
		clients = append(clients, c)
	}
	roundTrip(t, clients...)
}

// A spreadsheet must not run what a client's name says.
func TestCSVExportIsInert(t *testing.T) {
	file := write(t, formats.CSV, formats.WriteOptions{}, crm.Client{Name: `=HYPERLINK("http://x")`, Region: "+7", Holding: "-1", Source: "@a", Notes: "\tx", Channels: []crm.Channel{{Type: "phone", Value: "+74957480113"}}})
	if !bytes.HasPrefix(file, []byte("\ufeffid;externalId;kind;name;")) {
		t.Errorf("the file begins %q", file[:40])
	}
	r := csv.NewReader(bytes.NewReader(file[3:]))
	r.Comma = ';'
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, cell := range records[1] {
		if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
			t.Errorf("cell %s is %q", records[0][i], cell)
		}
	}
}

func TestXLSXExportHasTypedCells(t *testing.T) {
	c := fullClient()
	f, err := excelize.OpenReader(bytes.NewReader(write(t, formats.XLSX, formats.WriteOptions{TempDir: t.TempDir()}, c)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows("Clients", excelize.Options{RawCellValue: true})
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, title := range rows[0] {
		switch title {
		case "taxId":
			if rows[1][i] != "7707083893" {
				t.Errorf("taxId %s", rows[1][i])
			}
		case "contracts[0].startsOn":
			if rows[1][i] != "46054" {
				t.Errorf("startsOn %s is no date cell", rows[1][i])
			}
		case "holding": // a sheet needs no apostrophe
			if rows[1][i] != "=Группа" {
				t.Errorf("holding %s", rows[1][i])
			}
		}
	}
}

func TestXLSXExportCutsNothing(t *testing.T) {
	dir := t.TempDir()
	w, err := formats.NewWriter(&bytes.Buffer{}, formats.XLSX, formats.WriteOptions{TempDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	wantFileError(t, w.Write(&crm.Client{ID: 5, Name: "A", Notes: strings.Repeat("я", 40_000)}), "cell_too_long", "notes of client 5")
	if err := w.Write(&crm.Client{Name: "A", Notes: strings.Repeat("я", 32_767)}); err != nil {
		t.Error(err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("temporary files stay: %v", left)
	}
}

func TestAbortedWorkbookIsNotWritten(t *testing.T) {
	var b bytes.Buffer
	dir := t.TempDir()
	w, err := formats.NewWriter(&b, formats.XLSX, formats.WriteOptions{TempDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	c := crm.Client{Name: "A", Notes: strings.Repeat("x", 30_000)}
	for range 1_000 { // more than is kept in memory
		if err := w.Write(&c); err != nil {
			t.Fatal(err)
		}
	}
	if spooled, _ := os.ReadDir(dir); len(spooled) == 0 {
		t.Error("nothing was spooled")
	}
	if err := w.Abort(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 || b.Len() > 0 {
		t.Errorf("%d bytes written, temporary files %v", b.Len(), left)
	}
}

func TestWriterRefusesOtherFormats(t *testing.T) {
	_, err := formats.NewWriter(&bytes.Buffer{}, formats.VCard, formats.WriteOptions{})
	wantFileError(t, err, "unknown_format", "vcard")
}

func TestNDJSONExportIsTheWire(t *testing.T) {
	c := fullClient()
	c.Name = "<A & B>"
	file := write(t, formats.NDJSON, formats.WriteOptions{}, c, crm.Client{Name: "B"})
	if !bytes.Contains(file, []byte(`"name":"<A & B>"`)) {
		t.Errorf("%s", file)
	}
	if lines := bytes.Count(file, []byte("\n")); lines != 2 {
		t.Errorf("%d lines", lines)
	}
}
