package storetest

import (
	"context"
	"errors"
	"sync/atomic"
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

var errMatch = errors.New("the matcher failed")

// failing is a matcher that fails.
type failing struct{}

func (failing) Match(context.Context, [][]byte, []bool) error { return errMatch }
