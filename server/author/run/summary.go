package run

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"assay/rules"
	"assay/server/author"
	"assay/server/cases"
	"assay/server/engine"
)

// Summary is what rules said of many clients.
type Summary struct {
	Clients  int64         `json:"clients"` // that were judged
	BadLines int64         `json:"badLines"`
	Rules    []RuleSummary `json:"rules"`
}

// RuleSummary is what one rule said.
type RuleSummary struct {
	Rule        string           `json:"rule"`
	Type        rules.RuleType   `json:"type"`
	Clients     int64            `json:"clients"`    // it said anything of
	Findings    []FindingCount   `json:"findings"`   // by code and severity
	Labels      map[string]int64 `json:"labels"`     // clients by label
	Unlabelled  int64            `json:"unlabelled"` // clients without one, of a segmentation rule
	Measures    map[string]Sum   `json:"measures"`   // by name
	Errors      []ErrorCount     `json:"errors"`     // by kind
	Fuel        Fuel             `json:"fuel"`
	Nanoseconds int64            `json:"nanoseconds"` // of all clients together, on this machine

	judged  int64
	counted map[FindingCount]int64 // findings, by code and severity
}

// FindingCount counts findings alike.
type FindingCount struct {
	Code     string         `json:"code"`
	Severity rules.Severity `json:"severity"`
	Findings int64          `json:"findings"`
}

// Sum sums a measure up.
type Sum struct {
	Clients int64    `json:"clients"` // that have it
	Sum     *big.Int `json:"sum"`     // exact: values may be as great as an int64 is
	Least   int64    `json:"least"`
	Most    int64    `json:"most"`
}

// ErrorCount counts clients that could not be judged.
type ErrorCount struct {
	Kind    string `json:"kind"` // of a fault of the module, such as fuel or trap; "rule": the rule itself said so
	Clients int64  `json:"clients"`
	Last    string `json:"last"` // what it said of the last of them
}

// Fuel is what clients cost, in units.
type Fuel struct {
	Mean int64 `json:"mean"` // a client
	Most int64 `json:"most"` // of a client
	Sum  int64 `json:"sum"`
}

// KindRule is the kind of the errors that a rule gives by itself.
const KindRule = "rule"

func newSummary(p *author.Project) *Summary {
	s := &Summary{Rules: make([]RuleSummary, len(p.Rules))}
	for i, r := range p.Rules {
		s.Rules[i] = RuleSummary{Rule: r.Name, Type: r.Spec.Type, Findings: []FindingCount{}, Labels: map[string]int64{},
			Measures: map[string]Sum{}, Errors: []ErrorCount{}, counted: map[FindingCount]int64{}}
	}
	return s
}

// Failed is how many verdicts there are not, for a rule could not judge a client.
func (s *Summary) Failed() (n int64) {
	for _, r := range s.Rules {
		for _, e := range r.Errors {
			n += e.Clients
		}
	}
	return n
}

// PerClient is the time of a client, in nanoseconds.
func (r *RuleSummary) PerClient() int64 { return r.Nanoseconds / max(1, r.judged) }

// add adds a verdict.
func (r *RuleSummary) add(rule *engine.Rule, v *engine.Verdict) {
	r.judged++
	r.Fuel.Sum += v.Fuel
	r.Fuel.Most = max(r.Fuel.Most, v.Fuel)
	r.Fuel.Mean = r.Fuel.Sum / r.judged
	if v.Error != "" {
		r.addError(v)
		return
	}
	if len(v.Findings) > 0 || v.Label != "" || len(v.Measures) > 0 {
		r.Clients++
	}
	for i := range v.Findings {
		r.counted[FindingCount{Code: v.Findings[i].Code, Severity: cases.Severity(rule, &v.Findings[i])}]++
	}
	switch {
	case v.Label != "":
		r.Labels[v.Label]++
	case r.Type == rules.Segmentation:
		r.Unlabelled++
	}
	for name, value := range v.Measures {
		r.addMeasure(name, value)
	}
}

// finish puts in order what was counted.
func (s *Summary) finish() {
	for i := range s.Rules {
		r := &s.Rules[i]
		for f, n := range r.counted {
			r.Findings = append(r.Findings, FindingCount{Code: f.Code, Severity: f.Severity, Findings: n})
		}
		slices.SortFunc(r.Findings, func(a, b FindingCount) int {
			return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Severity, b.Severity))
		})
	}
}

func (r *RuleSummary) addMeasure(name string, value int64) {
	sum, known := r.Measures[name]
	if !known {
		sum.Sum, sum.Least, sum.Most = new(big.Int), value, value
	}
	sum.Sum.Add(sum.Sum, big.NewInt(value))
	r.Measures[name] = Sum{Clients: sum.Clients + 1, Sum: sum.Sum, Least: min(sum.Least, value), Most: max(sum.Most, value)}
}

func (r *RuleSummary) addError(v *engine.Verdict) {
	kind, text := KindRule, v.Error
	if v.Fault {
		kind, text, _ = strings.Cut(v.Error, ": ")
	}
	i := slices.IndexFunc(r.Errors, func(e ErrorCount) bool { return e.Kind == kind })
	if i < 0 {
		i = len(r.Errors)
		r.Errors = append(r.Errors, ErrorCount{Kind: kind})
	}
	r.Errors[i].Clients++
	r.Errors[i].Last = text
}
