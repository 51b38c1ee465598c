package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
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
				left = append(left, store.Pending{Rule: r.name, Clients: r.pending.len(), Shards: r.pending.blocks(), Since: r.since})
			}
		}
		return nil
	})
	return left, err
}

// Writes returns how many calls of Commit there were.
func (s *Store) Writes() int64 { return s.writes.Load() }

// ReadShard calls read with the cards of a shard; see store.Store.
func (s *Store) ReadShard(ctx context.Context, shard, after int64, read func(id int64, card []byte) (more bool)) error {
	return s.read(ctx, func(snap *snapshot) error {
		if shard < 0 || shard > maxID>>blockBits {
			return nil
		}
		if after < max(shard<<blockBits, 1) { // it is read from its beginning
			snap.expectShard(shard)
		}
		c := snap.cards.Cursor()
		for k, card := c.Seek(key(max(shard<<blockBits, after+1))); k != nil && number(k)>>blockBits == shard; k, card = c.Next() {
			if !read(number(k), card) {
				break
			}
		}
		return nil
	})
}

// CommitShards stores what a sweep found; see store.Store.
func (s *Store) CommitShards(ctx context.Context, generation uint64, shards []store.ShardResults) error {
	ready, err := s.makeReady(ctx, shards)
	if err != nil {
		return err
	}
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	size := 0
	for i := range shards {
		size += len(shards[i].Clients)
	}
	return s.submitTo(ctx, s.sweeps, size, func(w *writer) error {
		if generation != w.ix.generation {
			return fmt.Errorf("%w: it is at generation %d, the sweep ran with %d",
				crm.ErrGenerationConflict, w.ix.generation, generation)
		}
		w.takeShards(ready)
		return nil
	})
}

// ruleChunk is a rule and 65,536 clients.
type ruleChunk struct {
	rule  string
	chunk int
}

// takeShards stores what was made ready.
func (w *writer) takeShards(ready []readyShard) {
	bulks := make(map[ruleChunk]*bulk)
	taken := make(map[int64]bool)
	for i := range ready {
		shard := &ready[i]
		if taken[shard.given.Shard] || !w.asReady(shard) {
			w.apply(bulks) // what is judged one by one looks at the index
			clear(bulks)
			w.sweepShard(shard.given)
			continue
		}
		taken[shard.given.Shard] = true
		w.takeShard(shard, bulks)
	}
	w.apply(bulks)
}

func (w *writer) apply(bulks map[ruleChunk]*bulk) {
	for at, b := range bulks {
		r := w.ix.ownRule(at.rule, w.own)
		b.apply(r)
		for _, number := range b.numbers {
			if r.pending.blockEmpty(number) {
				w.shardsChanged(at.rule)
			}
		}
	}
}

// asReady reports whether nobody has written in a shard what concerns the rules since it was made ready, and
// nothing was decided about findings in it.
func (w *writer) asReady(shard *readyShard) bool {
	number := shard.given.Shard
	if !w.ix.lives.blockEmpty(number) {
		return false
	}
	for i := range shard.rules {
		b := &shard.rules[i]
		if w.ix.isSelector(b.rule) || w.ix.hasSelector(b.rule) || w.ix.hidden[b.rule] != b.hidden {
			return false
		}
		r := w.ix.rule(b.rule)
		if r == nil {
			if b.judged != (slots{}) {
				return false
			}
			continue
		}
		if r.pending.slotsOf(number) != b.pending || !r.rewritten.blockEmpty(number) {
			return false
		}
		if !b.delta.any {
			continue
		}
		if open := w.blocks[blockKey{b.rule, number}]; open != nil && len(open.edits) > 0 {
			return false
		}
		if w.block(b.rule, number); sumOf(w.blocks[blockKey{b.rule, number}].stored) != b.seen {
			return false
		}
	}
	return true
}

// takeShard stores the blocks and events of a shard and leaves its index to bulks.
func (w *writer) takeShard(shard *readyShard, bulks map[ruleChunk]*bulk) {
	number := shard.given.Shard
	for i := range shard.rules {
		b := &shard.rules[i]
		if b.judged == (slots{}) {
			continue
		}
		w.changed = true
		at := ruleChunk{b.rule, int(number >> (chunkBits - blockBits))}
		if bulks[at] == nil {
			bulks[at] = &bulk{chunk: at.chunk, own: w.own}
		}
		bulks[at].blocks, bulks[at].numbers = append(bulks[at].blocks, b), append(bulks[at].numbers, number)
		if b.delta.any {
			w.storeBlock(b.rule, number, b.value)
			delete(w.blocks, blockKey{b.rule, number})
		}
	}
	for i := range shard.closed {
		w.keepPast(shard.closed[i].client, &shard.closed[i].past)
	}
	w.events.join(w.ix.lastSeq+1, &shard.events)
	w.ix.lastSeq += shard.logged
}

// sweepShard judges the clients of a shard one by one.
func (w *writer) sweepShard(given *store.ShardResults) {
	shard := *given
	shard.Clients = slices.Clone(given.Clients)
	for i := range shard.Clients {
		results, err := ownResults(shard.Clients[i].Results)
		if w.fail(err) {
			return
		}
		shard.Clients[i].Results = results
	}
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
	r.pending, r.since = nil, crm.TimeOf(w.now)
	if w.ix.all != nil {
		r.pending = w.ix.all.clone(w.own)
		for k, c := range r.pending.chunks {
			switch {
			case c.ids == nil:
			case c.owner == w.own: // which may go on changing them as a part of all
				r.pending.chunks[k] = chunk{w.own, w.own, c.ids.Clone()}
			default:
				r.pending.chunks[k].version = w.own
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

// What is pending is stored as a bitmap of the shards, and behind it the time since when, which files of old lack: 8 bytes.

func packShards(shards []int64, since crm.Time) ([]byte, error) {
	ids := roaring.New()
	for _, shard := range shards {
		ids.Add(uint32(shard))
	}
	ids.RunOptimize()
	b, err := ids.ToBytes()
	return binary.BigEndian.AppendUint64(b, packTime(since)), err
}

func unpackShards(b []byte) (ids *roaring.Bitmap, since crm.Time, err error) {
	ids = roaring.New()
	n, err := ids.ReadFrom(bytes.NewReader(b))
	if err != nil {
		return nil, since, err
	}
	if tail := b[n:]; len(tail) == 8 {
		since = unpackTime(binary.BigEndian.Uint64(tail))
	}
	return ids, since, ids.Validate()
}
