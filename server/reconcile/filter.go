package reconcile

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"assay/sdk/abi"
	"assay/server/engine"
	"assay/server/store"
)

// maxCompilations bounds how often one call compiles a filter that others keep
// pushing out.
const maxCompilations = 16

// facetLists are the fields of clients that are facets, and whether they are lists.
var facetLists = map[string]bool{
	string(store.FacetKind): false, string(store.FacetManager): false, string(store.FacetRegion): false, string(store.FacetSource): false,
	string(store.FacetStage): false, string(store.FacetStatus): false, string(store.FacetTags): true, string(store.FacetCategories): true,
}

// Filter is a compiled CEL predicate for one request: a client satisfies it
// when it has the facet values and Match says so.
type Filter struct {
	Facets  []store.FacetValue // what a store answers without reading cards
	Residue string             // the predicate that is left, in CEL; "" for none
	Match   store.Matcher      // of the residue; nil for none
	Seen    *Seen              // what Match has done so far
}

// Filter compiles a CEL predicate over clients, with `now` as of this call.
// Match works for about the budget from its first call on, then answers
// store.ErrSpent; a budget of 0 is none.
func (r *Reconciler) Filter(ctx context.Context, expr string, budget time.Duration) (*Filter, error) {
	compiled, err := r.filters.get(ctx, r.compiler.Load(), expr)
	if err != nil {
		return nil, err
	}
	f := &Filter{Facets: facetsOf(compiled), Residue: compiled.Residue, Seen: &Seen{}}
	if f.Residue != "" {
		f.Match = &matcher{reconciler: r, expr: expr, now: r.Now(), budget: budget, seen: f.Seen}
	}
	return f, nil
}

func facetsOf(f *engine.Filter) (list []store.FacetValue) {
	for _, q := range f.Equalities {
		list = append(list, store.FacetValue{Facet: store.Facet(q.Field), Value: q.Values[0], Or: q.Values[1:], Not: q.Not})
	}
	return list
}

// Seen counts what a filter was asked. Its methods may be called from any goroutine.
type Seen struct {
	mu      sync.Mutex
	read    int64
	failed  int64
	firstID int64
	first   string
}

// Read returns how many cards were read.
func (s *Seen) Read() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read
}

// Failed returns on how many cards the filter failed, and what happened on the
// one of the lowest client number. They do not match.
func (s *Seen) Failed() (n int64, first string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == 0 {
		return 0, ""
	}
	return s.failed, fmt.Sprintf("client %d: %s", s.firstID, s.first)
}

// Add counts cards that were read.
func (s *Seen) Add(cards int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read += int64(cards)
}

// Fail counts a card on which the filter failed.
func (s *Seen) Fail(client int64, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed++; s.failed == 1 || client < s.firstID {
		s.firstID, s.first = client, why
	}
}

// matcher runs a filter of the cache. One that was freed meanwhile, by newer
// filters or by a change of the declared fields, is compiled again.
type matcher struct {
	reconciler *Reconciler
	expr       string
	now        time.Time
	budget     time.Duration
	seen       *Seen

	mu    sync.Mutex
	began time.Time // of the first call
}

// Match implements store.Matcher.
func (m *matcher) Match(ctx context.Context, cards [][]byte, matched []bool) error {
	if m.spent() {
		return store.ErrSpent
	}
	failed := func(card []byte, why string) {
		if c, err := abi.Open(card); err == nil {
			m.seen.Fail(c.ID(), why)
		}
	}
	for attempt := 0; ; attempt++ {
		f, err := m.reconciler.filters.get(ctx, m.reconciler.compiler.Load(), m.expr)
		if err != nil {
			return err
		}
		err = f.Match(ctx, m.now, cards, matched, failed)
		if attempt == maxCompilations || !errors.Is(err, engine.ErrClosed) {
			m.seen.Add(len(cards))
			return err
		}
	}
}

// spent reports whether the budget is used up.
func (m *matcher) spent() bool {
	if m.budget == 0 {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.reconciler.Now()
	if m.began.IsZero() {
		m.began = now
		return false
	}
	return now.Sub(m.began) >= m.budget
}
