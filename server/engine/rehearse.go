package engine

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
)

const (
	rehearsedFuel  = 2_000_000_000 // units for all of a rehearsal, failures or not: about two seconds
	shownFailures  = 3
	shownFindings  = 3
	noFuel         = "fuel: " // how the error of a client begins that took more than its budget
	backwardsBatch = 7        // cards of a batch in the second turn, which are others than in the first
)

// Rehearsal is what came of a rule on cards before it is in force.
type Rehearsal struct {
	Judged   int64
	Failed   int64    // of them
	Failures []string // the first few, "client 5: …"
	Budget   int64    // units of fuel for a client
	NoFuel   int64    // of Failed, for which the budget was not enough
	MostFuel int64    // that one of them took
	Wasted   int64    // units that the failures took
	Dear     bool     // so much that the rule would be quarantined for it
	Differs  string   // "client 5: …" when what the rule says of it depends on the clients before
}

// Rehearse runs the rule on cards, apart from its figures: in their order, and again backwards and in other batches, which must
// give the same. It ends early when more than so many have failed or the fuel for it is spent.
func (r *Rule) Rehearse(ctx context.Context, now time.Time, cards [][]byte, most int64) (*Rehearsal, error) {
	trial := r.Trial()
	h := rehearsing{trial: trial, set: NewSet(0, []*Rule{trial}, nil, nil), now: now, out: Rehearsal{Budget: budget(r.configured)}}
	err := h.forwards(ctx, cards, most)
	if err != nil {
		return nil, err
	}
	s := trial.Stats()
	h.out.MostFuel, h.out.Wasted = s.Fuel.Max, s.FailedFuel
	h.out.Dear = s.FailedFuel > wastedFuel/windowRecords*max(h.out.Judged, fewestJudged)
	if h.out.Failed <= most && !h.out.Dear {
		err = h.backwards(ctx, cards[:h.out.Judged])
	}
	return &h.out, err
}

// rehearsing is a rehearsal on its way.
type rehearsing struct {
	trial *Rule
	set   *Set
	now   time.Time
	batch abi.Batch
	said  []crm.Result // of the cards judged
	out   Rehearsal
}

// evaluate judges some cards.
func (h *rehearsing) evaluate(ctx context.Context, cards [][]byte) ([]crm.Result, error) {
	h.batch.Reset()
	for _, card := range cards {
		h.batch.Add(card)
	}
	results, _, err := h.set.Evaluate(ctx, h.now, &h.batch) // a trial is never quarantined
	said := make([]crm.Result, len(results))
	for i, of := range results {
		if len(of) > 0 {
			said[i] = of[0]
		}
	}
	return said, err
}

func (h *rehearsing) forwards(ctx context.Context, cards [][]byte, most int64) error {
	for few := range slices.Chunk(cards, trialBatch) {
		said, err := h.evaluate(ctx, few)
		if err != nil {
			return err
		}
		h.said = append(h.said, said...)
		h.out.Judged += int64(len(few))
		for i := range said {
			if said[i].Error == "" {
				continue
			}
			if strings.HasPrefix(said[i].Error, noFuel) {
				h.out.NoFuel++
			}
			if h.out.Failed++; h.out.Failed <= shownFailures {
				h.out.Failures = append(h.out.Failures, nameOf(few[i])+": "+said[i].Error)
			}
		}
		if h.out.Failed > most || h.trial.stats.fuel.sum.Load() > rehearsedFuel {
			return nil
		}
	}
	return nil
}

// backwards judges the cards again. What fails is not compared: how far a guest comes may
// differ by its collector.
func (h *rehearsing) backwards(ctx context.Context, cards [][]byte) error {
	for end := len(cards); end > 0 && h.trial.stats.fuel.sum.Load() <= 2*rehearsedFuel; end -= backwardsBatch {
		few := slices.Clone(cards[max(0, end-backwardsBatch):end])
		slices.Reverse(few)
		said, err := h.evaluate(ctx, few)
		if err != nil {
			return err
		}
		for i := range said {
			first := &h.said[end-1-i]
			if first.Error == "" && said[i].Error == "" && !sameResult(first, &said[i]) {
				h.out.Differs = fmt.Sprintf("%s: it says %s, and after other clients %s", nameOf(few[i]), h.brief(first), h.brief(&said[i]))
				return nil
			}
		}
	}
	return nil
}

func sameResult(a, b *crm.Result) bool {
	return a.Label == b.Label && slices.Equal(a.Reason, b.Reason) && len(a.Findings) == len(b.Findings) &&
		(len(a.Findings) == 0 || reflect.DeepEqual(a.Findings, b.Findings))
}

// brief tells one result from another: the label of a segmentation, or what a rule of quality found.
func (h *rehearsing) brief(r *crm.Result) string {
	switch {
	case h.trial.Spec.Type == rules.Segmentation && r.Label == "":
		return "no label"
	case h.trial.Spec.Type == rules.Segmentation:
		return fmt.Sprintf("the label %q%s", r.Label, paramWords(r.Reason))
	case len(r.Findings) == 0:
		return "nothing"
	}
	shown := make([]string, 0, shownFindings+1)
	for i := range r.Findings[:min(len(r.Findings), shownFindings)] {
		f := &r.Findings[i]
		words := f.Code
		if f.Path != "" {
			words += " at " + f.Path
		}
		shown = append(shown, words+paramWords(f.Params))
	}
	if more := len(r.Findings) - len(shown); more > 0 {
		shown = append(shown, fmt.Sprintf("%d more", more))
	}
	return strings.Join(shown, ", ")
}

// paramWords is " (number 10-23, …)", or "" for none.
func paramWords(params []crm.Param) string {
	if len(params) == 0 {
		return ""
	}
	words := make([]string, len(params))
	for i, p := range params {
		words[i] = p.Key + " " + p.Value
	}
	return " (" + strings.Join(words, ", ") + ")"
}

// nameOf names the client of a card.
func nameOf(card []byte) string {
	c, err := abi.Open(card)
	if err != nil || c.ID() == 0 {
		return "a client of whom nothing is known"
	}
	return fmt.Sprintf("client %d", c.ID())
}
