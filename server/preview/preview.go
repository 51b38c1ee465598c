package preview

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
)

// Run says which rules are tried, how, and for how long.
type Run struct {
	Store  store.Store
	Scope  crm.Scope
	Rules  []*engine.Rule   // compiled; they stay the caller's to close
	At     time.Time        // what `now` is for the rules
	Clock  func() time.Time // measures Budget
	Budget time.Duration    // 0: as long as it takes
	// Card returns a stored card as it would be under the rules' declarations;
	// nil: as it is.
	Card func(card []byte) ([]byte, error)
}

// Outcome is what the rules said.
type Outcome struct {
	Clients int64   // in the scope
	Judged  int64   // of them, before the time ended
	Rules   []Tally // by name
}

// Done reports whether every client was judged.
func (o *Outcome) Done() bool { return o.Judged >= o.Clients }

// Tally is what one rule said.
type Tally struct {
	Rule     string
	Clients  int64 // with a finding
	Findings int64
	Failed   int64  // clients the rule could not judge
	Failure  string // what happened on the one of the lowest number, ""
	failedOn int64
}

// Do carries the run out.
func (r Run) Do(ctx context.Context) (*Outcome, error) {
	trials := make([]*engine.Rule, len(r.Rules))
	for i, rule := range r.Rules {
		trials[i] = rule.Trial()
	}
	j := &judge{Run: r, set: engine.NewSet(0, trials, nil, nil), began: r.Clock(), batches: sync.Pool{New: func() any { return new(abi.Batch) }}}
	for _, rule := range j.set.Rules {
		j.out.Rules = append(j.out.Rules, Tally{Rule: rule.Name})
	}
	var err error
	if j.out.Clients, err = r.Store.Count(ctx, r.Scope, store.Query{}); err != nil {
		return nil, fmt.Errorf("count the clients to judge: %w", err)
	}
	if _, err = r.Store.Count(ctx, r.Scope, store.Query{Match: j}); err != nil && !errors.Is(err, store.ErrSpent) {
		return nil, fmt.Errorf("judge the stored base: %w", err)
	}
	return &j.out, nil
}

// judge is a Matcher that counts what the rules say of the cards it is shown.
type judge struct {
	Run
	set     *engine.Set
	began   time.Time
	batches sync.Pool // growing one for each call took most of the time

	mu  sync.Mutex // guards out
	out Outcome
}

// Match implements store.Matcher; it matches nothing.
func (j *judge) Match(ctx context.Context, cards [][]byte, matched []bool) error {
	clear(matched)
	if j.spent() {
		return store.ErrSpent
	}
	batch := j.batches.Get().(*abi.Batch)
	defer j.batches.Put(batch)
	batch.Reset()
	for _, card := range cards {
		if j.Card != nil {
			var err error
			if card, err = j.Card(card); err != nil {
				return err
			}
		}
		batch.Add(card)
	}
	results, _, err := j.set.Evaluate(ctx, j.At, batch) // a trial is never quarantined
	if err != nil {
		return err
	}
	return j.count(batch, results)
}

// spent reports whether the time is over. The first cards are judged in any case.
func (j *judge) spent() bool {
	if j.Budget == 0 {
		return false
	}
	over := j.Clock().Sub(j.began) >= j.Budget
	j.mu.Lock()
	defer j.mu.Unlock()
	return over && j.out.Judged > 0
}

func (j *judge) count(batch *abi.Batch, results [][]crm.Result) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, of := range results {
		for _, r := range of {
			at := slices.IndexFunc(j.out.Rules, func(t Tally) bool { return t.Rule == r.Rule })
			t := &j.out.Rules[at]
			if len(r.Findings) > 0 {
				t.Clients++
				t.Findings += int64(len(r.Findings))
			}
			if r.Error == "" {
				continue
			}
			c, err := abi.Open(batch.Card(i))
			if err != nil {
				return fmt.Errorf("read stored card: %w", err)
			}
			if t.Failed++; t.Failed == 1 || c.ID() < t.failedOn {
				t.Failure, t.failedOn = fmt.Sprintf("client %d: %s", c.ID(), r.Error), c.ID()
			}
		}
	}
	j.out.Judged += int64(len(results))
	return nil
}
