package server

import (
	"assay/rules"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/report"
)

// reportRules describes the rules in force to the reports.
func (s *Server) reportRules() []report.Rule {
	set := s.reconciler.Current()
	list := make([]report.Rule, 0, len(set.Rules))
	for _, r := range set.Rules {
		list = append(list, reportRule(r))
	}
	return list
}

func reportRule(r *engine.Rule) report.Rule {
	out := report.Rule{Name: r.Name, Segments: r.Spec.Type == rules.Segmentation, Hidden: r.Spec.Mode == rules.Shadow,
		Severity: crm.Severity(r.Spec.Severity), Degraded: !r.Running(), Messages: map[string]map[string]string{}, Titles: map[string]map[string]string{}}
	if described, ok := r.Description(); ok {
		for code, texts := range described.Messages {
			out.Messages[code] = texts
		}
		for label, l := range described.Labels {
			out.Titles[label] = l.Title
		}
	}
	for label, l := range r.Spec.Labels {
		out.Titles[label] = l.Title
	}
	return out
}
