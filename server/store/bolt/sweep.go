package bolt

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/store"
)

// A shard of a sweep is a block of results: what a sweep finds in one is written
// as one value a rule.

// Pending returns what is left for the rules that have not judged every client
// since they changed, by rule.
func (s *Store) Pending(ctx context.Context) ([]store.Pending, error) {
	var left []store.Pending
	err := s.read(ctx, func(snap *snapshot) error {
		for _, r := range snap.ix.rules {
			if r.pending != nil {
				left = append(left, store.Pending{Rule: r.name, Clients: r.pending.len(), Shards: r.pending.blocks()})
			}
		}
		return nil
	})
	return left, err
}

// ReadShard returns the cards of one shard, by id.
func (s *Store) ReadShard(ctx context.Context, shard int64) ([]crm.Card, error) {
	var cards []crm.Card
	err := s.read(ctx, func(snap *snapshot) error {
		if shard < 0 || shard > maxID>>blockBits {
			return nil
		}
		c := snap.cards.Cursor()
		for k, card := c.Seek(key(shard << blockBits)); k != nil && number(k)>>blockBits == shard; k, card = c.Next() {
			cards = append(cards, crm.Card{ID: number(k), Bytes: bytes.Clone(card)})
		}
		return nil
	})
	return cards, err
}

// CommitShards stores what a sweep found; see store.Store.
func (s *Store) CommitShards(ctx context.Context, generation uint64, shards []store.ShardResults) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	size := 0
	for i := range shards {
		size += len(shards[i].Clients)
	}
	own, err := ownShards(shards)
	if err != nil {
		return err
	}
	return s.submit(ctx, size, func(w *writer) error {
		if generation != w.ix.generation {
			return fmt.Errorf("%w: it is at generation %d, the sweep ran with %d",
				crm.ErrGenerationConflict, w.ix.generation, generation)
		}
		for i := range own {
			w.sweepShard(&own[i])
		}
		return nil
	})
}

// ownShards checks what a sweep found and takes copies that the store may change.
func ownShards(shards []store.ShardResults) ([]store.ShardResults, error) {
	own := slices.Clone(shards)
	for i := range own {
		shard := &own[i]
		shard.Clients = slices.Clone(shard.Clients)
		for j := range shard.Clients {
			c := &shard.Clients[j]
			if c.ID>>blockBits != shard.Shard || c.ID <= 0 || c.ID > maxID {
				return nil, fmt.Errorf("client %d is not in shard %d", c.ID, shard.Shard)
			}
			results, err := ownResults(c.Results)
			if err != nil {
				return nil, fmt.Errorf("client %d: %w", c.ID, err)
			}
			c.Results = results
			for k := range results {
				if !slices.Contains(shard.Rules, results[k].Rule) {
					return nil, fmt.Errorf("client %d: a result of rule %q, which is not among those that were run",
						c.ID, results[k].Rule)
				}
			}
		}
	}
	return own, nil
}

func (w *writer) sweepShard(shard *store.ShardResults) {
	for _, rule := range shard.Rules {
		for i := range shard.Clients {
			c := &shard.Clients[i]
			r := w.ix.rule(rule)
			if r == nil || !r.pending.contains(uint32(c.ID)) {
				continue // it was written or deleted since the rule changed
			}
			if r.rewritten.contains(uint32(c.ID)) && !w.atRevision(c.ID, c.Revision) {
				continue // it was written, without a word of the rule, since it was read
			}
			w.judge(rule, c.ID, resultOf(c.Results, rule), cause{at: shard.At, why: causeSwept})
			w.unpend(rule, uint32(c.ID))
		}
	}
}

// atRevision reports whether the stored card of a client has that revision.
func (w *writer) atRevision(id, revision int64) bool {
	card, err := abi.Open(w.cards.Get(key(id)))
	return !w.fail(err) && card.Revision() == revision
}

func resultOf(results []crm.Result, rule string) *crm.Result {
	i := slices.IndexFunc(results, func(r crm.Result) bool { return r.Rule == rule })
	if i < 0 {
		return nil
	}
	return &results[i]
}

// pend makes every client pending for a rule.
func (w *writer) pend(rule string) {
	r := w.ix.ownRule(rule, w.own)
	r.pending = nil
	if w.ix.all != nil {
		r.pending = w.ix.all.clone(w.own)
		for k, c := range r.pending.chunks {
			if c.owner == w.own { // the transaction may go on changing it as a part of all
				r.pending.chunks[k].ids = c.ids.Clone()
			}
		}
	}
	w.shardsChanged(rule)
}

// clientsOf returns the clients of shards.
func (ix *index) clientsOf(shards *roaring.Bitmap) *set {
	chunks := make([]*roaring.Bitmap, ix.all.span())
	for k := range chunks {
		wanted := roaring.New()
		const perChunk = chunkSize / blockSize
		for i := range uint32(perChunk) {
			if shards.Contains(uint32(k)*perChunk + i) {
				wanted.AddRange(uint64(i)<<blockBits, uint64(i+1)<<blockBits)
			}
		}
		chunks[k] = both(wanted, ix.all.chunk(k))
	}
	return setOf(chunks)
}

func packShards(shards []int64) ([]byte, error) {
	ids := roaring.New()
	for _, shard := range shards {
		ids.Add(uint32(shard))
	}
	ids.RunOptimize()
	return ids.ToBytes()
}

func unpackShards(b []byte) (*roaring.Bitmap, error) {
	ids := roaring.New()
	if err := ids.UnmarshalBinary(b); err != nil {
		return nil, err
	}
	return ids, ids.Validate()
}
