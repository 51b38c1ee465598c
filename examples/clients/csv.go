package main

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

var csvTitles = []string{"Код 1С", "Тип", "Наименование", "ИНН", "Телефоны", "Эл. почта", "Сайт", "Регион", "Город", "Юридический адрес", "Ответственный",
	"Контактное лицо", "Должность", "Моб. контактного лица", "Контактное лицо 2", "Должность 2", "Теги", "Дата договора", "Сумма договора", "Отписан", "Парк машин", "Комментарий"}

// messyCSV writes a table as it comes out of Excel after years of hands:
// windows-1251, semicolons, a heading above the titles, and seven lines that cannot be taken.
func messyCSV() ([]byte, *expected, error) {
	m, says := newMaker(1), newExpected()
	f := &csvFile{}
	f.raw("Клиентская база, выгрузка на 01.03.2026" + strings.Repeat(";", len(csvTitles)-1))
	f.raw(strings.Repeat(";", len(csvTitles)-1))
	f.row(csvTitles...)
	for i := range 60 {
		lang := "ru"
		if i%5 == 4 {
			lang = "uk"
		}
		c := m.client(lang, "csv")
		if len(c.contacts) > 1 { // the table has a telephone column for the first
			c.contacts[1].phones = nil
		}
		cells := m.csvCells(c)
		line := f.lines + 1
		switch i {
		case 7:
			cells[17] = "31.02.2026"
			says.refuse(line, "contracts[0].startsOn: invalid_date")
		case 15:
			cells[18] = "договорная"
			says.refuse(line, "contracts[0].amount: invalid_number")
		case 22:
			cells[1] = "Партнёр"
			says.refuse(line, "kind: invalid_kind")
		case 31:
			cells = append(cells, "лишняя", "ячейка")
			says.refuse(line, "too_many_cells")
		case 38:
			cells[0] = "1,00023E+11"
			says.refuse(line, "externalId: lost_digits")
		case 45:
			cells[17], cells[19] = "32.01.2026", "иногда"
			says.refuse(line, "contracts[0].startsOn: invalid_date", "unsubscribed: invalid_bool")
		case 52:
			f.raw(`csv-053;Компания;"ООО "Незакрытая кавычка";;;`)
			says.refuse(line, "unbalanced_quote")
			continue
		default:
			says.store(c)
		}
		if i == 11 || i == 40 {
			for len(cells) > 0 && cells[len(cells)-1] == "" {
				cells = cells[:len(cells)-1] // rows that end early
			}
		}
		f.row(cells...)
		if i%17 == 16 {
			f.raw(strings.Repeat(";", len(csvTitles)-1))
		}
	}
	out, err := charmap.Windows1251.NewEncoder().Bytes(f.Bytes())
	return out, says, err
}

// csvCells writes a client in the many ways in which people write one.
func (m *maker) csvCells(c client) []string {
	var phones []string
	for _, p := range c.phones {
		phones = append(phones, m.typed(p))
	}
	cells := []string{
		c.code, m.kindWord(c), m.spaced(c.name), m.csvTaxID(c.taxID), m.orBlank(strings.Join(phones, m.pick([]string{", ", "; ", " / ", "\n"}))),
		m.orBlank(strings.Join(c.emails, ", ")), strings.Join(c.sites, ", "), c.region, c.city, c.address, m.orBlank(c.manager),
		"", "", "", "", "",
		strings.Join(c.tags, m.pick([]string{", ", "; ", ","})), fmt.Sprintf(m.pick([]string{"%02d.%02d.%d", "%d.%d.%d"}), c.day, c.month, c.year), decimalComma(c.amount), m.pick([]string{"", "нет", "да", "+", "-", "0"}), fmt.Sprint(m.IntN(20)), c.notes,
	}
	for i, p := range c.contacts {
		cells[11+3*i], cells[12+3*i] = p.name(), m.orBlank(p.jobTitle)
		if i == 0 && len(p.phones) > 0 {
			cells[13] = m.typed(p.phones[0])
		}
	}
	if c.notes != "" && m.chance(30) {
		cells[21] = c.notes + "\nсо слов секретаря"
	}
	return cells
}

func (m *maker) kindWord(c client) string {
	switch c.kind {
	case soleTrader:
		if c.lang == "uk" {
			return m.pick([]string{"ФОП", "фоп", "Підприємець"})
		}
		return m.pick([]string{"ИП", "ип", "Индивидуальный предприниматель"})
	case person:
		return m.pick([]string{"Физлицо", "физ. лицо", "Частное лицо"})
	}
	return m.pick([]string{"Компания", "Юр. лицо", "юрлицо", "ООО", ""}) // nothing: a company
}

func (m *maker) spaced(s string) string {
	if m.chance(20) {
		return "  " + strings.ReplaceAll(s, " ", "  ") + " "
	}
	return s
}

// csvTaxID sometimes carries a trace of the program it went through.
func (m *maker) csvTaxID(id string) string {
	switch {
	case id == "":
		return m.blank()
	case m.chance(10):
		return id + ".0"
	case m.chance(10):
		return id[:4] + " " + id[4:]
	}
	return id
}

// decimalComma writes hundredths as 12 345,50.
func decimalComma(n int) string {
	whole := fmt.Sprint(n / 100)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + " " + whole[i:]
	}
	return fmt.Sprintf("%s,%02d", whole, n%100)
}

// csvFile counts its lines.
type csvFile struct {
	bytes.Buffer
	lines int
}

func (f *csvFile) raw(line string) {
	f.WriteString(line + "\r\n")
	f.lines += 1 + strings.Count(line, "\n")
}

func (f *csvFile) row(cells ...string) {
	quoted := make([]string, len(cells))
	for i, c := range cells {
		quoted[i] = c
		if strings.ContainsAny(c, ";\"\n") {
			quoted[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
	}
	f.raw(strings.Join(quoted, ";"))
}
