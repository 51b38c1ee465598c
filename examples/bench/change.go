package main

import (
	"context"
	"fmt"
	"time"

	"assay/sdk/abi"
)

// changedRule measures the way from a changed rule to a report of it that is committed and can be read.
func changedRule(ctx context.Context, s *suite) ([]table, error) {
	b, err := s.cards(ctx)
	if err != nil {
		return nil, err
	}
	var list []*changing
	for _, c := range []struct {
		name, how string
		open      func(context.Context, *suite, *base) (changeable, error)
	}{
		{"Assay", "PUT of the rule until the report says that every client is judged; findings keep the day they were first seen, history and events are written", openAssayChange},
		{"PostgreSQL", "one transaction: the query over jsonb into a temporary table (a parallel plan), the rule's rows deleted and inserted anew; then figures and first page", openPostgresChange},
		{"SQLite", "one transaction over JSONB: the rule's rows deleted and inserted anew, synchronous=FULL; then figures and first page", openSQLiteChange},
	} {
		of, err := c.open(ctx, s, b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		defer of.Close()
		list = append(list, &changing{changeable: of, name: c.name, how: c.how})
	}
	for round := range max(s.rounds, 2) {
		want, err := expected(b, round%2 == 0)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			if err := c.turn(ctx, round%2 == 0, want); err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	t := table{title: fmt.Sprintf("From a changed rule to its report, %d clients", len(b.cards)), header: []string{"", "how", "s", "Assay is faster"},
		about: "One of the five rules asks for a source beside the main manager, and in the next round no longer. Measured until the figures and the first page with the new findings have been read, all of it durable: " +
			"Assay over HTTP, the databases over their own protocol from this process. What the databases do afterwards, to vacuum or to empty a log, is not counted. Figures are compared with the checks in Go each time. The evaluation alone is in the first table."}
	ours, _ := summary(list[0].took)
	for _, c := range list {
		median, spread := summary(c.took)
		t.rows = append(t.rows, []string{c.name, c.how, fmt.Sprintf("%.2f ±%.0f %%", median.Seconds(), 100*spread), number(median.Seconds() / ours.Seconds())})
	}
	return []table{t}, nil
}

// changeable is a base with the findings of the five rules, of which one changes.
type changeable interface {
	// Change has the rule main-manager ask for a source too, or no longer, and returns the report after it.
	Change(ctx context.Context, source bool) (*page, error)
	// Settle does what is not measured: a database's housekeeping.
	Settle(ctx context.Context) error
	Close() error
}

type changing struct {
	changeable
	name, how string
	took      []time.Duration
}

func (c *changing) turn(ctx context.Context, source bool, want *page) error {
	began := time.Now()
	got, err := c.Change(ctx, source)
	if err != nil {
		return err
	}
	c.took = append(c.took, time.Since(began))
	if err := samePage(got, want); err != nil {
		return err
	}
	return c.Settle(ctx)
}

// expected is the report as the checks in Go have it.
func expected(b *base, source bool) (*page, error) {
	p := &page{Clients: int64(len(b.cards)), Rules: make([]pageRule, checks)}
	for c := range p.Rules {
		p.Rules[c].Name = check(c).String()
	}
	for _, card := range b.cards {
		r, err := changedRecord(card, source)
		if err != nil {
			return nil, err
		}
		p.count(&r)
	}
	return p, nil
}

// changedRecord is a client's record under the rule as it stands.
func changedRecord(card []byte, source bool) (record, error) {
	r, err := recordOf(card)
	if err != nil || !source {
		return r, err
	}
	c, err := abi.Open(card)
	if err != nil {
		return r, err
	}
	if c.Source() == "" && c.Manager() != "" {
		at := len(r.findings)
		if at > 0 && r.findings[at-1].check == taxID {
			at-- // by rule
		}
		f := keptFinding{check: mainManager, path: paths[mainManager], message: messages[mainManager]}
		r.findings = append(r.findings[:at:at], append([]keptFinding{f}, r.findings[at:]...)...)
	}
	return r, nil
}

// count adds a client to the figures, and to the page while it has room.
func (p *page) count(r *record) {
	var told [checks]bool
	for _, f := range r.findings {
		p.Rules[f.check].Findings++
		if !told[f.check] {
			told[f.check] = true
			p.Rules[f.check].Clients++
		}
	}
	if len(r.findings) == 0 {
		return
	}
	p.Violating++
	if len(p.Items) == pageSize {
		return
	}
	for _, f := range r.findings {
		p.add(r.id, r.name, r.manager, pageFinding{Rule: f.check.String(), Row: f.row, Path: f.path, Message: f.message})
	}
	sortFindings(p.Items[len(p.Items)-1].Findings)
}
