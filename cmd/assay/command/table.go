package command

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// table writes rows in columns. Cells come from clients: control characters are
// taken out, so that a name cannot move the cursor. On a terminal rows are cut
// to its width; elsewhere all is written.
type table struct {
	out   World
	cells [][]string
}

func (a *app) newTable(columns ...string) *table {
	t := &table{out: a.World}
	if len(columns) > 0 {
		t.row(columns...)
	}
	return t
}

// row adds a row; the last cell is not cut to [maxCell], since nothing stands behind it.
func (t *table) row(cells ...string) {
	last := len(cells) - 1
	for i, cell := range cells {
		if cells[i] = oneLine(cell); i < last {
			cells[i] = cut(cells[i], maxCell)
		}
	}
	t.cells = append(t.cells, cells)
}

// whole adds a row of which nothing is cut but for a terminal.
func (t *table) whole(cells ...string) {
	for i, cell := range cells {
		cells[i] = oneLine(cell)
	}
	t.cells = append(t.cells, cells)
}

// gap is how far columns are apart.
const gap = 2

// flush writes the rows.
func (t *table) flush() error {
	w := tabwriter.NewWriter(t.out.Stdout, 0, 0, gap, ' ', 0)
	widths := fitColumns(t.widths(), t.out.Columns)
	for _, row := range t.cells {
		if t.out.Columns > 0 {
			for i := range row {
				row[i] = cut(row[i], t.widthOf(widths, row, i))
			}
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(row, "\t"), "\t "))
	}
	return w.Flush()
}

// follow writes one more row under those that were flushed, in their columns.
func (t *table) follow(cells ...string) {
	widths := fitColumns(t.widths(), t.out.Columns)
	var b strings.Builder
	for i, cell := range cells {
		cell = oneLine(cell)
		if t.out.Columns > 0 {
			cell = cut(cell, widths[i])
		}
		fmt.Fprintf(&b, "%-*s", widths[i]+gap, cell)
	}
	fmt.Fprintln(t.out.Stdout, strings.TrimRight(b.String(), " "))
}

// widths returns the width of every column, in characters. A row of fewer cells
// is a remark and no part of the columns.
func (t *table) widths() []int {
	columns := 0
	for _, row := range t.cells {
		columns = max(columns, len(row))
	}
	widths := make([]int, columns)
	for _, row := range t.cells {
		for i := range row {
			if len(row) == columns {
				widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
			}
		}
	}
	return widths
}

// widthOf is how wide cell i of a row may be.
func (t *table) widthOf(widths []int, row []string, i int) int {
	if len(row) == len(widths) {
		return widths[i]
	}
	return t.out.Columns
}

// narrowest is the width that no column is cut below.
const narrowest = 8

// fitColumns takes from the widest column until a row fits into the width of a
// terminal, or nothing is left to take; 0 is no terminal.
func fitColumns(widths []int, terminal int) []int {
	if terminal <= 0 || len(widths) == 0 {
		return widths
	}
	total := gap * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for total > terminal {
		widest := 0
		for i := range widths {
			if widths[i] >= widths[widest] { // of equals the last one, which is text more often
				widest = i
			}
		}
		if widths[widest] <= narrowest {
			break
		}
		widths[widest]--
		total--
	}
	return widths
}

// cut shortens text to a number of characters, with a mark that it did.
func cut(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	if shorter := strings.TrimRight(s, " "); utf8.RuneCountInString(shorter) <= width {
		return shorter
	}
	return string([]rune(s)[:max(width-1, 0)]) + "…"
}
