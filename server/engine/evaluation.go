package engine

import (
	"context"
	"fmt"
	"sync"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
)

// timedOneIn is how many evaluations of a single card there are for one that is timed and stands
// for all: reading the clock twice a check takes a fifth of the time of the default rules.
const timedOneIn = 16

// evaluation is one call of a module: it makes results of what the module says of a batch, and
// figures of what it used. Evaluations are pooled, for their receivers are made of closures.
type evaluation struct {
	timed, untimed abi.Receiver

	rules   []*Rule
	cards   int
	now     time.Time
	weight  time.Duration // how many evaluations the time of this one stands for
	results [][]crm.Result

	// Of the check that runs.
	check    int
	card     int // the last that fuel was spent on, -1 before the first
	spent    int64
	fuel     fuelTally
	findings int64
	failures []failure
	last     string // what the newest failure said
	decoder  decoder
	shelf    shelf
}

// failure is a record of the batch that a rule could not judge.
type failure struct {
	card int
	fuel int64
}

var evaluations = sync.Pool{New: func() any {
	e := &evaluation{card: -1}
	e.untimed = abi.Receiver{Results: e.take, Spent: e.spend, Memory: e.memory}
	e.timed = e.untimed
	e.timed.Took = e.took
	return e
}}

// run evaluates the rules, all on one module, and adds what they say to results.
func run(ctx context.Context, now time.Time, module Module, rules []*Rule, checks []abi.Configured, batch *abi.Batch, results [][]crm.Result) error {
	e := evaluations.Get().(*evaluation)
	defer func() { // after a panic, too
		e.drop()
		evaluations.Put(e)
	}()
	e.rules, e.cards, e.now, e.results = rules, batch.Len(), now, results
	err := module.Evaluate(ctx, now, checks, batch, e.receiver())
	if err != nil {
		return fmt.Errorf("evaluate with module %s: %w", module.Digest(), err)
	}
	e.until(len(rules))
	return nil
}

// receiver returns the one to evaluate with.
func (e *evaluation) receiver() abi.Receiver {
	e.weight = 1
	if e.cards == 1 {
		e.weight = timedOneIn
		if e.rules[0].stats.evaluated.Load()%timedOneIn != 0 {
			return e.untimed
		}
	}
	return e.timed
}

// spend takes what a record cost; its results follow, if it has any.
func (e *evaluation) spend(check, card int, fuel int64) {
	e.until(check)
	e.card, e.spent = card, fuel
	e.fuel.add(fuel)
}

// take takes what a rule says of a record.
func (e *evaluation) take(check, card int, packed []byte, fault error) {
	e.until(check)
	r, ok := e.decoder.result(e.rules[check], &e.shelf, packed, fault)
	if !ok {
		return
	}
	e.findings += int64(len(r.Findings))
	if r.Error != "" {
		f := failure{card: card}
		if e.card == card {
			f.fuel = e.spent
		}
		e.failures, e.last = append(e.failures, f), r.Error
	}
	e.results[card] = append(e.results[card], r)
}

// memory takes the most memory that an instance had for a check.
func (e *evaluation) memory(check int, bytes int64) { raise(&e.rules[check].stats.memory, bytes) }

// took takes a check's time.
func (e *evaluation) took(check int, time time.Duration) {
	e.rules[check].stats.nanos.Add(int64(time * e.weight))
}

// until ends the checks before one: their figures are added to their rules'.
func (e *evaluation) until(check int) {
	for ; e.check < check; e.check++ {
		r := e.rules[e.check]
		s := &r.stats
		judged := s.evaluated.Add(int64(e.cards))
		e.fuel.addTo(&s.fuel)
		if e.findings > 0 {
			s.findings.Add(e.findings)
		}
		if len(e.failures) > 0 {
			r.failed(judged, int64(e.cards), e.failures, e.now, e.last)
		}
		s.ran(apartRunning)
		e.begin()
	}
}

// failed counts the failures among the newest cards of a rule that has judged so many; last is what the newest said.
func (r *Rule) failed(judged, cards int64, failures []failure, now time.Time, last string) {
	s := &r.stats
	s.errors.Add(int64(len(failures)))
	for _, f := range failures {
		s.failedFuel.Add(f.fuel)
	}
	s.last.Store(&LastError{At: now, Text: last})
	if r.breaker != nil && r.breaker.note(judged, cards, failures, now, last) && r.Alarm != nil {
		r.Alarm()
	}
}

// begin makes the evaluation ready for a check.
func (e *evaluation) begin() {
	e.card, e.spent, e.findings, e.failures, e.last = -1, 0, 0, e.failures[:0], ""
	e.decoder.forget()
}

// drop makes the evaluation ready for another call; what a check that did not
// come to its end used is not counted.
func (e *evaluation) drop() {
	e.fuel.addTo(nil)
	e.begin()
	e.check, e.rules, e.results = 0, nil, nil
}
