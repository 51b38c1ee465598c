package wasm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"assay/sdk/abi"
)

// trialFuel is what all trials of a module's checks may spend together, as much as starting it.
const trialFuel = abi.StartFuel

// trialRuns are the runs of a trial.
const trialRuns = 4

// Determinism tries out whether a check's results depend on what it judged before: it judges the cards in
// their order and in one batch, then backwards, in other batches and on another instance, with nothing
// restored in between. The check's own limit of fuel holds, or a lower one when that would take long.
//
// The same is done in isolation, where nothing can differ: when something does, the error is a
// *LoadError of CodeNotDeterministic. Other errors are those of Configure.
func (m *Module) Determinism(ctx context.Context, c abi.Configured, now time.Time, cards [][]byte) (abi.Determinism, error) {
	none := abi.Determinism{}
	if err := m.enter(); err != nil {
		return none, err
	}
	defer m.leave()
	c.Isolation = abi.IsolateRecord
	if err := m.Configure(ctx, c); err != nil {
		return none, err
	}
	share := int64(trialFuel / (trialRuns * max(1, len(cards)) * len(m.description.Checks)))
	if c.Fuel == 0 {
		c.Fuel = abi.DefaultFuel
	}
	c.Fuel = min(c.Fuel, share)
	t := trial{module: m, check: c, now: now, cards: cards}
	restored, err := t.compare(ctx)
	if err != nil {
		return none, err
	}
	if !restored.Deterministic {
		return none, &LoadError{Code: CodeNotDeterministic, Detail: restored.Reason +
			", though the module was set back before each: the server cannot run it"}
	}
	t.check.Isolation = abi.IsolateNone
	return t.compare(ctx)
}

// trial judges the same cards again and again.
type trial struct {
	module *Module
	check  abi.Configured
	now    time.Time
	cards  [][]byte
}

// outcome is what came of a card.
type outcome struct {
	results []byte
	fault   FaultKind
	fuel    int64
}

// compare judges the cards forwards in one batch, and backwards in batches of one, two, three and so on.
func (t *trial) compare(ctx context.Context) (abi.Determinism, error) {
	order := make([]int, len(t.cards))
	for i := range order {
		order[i] = i
	}
	first := make([]outcome, len(t.cards))
	if err := t.judge(ctx, order, first); err != nil {
		return abi.Determinism{}, err
	}
	second := make([]outcome, len(t.cards))
	if err := t.elsewhere(func() error {
		slices.Reverse(order)
		for size := 1; len(order) > 0; size++ {
			n := min(size, len(order))
			if err := t.judge(ctx, order[:n], second); err != nil {
				return err
			}
			order = order[n:]
		}
		return nil
	}); err != nil {
		return abi.Determinism{}, err
	}
	return t.differences(first, second), nil
}

// elsewhere runs f while the instances that are idle are not.
func (t *trial) elsewhere(f func() error) error {
	m := t.module
	m.mu.Lock()
	idle := m.idle
	m.idle = nil
	m.mu.Unlock()
	defer func() {
		for _, in := range idle {
			m.give(in)
		}
	}()
	return f()
}

// judge judges the cards of these numbers as one batch.
func (t *trial) judge(ctx context.Context, numbers []int, into []outcome) error {
	batch := new(abi.Batch)
	for _, n := range numbers {
		batch.Add(t.cards[n])
	}
	return t.module.Measure(ctx, t.now, []abi.Configured{t.check}, batch, abi.Receiver{
		Results: func(_, i int, results []byte, fault error) {
			o := &into[numbers[i]]
			o.results = bytes.Clone(results)
			if f, ok := errors.AsType[*Fault](fault); ok {
				o.fault = f.Kind
			}
		},
		Spent: func(_, i int, fuel int64) { into[numbers[i]].fuel = fuel },
	})
}

func (t *trial) differences(first, second []outcome) abi.Determinism {
	d := abi.Determinism{Deterministic: true, FuelExact: true}
	for i, a := range first {
		b := second[i]
		d.FuelExact = d.FuelExact && a.fuel == b.fuel
		what := ""
		switch {
		case !d.Deterministic:
		case a.fault != b.fault:
			what = fmt.Sprintf("ended in %s and in %s", a.fault.orNone(), b.fault.orNone())
		case !bytes.Equal(a.results, b.results):
			what = "got different results"
		}
		if what != "" {
			d.Deterministic = false
			d.Reason = fmt.Sprintf("check %s: card %d of %d %s, depending on the cards before it", t.check.Check, i+1, len(first), what)
		}
	}
	return d
}

func (k FaultKind) orNone() string {
	if k == "" {
		return "no fault"
	}
	return "the fault " + string(k)
}
