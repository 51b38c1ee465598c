package command

import (
	"fmt"
	"strings"
	"time"

	"assay/sdk/abi"
	"assay/server/author"
	"assay/server/cases"
)

// showTested writes what came of all paths in the form that was asked for.
func (a *app) showTested(o *ruleTesting, all []*tested) error {
	switch o.output {
	case outJSON:
		_, err := o.output.structured(a.Stdout, testReport(all))
		return err
	case outJUnit:
		return writeJUnit(a.Stdout, all)
	}
	return a.printTested(o, all)
}

func (a *app) printTested(o *ruleTesting, all []*tested) error {
	p := &testPrinter{colours: a.Columns > 0 && a.Getenv("NO_COLOR") == ""}
	passed, failed := 0, 0
	for _, t := range all {
		for _, u := range t.updated {
			p.line("updated %s in %s", plural(int64(u.Cases), "case", "cases"), u.File)
		}
		for _, outcome := range t.outcomes {
			switch {
			case !outcome.Passed():
				failed++
				p.failure(outcome)
			case o.verbose:
				passed++
				p.line("%s  %s  %s  %s", p.paint(green, "ok  "), outcome.Where(), titleOf(outcome), plural(outcome.Verdict.Fuel, "unit", "units"))
				p.log(outcome)
			default:
				passed++
			}
		}
	}
	if passed+failed > 0 {
		summary := fmt.Sprintf("%d passed, %d failed", passed, failed)
		p.line("%s", p.paint(map[bool]string{true: green, false: red}[failed == 0], summary))
	}
	_, err := fmt.Fprint(a.Stdout, p.text.String())
	return err
}

// The colours of terminals.
const (
	red   = "\x1b[31m"
	green = "\x1b[32m"
)

// testPrinter writes outcomes for people.
type testPrinter struct {
	text    strings.Builder
	colours bool
}

func (p *testPrinter) line(format string, args ...any) {
	p.text.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

func (p *testPrinter) paint(colour, text string) string {
	if !p.colours {
		return text
	}
	return colour + text + "\x1b[0m"
}

// titleOf names a case with its rule, unless the rule goes without saying.
func titleOf(o *author.Outcome) string { return oneLine(o.Of.Name + ": " + o.Title()) }

func (p *testPrinter) failure(o *author.Outcome) {
	p.line("%s  %s  %s", p.paint(red, "FAIL"), o.Where(), titleOf(o))
	for i, d := range o.Differences {
		if d.Finding != "" && d.Kind == cases.Value && (i == 0 || o.Differences[i-1].Finding != d.Finding) {
			p.line("      %s", oneLine(d.Finding))
		}
		p.difference(d)
	}
	if strings.HasPrefix(o.Verdict.Error, "fuel: ") && o.Error == "" {
		p.line("      the rule may spend %s units on a client: have it do less, or raise spec.limits.fuel (%s at most)", grouped(o.Of.Budget()), grouped(abi.MaxFuel))
	}
	if o.Now.IsZero() && o.Of.Module == "" && o.Of.UsesNow { // of a module nobody knows whether it asks
		p.line("      judged at %s: the rule asks for the time, and the case names none (now: …)", o.At.UTC().Format(time.RFC3339))
	}
	if o.Unstable != "" {
		p.line("      judged after other clients, the rule says: %s", oneLine(o.Unstable))
		p.line("      leave isolation: Batch out, or have the module keep nothing of a client")
	}
	p.log(o)
}

// difference writes what was expected behind -, and what came behind +.
func (p *testPrinter) difference(d cases.Difference) {
	minus := func(text string) { p.line("      %s", p.paint(red, "- "+oneLine(text))) }
	plus := func(text string) { p.line("      %s", p.paint(green, "+ "+oneLine(text))) }
	switch d.Kind {
	case cases.Missing:
		minus(beside(d.Finding, d.Want))
	case cases.Unexpected:
		plus(beside(d.Finding, d.Got))
	default:
		field := d.Field + ": "
		if d.Finding != "" {
			field = "  " + field
		}
		minus(field + orNone(d.Want))
		plus(field + orNone(d.Got))
	}
}

func beside(finding, details string) string {
	if details == "" {
		return finding
	}
	return finding + " (" + details + ")"
}

func orNone(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}

func (p *testPrinter) log(o *author.Outcome) {
	for _, text := range o.Log {
		for line := range strings.SplitSeq(text, "\n") {
			p.line("      log: %s", oneLine(line))
		}
	}
}
