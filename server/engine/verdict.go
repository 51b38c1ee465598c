package engine

import (
	"context"
	"time"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
)

// Verdict is all that a rule says of one card, and what that took.
type Verdict struct {
	crm.Result
	Measures map[string]int64 // by name, nil for none
	Fuel     int64            // units
	Fault    bool             // Error is the host's word: the module failed; it begins with the kind of failure, such as trap or fuel
}

// Judge asks the rule alone about every card of the batch, apart from its figures and even when it is quarantined.
// The rule must be running.
func (r *Rule) Judge(ctx context.Context, now time.Time, batch *abi.Batch) ([]Verdict, error) {
	verdicts := make([]Verdict, batch.Len())
	var said decoder
	var on shelf
	err := r.Measure(ctx, now, batch, abi.Receiver{
		Spent: func(_, card int, fuel int64) { verdicts[card].Fuel = fuel },
		Results: func(_, card int, packed []byte, fault error) {
			v := &verdicts[card]
			v.Result, _ = said.result(r, &on, packed, fault)
			v.Fault = fault != nil
			if v.Error == "" {
				v.Measures = measuresOf(packed)
			}
		},
	})
	return verdicts, err
}

// Measure runs the rule alone on every card of the batch and tells the receiver what its module says and takes.
func (r *Rule) Measure(ctx context.Context, now time.Time, batch *abi.Batch, to abi.Receiver) error {
	return r.module.Evaluate(ctx, now, []abi.Configured{r.configured}, batch, to)
}

// Configured is what the rule asks of its module.
func (r *Rule) Configured() abi.Configured { return r.configured }

// measuresOf reads the measures of results that were read before without an error.
func measuresOf(packed []byte) (measures map[string]int64) {
	_ = abi.ParseResults(packed, func(row abi.ResultRow) error {
		if row.Kind == abi.ResultMeasure {
			if measures == nil {
				measures = map[string]int64{}
			}
			measures[row.Measure] = row.Value
		}
		return nil
	})
	return measures
}

// Budget is how many units of fuel the rule may spend on a client.
func (r *Rule) Budget() int64 { return budget(r.configured) }

// Texts are the templates by language of a finding's code, or of a label's reason: the module's, or else what the
// manifest says of all.
func (r *Rule) Texts(key string) map[string]string {
	if described, ok := r.Description(); ok && len(described.Messages[key]) > 0 {
		return described.Messages[key]
	}
	return r.ManifestTexts()
}

// ManifestTexts are the templates by language for what the module has none for.
func (r *Rule) ManifestTexts() map[string]string {
	switch {
	case r.Spec.Type == rules.Segmentation:
		return r.Spec.Reason
	case len(r.Spec.Message) == 0 && r.Spec.Require != "":
		return map[string]string{"en": "must hold: " + r.Spec.Require, "ru": "должно выполняться: " + r.Spec.Require, "uk": "має виконуватися: " + r.Spec.Require}
	}
	return r.Spec.Message
}
