package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"go.etcd.io/bbolt"

	"assay/sdk/abi"
	"assay/server/store"
)

const (
	matchBytes = abi.BatchTarget * 7 / 8 // cards of one call of a Matcher: with their table they fill one batch
	matchCards = 512
	scanUnit   = 1024 // clients a worker takes at a time
)

// cardReader reads the cards of ascending ids, neighbours without a search. Those that it was made for are read ahead.
type cardReader struct {
	cursor *bbolt.Cursor
	id     int64
	card   []byte
}

func (s *snapshot) cardReader(ids []uint32) *cardReader {
	s.expect(ids)
	return &cardReader{cursor: s.cards.Cursor(), id: -1}
}

// read returns the card of an id that the index knows.
func (r *cardReader) read(id int64) ([]byte, error) {
	const near = 8
	if ahead := id - r.id; r.id >= 0 && ahead > 0 && ahead <= near {
		for r.id < id {
			k, card := r.cursor.Next()
			if k == nil {
				break
			}
			r.id, r.card = number(k), card
		}
	}
	if r.id != id {
		k, card := r.cursor.Seek(key(id))
		if k == nil || number(k) != id {
			r.id = -1
			return nil, fmt.Errorf("%w: the card of client %d is gone", ErrDamaged, id)
		}
		r.id, r.card = id, card
	}
	return r.card, nil
}

// matchIDs calls a matcher with the cards of ids and tells which match. With an
// error it tells so of those that were decided before it.
func (s *snapshot) matchIDs(ctx context.Context, m store.Matcher, ids []uint32) ([]bool, error) {
	matched := make([]bool, len(ids))
	cards := make([][]byte, 0, min(len(ids), matchCards))
	r := s.cardReader(ids)
	from, bytes := 0, 0
	for i, id := range ids {
		card, err := r.read(int64(id))
		if err != nil {
			return matched[:from], err
		}
		cards, bytes = append(cards, card), bytes+len(card)
		if bytes < matchBytes && len(cards) < matchCards && i+1 < len(ids) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return matched[:from], err
		}
		if err := m.Match(ctx, cards, matched[from:i+1]); err != nil {
			return matched[:from], err
		}
		from, bytes, cards = i+1, 0, cards[:0]
	}
	return matched, nil
}

// parallel hands the ids of chunks to workers, a unit at a time, until all are
// done or one fails. work is called from one goroutine a worker.
func parallel(ctx context.Context, chunks []*roaring.Bitmap, work func(worker int, ids []uint32) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ids := stream(len(chunks), func(k int) *roaring.Bitmap { return chunks[k] }, nil, false)
	var taking sync.Mutex
	var workers sync.WaitGroup
	for worker := range workerCount(sizes(chunks)) {
		workers.Go(func() {
			unit := make([]uint32, scanUnit)
			for ctx.Err() == nil {
				taking.Lock()
				n := ids.next(unit)
				taking.Unlock()
				if n == 0 {
					return
				}
				if err := work(worker, unit[:n]); err != nil {
					stop(err)
				}
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

func workerCount(n int64) int {
	return int(min(max(n/scanUnit, 1), int64(runtime.GOMAXPROCS(0))))
}

// matching returns those of the clients whose cards match.
func (s *snapshot) matching(ctx context.Context, chunks []*roaring.Bitmap, m store.Matcher) ([]*roaring.Bitmap, error) {
	words := make([][]uint64, len(chunks))
	for k, ids := range chunks {
		if ids != nil {
			words[k] = make([]uint64, chunkSize/64)
		}
	}
	err := parallel(ctx, chunks, func(_ int, ids []uint32) error {
		matched, err := s.matchIDs(ctx, m, ids)
		for i, is := range matched {
			if is {
				low := ids[i] & chunkMask
				atomic.OrUint64(&words[ids[i]>>chunkBits][low/64], 1<<(low%64))
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	found := make([]*roaring.Bitmap, len(chunks))
	for k := range found {
		if words[k] != nil {
			found[k] = roaring.FromDense(words[k], false)
		}
	}
	return found, nil
}

// firstWave bounds the cards of a first wave: less than two workers' worth, so
// that the call a Matcher must answer is the one for the cards that come first.
const firstWave = 2*scanUnit - 1

// inOrderOfID returns one client more than a page has, so that it is known
// whether there is a next page. It looks no further than it must. When the
// matcher's budget ends before, upTo is the last client that was looked at.
func (s *snapshot) inOrderOfID(ctx context.Context, sel selection, q *store.Query, after *ranked) (found []ranked, upTo *ranked, err error) {
	var beyond *uint32
	if after != nil {
		beyond = &after.id
	}
	ids := stream(sel.all.span(), sel.chunk, beyond, q.Sort.Descending)
	want := q.Limit + 1
	if q.Match == nil {
		page := make([]uint32, want)
		return asRanked(page[:ids.next(page)], nil), nil, nil
	}
	for wave := min(2*want, firstWave); len(found) < want; wave = min(2*wave, 4*scanUnit*workerCount(1<<30)) {
		page := make([]uint32, wave)
		page = page[:ids.next(page)]
		matched, err := s.matchWave(ctx, q.Match, page)
		decided := page[:len(matched)]
		found = append(found, asRanked(decided, matched)...)
		if len(decided) > 0 {
			upTo = &ranked{id: decided[len(decided)-1]}
		}
		if errors.Is(err, store.ErrSpent) && upTo != nil {
			return found, upTo, nil
		}
		if err != nil {
			return nil, nil, err
		}
		if len(page) < wave {
			break
		}
	}
	return found, nil, nil
}

// asRanked returns the ids that match; nil matched is all.
func asRanked(ids []uint32, matched []bool) []ranked {
	found := make([]ranked, 0, len(ids))
	for i, id := range ids {
		if matched == nil || matched[i] {
			found = append(found, ranked{id: id})
		}
	}
	return found
}

// matchWave is matchIDs with a worker a processor; it keeps the order.
func (s *snapshot) matchWave(ctx context.Context, m store.Matcher, ids []uint32) ([]bool, error) {
	n := workerCount(int64(len(ids)))
	matched, failed := make([][]bool, n), make([]error, n)
	var workers sync.WaitGroup
	for i := range n {
		workers.Go(func() {
			piece := ids[i*len(ids)/n : (i+1)*len(ids)/n]
			matched[i], failed[i] = s.matchIDs(ctx, m, piece)
		})
	}
	workers.Wait()
	var all []bool
	for i := range n {
		all = append(all, matched[i]...)
		if failed[i] != nil {
			return all, failed[i]
		}
	}
	return all, nil
}
