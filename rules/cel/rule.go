package cel

import "assay/rules"

// CheckOf returns what a CEL rule's manifest says, as Compile takes it.
func CheckOf(r *rules.Rule) Check {
	s := r.Spec
	check := Check{Name: r.Metadata.Name, Type: string(s.Type), Match: s.Match, Require: s.Require, Path: s.Path,
		Message: s.Message, SeverityBy: s.SeverityBy, Suggest: s.Suggest, Label: s.Label, Reason: s.Reason}
	if s.ForEach != nil {
		check.ForEachIn, check.ForEachAs = s.ForEach.In, s.ForEach.As
	}
	if s.Limits != nil {
		check.Fuel = s.Limits.Fuel
	}
	if len(s.Labels) > 0 {
		check.Labels = map[string]map[string]string{}
		for label, l := range s.Labels {
			check.Labels[label] = l.Title
		}
	}
	return check
}
