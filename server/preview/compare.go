package preview

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
)

// Comparison judges the stored base by a version of a rule and compares what it
// says with what is stored of the rule of that name.
type Comparison struct {
	Store  store.Store
	Scope  crm.Scope
	Rule   *engine.Rule     // compiled; it stays the caller's to close
	Before crm.Severity     // of stored findings without a severity of their own
	Unseen bool             // what is stored is not shown to anybody: everything is new
	At     time.Time        // what `now` is for the rule
	Clock  func() time.Time // measures Budget
	Budget time.Duration    // 0: as long as it takes
	Sample int              // changes of each kind that are kept
}

// Difference is what a version of a rule would change.
type Difference struct {
	Clients int64 // in the scope
	Judged  int64 // of them, before the time ended, without the failed
	Failed  int64 // clients the version could not judge; what is stored of them is not compared
	Failure string
	failed  int64 // the client of Failure

	Opened, Closed, Changed Changes // findings
	Entered, Left, Moved    Changes // labels
}

// Done reports whether every client was judged or found impossible to judge.
func (d *Difference) Done() bool { return d.seen() >= d.Clients }

func (d *Difference) seen() int64 { return d.Judged + d.Failed }

// Do carries the comparison out, on all processors.
func (c Comparison) Do(ctx context.Context) (*Difference, error) {
	d := &comparer{Comparison: c, set: engine.NewSet(0, []*engine.Rule{c.Rule.Trial()}, nil, nil), began: c.Clock(),
		batches: sync.Pool{New: func() any { return new(abi.Batch) }}}
	var err error
	d.out.Clients, err = c.Store.Review(ctx, c.Scope, c.Rule.Name, func(clients []store.Reviewed) error { return d.visit(ctx, clients) })
	if err != nil && !errors.Is(err, store.ErrSpent) {
		return nil, fmt.Errorf("compare rule %s with the stored base: %w", c.Rule.Name, err)
	}
	for _, changes := range d.out.all() {
		changes.settle()
	}
	return &d.out, nil
}

func (d *Difference) all() []*Changes {
	return []*Changes{&d.Opened, &d.Closed, &d.Changed, &d.Entered, &d.Left, &d.Moved}
}

// comparer is a comparison on its way.
type comparer struct {
	Comparison
	set     *engine.Set
	began   time.Time
	batches sync.Pool

	mu  sync.Mutex // guards out
	out Difference
}

// visit compares some clients; the first are judged however little time there is.
func (d *comparer) visit(ctx context.Context, clients []store.Reviewed) error {
	if d.Budget > 0 && d.Clock().Sub(d.began) >= d.Budget && d.begun() {
		return store.ErrSpent
	}
	batch := d.batches.Get().(*abi.Batch)
	defer d.batches.Put(batch)
	batch.Reset()
	for _, c := range clients {
		batch.Add(c.Card)
	}
	results, _, err := d.set.Evaluate(ctx, d.At, batch) // a trial is never quarantined
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range clients {
		if err := d.compare(&clients[i], results[i]); err != nil {
			return err
		}
	}
	return nil
}

func (d *comparer) begun() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.seen() > 0
}

// compare counts what changes for a client.
func (d *comparer) compare(c *store.Reviewed, results []crm.Result) error {
	if len(results) > 0 && results[0].Error != "" {
		d.out.fail(c.ID, results[0].Error)
		return nil
	}
	d.out.Judged++
	if len(results) == 0 && (c.Result == nil || d.Unseen) {
		return nil // most clients
	}
	var was, is crm.Result
	if c.Result != nil && !d.Unseen {
		was = *c.Result
	}
	if len(results) > 0 {
		is = results[0]
	}
	card, err := abi.Open(c.Card)
	if err != nil {
		return fmt.Errorf("read stored card %d: %w", c.ID, err)
	}
	of := ofClient{id: c.ID, card: card, most: d.Sample}
	d.compareFindings(&of, was.Findings, is.Findings)
	d.compareLabels(&of, &was, &is)
	return nil
}

// fail counts a client that the version could not judge. Nothing is said of its findings and label: they were not
// looked at, and so are not known to be right.
func (d *Difference) fail(client int64, why string) {
	if d.Failed++; d.Failed == 1 || client < d.failed {
		d.failed, d.Failure = client, fmt.Sprintf("client %d: %s", client, why)
	}
}

func (d *comparer) compareFindings(of *ofClient, was, is []crm.Finding) {
	before, after := identify(was), identify(is)
	for i := range is {
		j, known := before.find(&is[i])
		switch severity := orElse(is[i].Severity, crm.Severity(d.Rule.Spec.Severity)); {
		case !known:
			d.out.Opened.add(of, severity, Change{After: &is[i]})
		case severity != orElse(was[j].Severity, d.Before) || !sameFinding(&was[j], &is[i]):
			is[i].Since = was[j].Since
			d.out.Changed.add(of, severity, Change{Before: &was[j], After: &is[i]})
		}
	}
	for j := range was {
		if _, stays := after.find(&was[j]); !stays {
			d.out.Closed.add(of, orElse(was[j].Severity, d.Before), Change{Before: &was[j]})
		}
	}
}

func (d *comparer) compareLabels(of *ofClient, was, is *crm.Result) {
	change := Change{From: was.Label, To: is.Label, Reason: is.Reason}
	switch {
	case was.Label == is.Label:
	case was.Label == "":
		d.out.Entered.add(of, "", change)
	case is.Label == "":
		d.out.Left.add(of, "", change)
	default:
		d.out.Moved.add(of, "", change)
	}
}

func orElse(own, rule crm.Severity) crm.Severity {
	if own != "" {
		return own
	}
	return rule
}
