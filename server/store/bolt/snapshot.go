package bolt

import (
	"bytes"
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/store"
)

// snapshot is the base of one moment: a read transaction and its index. The
// buckets may be read from several goroutines, each with a cursor of its own.
type snapshot struct {
	tx      *bbolt.Tx
	ix      *index
	cards   *bbolt.Bucket
	results *bbolt.Bucket
	ahead   *readAhead // nil: nothing is read ahead
}

// read calls do with the base as it is now.
func (s *Store) read(ctx context.Context, do func(*snapshot) error) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	snap, err := s.snapshot()
	if err != nil {
		return storageError("read the base in "+s.config.Dir, err)
	}
	defer func() { _ = snap.tx.Rollback() }() // a reader's rollback cannot fail
	return do(snap)
}

func (s *Store) snapshot() (*snapshot, error) {
	for {
		tx, err := s.db.Begin(false)
		if err != nil {
			return nil, err
		}
		if ix := s.versions.Load().at(tx.ID()); ix != nil {
			return &snapshot{tx, ix, tx.Bucket(bucketCards), tx.Bucket(bucketResults), s.ahead}, nil
		}
		_ = tx.Rollback() // two transactions were committed since it began
	}
}

// card returns a client's card in the file, nil when there is none in scope.
func (s *snapshot) card(scope crm.Scope, id int64) ([]byte, error) {
	stored := s.cards.Get(key(id))
	if stored == nil {
		return nil, nil
	}
	card, err := abi.Open(stored)
	if err != nil {
		return nil, fmt.Errorf("%w: the card of client %d: %w", ErrDamaged, id, err)
	}
	if !scope.Admits(card.Manager()) {
		return nil, nil
	}
	return stored, nil
}

// Client returns one client with its results.
func (s *Store) Client(ctx context.Context, scope crm.Scope, id int64) (store.Stored, error) {
	var found store.Stored
	err := s.read(ctx, func(snap *snapshot) error {
		card, err := snap.card(scope, id)
		if err != nil {
			return err
		}
		if card == nil {
			return fmt.Errorf("client %d: %w", id, crm.ErrNotFound)
		}
		found.Card = bytes.Clone(card)
		found.Results, err = snap.resultReader(snap.ix.rules).of(id)
		return err
	})
	return found, err
}

// ByExternalID looks clients up by external id.
func (s *Store) ByExternalID(ctx context.Context, scope crm.Scope, externalIDs []string) ([]store.Lookup, error) {
	found := make([]store.Lookup, len(externalIDs))
	err := s.read(ctx, func(snap *snapshot) error {
		for i, x := range externalIDs {
			holder := s.external.find(x, hasExternal(snap.cards, x))
			if holder == 0 {
				continue
			}
			card, err := snap.card(scope, holder)
			if err != nil {
				return err
			}
			found[i] = store.Lookup{Card: bytes.Clone(card), Taken: card == nil}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// resultReader reads results of given rules; it keeps the blocks it was in
// last, so that clients are best read in order.
type resultReader struct {
	snap   *snapshot
	rules  []*ruleIndex
	blocks []openBlock // by rule
}

type openBlock struct {
	number int64
	stored storedBlock
}

func (s *snapshot) resultReader(rules []*ruleIndex) *resultReader {
	r := &resultReader{snap: s, rules: rules, blocks: make([]openBlock, len(rules))}
	for i := range r.blocks {
		r.blocks[i].number = -1
	}
	return r
}

// of returns what the rules say of a client, by rule.
func (r *resultReader) of(id int64) ([]crm.Result, error) {
	var results []crm.Result
	for i, rule := range r.rules {
		if !rule.has.contains(uint32(id)) {
			continue
		}
		b, err := r.block(i, id>>blockBits)
		if err != nil {
			return nil, err
		}
		stored, err := b.find(int(id & (blockSize - 1)))
		if err != nil {
			return nil, fmt.Errorf("results of client %d: %w", id, err)
		}
		result, err := readResult(stored, rule.name)
		if err != nil {
			return nil, fmt.Errorf("results of client %d: %w", id, err)
		}
		results = append(results, result)
	}
	return results, r.snap.ix.decorate(r.snap.tx, id, results)
}

func (r *resultReader) block(i int, number int64) (storedBlock, error) {
	open := &r.blocks[i]
	if open.number != number {
		bucket := r.snap.results.Bucket([]byte(r.rules[i].name))
		if bucket == nil {
			return nil, fmt.Errorf("%w: the results of rule %s are gone", ErrDamaged, r.rules[i].name)
		}
		*open = openBlock{number, bucket.Get(key(number))}
	}
	return open.stored, nil
}
