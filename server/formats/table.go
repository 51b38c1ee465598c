package formats

import (
	"fmt"
	"io"
	"strconv"

	"assay/server/canon"
)

// cell is one cell of a table.
type cell struct {
	text string
	kind cellKind
}

type cellKind uint8

const (
	textCell   cellKind = iota
	numberCell          // text is a plain decimal number
	dateCell            // text is 2027-01-31 or 2027-01-31T09:30:00
	boolCell            // text is true or false
	errorCell           // text is what the program shows for a failed formula
)

// row is one row of a table. A row that cannot be read has a reason instead of cells.
type row struct {
	cells []cell // the slice is valid until the next row, the texts for ever
	line  int
	bad   *LineError
}

// rows is a table to read: CSV text or a sheet.
type rows interface {
	next() (row, error) // io.EOF ends
	close() error
	// padded says that cells missing at the end of a row are empty ones, as in
	// sheets, and not absent, as in CSV.
	padded() bool
}

// table turns rows into documents.
type table struct {
	rows    rows
	pending []row // rows looked at in search of the header
	header  *header
	o       Options
	draft   draft
	doc     []byte
	errs    []LineError
}

// headerSearch is how many rows are looked at for the one with the titles:
// sheets often have a heading above it.
const headerSearch = 10

func newTable(r rows, o Options) (source, error) {
	first, err := firstRows(r)
	if err != nil {
		return nil, err
	}
	if len(first) == 0 {
		return nil, fileError("empty_file", "the table is empty: it has no header")
	}
	at := headerRow(first, o)
	if bad := first[at].bad; bad != nil {
		return nil, fileError("no_header", "the header cannot be read: %s", bad.Message)
	}
	h, err := mapHeader(cellTitles(first[at].cells), o)
	if err != nil {
		return nil, err
	}
	return &table{rows: r, pending: first[at+1:], header: h, o: o}, nil
}

// firstRows returns copies of the first rows that are not blank.
func firstRows(r rows) ([]row, error) {
	var first []row
	for len(first) < headerSearch {
		next, err := r.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if next.bad == nil && filled(next.cells) == 0 {
			continue
		}
		next.cells = append([]cell(nil), next.cells...)
		first = append(first, next)
	}
	return first, nil
}

// headerRow returns the index of the row with the titles: the first, unless it
// and what follows are headings, at most half as wide as a later row of which
// two titles are known.
func headerRow(first []row, o Options) int {
	widest := 0
	for i, r := range first {
		if r.bad != nil {
			break
		}
		width := filled(r.cells)
		known := knownTitlesIn(r.cells, o)
		if known >= 2 && 2*widest <= width {
			return i
		}
		widest = max(widest, width)
	}
	return 0
}

// knownTitlesIn counts the cells that are titles of known columns.
func knownTitlesIn(cells []cell, o Options) int {
	n := 0
	for _, c := range identify(cellTitles(cells[:min(len(cells), maxColumns)]), o) {
		if c.state != unknownColumn && c.title != "" {
			n++
		}
	}
	return n
}

func cellTitles(cells []cell) []string {
	titles := make([]string, len(cells))
	for i, c := range cells {
		titles[i] = canon.Name(unescape(c.text))
	}
	return titles
}

// filled counts the cells that are not blank.
func filled(cells []cell) int {
	n := 0
	for _, c := range cells {
		if blank(c.text) {
			continue
		}
		n++
	}
	return n
}

func blank(s string) bool {
	for i := range len(s) {
		if s[i] != ' ' && s[i] != '\t' {
			return false
		}
	}
	return true
}

func (t *table) next() (Record, error) {
	for {
		r, err := t.row()
		if err != nil {
			return Record{}, err
		}
		if r.bad != nil {
			return Record{Line: r.line, Errs: []LineError{*r.bad}}, nil
		}
		if filled(r.cells) == 0 {
			continue
		}
		return t.record(r), nil
	}
}

func (t *table) row() (row, error) {
	if len(t.pending) > 0 {
		r := t.pending[0]
		t.pending = t.pending[1:]
		return r, nil
	}
	return t.rows.next()
}

func (t *table) record(r row) Record {
	t.draft.reset()
	t.errs = nil
	targets := t.header.targets
	for i, c := range r.cells {
		if i < len(targets) {
			t.put(&targets[i], c)
		} else if !blank(c.text) {
			t.fail(LineError{Code: "too_many_cells", Message: fmt.Sprintf("the line has %d cells, the header %d: is a delimiter inside a cell without quotes?", len(r.cells), len(targets))}.
				with("header", "cells", strconv.Itoa(len(r.cells)), "columns", strconv.Itoa(len(targets))))
			break
		}
	}
	if t.rows.padded() {
		for i := len(r.cells); i < len(targets); i++ {
			t.put(&targets[i], cell{})
		}
	}
	if len(t.errs) > 0 {
		return Record{Line: r.line, Errs: t.errs}
	}
	t.finish()
	t.doc = t.draft.append(t.doc[:0], t.o.Merge)
	return Record{Line: r.line, Doc: t.doc}
}

func (t *table) fail(e LineError) { t.errs = append(t.errs, e) }

func (t *table) close() error { return t.rows.close() }
