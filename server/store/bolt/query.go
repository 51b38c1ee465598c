package bolt

import (
	"context"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"assay/server/crm"
	"assay/server/store"
)

// MaxPage is the largest Limit of a page.
const MaxPage = 1000

// selection is the conditions of a query that bitmaps answer. No conditions
// select all clients.
type selection struct {
	all    *set
	within [][]*set // a client must be in one set of each at least
	beyond [][]*set // and in no set of these
}

// selects returns the selection of a query within a scope, Match aside.
func (ix *index) selects(scope crm.Scope, q *store.Query) (selection, error) {
	sel := selection{all: ix.all}
	if !scope.All {
		sel.within = append(sel.within, ix.managed(scope))
	}
	for _, f := range q.Facets {
		sets, err := ix.having(f)
		switch {
		case err != nil:
			return sel, err
		case f.Not:
			sel.beyond = append(sel.beyond, sets)
		default:
			sel.within = append(sel.within, sets)
		}
	}
	for _, s := range q.Segments {
		var members *set
		if r := ix.rule(s.Rule); r != nil {
			members = r.labels.get(s.Label)
		}
		sel.within = append(sel.within, []*set{members})
	}
	if len(q.Rules) > 0 {
		sel.within = append(sel.within, ix.pick(q.Rules, func(r *ruleIndex) *set { return r.violating }))
	}
	return sel, nil
}

// having returns the sets of the clients with the values of a facet.
func (ix *index) having(f store.FacetValue) ([]*set, error) {
	at := slices.Index(facets[:], f.Facet)
	if at < 0 {
		return nil, fmt.Errorf("there is no facet %q", f.Facet)
	}
	sets := []*set{ix.facets[at].get(f.Value)}
	for _, value := range f.Or {
		sets = append(sets, ix.facets[at].get(value))
	}
	return sets, nil
}

// managed returns the sets of the clients in a scope.
func (ix *index) managed(scope crm.Scope) []*set {
	sets := make([]*set, len(scope.Managers))
	for i, manager := range scope.Managers {
		sets[i] = ix.facets[atManager].get(manager)
	}
	return sets
}

// pick returns a set of each known rule.
func (ix *index) pick(rules []string, get func(*ruleIndex) *set) []*set {
	var sets []*set
	for _, name := range rules {
		if r := ix.rule(name); r != nil {
			sets = append(sets, get(r))
		}
	}
	return sets
}

// chunk returns what is selected in one chunk, nil for nothing. It must not be changed.
func (sel selection) chunk(k int) *roaring.Bitmap {
	var selected *roaring.Bitmap
	if len(sel.within) == 0 {
		selected = sel.all.chunk(k)
	} else {
		selected = union(sel.within[0], k)
		for _, sets := range sel.within[1:] {
			if selected == nil {
				return nil
			}
			selected = both(selected, union(sets, k))
		}
	}
	for _, sets := range sel.beyond {
		selected = without(selected, union(sets, k))
	}
	return selected
}

// chunks returns all that is selected.
func (sel selection) chunks() []*roaring.Bitmap {
	selected := make([]*roaring.Bitmap, sel.all.span())
	for k := range selected {
		selected[k] = sel.chunk(k)
	}
	return selected
}

func union(sets []*set, k int) *roaring.Bitmap {
	if len(sets) == 1 {
		return sets[0].chunk(k)
	}
	chunks := make([]*roaring.Bitmap, len(sets))
	for i, s := range sets {
		chunks[i] = s.chunk(k)
	}
	return either(chunks...)
}

func sizes(chunks []*roaring.Bitmap) int64 {
	var n int64
	for _, ids := range chunks {
		n += size(ids)
	}
	return n
}

// Clients returns a page of cards; see store.Store.
func (s *Store) Clients(ctx context.Context, scope crm.Scope, q store.Query) (store.Page, error) {
	var page store.Page
	if q.Limit < 1 || q.Limit > MaxPage {
		return page, fmt.Errorf("a page of %d clients: 1 to %d", q.Limit, MaxPage)
	}
	order, err := orderOf(q.Sort)
	if err != nil {
		return page, err
	}
	cur, err := readCursor(&q)
	if err != nil {
		return page, err
	}
	err = s.read(ctx, func(snap *snapshot) error {
		sel, err := snap.ix.selects(scope, &q)
		if err != nil {
			return err
		}
		var found []ranked
		var upTo *ranked
		if order.byID {
			found, upTo, err = snap.inOrderOfID(ctx, sel, &q, cur)
		} else {
			found, err = snap.inOrder(ctx, sel, &q, order, cur)
		}
		if err != nil {
			return err
		}
		switch {
		case len(found) > q.Limit:
			found = found[:q.Limit]
			page.Next = writeCursor(&q, found[q.Limit-1])
		case upTo != nil:
			page.Next, page.Partial = writeCursor(&q, *upTo), true
		}
		page.Cards, err = snap.copies(found)
		return err
	})
	return page, err
}

// copies returns the cards of clients in memory of the caller's own.
func (s *snapshot) copies(found []ranked) ([][]byte, error) {
	ids := make([]uint32, len(found))
	for i, f := range found {
		ids[i] = f.id
	}
	slices.Sort(ids)
	s.expect(ids)
	cards := make([][]byte, len(found))
	for i, f := range found {
		card := s.cards.Get(key(int64(f.id)))
		if card == nil {
			return nil, fmt.Errorf("%w: the card of client %d is gone", ErrDamaged, f.id)
		}
		cards[i] = slices.Clone(card)
	}
	return cards, nil
}

// Count returns how many clients a query selects.
func (s *Store) Count(ctx context.Context, scope crm.Scope, q store.Query) (int64, error) {
	var n int64
	err := s.read(ctx, func(snap *snapshot) error {
		selected, err := snap.selected(ctx, scope, &q)
		if err == nil {
			n = selected.count(snap.ix.all)
		}
		return err
	})
	return n, err
}

// selected returns all clients that a query selects, Match included.
func (s *snapshot) selected(ctx context.Context, scope crm.Scope, q *store.Query) (*chosen, error) {
	sel, err := s.ix.selects(scope, q)
	if err != nil {
		return nil, err
	}
	if q.Match == nil {
		return sel.chosen(), nil
	}
	chunks, err := s.matching(ctx, sel.chunks(), q.Match)
	return &chosen{chunks: chunks}, err
}

// Segments returns the labels given within a scope, by rule and label.
func (s *Store) Segments(ctx context.Context, scope crm.Scope) ([]store.SegmentCount, error) {
	var counts []store.SegmentCount
	err := s.read(ctx, func(snap *snapshot) error {
		sel, err := snap.ix.selects(scope, &store.Query{})
		if err != nil {
			return err
		}
		selected := sel.chosen()
		for _, r := range snap.ix.rules {
			counts = append(counts, r.segments(selected)...)
		}
		return nil
	})
	return counts, err
}
