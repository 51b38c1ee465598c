package main_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
)

// plainFile is an example file read by plain means: the clients that can be
// taken, and the lines of the records that cannot.
type plainFile struct {
	clients []*plainClient
	refused []int
}

// A whole path through the product: the four example files are imported, the
// report says what a plain reading of them says, one client is mended, and its
// finding is gone.
func TestExampleFiles(t *testing.T) {
	p := serve(t, t.TempDir())
	want := newTally()
	for _, f := range []struct {
		name, format string
		read         func(*testing.T, []byte) plainFile
	}{
		{"messy.csv", "csv", plainCSV}, {"clients.xlsx", "xlsx", plainXLSX}, {"contacts.vcf", "vcard", plainVCard}, {"clients.ndjson", "ndjson", plainNDJSON},
	} {
		content, err := os.ReadFile(filepath.Join("..", "..", "examples", "clients", f.name))
		if err != nil {
			t.Fatal(err)
		}
		plain := f.read(t, content)
		if len(plain.clients) < 30 || len(plain.refused) < 2 {
			t.Fatalf("%s has %d clients and the bad lines %v: too little to show anything", f.name, len(plain.clients), plain.refused)
		}
		query := "format=" + f.format + "&key=externalId"
		checkImport(t, f.name+", tried", p.importFile(query+"&dryRun=true", bytes.NewReader(content)), plain)
		want.check(p) // as it was
		checkImport(t, f.name, p.importFile(query, bytes.NewReader(content)), plain)
		for _, c := range plain.clients {
			want.add(c)
		}
		want.check(p)
		again := p.importFile(query, bytes.NewReader(content))
		if again.Unchanged != len(plain.clients) || again.Created+again.Updated != 0 || again.Failed != len(plain.refused) {
			t.Errorf("%s, imported again: %+v", f.name, again)
		}
	}
	mendTaxID(p, want)
}

func checkImport(t *testing.T, name string, s importSummary, plain plainFile) {
	t.Helper()
	if s.Created != len(plain.clients) || s.Updated != 0 || s.Unchanged != 0 || s.Failed != len(plain.refused) {
		t.Errorf("%s: %d created, %d updated, %d unchanged, %d failed; want %d, 0, 0, %d", name, s.Created, s.Updated, s.Unchanged, s.Failed, len(plain.clients), len(plain.refused))
	}
	var lines []int
	for _, e := range s.Errors {
		lines = append(lines, e.Line)
	}
	if lines = slices.Compact(lines); !slices.Equal(lines, plain.refused) {
		t.Errorf("%s: errors on lines %v, want %v", name, lines, plain.refused)
	}
}

// mendTaxID gives one client its tax id: the answer, the report and the events say so.
func mendTaxID(p *process, want *tally) {
	p.t.Helper()
	sick := p.quality("rule=tax-id").Items[0]
	events := p.follow()
	var answer struct {
		Client   struct{ TaxID string }
		Findings []finding
	}
	p.ask("PATCH", fmt.Sprintf("/api/v1/clients/%d", sick.Client.ID), `{"taxId":"ИНН 96 0294 4820"}`, &answer)
	if answer.Client.TaxID != "9602944820" || slices.ContainsFunc(answer.Findings, func(f finding) bool { return f.Rule == "tax-id" }) {
		p.t.Errorf("mended, the client answers %+v", answer)
	}
	want.clients["tax-id"]--
	want.findings["tax-id"]--
	want.check(p)
	var seen []string
	for len(seen) < 2 {
		e := events.next()
		if e.Client != sick.Client.ID {
			p.t.Errorf("nobody touched client %d: %+v", e.Client, e)
		}
		seen = append(seen, strings.TrimSpace(e.Type+" "+e.Rule))
	}
	slices.Sort(seen)
	if wanted := []string{"client.updated", "finding.closed tax-id"}; !slices.Equal(seen, wanted) {
		p.t.Errorf("the events are %q, want %q", seen, wanted)
	}
}

func (c *plainClient) addChannels(values ...string) {
	for _, v := range values {
		c.Channels = append(c.Channels, plainChannel{v})
	}
}

// addContact adds a person, unless nothing is said of it.
func (c *plainClient) addContact(name, jobTitle string, channels ...string) {
	if !says(name) {
		return
	}
	person := plainClient{}
	person.addChannels(channels...)
	c.Contacts = append(c.Contacts, struct {
		Name, JobTitle string
		Channels       []plainChannel
	}{name, jobTitle, person.Channels})
}

// kinds are the words of the tables for the kinds of clients, in lower case.
var kinds = map[string]string{
	"": "company", "ооо": "company", "компания": "company", "компанія": "company", "юрлицо": "company", "юр. лицо": "company",
	"ип": "soleTrader", "индивидуальный предприниматель": "soleTrader", "фоп": "soleTrader", "підприємець": "soleTrader",
	"физлицо": "person", "физ. лицо": "person", "частное лицо": "person", "фізична особа": "person",
}

// row is a row of a table by the titles of its columns.
type row map[string]string

func rowOf(titles, cells []string) row {
	r := row{}
	for i, title := range titles {
		if i < len(cells) {
			r[title] = strings.TrimSpace(cells[i])
		}
	}
	return r
}

// bad reports what nobody could take: a day that does not exist, an amount that
// is none, a number that has lost digits.
func (r row) bad(day, amount, code, taxID, unsubscribed, notes, kind string) bool {
	if _, err := time.Parse("2.1.2006", r[day]); r[day] != "" && err != nil {
		return true
	}
	number := strings.NewReplacer(" ", "", "\u00a0", "", ",", ".", "грн", "").Replace(r[amount])
	if strings.Count(number, ".") > 1 { // thousands by commas, as spreadsheets show them
		number = strings.Replace(number, ".", "", strings.Count(number, ".")-1)
	}
	if _, err := strconv.ParseFloat(number, 64); number != "" && err != nil {
		return true
	}
	if known := kinds[strings.ToLower(r[kind])]; known == "" {
		return true
	}
	return strings.Contains(r[code], "E+") || len(r[taxID]) > 15 || r[unsubscribed] == "иногда" || r[notes] == "#REF!"
}

