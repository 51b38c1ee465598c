package reconcile

import (
	"context"
	"fmt"
	"strings"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
)

const (
	trialClients = 400 // from all over the base, that a rule is tried on before it runs
	trialKnown   = 50  // besides, of those the version before could not judge, and as many of whom it has said something

	// A rule that fails on more than one in failingShare clients of the trial is refused; where there are fewer than
	// fewestClients, one that fails on all of them and on an empty one besides. RATIONALE says why.
	failingShare  = 5
	fewestClients = 10
)

// try runs a rule on its own cases and on some of the base. A rule that misses
// a case, fails too much, or says now this and now that of the same client is refused.
func (r *Reconciler) try(ctx context.Context, rule *rules.Rule, compiled *engine.Rule, fields map[string]crm.FieldType) error {
	if err := tryCases(ctx, r.Now(), compiled, fields); err != nil {
		return err
	}
	cards, err := r.Store.Sample(ctx, store.SampleOf{}, trialClients)
	if err != nil {
		return fmt.Errorf("read clients to try the rule on: %w", err)
	}
	most := len(cards) / failingShare
	if len(cards) < fewestClients {
		empty, err := crm.EncodeCard(nil, &crm.Client{Kind: "company"})
		if err != nil {
			return err
		}
		cards, most = append(cards, empty), len(cards)
	}
	if err := r.rehearse(ctx, compiled, cards, most); err != nil {
		return err
	}
	return r.tryKnown(ctx, rule.Metadata.Name, compiled)
}

// tryKnown tries a rule on clients that the version before failed on or found something of: they may fail, for there
// are more of them here than in the base, but not dearly, and what is said of them must not depend on the others.
func (r *Reconciler) tryKnown(ctx context.Context, name string, compiled *engine.Rule) error {
	var known [][]byte
	for _, failed := range []bool{true, false} {
		cards, err := r.Store.Sample(ctx, store.SampleOf{Rule: name, Failed: failed}, trialKnown)
		if err != nil {
			return fmt.Errorf("read clients to try the rule on: %w", err)
		}
		known = append(known, cards...)
	}
	return r.rehearse(ctx, compiled, known, len(known))
}

// rehearse runs a rule on cards and says what speaks against it; so many may fail.
func (r *Reconciler) rehearse(ctx context.Context, compiled *engine.Rule, cards [][]byte, most int) error {
	h, err := compiled.Rehearse(ctx, r.Now(), cards, int64(most))
	if err != nil {
		return err
	}
	switch {
	case h.Failed > int64(most):
		return invalid("spec", "rule_fails", "the rule failed on %s clients it was tried on, which are from all over the base, and at most %d of %d may fail: %s. %s; what ran before goes on",
			share(h), most, len(cards), strings.Join(h.Failures, "; "), wayOut(compiled, h))
	case h.Dear:
		return invalid("spec", "rule_fails", "the rule failed on %s clients it was tried on: %s. These failures took %d million units of fuel, for which it would be quarantined. %s; what ran before goes on",
			share(h), strings.Join(h.Failures, "; "), h.Wasted/1e6, wayOut(compiled, h))
	case h.Differs != "":
		return invalid("spec.isolation", "not_deterministic", "what the rule says of a client depends on the clients before: %s. %s; what ran before goes on", h.Differs, forgetting(compiled))
	}
	return nil
}

func share(h *engine.Rehearsal) string {
	if h.Failed == h.Judged {
		return fmt.Sprintf("each of the %d", h.Judged)
	}
	return fmt.Sprintf("%d of the %d", h.Failed, h.Judged)
}

// wayOut says what the author of a failing rule can do.
func wayOut(r *engine.Rule, h *engine.Rehearsal) string {
	module := r.Spec.Module != nil
	switch {
	case h.NoFuel > 0 && module:
		return fmt.Sprintf("The check did not end within %d units on %d of them: mend a loop that never ends, have it do less, or raise spec.limits.fuel (%d at most)", h.Budget, h.NoFuel, abi.MaxFuel)
	case h.NoFuel > 0:
		return fmt.Sprintf("A client may take %d units of fuel: have the rule do less, raise spec.limits.fuel (%d at most), or leave these clients out with spec.match", h.Budget, abi.MaxFuel)
	case module:
		return "Mend the module for such clients; one of them among the rule's cases shows with `assay rule test` when that is done"
	}
	return "Have the rule ask for what these clients lack before it uses it (has(…), size(…) > 0), or leave them out with spec.match"
}

// forgetting says what to do about a rule that remembers clients.
func forgetting(r *engine.Rule) string {
	if r.Spec.Isolation == rules.IsolateBatch {
		return "Leave spec.isolation out or set it to Record, or have the module keep nothing of a client"
	}
	return "Have the rule look at nothing but the client, its settings and the time of evaluation"
}
