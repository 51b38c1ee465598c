package engine

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
)

// fusedRun is one call of a fused module. Runs are pooled.
type fusedRun struct {
	timed, untimed abi.Receiver

	rules     []*Rule // by their number in the module; nil: not asked
	asked     []byte  // the settings that say so
	now       time.Time
	results   [][]crm.Result
	constants [][]byte // the rules' constant answers
	next      int      // the card to come
	left      []int    // cards that the module did not judge

	costs  []byte // of each judged card, a u32 for each rule
	said   []*memberSaid
	shelf  shelf
	tally  fuelTally
	sums   []int64
	took   time.Duration
	memory int64
}

// memberSaid is what a rule has said in this run.
type memberSaid struct {
	findings int64
	failures []failure
	last     string // what the newest failure said
	decoder  decoder
}

var fusedRuns = sync.Pool{New: func() any {
	e := &fusedRun{}
	e.untimed = abi.Receiver{Results: e.take, Memory: func(_ int, bytes int64) { e.memory = bytes }}
	e.timed = e.untimed
	e.timed.Took = func(_ int, took time.Duration) { e.took = took }
	return e
}}

// evaluate runs the group over a batch and adds what its rules say to results. Cards that the module did not judge,
// and all when it is no longer there, are judged by the rules one by one.
func (g *fusedGroup) evaluate(ctx context.Context, now time.Time, batch *abi.Batch, results [][]crm.Result) (quarantined []string, err error) {
	e := fusedRuns.Get().(*fusedRun)
	defer fusedRuns.Put(e)
	count := 0
	e.begin(len(g.rules))
	for i, r := range g.rules {
		switch {
		case r == nil:
		case r.Judging():
			e.rules[i], e.asked[i] = r, '1'
			count++
		default:
			quarantined = append(quarantined, r.Name)
		}
	}
	if count < fewestFused {
		return runAll(ctx, now, g.alone, batch, results)
	}
	left, err := e.run(ctx, now, g.of, batch, results)
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return runAll(ctx, now, g.alone, batch, results) // nothing has been taken from it
	}
	if len(left) > 0 {
		err = g.judgeLeft(ctx, now, batch, left, results)
	}
	for _, r := range e.rules {
		if r != nil {
			r.stats.ran(fusedRunning)
		}
	}
	return quarantined, err
}

// judgeLeft has some cards of a batch judged by the rules one by one.
func (g *fusedGroup) judgeLeft(ctx context.Context, now time.Time, batch *abi.Batch, left []int, results [][]crm.Result) error {
	few := batches.Get().(*abi.Batch)
	defer batches.Put(few)
	few.Reset()
	for _, card := range left {
		few.Add(batch.Card(card))
	}
	of := make([][]crm.Result, len(left))
	if _, err := runAll(ctx, now, g.alone, few, of); err != nil {
		return err
	}
	for i, card := range left {
		results[card] = append(results[card], of[i]...)
	}
	return nil
}

// begin makes the run ready for a module of so many members.
func (e *fusedRun) begin(members int) {
	e.next, e.left, e.costs, e.took, e.memory = 0, e.left[:0], e.costs[:0], 0, 0
	e.rules, e.asked, e.sums = e.rules[:0], e.asked[:0], e.sums[:0]
	for i := range members {
		e.rules, e.asked, e.sums = append(e.rules, nil), append(e.asked, '0'), append(e.sums, 0)
		if i == len(e.said) {
			e.said = append(e.said, new(memberSaid))
		}
		e.said[i].begin()
	}
}

// begin forgets the batch before.
func (m *memberSaid) begin() {
	m.findings, m.failures, m.last = 0, m.failures[:0], ""
	m.decoder.forget()
}