func plainCSV(t *testing.T, content []byte) (f plainFile) {
	t.Helper()
	text, err := charmap.Windows1251.NewDecoder().Bytes(content)
	if err != nil {
		t.Fatal(err)
	}
	lines := csv.NewReader(bytes.NewReader(text))
	lines.Comma, lines.FieldsPerRecord = ';', -1
	var titles []string
	for {
		cells, err := lines.Read()
		if err == io.EOF {
			return f
		}
		var unbalanced *csv.ParseError
		if errors.As(err, &unbalanced) {
			f.refused = append(f.refused, unbalanced.StartLine)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		switch line, _ := lines.FieldPos(0); {
		case cells[0] == "Код 1С":
			titles = cells
		case titles == nil || strings.Join(cells, "") == "":
		case len(cells) > len(titles) || rowOf(titles, cells).bad("Дата договора", "Сумма договора", "Код 1С", "ИНН", "Отписан", "Комментарий", "Тип"):
			f.refused = append(f.refused, line)
		default:
			r := rowOf(titles, cells)
			c := &plainClient{ExternalID: r["Код 1С"], Kind: kinds[strings.ToLower(r["Тип"])], TaxID: r["ИНН"], Manager: r["Ответственный"]}
			c.addChannels(r["Телефоны"], r["Эл. почта"], r["Сайт"])
			c.addContact(r["Контактное лицо"], r["Должность"], r["Моб. контактного лица"])
			c.addContact(r["Контактное лицо 2"], r["Должность 2"])
			f.clients = append(f.clients, c)
		}
	}
}

func plainXLSX(t *testing.T, content []byte) (f plainFile) {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Клієнти")
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for i, cells := range rows {
		switch {
		case len(cells) > 0 && cells[0] == "Код клієнта":
			titles = cells
		case titles == nil || strings.Join(cells, "") == "":
		case rowOf(titles, cells).bad("Дата договору", "Сума договору", "Код клієнта", "ЄДРПОУ", "", "Коментар", "Тип клієнта"):
			f.refused = append(f.refused, i+1)
		default:
			r := rowOf(titles, cells)
			c := &plainClient{ExternalID: r["Код клієнта"], Kind: kinds[strings.ToLower(r["Тип клієнта"])], TaxID: strings.TrimPrefix(r["ЄДРПОУ"], "#N/A"), Manager: r["Відповідальний"]}
			c.addChannels(r["Телефон"], r["Email"])
			c.addContact(r["Контактна особа"], r["Посада"], r["Телефон контактної особи"])
			f.clients = append(f.clients, c)
		}
	}
	return f
}

// plainVCard looks at the names of the lines alone: what the five rules ask is
// whether something is there.
func plainVCard(t *testing.T, content []byte) (f plainFile) {
	t.Helper()
	var card row
	begun := 0
	for i, line := range strings.Split(string(content), "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		name, _, _ = strings.Cut(name, ";")
		if group, rest, found := strings.Cut(name, "."); found && strings.HasPrefix(group, "item") {
			name = rest
		}
		switch {
		case line == "BEGIN:VCARD":
			if card != nil { // the one before has no end
				f.refused = append(f.refused, begun)
			}
			card, begun = row{}, i+1
		case line == "END:VCARD":
			if _, err := time.Parse("2006-01-02", card["BDAY"]); card["BDAY"] != "" && err != nil {
				f.refused = append(f.refused, begun)
			} else {
				f.clients = append(f.clients, card.client())
			}
			card = nil
		case card != nil && line != "" && !strings.HasPrefix(line, " "): // what is folded goes on with the line before
			card[name] = value
		}
	}
	return f
}

func (r row) client() *plainClient {
	c := &plainClient{ExternalID: r["UID"], Kind: "person"}
	if r["ORG"] == "" {
		c.addChannels(r["TEL"], r["EMAIL"], r["URL"])
		return c
	}
	c.Kind = "company"
	if r["N"] == "" {
		c.addChannels(r["TEL"], r["EMAIL"], r["URL"])
		return c
	}
	c.addChannels(r["URL"])
	c.addContact(r["N"], r["TITLE"], r["TEL"], r["EMAIL"])
	return c
}

// wireNames are the members of a client on the wire that the example uses.
var wireNames = strings.Fields("externalId kind name importance nextContactAt taxId region manager source channels addresses contacts contracts properties fields tags notes birthday")

func plainNDJSON(t *testing.T, content []byte) (f plainFile) {
	t.Helper()
	seen := map[string]bool{}
	for i, line := range bytes.Split(content, []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var members map[string]json.RawMessage
		var c struct {
			plainClient
			Name, Birthday string
		}
		good := utf8.Valid(line) && json.Unmarshal(line, &members) == nil && json.Unmarshal(line, &c) == nil
		for name := range members {
			good = good && slices.Contains(wireNames, name)
		}
		_, err := time.Parse("2006-01-02", c.Birthday)
		if !good || !says(c.Name) || c.Birthday != "" && err != nil || seen[c.ExternalID] || !slices.Contains([]string{"company", "soleTrader", "person"}, c.Kind) {
			f.refused = append(f.refused, i+1)
			continue
		}
		seen[c.ExternalID] = true
		f.clients = append(f.clients, &c.plainClient)
	}
	return f
}
