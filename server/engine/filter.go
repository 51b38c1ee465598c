package engine

import (
	"context"
	"fmt"
	"time"

	"assay/sdk/abi"
)

// filterCheck and filterLabel are how rules/cel compiles a filter: a
// Segmentation check that gives one label to the clients that match.
const (
	filterCheck = "filter"
	filterLabel = "match"
)

// Filter is a compiled predicate over cards. It may be used from any number of
// goroutines. A card on which the predicate fails (a division by zero, say)
// does not match.
type Filter struct {
	rule *Rule
	now  time.Time
}

// At returns the filter with `now` fixed to that moment.
func (f *Filter) At(now time.Time) *Filter { return &Filter{rule: f.rule, now: now} }

// Close frees the filter's module.
func (f *Filter) Close(ctx context.Context) error { return f.rule.module.Close(ctx) }

// Match sets matched[i] to whether the predicate holds for cards[i].
func (f *Filter) Match(ctx context.Context, cards [][]byte, matched []bool) error {
	batch := batches.Get().(*abi.Batch)
	defer batches.Put(batch)
	for start := 0; start < len(cards); {
		batch.Reset()
		end := start
		for end < len(cards) && !batch.Full() {
			batch.Add(cards[end])
			matched[end] = false
			end++
		}
		if err := f.matchBatch(ctx, batch, matched[start:end]); err != nil {
			return err
		}
		start = end
	}
	return nil
}

func (f *Filter) matchBatch(ctx context.Context, batch *abi.Batch, matched []bool) error {
	checks := []abi.Configured{f.rule.configured}
	err := f.rule.module.Evaluate(ctx, f.now, checks, batch, abi.Receiver{Results: func(_, card int, packed []byte, fault error) {
		if fault == nil && len(packed) > 4 {
			matched[card] = abi.ResultKind(packed[4]) == abi.ResultLabel
		}
	}})
	if err != nil {
		return fmt.Errorf("run filter: %w", err)
	}
	return nil
}
