package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// table is a table of the results.
type table struct {
	title  string
	about  string // what is measured, and how
	header []string
	rows   [][]string
}

// write writes the results as Markdown that reads as plain text too.
func write(s *suite, measured []table) error {
	aims, err := aimsTable(s.figures, s.small)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	introduce(&out, s)
	for _, t := range append([]table{aims}, append(measured, timesTable(s))...) {
		t.write(&out)
	}
	fmt.Fprint(&out, "\n## Who took part\n\n")
	list(&out, peers())
	if s.out == "" {
		_, err := os.Stdout.Write(out.Bytes())
		return err
	}
	half := s.out + ".new"
	if err := os.WriteFile(half, out.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(half, s.out)
}

// introduce says what the figures are, and of which machine.
func introduce(out *bytes.Buffer, s *suite) {
	fmt.Fprint(out, "# Side by side\n\n")
	if s.small {
		fmt.Fprint(out, "A small run, which shows that everything works: its figures are not to be quoted.\n\n")
	}
	fmt.Fprintf(out, `Written by `+"`make bench`"+` on %s: Assay beside what somebody would use instead, over the same clients in the same run.
What a contender finds is held to what checks in Go find, client, check and row: before its time counts, or after an import.
Contenders take turns, and figures are medians; ± is half of what lies between the quartiles, in percent of the median.
Imports, and bases that grow, are measured once.
The ratios are what to quote: times are those of this machine.

`, time.Now().Format(time.DateOnly))
	list(out, machine())
}

func list(out *bytes.Buffer, items []string) {
	for _, item := range items {
		wrap(out, "- ", item)
	}
}

// textWidth is that of paragraphs; tables are as wide as they are.
const textWidth = 120

// wrap writes a text in lines, the first one after a mark as wide as the indent of the others.
func wrap(out *bytes.Buffer, mark, text string) {
	line, indent := mark, strings.Repeat(" ", len(mark))
	for i, word := range strings.Fields(text) {
		if i > 0 && utf8.RuneCountInString(line+word) >= textWidth {
			fmt.Fprintln(out, strings.TrimRight(line, " "))
			line = indent
		}
		line += word + " "
	}
	fmt.Fprintln(out, strings.TrimRight(line, " "))
}

// rounds is a number of them in words.
func rounds(n int) string {
	if n == 1 {
		return "one round"
	}
	return fmt.Sprintf("%d rounds", n)
}

// timesTable is how long the parts took beside what they should.
func timesTable(s *suite) table {
	t := table{title: "How long the run took", header: []string{"part", "took", "has"}, about: "All of it, the making of bases and the comparing of findings too."}
	var has time.Duration
	for _, p := range s.spent {
		has += p.budget
		t.rows = append(t.rows, []string{p.name, p.took.String(), p.budget.String()})
	}
	t.rows = append(t.rows, []string{"together", time.Since(s.began).Round(time.Second).String(), has.String()})
	return t
}

// write writes the table with columns of equal width, figures to the right.
func (t table) write(out *bytes.Buffer) {
	fmt.Fprintf(out, "\n## %s\n\n", t.title)
	for paragraph := range strings.SplitSeq(t.about, "\n") {
		wrap(out, "", paragraph)
	}
	fmt.Fprintln(out)
	lines := append([][]string{t.header}, t.rows...)
	widths, right := make([]int, len(t.header)), make([]bool, len(t.header))
	for i := range t.header {
		right[i] = i > 0
		for n, cells := range lines {
			if i >= len(cells) {
				continue
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cells[i]), 3)
			right[i] = right[i] && (n == 0 || cells[i] == "" || strings.ContainsAny(cells[i][:1], "0123456789") || strings.HasPrefix(cells[i], "×"))
		}
	}
	for n, cells := range lines {
		for i, width := range widths {
			cell := ""
			if i < len(cells) {
				cell = cells[i]
			}
			space := strings.Repeat(" ", width-utf8.RuneCountInString(cell))
			if right[i] {
				cell = space + cell
			} else {
				cell += space
			}
			fmt.Fprintf(out, "| %s ", cell)
		}
		fmt.Fprintln(out, "|")
		if n == 0 {
			rule(out, widths, right)
		}
	}
}

// rule is the line below a header, which says where columns stand.
func rule(out *bytes.Buffer, widths []int, right []bool) {
	for i, width := range widths {
		end := "-"
		if right[i] {
			end = ":"
		}
		fmt.Fprintf(out, "|%s%s", strings.Repeat("-", width+1), end)
	}
	fmt.Fprintln(out, "|")
}
