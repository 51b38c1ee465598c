package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"assay/rules"
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
		if text, err = rules.YAML(text); err != nil {
			return true, err
		}
	}
	_, err := w.Write(text)
	return true, err
}

// maxCell is the longest cell, in characters.
const maxCell = 60

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
func grouped(n int64) string { return groupedDigits(fmt.Sprint(n)) }

// groupedDigits is grouped of a number of any size.
func groupedDigits(s string) string {
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
