package command

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"assay/rules"
	"assay/server/author/run"
)

// showRun writes the summary of a run.
func (a *app) showRun(o *ruleRunning, s *run.Summary) error {
	if o.output == outJSON {
		enc := json.NewEncoder(a.Stdout)
		enc.SetEscapeHTML(false)
		return enc.Encode(map[string]*run.Summary{"summary": s})
	}
	if !o.quiet {
		fmt.Fprintln(a.Stdout)
	}
	text := plural(s.Clients, "client", "clients") + " judged"
	if s.BadLines > 0 {
		text += ", " + plural(s.BadLines, "line that is no client", "lines that are no clients")
	}
	fmt.Fprintln(a.Stdout, text)
	t := a.newTable()
	for i := range s.Rules {
		r := &s.Rules[i]
		t.whole(r.Rule, strings.Join(ruleSummary(r), ", "))
		for _, e := range r.Errors {
			t.whole("", fmt.Sprintf("NOT JUDGED: %s, %s: %s", plural(e.Clients, "client", "clients"), e.Kind, e.Last))
		}
		t.whole("", fmt.Sprintf("fuel %s a client, %s at most; %s a client", grouped(r.Fuel.Mean), grouped(r.Fuel.Most), nanoseconds(r.PerClient())))
	}
	return t.flush()
}

// ruleSummary is what a rule said of all clients together.
func ruleSummary(r *run.RuleSummary) (parts []string) {
	for _, f := range r.Findings {
		parts = append(parts, fmt.Sprintf("%s × %s (%s)", grouped(f.Findings), f.Code, f.Severity))
	}
	for _, label := range slices.Sorted(maps.Keys(r.Labels)) {
		parts = append(parts, fmt.Sprintf("%s × label %s", grouped(r.Labels[label]), label))
	}
	if r.Type == rules.Segmentation && r.Unlabelled > 0 {
		parts = append(parts, fmt.Sprintf("%s × no label", grouped(r.Unlabelled)))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Measures)) {
		m := r.Measures[name]
		parts = append(parts, fmt.Sprintf("measure %s: sum %s of %s, from %s to %s", name, groupedDigits(m.Sum.String()), plural(m.Clients, "client", "clients"), grouped(m.Least), grouped(m.Most)))
	}
	if len(parts) == 0 && len(r.Errors) == 0 {
		parts = append(parts, "nothing to say")
	}
	return parts
}
