package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"assay/server/crm"
	"assay/server/store"
)

// CodeNotJudged is the code under which a report lists a client that a rule
// could not judge.
const CodeNotJudged = "not-judged"

// Rule is what a report needs to know of a rule.
type Rule struct {
	Name     string
	Segments bool // it gives labels, not findings
	Hidden   bool // evaluated, but not part of reports unless asked for by name
	Severity crm.Severity
	Degraded bool                         // it does not judge: it cannot run, or is quarantined
	Messages map[string]map[string]string // templates by finding code (or label) and language
	Manifest map[string]string            // the template for codes and labels that have none of their own, by language
	Titles   map[string]map[string]string // of labels, by language
}

// Reporter answers for one base.
type Reporter struct {
	Store store.Store
	Rules func() []Rule // in force, by name
	Now   func() time.Time
}

// Request selects what a quality report counts and lists; its conditions must
// all hold. Limit is 1 to 1000.
type Request struct {
	Rules      []string // these rules only; nil: all that are not hidden
	Severities []crm.Severity
	Facets     []store.FacetValue
	Segments   []store.RuleLabel
	Match      store.Matcher
	Limit      int
	After      string
	Language   string // en | ru | uk
}

// Quality returns the quality report.
func (r *Reporter) Quality(ctx context.Context, scope crm.Scope, rq Request) (*crm.QualityReport, error) {
	known := r.Rules()
	chosen, err := choose(known, rq)
	if err != nil {
		return nil, err
	}
	q := store.QualityQuery{Query: store.Query{Facets: rq.Facets, Segments: rq.Segments, Match: rq.Match, Limit: rq.Limit, After: rq.After}}
	for _, rule := range chosen {
		q.Report = append(q.Report, rule.Name)
		if rule.Severity != crm.SeverityInfo {
			q.Scored = append(q.Scored, rule.Name)
		}
	}
	asOf := crm.TimeOf(r.Now())
	found, err := r.Store.Quality(ctx, scope, q)
	if err != nil {
		return nil, fmt.Errorf("read the quality report: %w", err)
	}
	out := &crm.QualityReport{AsOf: asOf, Clients: found.Clients, Violating: found.Violating, Pending: found.Pending,
		Score: score(found.Clients, found.Scored), Rules: summaries(chosen, found.Rules), Items: []crm.QualityItem{}, Next: found.Next}
	for _, item := range found.Items {
		ref, err := clientRef(item.Card)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, crm.QualityItem{Client: ref, Findings: findings(chosen, ref.ID, item.Results, rq.Language, func(*Rule) bool { return true })})
	}
	return out, nil
}

// choose returns the rules a report is about.
func choose(known []Rule, rq Request) (chosen []Rule, err error) {
	problems := &crm.InvalidError{}
	for _, name := range rq.Rules {
		if !slices.ContainsFunc(known, func(k Rule) bool { return k.Name == name && !k.Segments }) {
			problems.Problems = append(problems.Problems, crm.Problem{Field: "rule", Code: "unknown_rule",
				Message: fmt.Sprintf("there is no quality rule %q", name)})
		}
	}
	if len(problems.Problems) > 0 {
		return nil, problems
	}
	for _, k := range known {
		named := slices.Contains(rq.Rules, k.Name)
		if k.Segments || rq.Rules != nil && !named || k.Hidden && !named {
			continue
		}
		if len(rq.Severities) > 0 && !slices.Contains(rq.Severities, k.Severity) {
			continue
		}
		chosen = append(chosen, k)
	}
	return chosen, nil
}

// score is the share of clients without findings that matter; an empty base has nothing wrong.
func score(clients, scored int64) float64 {
	if clients == 0 {
		return 1
	}
	return float64(clients-scored) / float64(clients)
}

func summaries(chosen []Rule, counts []store.RuleCount) []crm.RuleSummary {
	list := make([]crm.RuleSummary, 0, len(chosen))
	for _, rule := range chosen {
		s := crm.RuleSummary{Name: rule.Name, Severity: rule.Severity, State: crm.RuleCurrent}
		for _, c := range counts {
			if c.Rule != rule.Name {
				continue
			}
			s.Clients, s.Findings, s.Errors = c.Clients, c.Findings, c.Errors
			if c.Pending > 0 {
				s.State = crm.RuleSweeping
			}
		}
		if rule.Degraded || s.Errors > 0 {
			s.State = crm.RuleDegraded
		}
		list = append(list, s)
	}
	return list
}
