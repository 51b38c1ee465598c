package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/store"
)

// suite is one test's base with calls that fail the test when they fail.
type suite struct {
	t      failer
	test   testing.TB // that owns directories and cleanups
	place  func(testing.TB, Options) Opener
	opener Opener
	store.Store
}

// failer is what fails: a test, or one run of the model test.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

var ctx = context.Background()

// open opens an empty base.
func (s *suite) open(o Options) {
	s.t.Helper()
	s.opener = s.place(s.test, o)
	s.Store = s.opener(s.test)
	s.test.Cleanup(func() { _ = s.Store.Close() })
}

// reopen closes the base and opens it again.
func (s *suite) reopen() {
	s.t.Helper()
	s.must(s.Store.Close())
	s.Store = s.opener(s.test)
}

func (s *suite) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("unexpected error: %v", err)
	}
}

func (s *suite) wantError(got, want error) {
	s.t.Helper()
	if !errors.Is(got, want) {
		s.t.Fatalf("got error %v, want %v", got, want)
	}
}

// wantRefusal wants any error.
func (s *suite) wantRefusal(what string, err error) {
	s.t.Helper()
	if err == nil {
		s.t.Fatalf("%s was accepted", what)
	}
}

func (s *suite) equal(what string, got, want any) {
	s.t.Helper()
	if !reflect.DeepEqual(got, want) {
		s.t.Fatalf("%s:\n got %s\nwant %s", what, show(got), show(want))
	}
}

func show(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%+v", v)
	}
	return string(b)
}

// at is a moment n seconds into the test.
func at(n int64) crm.Time {
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	return crm.TimeFromUnixMilli(start.UnixMilli() + 1000*n)
}

func card(t failer, c crm.Client) []byte {
	t.Helper()
	b, err := crm.EncodeCard(nil, &c)
	if err != nil {
		t.Fatalf("encode a card: %v", err)
	}
	return b
}

func client(t failer, card []byte) *crm.Client {
	t.Helper()
	c, err := crm.DecodeCard(card)
	if err != nil {
		t.Fatalf("decode a card: %v", err)
	}
	return c
}

// company returns a client that the tests tell by its name.
func company(name, manager string) crm.Client {
	return crm.Client{Kind: "company", Name: name, Manager: manager, CreatedAt: at(0)}
}

// generation returns the current rule set's number.
func (s *suite) generation() uint64 {
	s.t.Helper()
	g, err := s.Generation(ctx)
	s.must(err)
	return g
}

// one commits one change and returns what became of it.
func (s *suite) one(c store.Change) store.Outcome {
	s.t.Helper()
	outcomes, err := s.Commit(ctx, crm.Everything, []store.Change{c})
	s.must(err)
	s.equal("number of outcomes", len(outcomes), 1)
	return outcomes[0]
}

// create stores a new client and returns its number.
func (s *suite) create(c crm.Client, results ...crm.Result) int64 {
	s.t.Helper()
	out := s.one(store.Change{Card: card(s.t, c), Results: results, Generation: s.generation(), At: at(1), By: "tester"})
	s.must(out.Err)
	return out.ID
}

// update stores a client anew.
func (s *suite) update(id, expect int64, c crm.Client, when crm.Time, results ...crm.Result) store.Outcome {
	s.t.Helper()
	return s.one(store.Change{ID: id, Expect: expect, Card: card(s.t, c), Results: results,
		Generation: s.generation(), At: when, By: "tester", Fields: []string{"name"}})
}

// createMany stores clients in calls of a thousand; they get the numbers 1, 2, …
func (s *suite) createMany(n int, make func(i int) (crm.Client, []crm.Result)) {
	s.t.Helper()
	generation := s.generation()
	var changes []store.Change
	for i := 1; i <= n; i++ {
		c, results := make(i)
		changes = append(changes, store.Change{Card: card(s.t, c), Results: results, Generation: generation, At: at(1)})
		if len(changes) < 1000 && i < n {
			continue
		}
		outcomes, err := s.Commit(ctx, crm.Everything, changes)
		s.must(err)
		for _, out := range outcomes {
			s.must(out.Err)
		}
		changes = nil
	}
}

