package server

import (
	"context"

	"assay/rules"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/reconcile"
	"assay/server/report"
	"assay/server/store"
)

// described is a rule set as the reports see it.
type described struct {
	set   *engine.Set
	rules []report.Rule
}

// reportRules describes the rules in force to the reports. Every answered write
// asks for it, so it is made once for each set.
func (s *Server) reportRules() []report.Rule {
	set := s.reconciler.Current()
	if d := s.described.Load(); d != nil && d.set == set && d.holds() {
		return d.rules
	}
	d := &described{set: set, rules: make([]report.Rule, 0, len(set.Rules))}
	for _, r := range set.Rules {
		d.rules = append(d.rules, reportRule(r))
	}
	s.described.Store(d)
	return d.rules
}

// holds reports whether the rules that judged still do, and the others still do not.
func (d *described) holds() bool {
	for i, r := range d.set.Rules {
		if d.rules[i].Degraded == r.Judging() {
			return false
		}
	}
	return true
}

func reportRule(r *engine.Rule) report.Rule {
	out := report.Rule{Name: r.Name, Selector: reconcile.IsSelector(r.Name), Segments: r.Spec.Type == rules.Segmentation, Hidden: r.Spec.Mode == rules.Shadow,
		Severity: crm.Severity(r.Spec.Severity), Graded: r.Spec.SeverityBy != "" || r.Spec.Module != nil, Degraded: !r.Judging(), Messages: map[string]map[string]string{}, Titles: map[string]map[string]string{}}
	if described, ok := r.Description(); ok {
		for code, texts := range described.Messages {
			out.Messages[code] = texts
		}
		for label, l := range described.Labels {
			out.Titles[label] = l.Title
		}
	}
	out.Manifest = r.ManifestTexts()
	for label, l := range r.Spec.Labels {
		out.Titles[label] = l.Title
	}
	return out
}

// reportedRules are the names of the quality rules that reports show.
func (s *Server) reportedRules() (names []string) {
	for _, r := range s.reportRules() {
		if !r.Segments && !r.Hidden {
			names = append(names, r.Name)
		}
	}
	return names
}

// filter compiles a filter that takes its time.
func (s *Server) filter(ctx context.Context, expr string) ([]store.FacetValue, store.Matcher, error) {
	f, err := s.reconciler.Filter(ctx, expr, 0)
	if err != nil {
		return nil, nil, err
	}
	return f.Facets, f.Match, nil
}
