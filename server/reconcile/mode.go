package reconcile

import (
	"encoding/json"

	"assay/rules"
	"assay/server/engine"
	"assay/server/store"
)

// hiddenReason is why findings are closed of a rule that goes into shadow.
const hiddenReason = "rule in shadow"

// setVisibility has the store log what a rule finds, or keep it quiet: what a rule in shadow finds is nobody's news.
func setVisibility(e *store.Effect, o rules.Object) {
	rule, is := o.(*rules.Rule)
	switch {
	case !is:
	case rule.Spec.Mode == rules.Shadow:
		e.Hide, e.HideReason = []string{rule.Metadata.Name}, hiddenReason
	default:
		e.Show = []string{rule.Metadata.Name}
	}
}

// sameVerdicts reports whether a rule says of every client what the one in force
// has said: the base need not be judged anew.
func sameVerdicts(running, next *engine.Rule) bool {
	return running != nil && running.Judging() && running.Digest == next.Digest && string(judging(running.Spec)) == string(judging(next.Spec))
}

// judging is the part of a spec that verdicts come of.
func judging(s rules.RuleSpec) []byte {
	s.Mode, s.FailurePolicy, s.Severity, s.Cases = "", "", "", nil
	b, err := json.Marshal(s)
	if err != nil { // settings are checked JSON: cannot happen
		return nil
	}
	return b
}
