package main

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"assay/server/crm"
)

// A round lasts so long at least, in as many passes over the clients as that takes: a pass of one rule over a small base takes less than what the
// scheduler may take from it. A number of rules gets no more rounds after so long, but for the second.
const (
	rulesRound  = 100 * time.Millisecond
	rulesBudget = 20 * time.Second
)

// manyRules measures how the time of an evaluation grows with the number of rules: all of them CEL, each another expression.
func manyRules(ctx context.Context, s *suite) ([]table, error) {
	b, err := s.cards(ctx)
	if err != nil {
		return nil, err
	}
	cards := b.cards[:min(max(len(b.cards)/10, 1), 20_000)]
	t := table{title: fmt.Sprintf("Many rules over %d clients", len(cards)), header: []string{"rules", "fused, ns a client", "ns a client and rule", "apart, ns a client", "ns a client and rule"},
		about: fmt.Sprintf("CEL rules of ten kinds, each with constants of its own, fused and each in a module of its own in turns; %d workers. Both find the same number.", runtime.GOMAXPROCS(0))}
	for _, n := range []int{1, 10, 100, 1000} {
		fused, apart, err := timeRules(ctx, b, cards, n, s.rounds)
		if err != nil {
			return nil, fmt.Errorf("%d rules: %w", n, err)
		}
		row := []string{fmt.Sprint(n)}
		for _, took := range [][]time.Duration{fused, apart} {
			median, spread := summary(took)
			perClient := float64(median) / float64(len(cards))
			row = append(row, fmt.Sprintf("%.0f ±%.0f %%", perClient, 100*spread), fmt.Sprintf("%.1f", perClient/float64(n)))
		}
		t.rows = append(t.rows, row)
	}
	return []table{t}, nil
}

// timeRules returns how long passes over all cards took.
func timeRules(ctx context.Context, b *base, cards [][]byte, n, rounds int) (fused, apart []time.Duration, err error) {
	var sets [2]*ruleSet
	var found [2]int64
	for i := range sets {
		if sets[i], err = compiled(ctx, b, cards, inventedRules(n), nil); err != nil {
			return nil, nil, err
		}
		defer sets[i].Close()
		if i == 0 {
			if err := sets[i].set.Fuser.Fuse(ctx, sets[i].set); err != nil {
				return nil, nil, err
			}
		}
		if found[i], err = sets[i].pass(ctx); err != nil { // this starts instances, too
			return nil, nil, err
		}
	}
	if found[0] != found[1] {
		return nil, nil, fmt.Errorf("fused they find %d, apart %d", found[0], found[1])
	}
	began := time.Now()
	for round := 0; round < rounds && (round < 2 || time.Since(began) < rulesBudget); round++ {
		for i, took := range []*[]time.Duration{&fused, &apart} {
			one, err := sets[i].time(ctx)
			if err != nil {
				return nil, nil, err
			}
			*took = append(*took, one)
		}
	}
	return fused, apart, nil
}

// time returns how long a pass takes, by as many as a round has.
func (e *ruleSet) time(ctx context.Context) (time.Duration, error) {
	runtime.GC() // what another left is not this one's
	began := time.Now()
	for passes := time.Duration(1); ; passes++ {
		if _, err := e.pass(ctx); err != nil {
			return 0, err
		}
		if took := time.Since(began); took >= rulesRound {
			return took / passes, nil
		}
	}
}

// pass evaluates all cards on all workers and returns how many findings there are.
func (e *ruleSet) pass(ctx context.Context) (int64, error) {
	var found atomic.Int64
	_, err := shared(runtime.GOMAXPROCS(0), len(e.cards), func(from, to int) (counts, error) {
		var n int64
		err := e.each(ctx, from, to, func(_ int, results []crm.Result) error {
			for i := range results {
				n += int64(len(results[i].Findings))
			}
			return nil
		})
		found.Add(n)
		return counts{}, err
	})
	return found.Load(), err
}

// inventedRules returns so many manifests, of ten kinds in turn.
func inventedRules(n int) (manifests [][]byte) {
	kinds := []string{
		`client.manager != \"m%d\"`,
		`size(client.contacts) < %d + 4`,
		`client.region != \"r%d\" || client.taxId != \"\"`,
		`client.contacts.all(c, c.jobTitle != \"t%d\")`,
		`client.channels.exists(c, c.value != \"v%d\")`,
		`client.name.size() > %d - 2000`,
		`!(client.kind == \"company\" && client.source == \"s%d\")`,
		`client.activity.revenue >= 0.0 - %d.5`,
		`!client.tags.exists(t, t == \"t%d\")`,
		`client.country != \"C%d\" && client.legalForm != \"none\"`,
	}
	for i := range n {
		require := fmt.Sprintf(kinds[i%len(kinds)], i)
		manifests = append(manifests, fmt.Appendf(nil, `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"rule-%d"},"spec":{"type":"Quality","require":"%s","message":{"en":"rule %d"}}}`, i, require, i))
	}
	return manifests
}
