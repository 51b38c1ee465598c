package formats

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"assay/server/canon"
)

// maxRow is the last row a spreadsheet can have.
const maxRow = 1 << 20

// sheet reads the rows of one worksheet. It owns the workbook.
type sheet struct {
	book   *workbook
	name   string
	part   io.ReadCloser
	tokens *xmlWalker
	cells  []cell
	line   int  // number of the row being read
	wide   bool // it has a cell beyond the last column that is read
	first  *row // found while looking for a sheet that is not empty
	done   bool
}

// firstSheet returns the first sheet with anything in it.
func (w *workbook) firstSheet() (*sheet, error) {
	for _, name := range w.sheets {
		s, err := w.openSheet(name)
		if err != nil {
			return nil, err
		}
		if s == nil {
			continue
		}
		for {
			r, err := s.next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, err
			}
			if r.bad != nil || filled(r.cells) > 0 {
				s.first = &r
				return s, nil
			}
		}
		_ = s.part.Close()
	}
	return nil, fileError("empty_file", "the workbook has no sheet with anything in it")
}

func (w *workbook) openSheet(name string) (*sheet, error) {
	part, _, err := w.openPart(name, w.budget)
	if err != nil || part == nil {
		return nil, err
	}
	return &sheet{book: w, name: name, part: part, tokens: newXMLWalker(part)}, nil
}

func (s *sheet) close() error { return errors.Join(s.part.Close(), s.book.close()) }

func (s *sheet) padded() bool { return true }

