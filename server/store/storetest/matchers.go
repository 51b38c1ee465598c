package storetest

import (
	"context"
	"errors"
	"sync/atomic"

	"assay/server/store"
)

// counter matches everything and counts the cards it saw.
type counter struct{ n atomic.Int64 }

func (c *counter) Match(_ context.Context, cards [][]byte, matched []bool) error {
	c.n.Add(int64(len(cards)))
	for i := range matched {
		matched[i] = true
	}
	return nil
}

// budgeted is a matcher that answers so many calls.
type budgeted struct {
	store.Matcher
	calls, made int64
}

func (b *budgeted) Match(ctx context.Context, cards [][]byte, matched []bool) error {
	if atomic.AddInt64(&b.made, 1) > b.calls {
		return store.ErrSpent
	}
	return b.Matcher.Match(ctx, cards, matched)
}

var errMatch = errors.New("the matcher failed")

// failing is a matcher that fails.
type failing struct{}

func (failing) Match(context.Context, [][]byte, []bool) error { return errMatch }
