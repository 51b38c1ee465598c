package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

var xlsxTitles = []any{"Код клієнта", "Назва", "Тип клієнта", "ЄДРПОУ", "Телефон", "Email", "Область", "Місто", "Адреса", "Відповідальний",
	"Контактна особа", "Посада", "Телефон контактної особи", "Мітки", "Дата договору", "Сума договору", "Лояльність", "Коментар"}

// clientsXLSX writes a workbook of forty rows: an empty first sheet, numbers
// where texts should be, dates as dates and as text, and three rows that cannot be taken.
func clientsXLSX() ([]byte, *expected, error) {
	m, says := newMaker(2), newExpected()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	s := &sheet{file: f, name: "Клієнти"}
	s.do(f.SetSheetName("Sheet1", "Аркуш1"))
	for _, name := range []string{s.name, "Архів"} {
		_, err := f.NewSheet(name)
		s.do(err)
	}
	s.styles()
	s.do(f.SetCellValue("Архів", "A1", "Назва"))
	s.do(f.SetCellValue("Архів", "A2", "Стара фірма, яку не треба завантажувати"))
	s.row(1, "Клієнти відділу продажів")
	s.row(3, xlsxTitles...)
	for i := range 40 {
		row := 4 + i
		if i >= 20 {
			row++ // a blank row in the middle
		}
		c := m.client(map[bool]string{true: "ru", false: "uk"}[i%4 == 3], "xlsx")
		if len(c.contacts) > 1 { // the table has columns for one
			c.contacts = c.contacts[:1]
		}
		s.client(m, row, c)
		switch i {
		case 9:
			s.set("O", row, "30.02.2026")
			says.refuse(row, "contracts[0].startsOn: invalid_date")
		case 18:
			s.set("R", row, "#REF!")
			says.refuse(row, "notes: cell_error")
		case 33:
			s.set("D", row, 12345678901234567890.0)
			says.refuse(row, "taxId: lost_digits")
		default:
			says.store(c)
		}
	}
	var b bytes.Buffer
	s.do(f.Write(&b))
	return b.Bytes(), says, s.err
}

// sheet fills a sheet and keeps the first error.
type sheet struct {
	file                *excelize.File
	name                string
	date, digits, money int // styles
	err                 error
}

func (s *sheet) do(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *sheet) styles() {
	style := func(format string) int {
		id, err := s.file.NewStyle(&excelize.Style{CustomNumFmt: &format})
		s.do(err)
		return id
	}
	s.date, s.digits, s.money = style("dd.mm.yyyy"), style("00000000"), style(`#,##0.00" грн"`)
}

func (s *sheet) row(row int, values ...any) {
	s.do(s.file.SetSheetRow(s.name, fmt.Sprintf("A%d", row), &values))
}

func (s *sheet) set(column string, row int, value any) {
	s.do(s.file.SetCellValue(s.name, fmt.Sprintf("%s%d", column, row), value))
}

func (s *sheet) style(column string, row, style int) {
	cell := fmt.Sprintf("%s%d", column, row)
	s.do(s.file.SetCellStyle(s.name, cell, cell, style))
}

func (s *sheet) client(m *maker, row int, c client) {
	kind := map[string]string{company: "Компанія", soleTrader: "ФОП", person: "Фізична особа"}[c.kind]
	s.row(row, c.code, c.name, kind, nil, nil, m.orBlank(strings.Join(c.emails, ", ")), c.region, c.city, c.address, m.orBlank(c.manager), nil, nil, nil, strings.Join(c.tags, ", "), nil, nil, m.pick([]string{"золото", "срібло", ""}), c.notes)
	if c.taxID != "" { // a number, shown with its leading zeros
		n, err := strconv.ParseInt(c.taxID, 10, 64)
		s.do(err)
		s.set("D", row, n)
		s.style("D", row, s.digits)
	} else if m.chance(50) {
		s.set("D", row, "#N/A")
	}
	switch {
	case len(c.phones) == 1 && m.chance(60): // a number too
		n, err := strconv.ParseInt(c.phones[0][1:], 10, 64)
		s.do(err)
		s.set("E", row, n)
	default:
		s.set("E", row, m.orBlank(strings.Join(c.phones, ", ")))
	}
	for _, p := range c.contacts {
		s.set("K", row, p.name())
		s.set("L", row, m.orBlank(p.jobTitle))
		s.set("M", row, strings.Join(p.phones, ", "))
	}
	s.contract(m, row, c)
}

func (s *sheet) contract(m *maker, row int, c client) {
	day := time.Date(c.year, time.Month(c.month), c.day, 0, 0, 0, 0, time.UTC)
	if m.chance(60) {
		s.set("O", row, day)
		s.style("O", row, s.date)
	} else {
		s.set("O", row, day.Format("02.01.2006"))
	}
	s.set("P", row, float64(c.amount)/100)
	s.style("P", row, s.money)
}
