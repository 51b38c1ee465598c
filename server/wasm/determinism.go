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

// What a trial may spend, starts included, and what those of all checks of a module may: 400 million units are 1.2 s
// of the slowest guest, and a rule is tried while others wait to be applied.
const (
	trialFuel  = 2 * abi.StartFuel
	trialsFuel = 10 * trialFuel

	commandTrials = 4 // a command has one check, and starts anew for each batch: Go with encoding/json takes about a billion
)

// errUndecided ends a trial whose fuel is spent.
var errUndecided = errors.New("the fuel of the trial is spent")

// Determinism tries out whether a check's results depend on what it judged before: it judges the cards in
// their order and in one batch, then backwards, in other batches and on another instance, with nothing
// restored in between. Each card has the check's own limit of fuel, and all have a bound together: when that is
// reached the trial is undecided.
//
// The same is done in isolation, where nothing can differ, but for a command, which is never restored: when something does, the error is a
// *LoadError of CodeNotDeterministic. Other errors are those of Configure.
func (m *Module) Determinism(ctx context.Context, c abi.Configured, now time.Time, cards [][]byte) (abi.Determinism, error) {
	none := abi.Determinism{}
	if err := m.enter(); err != nil {
		return none, err
	}
	defer m.leave()
	fuel, pages, err := m.host.limitsOf(c)
	if err != nil {
		return none, err
	}
	t := trial{module: m, check: c, now: now, cards: cards, fuel: int64(fuel), failed: make([]bool, len(cards)),
		allowance: &allowance{bound: int64(min(trialFuel, trialsFuel/max(1, len(m.description.Checks))))}}
	if m.command {
		t.allowance.bound *= commandTrials
		if err := m.configureCommand(ctx, c, pages); err != nil {
			return none, err
		}
		return t.decided(t.compare(ctx))
	}
	if err := m.tryIsolated(ctx, keyFor(c, pages, 0, false), fuel, t.allowance); err != nil {
		return t.decided(none, err)
	}
	t.check.Isolation = abi.IsolateRecord
	restored, err := t.compare(ctx)
	if err != nil {
		return t.decided(none, err)
	}
	if restored.Undecided {
		return t.decided(restored, nil)
	}
	if !restored.Deterministic {
		return none, &LoadError{Code: CodeNotDeterministic, Detail: restored.Reason +
			", though the module was set back before each: the server cannot run it"}
	}
	t.check.Isolation = abi.IsolateNone
	return t.decided(t.compare(ctx))
}

// trial judges the same cards again and again.
type trial struct {
	module *Module
	check  abi.Configured
	now    time.Time
	cards  [][]byte
	fuel   int64 // units that the check may spend on a card

	allowance *allowance // of all it spends
	judged    bool       // a card, in any turn
	failed    []bool     // by card, in any turn; not for the bound of all
	first     string     // "client 1: …", of those that failed
	endless   bool       // that one spent all it might
}

// decided is the answer of a trial that ended so. One that judged nobody, and one whose fuel is spent, which any fault may
// come of, could not tell.
func (t *trial) decided(d abi.Determinism, err error) (abi.Determinism, error) {
	failed := t.failures()
	switch {
	case err != nil && !t.allowance.exhausted():
		return d, err
	case err == nil && d.Deterministic:
		return d, nil
	case failed > 0 && !t.judged:
		return t.undecided(abi.Determinism{Failed: true, TooDear: t.endless}, "it could judge none of the %d clients of the trial; %s", failed, t.first), nil
	case err == nil:
		return d, nil
	case failed > 0:
		return t.undecided(abi.Determinism{}, "the trial could not tell within its %d units of fuel, and it failed on %d of the %d clients of the trial; %s",
			t.allowance.bound, failed, len(t.cards), t.first), nil
	}
	return t.undecided(abi.Determinism{}, "the trial could not tell within its %d units of fuel; a check that spends less a client can be tried", t.allowance.bound), nil
}

func (t *trial) failures() (n int) {
	for _, failed := range t.failed {
		if failed {
			n++
		}
	}
	return n
}

// undecided is d with a reason why.
func (t *trial) undecided(d abi.Determinism, format string, args ...any) abi.Determinism {
	d.Undecided, d.Reason = true, "check "+t.check.Check+": "+fmt.Sprintf(format, args...)
	return d
}

// outcome is what came of a card.
type outcome struct {
	results []byte
	fault   FaultKind
	fuel    int64
	came    bool
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
	to := abi.Receiver{
		Results: func(_, i int, results []byte, fault error) {
			o := &into[numbers[i]]
			o.results = bytes.Clone(results)
			if f, ok := errors.AsType[*Fault](fault); ok {
				o.fault = f.Kind
				t.fails(numbers[i], f)
			}
		},
		Spent: func(_, i int, fuel int64) { into[numbers[i]].fuel, into[numbers[i]].came = fuel, true },
	}
	e := evaluation{module: t.module, now: t.now, checks: []abi.Configured{t.check}, batch: batch, to: to, allowance: t.allowance}
	err := e.run(ctx)
	for _, n := range numbers {
		t.judged = t.judged || into[n].came && into[n].fault == ""
	}
	if err == nil && t.allowance.exhausted() {
		return errUndecided
	}
	return err
}

// fails notes that a card could not be judged, unless it may be for the bound of all.
func (t *trial) fails(card int, fault *Fault) {
	if t.allowance.exhausted() {
		return
	}
	t.failed[card] = true
	if t.first == "" {
		t.first, t.endless = fmt.Sprintf("client %d: %v", card+1, fault), fault.Kind == FaultFuel
	}
}

// differences tells what is said of the cards now and then. Whether the fuel of one was enough is not what the module says:
// what a card spends may depend on those before, as the start of a command does that the first of a batch pays.
func (t *trial) differences(first, second []outcome) abi.Determinism {
	d := abi.Determinism{Deterministic: true, FuelExact: true}
	for i, a := range first {
		b := second[i]
		d.FuelExact = d.FuelExact && a.fuel == b.fuel
		switch {
		case !d.Deterministic && !d.TooDear:
		case a.fault != b.fault && (a.fault == FaultFuel || b.fault == FaultFuel):
			if !d.TooDear {
				d = t.undecided(abi.Determinism{TooDear: true}, "%d units of fuel are not enough for client %d of the trial", t.fuel, i+1)
			}
		case a.fault != b.fault:
			d = t.depends(i, fmt.Sprintf("%s after some clients, and %s after others", a.fault.said(), b.fault.said()))
		case !bytes.Equal(a.results, b.results):
			d = t.depends(i, "got different results after different clients")
		}
	}
	return d
}

// depends is the answer of a trial that found out so much of a card.
func (t *trial) depends(card int, what string) abi.Determinism {
	return abi.Determinism{Reason: fmt.Sprintf("check %s: client %d of the %d of the trial %s", t.check.Check, card+1, len(t.cards), what)}
}

// said says how the judging of a card ended.
func (k FaultKind) said() string {
	if k == "" {
		return "was judged"
	}
	return "failed with " + string(k)
}
