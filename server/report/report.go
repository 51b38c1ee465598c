package report

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"assay/server/crm"
	"assay/server/store"
)

// Rule is what a report needs to know of a rule.
type Rule struct {
	Name     string
	Segments bool // it gives labels, not findings
	Hidden   bool // evaluated, but not part of reports unless asked for by name
	Selector bool // it says where another rule's findings are waived; nobody is shown it
	Severity crm.Severity
	Graded   bool                         // its findings may have severities of their own
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

	Zone   *time.Location                        // of the days of the trend; nil: UTC
	After  func(time.Duration) <-chan time.Time  // the timers of Run; nil: time.After
	Logger *slog.Logger                          // of Run
	Waiver func(selector string) *crm.WaiverView // the waiver by filter of a selector, nil for none; nil: there are none
}

// Request selects what a quality report counts and lists; its conditions must
// all hold. Limit is 1 to 1000.
type Request struct {
	Rules      []string // these rules only; nil: all that are not hidden
	Severities []crm.Severity
	Facets     []store.FacetValue
	Segments   []store.RuleLabel
	Match      store.Matcher
	Waived     bool // the waived findings in place of the open ones
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
	q := store.QualityQuery{Query: store.Query{Facets: rq.Facets, Segments: rq.Segments, Match: rq.Match, Limit: rq.Limit, After: rq.After}, Waived: rq.Waived}
	for i := range chosen {
		ask(&q, &chosen[i], rq.Severities)
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
		out.Items = append(out.Items, crm.QualityItem{Client: ref, Findings: r.findings(chosen, ref.ID, item.Results, rq.Language, rq.shows)})
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
		if !k.Graded && !rq.chooses(k.Severity) {
			continue
		}
		chosen = append(chosen, k)
	}
	return chosen, nil
}

// chooses says whether findings of a severity are asked for.
func (rq *Request) chooses(s crm.Severity) bool {
	return len(rq.Severities) == 0 || slices.Contains(rq.Severities, s)
}

func (rq *Request) shows(_ *Rule, f *crm.FindingView) bool {
	return rq.chooses(f.Severity) && f.Waived == rq.Waived
}

// severities are those a finding can have, and scored those that lower the score.
var (
	severities = []crm.Severity{crm.SeverityInfo, crm.SeverityWarning, crm.SeverityError}
	scored     = severities[1:]
)

// ask makes a rule part of a query, with its findings of the severities that are asked for.
func ask(q *store.QualityQuery, rule *Rule, asked []crm.Severity) {
	q.Report = append(q.Report, rule.Name)
	matters := slices.Contains(scored, rule.Severity)
	if !rule.Graded {
		if matters {
			q.Scored = append(q.Scored, rule.Name)
		}
		return
	}
	if len(asked) == 0 {
		asked = severities
	}
	if q.ReportParts == nil {
		q.ReportParts, q.ScoredParts = map[string]store.Part{}, map[string]store.Part{}
	}
	reported := store.Part{Own: asked, Rest: slices.Contains(asked, rule.Severity)}
	lowering := store.Part{Rest: reported.Rest && matters}
	for _, s := range scored {
		if slices.Contains(asked, s) {
			lowering.Own = append(lowering.Own, s)
		}
	}
	q.Scored = append(q.Scored, rule.Name)
	q.ReportParts[rule.Name], q.ScoredParts[rule.Name] = reported, lowering
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
		s := crm.RuleSummary{Name: rule.Name, Severity: rule.Severity, State: crm.RuleCurrent, Stale: rule.Degraded}
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
