package author

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"assay/sdk/abi"
	"assay/server/cases"
	"assay/server/engine"
)

// Outcome is what came of a case.
type Outcome struct {
	*Case
	At          time.Time // the evaluation time
	Verdict     engine.Verdict
	Differences []cases.Difference
	// Unstable says what the rule says of the client when the cases are judged in another order, "" when it is the same.
	Unstable string
	Log      []string // what the module logged
	Took     time.Duration

	card []byte
}

// Passed reports whether the rule says what the case expects, in any order.
func (o *Outcome) Passed() bool { return o.Differences == nil && o.Unstable == "" }

// Try judges the clients of cases, each by itself and in their order, and then again backwards and those of one
// moment in one batch: what is said of a client must not depend on those before. now is the evaluation time of
// cases that name none.
func (p *Project) Try(ctx context.Context, now time.Time, list []*Case) ([]*Outcome, error) {
	outcomes := make([]*Outcome, len(list))
	for i, c := range list {
		o := &Outcome{Case: c, At: c.at(now)}
		p.log.begin()
		var err error
		if o.card, err = c.Card(now); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Where(), err)
		}
		var batch abi.Batch
		batch.Add(o.card)
		begun := time.Now()
		verdicts, err := c.rule.Judge(ctx, o.At, &batch)
		o.Took = time.Since(begun)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Where(), err)
		}
		o.Verdict, o.Log = verdicts[0], p.log.end()
		o.Differences = cases.Compare(c.rule, &c.Case, &o.Verdict)
		outcomes[i] = o
	}
	return outcomes, again(ctx, outcomes)
}

// at is the evaluation time of the case.
func (c *Case) at(now time.Time) time.Time {
	if c.Now.IsZero() {
		return now
	}
	return c.Now
}

// together are cases that can be judged in one batch.
type together struct {
	rule *engine.Rule
	now  time.Time
}

// again judges the cases backwards and notes which come out differently.
func again(ctx context.Context, outcomes []*Outcome) error {
	batches := map[together][]*Outcome{}
	var order []together
	for i := len(outcomes) - 1; i >= 0; i-- {
		o := outcomes[i]
		key := together{o.rule, o.At}
		if batches[key] == nil {
			order = append(order, key)
		}
		batches[key] = append(batches[key], o)
	}
	for _, key := range order {
		var batch abi.Batch
		for _, o := range batches[key] {
			batch.Add(o.card)
		}
		verdicts, err := key.rule.Judge(ctx, key.now, &batch)
		if err != nil {
			return fmt.Errorf("judge the cases of rule %s again: %w", key.rule.Name, err)
		}
		for i, o := range batches[key] {
			o.Unstable = differs(o, &verdicts[i])
		}
	}
	return nil
}

// differs says what a second verdict says that the first does not, "" when both say the same. Of clients that could
// not be judged it is enough that they could not: how far a module comes may differ.
func differs(o *Outcome, second *engine.Verdict) string {
	first := &o.Verdict
	same := (first.Error == "") == (second.Error == "") && first.Label == second.Label && reflect.DeepEqual(first.Reason, second.Reason) &&
		reflect.DeepEqual(first.Findings, second.Findings) && reflect.DeepEqual(first.Measures, second.Measures)
	if same {
		return ""
	}
	return cases.Say(o.rule, second)
}
