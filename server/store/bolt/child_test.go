package bolt_test

import (
	"context"
)

// everySecond matches every second card it sees.
type everySecond struct{}

func (everySecond) Match(_ context.Context, cards [][]byte, matched []bool) error {
	for i := range matched {
		matched[i] = cards[i][8]%2 == 1 && i%2 == 0
	}
	return nil
}

func childMain() bool { return false }
