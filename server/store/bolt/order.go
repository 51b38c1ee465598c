package bolt

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"assay/sdk/abi"
	"assay/server/store"
)

// order is how a list is sorted: by a number or by a text of the card, and among
// equals by id.
type order struct {
	byID       bool
	descending bool
	number     func(abi.Client) int64
	text       func(abi.Client) string // compared in lower case
}

// absent is less than any time.
const absent = math.MinInt64

func orderOf(s store.Sort) (order, error) {
	o := order{descending: s.Descending}
	switch s.By {
	case "", store.SortID:
		o.byID = true
	case store.SortName:
		o.text = abi.Client.Name
	case store.SortCreatedAt:
		o.number = func(c abi.Client) int64 { return timeOr(c.HasCreatedAt(), c.CreatedAt()) }
	case store.SortUpdatedAt:
		o.number = func(c abi.Client) int64 { return timeOr(c.HasUpdatedAt(), c.UpdatedAt()) }
	case store.SortNextContactAt:
		o.number = func(c abi.Client) int64 { return timeOr(c.HasNextContactAt(), c.NextContactAt()) }
	case store.SortRevenue:
		o.number = abi.Client.Revenue
	case store.SortCompleteness:
		o.number = abi.Client.Completeness
	default:
		return o, fmt.Errorf("clients cannot be sorted by %q", s.By)
	}
	return o, nil
}

func timeOr(has bool, ms int64) int64 {
	if !has {
		return absent
	}
	return ms
}

// before compares a client, whose text is still as on the card, with one that
// has its place: negative when it comes first.
func (o order) before(a ranked, b ranked) int {
	var c int
	if o.text != nil {
		c = compareLower(a.text, b.text)
	} else {
		c = cmp.Compare(a.number, b.number)
	}
	if o.descending {
		c = -c
	}
	if c == 0 {
		c = cmp.Compare(a.id, b.id)
	}
	return c
}

// inOrder returns the first clients of a selection after a cursor, one more
// than a page has. Every worker keeps its own best ones.
func (s *snapshot) inOrder(ctx context.Context, sel selection, q *store.Query, o order, after *ranked) ([]ranked, error) {
	chunks := sel.chunks()
	if q.Match != nil {
		var err error
		if chunks, err = s.matching(ctx, chunks, q.Match); err != nil {
			return nil, err
		}
	}
	best := make([]*firsts, workerCount(sizes(chunks)))
	for i := range best {
		best[i] = &firsts{order: o, limit: q.Limit + 1}
	}
	err := parallel(ctx, chunks, func(worker int, ids []uint32) error {
		r := s.cardReader(ids)
		for _, id := range ids {
			card, err := r.read(int64(id))
			if err != nil {
				return err
			}
			if err := best[worker].consider(id, card, after); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var found []ranked
	for _, b := range best {
		found = append(found, b.kept...)
	}
	slices.SortFunc(found, o.before)
	return found[:min(len(found), q.Limit+1)], nil
}

// firsts keeps the first clients of those it has seen: a heap with the last of
// them on top.
type firsts struct {
	order order
	limit int
	kept  []ranked
}

func (f *firsts) consider(id uint32, card []byte, after *ranked) error {
	c, err := abi.Open(card)
	if err != nil {
		return fmt.Errorf("%w: the card of client %d: %w", ErrDamaged, id, err)
	}
	r := ranked{id: id}
	if f.order.text != nil {
		r.text = f.order.text(c)
	} else {
		r.number = f.order.number(c)
	}
	if after != nil && f.order.before(r, *after) <= 0 {
		return nil
	}
	full := len(f.kept) == f.limit
	if full && f.order.before(r, f.kept[0]) >= 0 {
		return nil
	}
	r.text = strings.Clone(strings.ToLower(r.text)) // it may share the card
	if full {
		f.kept[0] = r
		heap.Fix(f, 0)
		return nil
	}
	heap.Push(f, r)
	return nil
}

// Len, Less, Swap, Push and Pop make firsts a heap.
func (f *firsts) Len() int           { return len(f.kept) }
func (f *firsts) Less(i, j int) bool { return f.order.before(f.kept[i], f.kept[j]) > 0 }
func (f *firsts) Swap(i, j int)      { f.kept[i], f.kept[j] = f.kept[j], f.kept[i] }
func (f *firsts) Push(x any)         { f.kept = append(f.kept, x.(ranked)) }
func (f *firsts) Pop() any {
	last := f.kept[len(f.kept)-1]
	f.kept = f.kept[:len(f.kept)-1]
	return last
}

// compareLower compares strings.ToLower(s) with a text that is in lower case
// already, without making it. Bytes of UTF-8 sort as the characters do.
func compareLower(s, lower string) int {
	for s != "" && lower != "" {
		a, n := utf8.DecodeRuneInString(s)
		b, m := utf8.DecodeRuneInString(lower)
		if a = unicode.ToLower(a); a != b {
			return cmp.Compare(a, b)
		}
		s, lower = s[n:], lower[m:]
	}
	return cmp.Compare(len(s), len(lower))
}
