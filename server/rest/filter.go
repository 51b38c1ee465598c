package rest

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/reconcile"
	"assay/server/store"
)

// How long a filter may work for one answer: a page that can go on later, and
// what needs every client that matches.
const (
	pageBudget  = time.Second
	wholeBudget = 10 * time.Second
)

var explainParam = param{name: "explain", kind: flagParam, describe: "Show in `plan` how `filter` is carried out: which facets answer parts of it, what is left, how many clients that is run on."}

// chosen is a query with the filter that is part of it.
type chosen struct {
	store.Query
	filter *reconcile.Filter
	budget time.Duration
}

// filter compiles the parameter of that name; without it the filter asks for nothing.
func (x *exchange) filter(budget time.Duration) (*reconcile.Filter, error) {
	expr := strings.TrimSpace(x.query.Get("filter"))
	if expr == "" {
		return &reconcile.Filter{Seen: &reconcile.Seen{}}, nil
	}
	return x.Reconciler.Filter(x.ctx, expr, budget)
}

// matcher is what the parameter q and the residue of a filter ask of a card; nil for nothing.
func (x *exchange) matcher(f *reconcile.Filter) store.Matcher {
	words := strings.TrimSpace(x.query.Get("q"))
	switch {
	case words == "":
		return f.Match
	case f.Match == nil:
		return newSearch(words)
	}
	return both{newSearch(words), f.Match}
}

// filtered says how the filter was carried out.
func (x *exchange) filtered(q chosen, partial bool) (out crm.Filtered, err error) {
	out.Failed, out.Failure = q.filter.Seen.Failed()
	if partial {
		out.Partial, out.Scanned = true, q.filter.Seen.Read()
	}
	if x.flag("explain") {
		out.Plan, err = x.plan(q)
	}
	return out, err
}

// plan says what the filter asks of the facets, and what is left.
func (x *exchange) plan(q chosen) (*crm.FilterPlan, error) {
	plan := &crm.FilterPlan{Facets: []crm.PlannedFacet{}, Residue: q.filter.Residue, Read: q.filter.Seen.Read()}
	for _, f := range q.filter.Facets {
		plan.Facets = append(plan.Facets, crm.PlannedFacet{Facet: string(f.Facet), Values: append([]string{f.Value}, f.Or...), Not: f.Not})
	}
	all := q.Query
	all.Match = nil
	var err error
	plan.Selected, err = x.Store.Count(x.ctx, x.who.Scope, all)
	return plan, err
}

// slow turns the end of the filter's budget into a refusal.
func (q chosen) slow(err error) error {
	if !errors.Is(err, store.ErrSpent) {
		return err
	}
	return refuse(api.CodeFilterTooSlow, "filter_slow", "read", strconv.FormatInt(q.filter.Seen.Read(), 10),
		"seconds", strconv.Itoa(int(q.budget.Seconds())))
}

// both is the conjunction of two matchers; the second sees only what the first left.
type both struct{ first, second store.Matcher }

// Match implements store.Matcher.
func (b both) Match(ctx context.Context, cards [][]byte, matched []bool) error {
	if err := b.first.Match(ctx, cards, matched); err != nil {
		return err
	}
	var left [][]byte
	var places []int
	for i, card := range cards {
		if matched[i] {
			left, places = append(left, card), append(places, i)
		}
	}
	if len(left) == 0 {
		return nil
	}
	verdicts := make([]bool, len(left))
	if err := b.second.Match(ctx, left, verdicts); err != nil {
		return err
	}
	for i, place := range places {
		matched[place] = verdicts[i]
	}
	return nil
}