func (s *sheet) next() (row, error) {
	if s.first != nil {
		r := *s.first
		s.first = nil
		return r, nil
	}
	if s.done {
		return row{}, io.EOF
	}
	for {
		token, err := s.tokens.next()
		if err != nil {
			return row{}, s.broken(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "row" {
				return s.row(e)
			}
		case xml.EndElement:
			if e.Name.Local == "sheetData" {
				s.done = true
				return row{}, io.EOF
			}
		}
	}
}

// broken makes an error of what ended the sheet before its end.
func (s *sheet) broken(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return damaged(fmt.Sprintf("%s after row %d", s.name, s.line), err)
}

func (s *sheet) row(start xml.StartElement) (row, error) {
	number := s.line + 1
	if r := attr(start, "r"); r != "" {
		var err error
		if number, err = strconv.Atoi(r); err != nil || number <= s.line {
			return row{}, s.broken(fmt.Errorf("row number %q", shorten(r)))
		}
	}
	if number > maxRow {
		return row{}, fileError("too_large", "the sheet has more than %d rows, which no spreadsheet has", maxRow)
	}
	s.line, s.wide = number, false
	s.cells = s.cells[:0]
	for {
		token, err := s.tokens.next()
		if err != nil {
			return row{}, s.broken(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "c" {
				if err := s.cell(e); err != nil {
					return row{}, s.broken(err)
				}
			}
		case xml.EndElement:
			if e.Name.Local == "row" {
				return s.finished(), nil
			}
		}
	}
}

func (s *sheet) finished() row {
	if s.wide {
		return row{line: s.line, bad: tooManyCells(fmt.Sprintf("the row has a cell beyond column %d", maxColumns), maxColumns)}
	}
	return row{cells: s.cells, line: s.line}
}

// cell reads one cell to its end tag.
func (s *sheet) cell(start xml.StartElement) error {
	column, err := columnIndex(attr(start, "r"), len(s.cells))
	if err != nil {
		return err
	}
	value, text, err := s.cellContent()
	if err != nil {
		return err
	}
	style, _ := strconv.Atoi(attr(start, "s"))
	c, err := s.convert(attr(start, "t"), style, value, text)
	if err != nil || c.text == "" {
		return err
	}
	if column >= maxColumns {
		s.wide = true
		return nil
	}
	for len(s.cells) <= column {
		s.cells = append(s.cells, cell{})
	}
	s.cells[column] = c
	return nil
}

// cellContent returns the text of <v> and of the inline string <is>.
func (s *sheet) cellContent() (value string, text []byte, err error) {
	var inline textCollector
	inValue := false
	for {
		token, err := s.tokens.next()
		if err != nil {
			return "", nil, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			inValue = e.Name.Local == "v"
		case xml.EndElement:
			inValue = false
			if e.Name.Local == "c" {
				return value, inline.take(), nil
			}
		case xml.CharData:
			if inValue {
				value += string(e)
			}
		}
		if err := inline.token(token); err != nil {
			return "", nil, err
		}
	}
}

// columnIndex reads the column of a reference such as AB12, from 0. Without a
// reference it is the next column.
func columnIndex(ref string, next int) (int, error) {
	if ref == "" {
		return next, nil
	}
	n := 0
	for i := range len(ref) {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > 1<<15 {
			break
		}
	}
	if n == 0 || n > 1<<14 {
		return 0, fmt.Errorf("cell reference %q", shorten(ref))
	}
	return n - 1, nil
}

// convert gives a cell's content the kind it is shown as.
func (s *sheet) convert(kind string, style int, value string, text []byte) (cell, error) {
	switch kind {
	case "s":
		n, err := strconv.Atoi(value)
		if err != nil {
			return cell{}, fmt.Errorf("shared string number %q", shorten(value))
		}
		shared, err := s.book.shared.get(n)
		return cell{text: shared}, err
	case "inlineStr":
		return cell{text: string(text)}, nil
	case "str":
		return cell{text: string(unescapeXML([]byte(value)))}, nil
	case "b":
		return cell{text: strconv.FormatBool(value == "1" || value == "true"), kind: boolCell}, nil
	case "e":
		return cell{text: value, kind: errorCell}, nil
	case "d":
		return cell{text: value, kind: dateCell}, nil
	}
	if value == "" {
		return cell{}, nil
	}
	return s.number(value, s.book.styles.of(style)), nil
}

func (s *sheet) number(value string, form numberForm) cell {
	v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return cell{text: value}
	}
	switch form.kind {
	case formDate, formTime:
		if text, ok := s.moment(v, form.kind); ok {
			return cell{text: text, kind: dateCell}
		}
	case formDigits:
		if text := strconv.FormatFloat(v, 'f', 0, 64); v >= 0 && len(text) < form.width {
			return cell{text: strings.Repeat("0", form.width-len(text)) + text, kind: numberCell}
		}
	}
	if math.Abs(v) < 1e15 { // shown with 15 digits: 0.1+0.2 is 0.3
		v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	}
	return cell{text: strconv.FormatFloat(v, 'f', -1, 64), kind: numberCell}
}

// moment returns the day, day and time, or time of day of a serial number.
func (s *sheet) moment(v float64, kind formKind) (string, bool) {
	const dayMillis = 24 * 60 * 60 * 1000
	if v < 0 || v > 3e6 {
		return "", false
	}
	days := math.Floor(v)
	millis := math.Round((v - days) * dayMillis)
	if millis == dayMillis {
		days, millis = days+1, 0
	}
	clock := time.UnixMilli(int64(millis)).UTC()
	if kind == formTime && days == 0 {
		return clock.Format("15:04"), true
	}
	if s.book.is1904 {
		days += 1462
	}
	d, ok := canon.ExcelDate(days)
	if !ok || millis == 0 {
		return d.String(), ok
	}
	return d.String() + "T" + clock.Format("15:04:05.999"), true
}

// unescapeXML decodes _xHHHH_, by which spreadsheets write control characters,
// in place.
func unescapeXML(b []byte) []byte {
	if !bytes.Contains(b, []byte("_x")) {
		return b
	}
	out := b[:0]
	for i := 0; i < len(b); i++ {
		if i+7 <= len(b) && b[i] == '_' && b[i+1] == 'x' && b[i+6] == '_' {
			if code, err := strconv.ParseUint(string(b[i+2:i+6]), 16, 16); err == nil && utf8.ValidRune(rune(code)) {
				out = utf8.AppendRune(out, rune(code))
				i += 6
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}
