package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/server/crm"
	"assay/server/store"
)

// answer shows a client as a later read will: from its card.
func answer(card []byte, o store.Outcome, created bool) (*Answer, error) {
	c, err := crm.DecodeCard(card)
	if err != nil {
		return nil, fmt.Errorf("read the card just made: %w", err)
	}
	c.ID, c.Revision = o.ID, o.Revision
	return &Answer{Client: c, Results: o.Results, Created: created}, nil
}

// replayed answers with what the first request with the key made, as it was then.
func (in *Intake) replayed(ctx context.Context, rq Request, o store.Outcome) (*Answer, error) {
	results, unjudged, err := in.Current().EvaluateOne(ctx, in.Now(), o.Card)
	if err != nil {
		return nil, err
	}
	if len(unjudged) > 0 {
		s, err := in.Store.Client(ctx, rq.Scope, o.ID)
		if err != nil && !errors.Is(err, crm.ErrNotFound) { // it may be deleted since
			return nil, err
		}
		results = verdict{results, unjudged}.completed(s.Results)
	}
	c, err := crm.DecodeCard(o.Card)
	if err != nil {
		return nil, fmt.Errorf("read the card that a request with this idempotency key made: %w", err)
	}
	return &Answer{Client: c, Results: withSince(results, nil, c.UpdatedAt), Created: c.Revision == 1, Replayed: true}, nil
}

// unchanged answers a write that says nothing new; nothing is stored.
func (in *Intake) unchanged(ctx context.Context, rq Request, old *stored) (*Answer, error) {
	if old.results == nil {
		s, err := in.Store.Client(ctx, rq.Scope, old.client.ID)
		if err != nil {
			return nil, err
		}
		old.results = s.Results
	}
	return &Answer{Client: old.client, Results: old.results}, nil
}

// rehearse answers a dry run as the write would be answered: a taken external
// id is refused, and findings that are known keep the time they were first seen.
func (in *Intake) rehearse(ctx context.Context, rq Request, c *crm.Client, card []byte, v verdict, old *stored) (*Answer, error) {
	var known []crm.Result
	externalID := ""
	if old != nil {
		now, err := in.Store.Client(ctx, rq.Scope, c.ID)
		if err != nil {
			return nil, err
		}
		known, externalID = now.Results, old.client.ExternalID
	}
	if c.ExternalID != "" && c.ExternalID != externalID {
		found, err := in.Store.ByExternalID(ctx, rq.Scope, []string{c.ExternalID})
		if err != nil {
			return nil, err
		}
		if found[0].Taken || found[0].Card != nil {
			return nil, fmt.Errorf("external id %q: %w", clip(c.ExternalID), crm.ErrDuplicateExternalID)
		}
	}
	outcome := store.Outcome{ID: c.ID, Revision: c.Revision, Results: withSince(v.completed(known), known, c.UpdatedAt)}
	return answer(card, outcome, old == nil)
}

// completed returns the results, and what the rules that were not asked are
// known to have said, by rule.
func (v verdict) completed(known []crm.Result) []crm.Result {
	results := v.results
	for _, r := range known {
		if slices.Contains(v.unjudged, r.Rule) {
			results = append(results, r)
		}
	}
	slices.SortFunc(results, func(a, b crm.Result) int { return strings.Compare(a.Rule, b.Rule) })
	return results
}

// withSince gives the findings the time they were first seen: that of the known
// ones, else now.
func withSince(results, known []crm.Result, now crm.Time) []crm.Result {
	for i := range results {
		had := of(known, results[i].Rule)
		for j := range results[i].Findings {
			f := &results[i].Findings[j]
			f.Since = now
			if k := slices.IndexFunc(had.Findings, func(h crm.Finding) bool { return crm.SameIdentity(&h, f) }); k >= 0 {
				f.Since = had.Findings[k].Since
			}
		}
	}
	return results
}