// run evaluates the rules that are asked, and returns the cards that were not judged. On an error nothing has
// been added to results.
func (e *fusedRun) run(ctx context.Context, now time.Time, m *fusedModule, batch *abi.Batch, results [][]crm.Result) (left []int, err error) {
	e.now, e.results, e.constants = now, results, m.constants
	defer func() { e.results = nil }()
	before := make([]int, 0, 64)
	for i := range results {
		before = append(before, len(results[i]))
	}
	to, weight := e.timed, time.Duration(1)
	if batch.Len() == 1 {
		weight = timedOneIn
		if e.first().stats.evaluated.Load()%timedOneIn != 0 {
			to = e.untimed
		}
	}
	checks := []abi.Configured{{Check: abi.FusedCheck, Settings: string(e.asked), Fuel: abi.MaxFuel, Isolation: abi.IsolateNone, Members: len(e.rules)}}
	if err := m.module.Evaluate(ctx, now, checks, batch, to); err != nil {
		for i := range results {
			results[i] = results[i][:before[i]]
		}
		return nil, fmt.Errorf("evaluate with a fused module: %w", err)
	}
	e.leaveTo(batch.Len())
	e.count(weight)
	return e.left, nil
}

// first is a rule that is asked.
func (e *fusedRun) first() *Rule {
	for _, r := range e.rules {
		if r != nil {
			return r
		}
	}
	return nil
}

// take takes what the module says of a card.
func (e *fusedRun) take(_, card int, packed []byte, fault error) {
	e.leaveTo(card)
	e.next = card + 1
	if fault != nil {
		e.left = append(e.left, card)
		return
	}
	head := 4 * len(e.rules)
	costs := packed[:head]
	e.costs = append(e.costs, costs...)
	_ = abi.EachMember(packed[head:], func(member int, rows []byte) error { // which the host has checked
		if len(rows) == 0 {
			rows = e.constants[member]
		}
		if r := e.rules[member]; r != nil {
			e.takeRows(r, e.said[member], card, int64(binary.LittleEndian.Uint32(costs[4*member:])), rows)
		}
		return nil
	})
	if e.results[card] == nil {
		e.results[card] = e.shelf.takeResults()
	} else {
		e.results[card] = append(e.results[card], e.shelf.takeResults()...)
	}
}

// leaveTo leaves the cards before one that have not been judged.
func (e *fusedRun) leaveTo(card int) {
	for ; e.next < card; e.next++ {
		e.left = append(e.left, e.next)
	}
}

// takeRows takes what a rule says of a card.
func (e *fusedRun) takeRows(r *Rule, said *memberSaid, card int, cost int64, rows []byte) {
	result, ok := said.decoder.result(r, &e.shelf, rows, nil)
	if !ok {
		return
	}
	said.findings += int64(len(result.Findings))
	if result.Error != "" {
		said.failures = append(said.failures, failure{card: card - len(e.left), fuel: r.within(cost)})
		said.last = result.Error
	}
	e.shelf.addResult(&result)
}

// within is a cost as it is told: one over the rule's budget has spent that.
func (r *Rule) within(cost int64) int64 { return min(cost, budget(r.configured)) }

// count adds the figures of the run to the rules'. The time is shared out by what each spent.
func (e *fusedRun) count(weight time.Duration) {
	stride := 4 * len(e.rules)
	judged := int64(len(e.costs) / stride)
	total := int64(0)
	for i, r := range e.rules {
		if r == nil || judged == 0 {
			continue
		}
		s := &r.stats
		most := budget(r.configured)
		e.tally.addEach(e.costs[4*i:], stride, most)
		e.sums[i] = e.tally.sum
		total += e.tally.sum
		e.tally.addTo(&s.fuel)
		end := s.evaluated.Add(judged)
		said := e.said[i]
		if said.findings > 0 {
			s.findings.Add(said.findings)
		}
		if len(said.failures) > 0 {
			r.failed(end, judged, said.failures, e.now, said.last)
		}
		raise(&s.memory, e.memory)
	}
	if e.took == 0 || total == 0 {
		return
	}
	for i, r := range e.rules {
		if r != nil {
			r.stats.nanos.Add(int64(float64(e.took*weight) * float64(e.sums[i]) / float64(total)))
		}
	}
}
