package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"assay/server/crm"
	"assay/server/store"
)

// testOneMoment reads while clients are written. Every write keeps it true that
// each client has either a finding of "a" and the manager "a" or both of "b", so
// that an answer made of two moments shows.
func testOneMoment(t *testing.T, s *suite) {
	s.open(Options{})
	const n, writers, writes = 200, 4, 60
	side := func(i int64) string { return string("ab"[i%2]) }
	s.createMany(n, func(i int) (crm.Client, []crm.Result) {
		return company("c", side(int64(i))), []crm.Result{found(side(int64(i)), ""), labelled("side", side(int64(i)))}
	})
	generation := s.generation()
	var wait sync.WaitGroup
	var writing atomic.Int32
	writing.Store(writers)
	for w := range int64(writers) {
		wait.Go(func() {
			defer writing.Add(-1)
			for i := range int64(writes) {
				id := 1 + (i%(n/writers))*writers + w
				revision := 1 + i/(n/writers)
				now := side(id + revision)
				outcomes, err := s.Commit(ctx, crm.Everything, []store.Change{
					{ID: id, Expect: revision, Card: card(t, company("c", now)), Generation: generation,
						Results: []crm.Result{found(now, ""), labelled("side", now)}},
					{Card: card(t, company("c", now)), Generation: generation, Results: []crm.Result{found(now, ""), labelled("side", now)}},
				})
				if err != nil || outcomes[0].Err != nil || outcomes[1].Err != nil {
					t.Errorf("commit: %v %+v", err, outcomes)
					return
				}
			}
		})
	}
	for range 2 {
		wait.Go(func() {
			for after := int64(0); writing.Load() > 0; {
				if err := s.readMoment(&after); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	count, err := s.Count(ctx, crm.Everything, store.Query{})
	s.must(err)
	s.equal("clients", count, int64(n+writers*writes))
}

// readMoment reads and checks everything that must be of one moment.
func (s *suite) readMoment(after *int64) error {
	report, err := s.Quality(ctx, crm.Everything, store.QualityQuery{Query: store.Query{Limit: 50}, Report: []string{"a", "b"}})
	if err != nil {
		return err
	}
	if a, b := report.Rules[0].Clients, report.Rules[1].Clients; a+b != report.Clients || report.Violating != report.Clients {
		return fmt.Errorf("a report of %d clients with %d and %d findings, %d violating", report.Clients, a, b, report.Violating)
	}
	for _, item := range report.Items {
		c, err := crm.DecodeCard(item.Card)
		if err != nil {
			return err
		}
		if len(item.Results) != 1 || item.Results[0].Rule != c.Manager {
			return fmt.Errorf("client %d of manager %s has results of another moment: %s", c.ID, c.Manager, show(item.Results))
		}
	}
	segments, err := s.Segments(ctx, crm.Scope{Managers: []string{"a"}})
	if err != nil {
		return err
	}
	for _, segment := range segments {
		if segment.Label != "a" {
			return fmt.Errorf("%d clients of manager a have the label of b", segment.Clients)
		}
	}
	events, last, err := s.Events(ctx, crm.Everything, *after, 100)
	if err != nil {
		return err
	}
	for i, e := range events {
		if e.Seq != *after+int64(i)+1 {
			return fmt.Errorf("event %d after event %d", e.Seq, *after+int64(i))
		}
	}
	*after = last
	return nil
}
