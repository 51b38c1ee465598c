package intake

import (
	"context"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/engine"
)

// enforce refuses a write that an enforcing rule finds worse than what is
// stored: both are judged by the same rules at the same moment.
func enforce(ctx context.Context, set *engine.Set, now time.Time, results []crm.Result, old *stored) error {
	against := enforced(set, results)
	if len(against) == 0 {
		return nil
	}
	if old != nil {
		before, err := set.EvaluateOne(ctx, now, old.card)
		if err != nil {
			return err
		}
		against = worse(against, before)
	}
	if len(against) == 0 {
		return nil
	}
	refused := &RefusedError{Results: withSince(against, nil, crm.TimeOf(now))}
	if old != nil {
		refused.Client = old.client.ID
	}
	return refused
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