func finding(rule, code, row string) crm.Finding {
	return crm.Finding{Rule: rule, Code: code, RowID: row, Path: "contacts[0].jobTitle"}
}

func found(rule string, rows ...string) crm.Result {
	r := crm.Result{Rule: rule}
	for _, row := range rows {
		r.Findings = append(r.Findings, finding(rule, rule, row))
	}
	return r
}

// graded gives the findings of a result severities of their own; "" is none.
func graded(r crm.Result, severities ...crm.Severity) crm.Result {
	for i := range r.Findings {
		r.Findings[i].Severity = severities[i]
	}
	return r
}

func labelled(rule, label string) crm.Result { return crm.Result{Rule: rule, Label: label} }

func failed(rule, text string) crm.Result { return crm.Result{Rule: rule, Error: text} }

// ids returns the numbers of cards.
func (s *suite) ids(cards [][]byte) []int64 {
	s.t.Helper()
	numbers := []int64{}
	for _, b := range cards {
		c, err := abi.Open(b)
		s.must(err)
		numbers = append(numbers, c.ID())
	}
	return numbers
}

// list returns the numbers of all clients of a query, page by page.
func (s *suite) list(scope crm.Scope, q store.Query) []int64 {
	s.t.Helper()
	if q.Limit == 0 {
		q.Limit = 1000
	}
	numbers := []int64{}
	for {
		page, err := s.Clients(ctx, scope, q)
		s.must(err)
		numbers = append(numbers, s.ids(page.Cards)...)
		if page.Next == "" {
			return numbers
		}
		if len(page.Cards) != q.Limit {
			s.t.Fatalf("a page of %d with a next one, the limit is %d", len(page.Cards), q.Limit)
		}
		q.After = page.Next
	}
}

// wantList compares a list and its count.
func (s *suite) wantList(scope crm.Scope, q store.Query, want ...int64) {
	s.t.Helper()
	if want == nil {
		want = []int64{}
	}
	s.equal(fmt.Sprintf("clients of %+v", q), s.list(scope, q), want)
	n, err := s.Count(ctx, scope, q)
	s.must(err)
	s.equal(fmt.Sprintf("count of %+v", q), n, int64(len(want)))
}

// events returns the whole log that a scope sees.
func (s *suite) events(scope crm.Scope) []crm.Event {
	s.t.Helper()
	all := []crm.Event{}
	for after := int64(0); ; {
		events, last, err := s.Events(ctx, scope, after, 7)
		s.must(err)
		all = append(all, events...)
		if last == after {
			return all
		}
		after = last
	}
}

// brief is an event without its time, for comparing.
func brief(events []crm.Event) []string {
	lines := []string{}
	for _, e := range events {
		lines = append(lines, fmt.Sprintf("%s client=%d rule=%s by=%s %s", e.Type, e.Client, e.Rule, e.By, e.Detail))
	}
	return lines
}

// matcher selects cards by a function.
type matcher func(abi.Client) bool

func (m matcher) Match(ctx context.Context, cards [][]byte, matched []bool) error {
	if len(cards) != len(matched) {
		return fmt.Errorf("%d cards and %d answers", len(cards), len(matched))
	}
	for i, b := range cards {
		c, err := abi.Open(b)
		if err != nil {
			return err
		}
		matched[i] = m(c)
	}
	return ctx.Err()
}

func nameIs(name string) store.Matcher {
	return matcher(func(c abi.Client) bool { return c.Name() == name })
}

func (s *suite) wantCard(what string, got []byte, want crm.Client, id, revision int64) {
	s.t.Helper()
	want.ID, want.Revision = id, revision
	if !bytes.Equal(got, card(s.t, want)) {
		s.t.Fatalf("%s:\n got %s\nwant %s", what, show(client(s.t, got)), show(want))
	}
}
