package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"assay/server/crm"
	"assay/server/store"
)

func testEvents(t *testing.T, s *suite) {
	s.open(Options{})
	const n = 1200
	given := make([]crm.Event, n)
	for i := range given {
		given[i] = crm.Event{At: at(int64(i%7) - 3), Type: crm.EventType(fmt.Sprintf("test.%d", i%3)), Rule: fmt.Sprint("r", i%40),
			By: "tester", Detail: json.RawMessage(fmt.Sprintf(`{"n":%d}`, i))}
	}
	given[5] = crm.Event{At: at(1), Type: crm.EventSweepProgress}
	s.must(s.AppendEvents(ctx, given))
	for i := range given {
		given[i].Seq = int64(i + 1)
	}
	for range 2 {
		last, err := s.LastEvent(ctx)
		s.must(err)
		s.equal("last", last, int64(n))
		for _, after := range []int64{0, 1, 511, 512, 513, 1000, n - 1} {
			for _, limit := range []int{1, 100, 5000} {
				events, last, err := s.Events(ctx, crm.Everything, after, limit)
				s.must(err)
				want := given[after:min(after+int64(limit), n)]
				s.equal(fmt.Sprintf("%d events after %d", limit, after), events, want)
				s.equal("last", last, want[len(want)-1].Seq)
			}
		}
		events, last, err := s.Events(ctx, crm.Everything, n, 5)
		s.must(err)
		s.equal("events after the last", []int64{int64(len(events)), last}, []int64{0, n})
		s.reopen()
	}
	s.must(s.AppendEvents(ctx, nil))
	s.wantRefusal("an event without a type", s.AppendEvents(ctx, []crm.Event{{}}))
}

func testEventScope(t *testing.T, s *suite) {
	s.open(Options{})
	mine := s.create(company("mine", "me"), found("r", ""))
	theirs := s.create(company("theirs", "them"), found("r", ""))
	gone := s.create(company("gone", "me"))
	s.must(s.one(store.Change{ID: gone, Expect: 1, Delete: true}).Err)
	s.must(s.AppendEvents(ctx, []crm.Event{{Type: crm.EventRuleApplied, Rule: "r"}}))
	seen := func(scope crm.Scope) []int64 {
		clients := []int64{}
		for _, e := range s.events(scope) {
			clients = append(clients, e.Client)
		}
		return clients
	}
	s.equal("everything", seen(crm.Everything), []int64{mine, mine, theirs, theirs, gone, gone, 0})
	s.equal("mine", seen(crm.Scope{Managers: []string{"me"}}), []int64{mine, mine, 0})
	s.equal("nobody's", seen(crm.Scope{}), []int64{0})
	_, last, err := s.Events(ctx, crm.Scope{}, 0, 100)
	s.must(err)
	s.equal("how far it was read", last, int64(7))
	// What counts is the manager of today.
	s.must(s.update(mine, 1, company("given", "them"), at(3), found("r", "")).Err)
	s.equal("mine, after it was handed over", seen(crm.Scope{Managers: []string{"me"}}), []int64{0})
}

func testEventsGone(t *testing.T, s *suite) {
	const kept = 1000
	s.open(Options{EventsKept: kept})
	add := func(n int) {
		events := make([]crm.Event, n)
		for i := range events {
			events[i].Type = crm.EventSweepProgress
		}
		s.must(s.AppendEvents(ctx, events))
	}
	for range 60 {
		add(100)
	}
	for range 2 {
		last, err := s.LastEvent(ctx)
		s.must(err)
		s.equal("last", last, int64(6000))
		_, _, err = s.Events(ctx, crm.Everything, 0, 10)
		s.wantError(err, crm.ErrGone)
		events, _, err := s.Events(ctx, crm.Everything, last-kept, kept)
		s.must(err)
		s.equal("kept", len(events), kept)
		stats, err := s.Stats(ctx)
		s.must(err)
		if stats.Events < kept || stats.Events > 3*kept {
			t.Fatalf("%d events are kept, want %d or a little more", stats.Events, kept)
		}
		oldest := last - stats.Events
		events, _, err = s.Events(ctx, crm.Everything, oldest, 1)
		s.must(err)
		s.equal("oldest", events[0].Seq, oldest+1)
		_, _, err = s.Events(ctx, crm.Everything, oldest-1, 1)
		s.wantError(err, crm.ErrGone)
		s.reopen()
	}
}

func testWaitEvents(t *testing.T, s *suite) {
	s.open(Options{})
	s.must(s.AppendEvents(ctx, []crm.Event{{Type: crm.EventRuleApplied}}))
	s.must(s.WaitEvents(ctx, 0))
	const waiters = 8
	woken := make(chan error, waiters)
	for range waiters {
		go func() { woken <- s.WaitEvents(ctx, 2) }()
	}
	add := func() { s.must(s.AppendEvents(ctx, []crm.Event{{Type: crm.EventRuleApplied}})) }
	add()
	select {
	case <-woken:
		t.Fatal("a waiter for event 3 was woken by event 2")
	default:
	}
	add()
	for range waiters {
		s.must(<-woken)
	}
	short, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	s.wantError(s.WaitEvents(short, 100), context.DeadlineExceeded)
	go func() { woken <- s.WaitEvents(ctx, 100) }()
	s.must(s.Close())
	s.wantRefusal("waiting on a closed store", <-woken)
}

func testReopen(t *testing.T, s *suite) {
	s.open(Options{})
	first := company("first", "ivanov")
	first.ExternalID = "x"
	s.create(first, found("r", ""), labelled("size", "large"))
	gone := s.create(company("gone", "ivanov"))
	s.must(s.one(store.Change{ID: gone, Expect: 1, Delete: true}).Err)
	for range 3 {
		s.reopen()
		looked, err := s.ByExternalID(ctx, crm.Everything, []string{"x"})
		s.must(err)
		s.wantCard("by external id", looked[0].Card, first, 1, 1)
	}
	stats, err := s.Stats(ctx)
	s.must(err)
	s.equal("stats", []int64{stats.Clients, stats.LastID, stats.Events}, []int64{1, 2, 5})
	s.equal("next number", s.create(company("next", "")), int64(3))
	events := s.events(crm.Everything)
	s.equal("last seq", events[len(events)-1].Seq, int64(6))
}

func testClosed(t *testing.T, s *suite) {
	s.open(Options{})
	s.create(company("a", ""))
	s.must(s.Close())
	if err := s.Close(); err != nil {
		t.Fatalf("closing again: %v", err)
	}
	_, err := s.Client(ctx, crm.Everything, 1)
	s.wantRefusal("reading a closed store", err)
	_, err = s.Commit(ctx, crm.Everything, []store.Change{{Card: card(t, company("b", "")), Generation: 1}})
	s.wantRefusal("writing to a closed store", err)
	// Calls that run while the store is closed end one way or the other.
	s.Store = s.opener(t)
	acknowledged := make(chan bool, 16)
	for range cap(acknowledged) {
		go func() {
			outcomes, err := s.Commit(ctx, crm.Everything, []store.Change{{Card: card(t, company("c", "")), Generation: 1}})
			acknowledged <- err == nil && outcomes[0].Err == nil
		}()
	}
	s.must(s.Close())
	want := int64(1)
	for range cap(acknowledged) {
		if <-acknowledged {
			want++
		}
	}
	s.Store = s.opener(t)
	n, err := s.Count(ctx, crm.Everything, store.Query{})
	s.must(err)
	s.equal("clients that were acknowledged", n, want)
}
