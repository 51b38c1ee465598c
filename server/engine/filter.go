package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
)

// filterCheck is what rules/cel calls the check of a filter: a Segmentation that
// gives a label to the clients that match.
const filterCheck = "filter"

// Filter is a compiled predicate over cards: it holds where all equalities and
// what Match judges by hold. It may be used from any number of goroutines.
type Filter struct {
	Equalities []cel.Equality // of the fields given at compilation, taken out of the predicate
	Residue    string         // what Match judges by; "" when the equalities are all there is
	rule       *Rule          // nil without a residue
}

// Filter compiles a predicate over clients. Equalities of the fields, which
// lists tells to be lists of texts or not, are taken out of it.
func (c *Compiler) Filter(ctx context.Context, expr string, lists map[string]bool) (*Filter, error) {
	compiled, err := c.env.CompileFilter(expr)
	if err != nil {
		return nil, invalidFilter(err)
	}
	split := cel.SplitFilter(expr, lists)
	f := &Filter{Equalities: split.Equalities, Residue: split.Residue}
	if split.Rest == "" {
		return f, nil
	}
	if len(split.Equalities) > 0 {
		if compiled, err = c.env.CompileFilter(split.Rest); err != nil {
			return nil, fmt.Errorf("compile what is left of the filter %q: %w", expr, err)
		}
	}
	module, err := c.load(ctx, compiled.Wasm)
	if err != nil {
		return nil, fmt.Errorf("load the module of a filter: %w", err)
	}
	f.rule = &Rule{Name: filterCheck, Digest: module.Digest(), module: module, configured: abi.Configured{Check: filterCheck, Isolation: abi.IsolateNone, OwnCost: true}}
	return f, nil
}

func invalidFilter(err error) error {
	err = invalidExpressions(err)
	var bad *crm.InvalidError
	if errors.As(err, &bad) {
		for i := range bad.Problems {
			bad.Problems[i].Field = "filter"
		}
	}
	return err
}

// Close frees the filter's module.
func (f *Filter) Close(ctx context.Context) error {
	if f.rule == nil {
		return nil
	}
	return f.rule.Close(ctx)
}

// Match sets matched[i] to whether the residue holds for cards[i] at that
// moment. Where it fails (a division by zero, no fuel left) it does not hold,
// and failed, which may be nil, is told of it.
func (f *Filter) Match(ctx context.Context, now time.Time, cards [][]byte, matched []bool, failed func(card []byte, why string)) error {
	batch := batches.Get().(*abi.Batch)
	defer batches.Put(batch)
	for start := 0; start < len(cards); {
		batch.Reset()
		end := start
		for end < len(cards) && !batch.Full() {
			batch.Add(cards[end])
			matched[end] = f.rule == nil
			end++
		}
		if err := f.matchBatch(ctx, now, batch, matched[start:end], failed); err != nil {
			return err
		}
		start = end
	}
	return nil
}

func (f *Filter) matchBatch(ctx context.Context, now time.Time, batch *abi.Batch, matched []bool, failed func(card []byte, why string)) error {
	if f.rule == nil {
		return nil
	}
	checks := []abi.Configured{f.rule.configured}
	err := f.rule.module.Evaluate(ctx, now, checks, batch, abi.Receiver{Results: func(_, card int, packed []byte, fault error) {
		holds, why := verdict(packed, fault)
		matched[card] = holds
		if why != "" && failed != nil {
			failed(batch.Card(card), why)
		}
	}})
	if err != nil {
		return fmt.Errorf("run filter: %w", err)
	}
	return nil
}

// verdict reads what the filter's module answered: one label, or one error.
func verdict(packed []byte, fault error) (holds bool, why string) {
	if fault != nil {
		return false, fault.Error()
	}
	if len(packed) > 4 && abi.ResultKind(packed[4]) == abi.ResultLabel {
		return true, "" // told by its head: half of a base may match
	}
	err := abi.ParseResults(packed, func(row abi.ResultRow) error {
		why = row.Error
		return nil
	})
	if err != nil {
		return false, err.Error()
	}
	return false, why
}
