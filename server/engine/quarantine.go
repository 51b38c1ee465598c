package engine

import (
	"context"
	"time"

	"assay/sdk/abi"
)

// trialBatch is how many cards a quarantined rule is tried on at once: if it spends its budget on
// each, they must not take long.
const trialBatch = 16

// Judging reports whether evaluations ask the rule: it has a module and is not quarantined.
func (r *Rule) Judging() bool { return r.module != nil && r.Quarantine() == nil }

// Quarantine returns why the rule is quarantined, nil when it is not.
func (r *Rule) Quarantine() *Quarantine {
	if r.breaker == nil {
		return nil
	}
	return r.breaker.open.Load()
}

// Resume ends the rule's quarantine. For so many records the number of failures does not bring
// it back: a trial on all of the base has shown that they are not the rule.
func (r *Rule) Resume(grace int64) { r.breaker.close(r.stats.evaluated.Load(), grace) }

// Try runs a quarantined rule on cards, apart from its figures, and returns what speaks against
// its return: failures on more than half of them, or dear ones. It returns nil when nothing does.
func (r *Rule) Try(ctx context.Context, now time.Time, cards [][]byte) (*Quarantine, error) {
	trial := r.Trial()
	set := NewSet(0, []*Rule{trial}, nil, nil)
	batch := new(abi.Batch)
	total := int64(len(cards))
	for len(cards) > 0 {
		few := cards[:min(trialBatch, len(cards))]
		cards = cards[len(few):]
		batch.Reset()
		for _, card := range few {
			batch.Add(card)
		}
		if _, _, err := set.Evaluate(ctx, now, batch); err != nil {
			return nil, err
		}
		s := trial.Stats()
		dear := s.FailedFuel > wastedFuel/windowRecords*total
		if dear || 2*s.Errors > total {
			return &Quarantine{Since: now, Failed: s.Errors, Judged: s.Evaluated, Wasted: s.FailedFuel, Dear: dear, Last: s.Last.Text}, nil
		}
	}
	return nil, nil
}
