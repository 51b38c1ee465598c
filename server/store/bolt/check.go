package bolt

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"assay/sdk/abi"
)

// Check reads the whole base and returns what is wrong with it: pages, cards,
// external ids, blocks and events that make no sense, and indexes in memory
// that differ from those the file gives. Writers wait meanwhile. It is for
// operators and tests; a base that Open accepts and that no other program has
// written to has no faults.
func (s *Store) Check(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	var fault error
	err := s.submit(ctx, 1, func(*writer) error {
		fault = s.checkAll(ctx)
		return nil
	})
	return errors.Join(fault, err)
}

// checkAll runs in the committer's goroutine: nothing is written meanwhile.
func (s *Store) checkAll(ctx context.Context) error {
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	defer func() { _ = snap.tx.Rollback() }()
	stopReading := prefetch(pathIn(s.config.Dir))
	defer stopReading()
	var pages error
	for err := range snap.tx.Check() { // to the end: it is a goroutine that sends
		if pages == nil {
			pages = fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	if pages != nil {
		return pages
	}
	rebuilt, err := rebuildFrom(ctx, snap.tx, newExternalIndex(), func(work func(*bbolt.Tx) error) error { return s.db.View(work) })
	if err != nil {
		return err
	}
	return errors.Join(snap.ix.differs(rebuilt), snap.checkExternal(s.external), snap.checkEvents())
}

// checkExternal looks every client up by its external id.
func (s *snapshot) checkExternal(external *externalIndex) error {
	return s.cards.ForEach(func(id, stored []byte) error {
		card, err := abi.Open(stored)
		if err != nil {
			return fmt.Errorf("%w: the card of client %d: %w", ErrDamaged, number(id), err)
		}
		if card.ID() != number(id) {
			return fmt.Errorf("%w: the card of client %d says that it is client %d", ErrDamaged, number(id), card.ID())
		}
		x := card.ExternalID()
		if holder := external.find(x, hasExternal(s.cards, x)); x != "" && holder != number(id) {
			return fmt.Errorf("%w: external id %q of client %d leads to client %d", ErrDamaged, x, number(id), holder)
		}
		return nil
	})
}

// checkEvents reads every event.
func (s *snapshot) checkEvents() error {
	next := s.ix.firstSeq
	err := s.tx.Bucket(bucketEvents).ForEach(func(first, stored []byte) error {
		if number(first) != next {
			return fmt.Errorf("%w: event %d is missing", ErrDamaged, next)
		}
		r, err := readRecord(stored)
		if err != nil {
			return err
		}
		var e event
		for {
			more, err := r.next(&e)
			if err != nil || !more {
				return err
			}
			next++
		}
	})
	if err == nil && next != s.ix.lastSeq+1 {
		err = fmt.Errorf("%w: event %d is missing", ErrDamaged, next)
	}
	return err
}

// differs tells in what an index differs from one that was rebuilt from the
// file. Clients pending are left out: a rebuilt index knows shards of them.
func (ix *index) differs(rebuilt *index) error {
	switch {
	case ix.counters != rebuilt.counters || ix.firstSeq != rebuilt.firstSeq:
		return fmt.Errorf("%w: the numbers are %+v from %d, the file has %+v from %d",
			ErrDamaged, ix.counters, ix.firstSeq, rebuilt.counters, rebuilt.firstSeq)
	case !ix.lives.equal(rebuilt.lives) || !slices.Equal(ix.selectors, rebuilt.selectors):
		return fmt.Errorf("%w: the index has decisions about %d clients, the file %d", ErrDamaged, ix.lives.len(), rebuilt.lives.len())
	case !ix.all.equal(rebuilt.all):
		return fmt.Errorf("%w: the index has %d clients, the file %d", ErrDamaged, ix.all.len(), rebuilt.all.len())
	}
	for at, facet := range facets {
		if err := ix.facets[at].differs(rebuilt.facets[at]); err != nil {
			return fmt.Errorf("facet %s: %w", facet, err)
		}
	}
	for _, rules := range [][2]*index{{ix, rebuilt}, {rebuilt, ix}} {
		for _, r := range rules[0].rules {
			other := rules[1].rule(r.name)
			if other == nil {
				other = &ruleIndex{}
			}
			if err := r.differs(other); err != nil {
				return fmt.Errorf("rule %s: %w", r.name, err)
			}
		}
	}
	return nil
}

func (r *ruleIndex) differs(other *ruleIndex) error {
	if !r.has.equal(other.has) || !r.errors.equal(other.errors) {
		return fmt.Errorf("%w: it has results of %d clients and %d", ErrDamaged, r.has.len(), other.has.len())
	}
	if !r.tally.equal(&other.tally) || !r.waived.equal(&other.waived) {
		return fmt.Errorf("%w: the numbers of findings differ", ErrDamaged)
	}
	return r.labels.differs(other.labels)
}

func (t *tally) equal(other *tally) bool {
	same := t.violating.equal(other.violating) && t.counts.equal(other.counts) && t.graded.equal(other.graded)
	for i := range t.own {
		same = same && t.own[i].violating.equal(other.own[i].violating) && t.own[i].counts.equal(other.own[i].counts)
	}
	return same
}

func (b bitSlices) equal(other bitSlices) bool {
	for bit := range max(len(b), len(other)) {
		if !b.slice(bit).equal(other.slice(bit)) {
			return false
		}
	}
	return true
}

func (b bitSlices) slice(bit int) *set {
	if bit >= len(b) {
		return nil
	}
	return b[bit]
}

func (v *values) differs(other *values) error {
	n := 0
	var err error
	v.each(func(value string, s *set) {
		n++
		if got := other.get(value); !s.equal(got) && err == nil {
			err = fmt.Errorf("%w: %d clients have the value %q in the index and %d in the file",
				ErrDamaged, s.len(), value, got.len())
		}
	})
	other.each(func(string, *set) { n-- })
	if err == nil && n != 0 {
		err = fmt.Errorf("%w: the index has %d values more than the file", ErrDamaged, n)
	}
	return err
}
