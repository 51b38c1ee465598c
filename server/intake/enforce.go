package intake

import (
	"context"
	"slices"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/engine"
)

// verdict is what the rules say of a card, and which of them were not asked.
type verdict struct {
	results  []crm.Result
	unjudged []string
}

// enforce refuses a write that an enforcing rule finds worse than what is
// stored: both are judged by the same rules at the same moment. A rule that was
// not asked about either of them lets the write through, or none, as its
// failurePolicy says. card is what is to be stored.
func enforce(ctx context.Context, set *engine.Set, now time.Time, v verdict, card []byte, old *stored) error {
	against, unasked := enforced(set, v.results), v.unjudged
	if old != nil && len(against) > 0 {
		before, unjudged, err := set.EvaluateOne(ctx, now, old.card)
		if err != nil {
			return err
		}
		if against = worse(judged(against, unjudged), before); len(against) > 0 {
			if against, err = beyondReplaced(against, before, card); err != nil {
				return err
			}
		}
		unasked = slices.Compact(slices.Sorted(slices.Values(slices.Concat(unasked, unjudged))))
	}
	against = append(against, undecided(set, unasked)...)
	if len(against) == 0 {
		return nil
	}
	refused := &RefusedError{Results: withSince(against, nil, crm.TimeOf(now))}
	if old != nil {
		refused.Client = old.client.ID
	}
	return refused
}

// undecided returns what speaks against a write for rules that must judge every
// write, and were not asked about this one.
func undecided(set *engine.Set, unjudged []string) (against []crm.Result) {
	for _, name := range unjudged {
		if spec := set.Rule(name).Spec; spec.Mode == rules.Enforce && spec.FailurePolicy == rules.Refuse {
			against = append(against, crm.Result{Rule: name, Error: "it does not run or is quarantined, and its failurePolicy lets no write through meanwhile"})
		}
	}
	return against
}

// enforced returns the results that speak against a write.
func enforced(set *engine.Set, results []crm.Result) (against []crm.Result) {
	for _, r := range results {
		spec := set.Rule(r.Rule).Spec
		if spec.Mode != rules.Enforce {
			continue
		}
		if len(r.Findings) > 0 || r.Error != "" && spec.FailurePolicy == rules.Refuse {
			against = append(against, r)
		}
	}
	return against
}

// judged leaves the results of rules that are not among the unjudged.
func judged(results []crm.Result, unjudged []string) []crm.Result {
	return slices.DeleteFunc(results, func(r crm.Result) bool { return slices.Contains(unjudged, r.Rule) })
}

// worse leaves what is in results and was not before.
func worse(results, before []crm.Result) (left []crm.Result) {
	for _, r := range results {
		had := of(before, r.Rule)
		n := crm.Result{Rule: r.Rule}
		if had.Error == "" {
			n.Error = r.Error
		}
		for i := range r.Findings {
			if !holds(had.Findings, &r.Findings[i]) {
				n.Findings = append(n.Findings, r.Findings[i])
			}
		}
		if n.Error != "" || len(n.Findings) > 0 {
			left = append(left, n)
		}
	}
	return left
}

func holds(findings []crm.Finding, f *crm.Finding) bool {
	for i := range findings {
		if crm.SameIdentity(&findings[i], f) {
			return true
		}
	}
	return false
}

// of returns what a rule said, the zero Result when it said nothing.
func of(results []crm.Result, rule string) crm.Result {
	for _, r := range results {
		if r.Rule == rule {
			return r
		}
	}
	return crm.Result{}
}
