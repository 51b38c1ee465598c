package main

import (
	"context"
	"fmt"
	"time"

	"assay/server/crm"
)

// manyRules measures how the time of an evaluation grows with the number of rules: all of them CEL, each another expression.
func manyRules(ctx context.Context, s *suite) ([]table, error) {
	b, err := s.cards(ctx)
	if err != nil {
		return nil, err
	}
	cards := b.cards[:max(len(b.cards)/10, 1)]
	t := table{title: fmt.Sprintf("Many rules over %d clients", len(cards)), header: []string{"rules", "fused, ns a client", "ns a client and rule", "apart, ns a client", "ns a client and rule"},
		about: "CEL rules of ten kinds, each with constants of its own; 2 workers. About one client in ten violates a rule."}
	for _, n := range []int{1, 10, 100, 1000} {
		row := []string{fmt.Sprint(n)}
		for _, fused := range []bool{true, false} {
			e, err := compiled(ctx, b, cards, inventedRules(n), nil)
			if err != nil {
				return nil, err
			}
			if fused {
				if err := e.set.Fuser.Fuse(ctx, e.set); err != nil {
					return nil, err
				}
			}
			took, err := e.time(ctx, max(s.rounds*10/max(n, 10), 1))
			if err != nil {
				return nil, fmt.Errorf("%d rules: %w", n, err)
			}
			perClient := float64(took) / float64(len(cards))
			row = append(row, fmt.Sprintf("%.0f", perClient), fmt.Sprintf("%.1f", perClient/float64(n)))
			if err := e.Close(); err != nil {
				return nil, err
			}
		}
		t.rows = append(t.rows, row)
	}
	return []table{t}, nil
}

// time returns the median time of evaluating all cards, on two workers.
func (e *ruleSet) time(ctx context.Context, rounds int) (time.Duration, error) {
	var took []time.Duration
	for range rounds + 1 {
		began := time.Now()
		if _, err := shared(2, len(e.cards), func(from, to int) (counts, error) {
			return counts{}, e.each(ctx, from, to, func(int, []crm.Result) error { return nil })
		}); err != nil {
			return 0, err
		}
		took = append(took, time.Since(began))
	}
	median, _ := summary(took[1:]) // the first starts instances
	return median, nil
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
