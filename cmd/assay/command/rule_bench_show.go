package command

import (
	"cmp"
	"fmt"
	"slices"

	"assay/server/author/bench"
)

// mostFunctions is how many functions of a profile a table has.
const mostFunctions = 30

// showBench writes what was measured.
func (a *app) showBench(o *ruleBenching, b *benched) error {
	if done, err := o.output.structured(a.Stdout, b); done {
		return err
	}
	fmt.Fprintf(a.Stdout, "on %s (%s), as of %s\n", plural(int64(b.Clients.Count), "client", "clients"), b.Clients.From, b.Now.Format("2006-01-02 15:04"))
	for i := range b.Rules {
		if err := a.showBenched(&b.Rules[i]); err != nil {
			return err
		}
	}
	for i := range b.Profiles {
		if err := a.showProfile(&b.Profiles[i]); err != nil {
			return err
		}
	}
	if b.Comparison != nil {
		return a.showComparison(b.Comparison)
	}
	return nil
}

func (a *app) showBenched(r *bench.Rule) error {
	fmt.Fprintf(a.Stdout, "\n%s\n", r.Rule)
	t := a.newTable("  A CLIENT", "P50", "P90", "P99", "MAX", "")
	row := func(name string, p50, p90, p99, most int64, remark string) {
		t.whole("  "+name, grouped(p50), grouped(p90), grouped(p99), grouped(most), remark)
	}
	row("fuel", r.Fuel.P50, r.Fuel.P90, r.Fuel.P99, r.Fuel.Max, "units; "+grouped(r.Fuel.Sum)+" together")
	row("card", r.Card.P50, r.Card.P90, r.Card.P99, r.Card.Max, "bytes that the module is given")
	row("results", r.Results.P50, r.Results.P90, r.Results.P99, r.Results.Max, "bytes that it says")
	if r.Written.Max > 0 {
		row("written", r.Written.P50, r.Written.P90, r.Written.P99, r.Written.Max, "bytes of its memory that are others after a client than before")
	}
	row("time", r.Time.P50, r.Time.P90, r.Time.P99, r.Time.Max,
		fmt.Sprintf("ns, over batches; median of %d rounds of %s: %s ± %.0f %%", len(r.Time.Rounds), plural(int64(r.Time.Clients), "client", "clients"), nanoseconds(r.Time.Median()), 50*r.Time.Noise()))
	if err := t.flush(); err != nil {
		return err
	}
	if r.Silent() {
		fmt.Fprintln(a.Stdout, "  it says nothing of any of them, so what it costs to find something is not measured: add a case with a finding or label to cases.yaml, or give --clients")
	} else {
		fmt.Fprintf(a.Stdout, "  it says %s and %s\n", plural(r.Findings, "finding", "findings"), plural(r.Labels, "label", "labels"))
	}
	if r.Errors > 0 {
		fmt.Fprintf(a.Stdout, "  NOT JUDGED: %s; the last: %s\n", plural(r.Errors, "client", "clients"), oneLine(r.Error))
	}
	m := &r.Module
	fmt.Fprintf(a.Stdout, "  module of %s bytes, compiled in %s, loaded from the cache in %s; an instance takes up to %s KiB\n",
		grouped(int64(m.Bytes)), nanoseconds(m.Compile), nanoseconds(m.Load), grouped(r.Memory>>10))
	return nil
}

func (a *app) showProfile(p *bench.Profile) error {
	fmt.Fprintf(a.Stdout, "\n%s: where %s units of fuel went, of %s\n", p.Rule, grouped(p.Fuel), plural(int64(p.Clients), "client", "clients"))
	if p.OwnCost {
		fmt.Fprintln(a.Stdout, "  these are units of the host, while a rule in CEL counts by its expressions; require 1:38 stands for the expression there, by line and column")
	}
	functions := functionsOf(p)
	t := a.newTable("  SELF", "%", "CUMULATIVE", "%", "CALLS", "FUNCTION")
	share := func(units int64) string { return fmt.Sprintf("%.1f", 100*float64(units)/float64(max(1, p.Fuel))) }
	for i, f := range functions {
		if i == mostFunctions {
			t.whole("  " + plural(int64(len(functions)-i), "more function", "more functions") + "; -o json and --profile-out have all")
			break
		}
		t.whole("  "+grouped(f.Self), share(f.Self), grouped(f.Cumulative), share(f.Cumulative), grouped(f.Calls), f.Function)
	}
	if err := t.flush(); err != nil {
		return err
	}
	if !p.Named {
		fmt.Fprintln(a.Stdout, "  the module does not name its functions; assay rule bench --help says how to have it do so")
	}
	return nil
}

func changeInALine(c bench.Change) string {
	if c.Verdict == bench.Missing {
		return c.Rule + ": the rule is in the baseline and is not measured any more; measure it, too, or make the baseline anew with --save alone"
	}
	text := fmt.Sprintf("%s: %s was %s, is %s", c.Rule, c.Figure, grouped(c.Was), grouped(c.Is))
	if c.Was > 0 {
		text += fmt.Sprintf(" (%+.1f %%)", 100*c.Growth)
	}
	return text
}

// functionsOf are the functions of a profile as they are shown: those of a rule in CEL by all that they spent, for its
// expressions call others to do their work.
func functionsOf(p *bench.Profile) []bench.Function {
	if !p.OwnCost {
		return p.Functions
	}
	return slices.SortedStableFunc(slices.Values(p.Functions), func(a, b bench.Function) int { return cmp.Compare(b.Cumulative, a.Cumulative) })
}

func (a *app) showComparison(c *bench.Comparison) error {
	fmt.Fprintf(a.Stdout, "\nbeside the baseline, with a tolerance of %s:\n", percents(c.Tolerance))
	t := a.newTable()
	same := 0
	for _, one := range c.Changes {
		if one.Verdict == bench.Same {
			same++
			continue
		}
		text := string(one.Verdict)
		if one.Verdict == bench.Unsure {
			text = "slower, or noise"
		}
		t.whole("  "+text, changeInALine(one))
	}
	if err := t.flush(); err != nil {
		return err
	}
	fmt.Fprintf(a.Stdout, "  %s within it\n", plural(int64(same), "figure is", "figures are"))
	for _, remark := range c.Remarks {
		fmt.Fprintln(a.Stdout, "  "+remark)
	}
	return nil
}
