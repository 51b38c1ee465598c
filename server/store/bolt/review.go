package bolt

import (
	"context"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"assay/server/crm"
	"assay/server/store"
)

// Review shows the clients of a scope with what a rule has said of them; see
// store.Reviewer.
func (s *Store) Review(ctx context.Context, scope crm.Scope, rule string, visit func([]store.Reviewed) error) (clients int64, err error) {
	err = s.read(ctx, func(snap *snapshot) error {
		sel, err := snap.ix.selects(scope, &store.Query{})
		if err != nil {
			return err
		}
		chunks, rules := sel.chunks(), snap.ix.known([]string{rule})
		clients = sizes(chunks)
		return parallel(ctx, chunks, func(_ int, ids []uint32) error { return snap.review(ctx, rules, ids, visit) })
	})
	return clients, err
}

func (s *snapshot) review(ctx context.Context, rules []*ruleIndex, ids []uint32, visit func([]store.Reviewed) error) error {
	cards, results := s.cardReader(ids), s.resultReader(rules)
	clients, bytes := make([]store.Reviewed, 0, min(len(ids), matchCards)), 0
	for i, id := range ids {
		card, err := cards.read(int64(id))
		if err != nil {
			return err
		}
		said, err := results.of(int64(id))
		if err != nil {
			return err
		}
		client := store.Reviewed{ID: int64(id), Card: card}
		if len(said) > 0 {
			client.Result = &said[0]
		}
		clients, bytes = append(clients, client), bytes+len(card)
		if bytes < matchBytes && len(clients) < matchCards && i+1 < len(ids) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := visit(clients); err != nil {
			return err
		}
		clients, bytes = clients[:0], 0
	}
	return nil
}

// Sample returns cards from all over the base; see store.Reviewer.
func (s *Store) Sample(ctx context.Context, of store.SampleOf, n int) ([][]byte, error) {
	var cards [][]byte
	err := s.read(ctx, func(snap *snapshot) error {
		ids, err := spreadOver(snap.ix.sampled(of), n)
		if err != nil {
			return err
		}
		cards, err = snap.copies(ids)
		return err
	})
	return cards, err
}

// sampled returns the clients that a sample is taken of.
func (ix *index) sampled(of store.SampleOf) []*roaring.Bitmap {
	chunks := make([]*roaring.Bitmap, ix.all.span())
	rule := ix.rule(of.Rule)
	for k := range chunks {
		switch {
		case of.Rule == "":
			chunks[k] = ix.all.chunk(k)
		case rule == nil:
		case of.Failed:
			chunks[k] = rule.errors.chunk(k)
		default:
			chunks[k] = without(rule.has.chunk(k), rule.errors.chunk(k))
		}
	}
	return chunks
}

// spreadOver takes one of each n-th part of the clients. Which one is drawn by
// the part's number: what repeats itself in a base must not fall in step with the sample.
func spreadOver(chunks []*roaring.Bitmap, n int) ([]ranked, error) {
	total := sizes(chunks)
	n = int(min(int64(n), total))
	found := make([]ranked, 0, max(n, 0))
	k, before := 0, int64(0) // the clients of the chunks before k
	for i := range int64(n) {
		from, to := i*total/int64(n), (i+1)*total/int64(n)
		rank := from + int64(scatter(uint64(i))%uint64(to-from))
		for rank-before >= size(chunks[k]) {
			before += size(chunks[k])
			k++
		}
		low, err := chunks[k].Select(uint32(rank - before))
		if err != nil {
			return nil, fmt.Errorf("take client %d of a chunk of %d: %w", rank-before, size(chunks[k]), err)
		}
		found = append(found, ranked{id: uint32(k)<<chunkBits | low})
	}
	return found, nil
}

// scatter mixes the bits of a number (the finalizer of SplitMix64).
func scatter(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
