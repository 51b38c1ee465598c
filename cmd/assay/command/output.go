package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"
)

// The forms of output.
const (
	outTable = "table"
	outWide  = "wide"
	outJSON  = "json"
	outYAML  = "yaml"
	outName  = "name"
)

// output is the flag -o.
type output string

func (o *output) flag(cmd *cobra.Command, allowed ...string) {
	cmd.Flags().VarP(&outputFlag{o, allowed}, "output", "o", strings.Join(allowed, ", "))
}

type outputFlag struct {
	to      *output
	allowed []string
}

// String implements pflag.Value.
func (f *outputFlag) String() string { return string(*f.to) }

// Type implements pflag.Value.
func (f *outputFlag) Type() string { return "form" }

// Set implements pflag.Value.
func (f *outputFlag) Set(s string) error {
	for _, a := range f.allowed {
		if s == a {
			*f.to = output(s)
			return nil
		}
	}
	return fmt.Errorf("give %s", strings.Join(f.allowed, ", "))
}

// structured writes a value for programs and reports whether that was asked for.
func (o output) structured(w io.Writer, value any) (bool, error) {
	if o != outJSON && o != outYAML {
		return false, nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return true, err
	}
	text := b.Bytes()
	if o == outYAML {
		var err error
		if text, err = yaml.JSONToYAML(text); err != nil {
			return true, err
		}
	}
	_, err := w.Write(text)
	return true, err
}

// table writes rows in columns. Cells come from clients: control characters are
// taken out, so that a name cannot move the cursor.
type table struct{ w *tabwriter.Writer }

func newTable(w io.Writer, columns ...string) *table {
	t := &table{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	if len(columns) > 0 {
		t.row(columns...)
	}
	return t
}

// row writes a row; the last cell is not cut, since nothing stands behind it.
func (t *table) row(cells ...string) {
	for i, cell := range cells[:len(cells)-1] {
		cells[i] = clean(cell)
	}
	cells[len(cells)-1] = oneLine(cells[len(cells)-1])
	fmt.Fprintln(t.w, strings.TrimRight(strings.Join(cells, "\t"), "\t "))
}

func (t *table) flush() error { return t.w.Flush() }

// maxCell is the longest cell, in characters.
const maxCell = 60

// clean makes text fit a cell: one line, no control characters, not too long.
func clean(s string) string {
	s = oneLine(s)
	if runes := []rune(s); len(runes) > maxCell {
		return string(runes[:maxCell-1]) + "…"
	}
	return s
}

// oneLine replaces control characters by spaces.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// grouped writes a count with its thousands apart: 1 204 117.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}
