package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/server/crm"
	"assay/server/store"
)

func testCreate(t *testing.T, s *suite) {
	s.open(Options{})
	want := crm.Client{Kind: "person", Name: "Олена", ExternalID: "x-1", Manager: "ivanov", Tags: []string{"vip"},
		Contacts: []crm.Contact{{ID: "c1", Name: "Ліна"}}, Fields: map[string]crm.Value{"gln": crm.StringValue("46")}}
	changes := []store.Change{
		{Card: card(t, want), Generation: s.generation(), At: at(1), By: "anna"},
		{Card: card(t, company("Ромашка", "")), Generation: s.generation(), At: at(1), By: "anna"},
	}
	outcomes, err := s.Commit(ctx, crm.Everything, changes)
	s.must(err)
	for i, out := range outcomes {
		s.must(out.Err)
		s.equal("id and revision", []int64{out.ID, out.Revision}, []int64{int64(i + 1), 1})
	}
	stored, err := s.Client(ctx, crm.Everything, 1)
	s.must(err)
	s.wantCard("the stored card", stored.Card, want, 1, 1)
	s.equal("results", len(stored.Results), 0)
	s.equal("events", brief(s.events(crm.Everything)), []string{
		`client.created client=1 rule= by=anna {"revision":1}`,
		`client.created client=2 rule= by=anna {"revision":1}`,
	})
	s.equal("time of the event", s.events(crm.Everything)[0].At, at(1))
}

func testUpdate(t *testing.T, s *suite) {
	s.open(Options{})
	id := s.create(company("Было", "ivanov"))
	out := s.one(store.Change{ID: id, Expect: 1, Card: card(t, company("Стало", "petrov")), Generation: s.generation(),
		At: at(2), By: "anna", Fields: []string{"name", "manager"}})
	s.must(out.Err)
	s.equal("revision", out.Revision, int64(2))
	stored, err := s.Client(ctx, crm.Everything, id)
	s.must(err)
	s.wantCard("the stored card", stored.Card, company("Стало", "petrov"), id, 2)
	s.equal("last event", brief(s.events(crm.Everything))[1],
		`client.updated client=1 rule= by=anna {"revision":2,"fields":["name","manager"]}`)
	// Changes of one call see the earlier ones.
	outcomes, err := s.Commit(ctx, crm.Everything, []store.Change{
		{ID: id, Expect: 2, Card: card(t, company("A", "ivanov")), Generation: s.generation()},
		{ID: id, Expect: 3, Card: card(t, company("B", "")), Generation: s.generation()},
		{ID: id, Expect: 3, Card: card(t, company("C", "")), Generation: s.generation()},
	})
	s.must(err)
	s.equal("revision", outcomes[1].Revision, int64(4))
	s.wantError(outcomes[2].Err, crm.ErrRevisionConflict)
	s.wantList(crm.Everything, store.Query{Facets: []store.FacetValue{{Facet: store.FacetManager, Value: ""}}}, id)
	s.wantList(crm.Everything, store.Query{Facets: []store.FacetValue{{Facet: store.FacetManager, Value: "ivanov"}}})
}

func testDelete(t *testing.T, s *suite) {
	s.open(Options{})
	gone := company("Gone", "ivanov")
	gone.ExternalID = "x"
	id := s.create(gone, found("tax-id", "", "r1"), labelled("size", "large"))
	kept := s.create(company("Kept", "ivanov"))
	out := s.one(store.Change{ID: id, Delete: true, Expect: 2, Generation: s.generation()})
	s.wantError(out.Err, crm.ErrRevisionConflict)
	out = s.one(store.Change{ID: id, Delete: true, Expect: 1, At: at(3), By: "anna"})
	s.must(out.Err)
	_, err := s.Client(ctx, crm.Everything, id)
	s.wantError(err, crm.ErrNotFound)
	s.wantList(crm.Everything, store.Query{}, kept)
	s.wantList(crm.Everything, store.Query{Rules: []string{"tax-id"}})
	s.wantList(crm.Everything, store.Query{Segments: []store.RuleLabel{{Rule: "size", Label: "large"}}})
	s.equal("events", brief(s.events(crm.Everything))[5:], []string{
		`segment.left client=1 rule=size by=anna {"label":"large"}`,
		`finding.closed client=1 rule=tax-id by=anna {"code":"tax-id","rowId":""}`,
		`finding.closed client=1 rule=tax-id by=anna {"code":"tax-id","rowId":"r1"}`,
		`client.deleted client=1 rule= by=anna {"revision":1}`,
	})
	s.wantError(s.one(store.Change{ID: id, Delete: true, Expect: 1}).Err, crm.ErrNotFound)
	s.wantError(s.update(id, 1, gone, at(4)).Err, crm.ErrNotFound)
	// The number stays unused, the external id is free.
	if next := s.create(gone); next != kept+1 {
		t.Fatalf("the next client got number %d, want %d", next, kept+1)
	}
}

func testRefusedAlone(t *testing.T, s *suite) {
	s.open(Options{})
	id := s.create(company("First", ""))
	outcomes, err := s.Commit(ctx, crm.Everything, []store.Change{
		{Card: card(t, company("Second", "")), Generation: s.generation()},
		{ID: id, Expect: 7, Card: card(t, company("Stale", "")), Generation: s.generation(), Results: []crm.Result{found("r", "")}},
		{ID: 99, Expect: 1, Card: card(t, company("Unknown", "")), Generation: s.generation()},
		{Card: card(t, company("Third", "")), Generation: s.generation()},
	})
	s.must(err)
	s.must(errors.Join(outcomes[0].Err, outcomes[3].Err))
	s.wantError(outcomes[1].Err, crm.ErrRevisionConflict)
	s.wantError(outcomes[2].Err, crm.ErrNotFound)
	s.wantList(crm.Everything, store.Query{}, 1, 2, 3)
	s.wantList(crm.Everything, store.Query{Rules: []string{"r"}})
	s.equal("events", len(s.events(crm.Everything)), 3)
}

func testRevisionConflict(t *testing.T, s *suite) {
	s.open(Options{})
	id := s.create(company("A", ""))
	s.must(s.update(id, 1, company("B", ""), at(2)).Err)
	for _, expect := range []int64{0, 1, 3} {
		s.wantError(s.update(id, expect, company("C", ""), at(3)).Err, crm.ErrRevisionConflict)
	}
}

func testGenerationConflict(t *testing.T, s *suite) {
	s.open(Options{})
	was := s.generation()
	now, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "r"}, store.Effect{NextGeneration: true})
	s.must(err)
	if now <= was || now != s.generation() {
		t.Fatalf("the generation went from %d to %d and is %d", was, now, s.generation())
	}
	s.wantError(s.one(store.Change{Card: card(t, company("A", "")), Generation: was}).Err, crm.ErrGenerationConflict)
	s.must(s.one(store.Change{Card: card(t, company("A", "")), Generation: now}).Err)
	s.wantList(crm.Everything, store.Query{}, 1)
}

func testExternalID(t *testing.T, s *suite) {
	s.open(Options{})
	with := func(name, external string) store.Change {
		c := company(name, "ivanov")
		c.ExternalID = external
		return store.Change{Card: card(t, c), Generation: s.generation()}
	}
	change := func(c store.Change, id, expect int64) store.Change { c.ID, c.Expect = id, expect; return c }
	outcomes, err := s.Commit(ctx, crm.Everything, []store.Change{
		with("A", "a"), with("A again", "a"), with("none", ""), with("none", ""),
		change(with("A moves", "b"), 1, 1), with("A free", "a"),
	})
	s.must(err)
	for i, want := range []error{nil, crm.ErrDuplicateExternalID, nil, nil, nil, nil} {
		s.wantError(outcomes[i].Err, want)
	}
	s.wantError(s.one(change(with("none takes b", "b"), 2, 1)).Err, crm.ErrDuplicateExternalID)
	s.must(s.one(change(with("A keeps b", "b"), 1, 2)).Err)
	s.must(s.one(change(with("A gives b up", ""), 1, 3)).Err)
	s.must(s.one(change(with("none takes b", "b"), 2, 1)).Err)
	found, err := s.ByExternalID(ctx, crm.Everything, []string{"b", "?", "a", "", "b"})
	s.must(err)
	for i, want := range []int64{2, 0, 4, 0, 2} {
		if want == 0 {
			s.equal("nothing found", found[i], store.Lookup{})
			continue
		}
		s.equal("found", s.ids([][]byte{found[i].Card}), []int64{want})
		s.equal("taken", found[i].Taken, false)
	}
}

func testIdempotency(t *testing.T, s *suite) {
	s.open(Options{})
	create := func(key string, digest byte) store.Outcome {
		return s.one(store.Change{Card: card(t, company("A", "ivanov")), Generation: s.generation(), At: at(1),
			Results: []crm.Result{found("r", "")}, Key: &store.IdempotencyKey{Key: key, Digest: [32]byte{digest}}})
	}
	first := create("k", 1)
	s.must(first.Err)
	s.must(s.update(first.ID, 1, company("B", "ivanov"), at(2), found("r", "")).Err)
	again := create("k", 1)
	s.must(again.Err)
	s.equal("replayed", []any{again.ID, again.Revision, again.Replayed}, []any{first.ID, int64(1), true})
	replayed, err := crm.DecodeCard(again.Card)
	s.must(err)
	s.equal("name in the replay", replayed.Name, "A")
	row := func(expect int64) store.Outcome {
		return s.one(store.Change{ID: first.ID, Expect: expect, Card: card(t, company("C", "ivanov")), Generation: s.generation(),
			Key: &store.IdempotencyKey{Key: "row", Digest: [32]byte{9}}})
	}
	s.must(row(2).Err)
	s.equal("an update replayed", []any{row(3).Revision, row(3).Replayed}, []any{int64(3), true})
	s.wantError(create("k", 2).Err, crm.ErrIdempotencyReuse)
	s.must(create("other", 2).Err)
	s.wantList(crm.Everything, store.Query{}, 1, 2)
	s.reopen()
	s.equal("replayed after reopening", create("k", 1).Replayed, true)
	s.must(s.one(store.Change{ID: first.ID, Expect: 3, Delete: true}).Err)
	s.equal("replayed though the client is gone", create("k", 1).Replayed, true)
}

func testIdempotencyExpires(t *testing.T, s *suite) {
	var clock sync.Mutex
	now := at(0).Time()
	s.open(Options{Now: func() time.Time {
		clock.Lock()
		defer clock.Unlock()
		return now
	}})
	create := func() store.Outcome {
		return s.one(store.Change{Card: card(t, company("A", "")), Generation: s.generation(),
			Key: &store.IdempotencyKey{Key: "k"}})
	}
	pass := func(d time.Duration) {
		clock.Lock()
		defer clock.Unlock()
		now = now.Add(d)
	}
	s.must(create().Err)
	pass(24*time.Hour - time.Second)
	s.equal("replayed within a day", create().Replayed, true)
	pass(time.Second)
	s.equal("client after a day", create().ID, int64(2))
	pass(time.Hour)
	s.equal("replayed again", create().ID, int64(2))
}

func testBadChanges(t *testing.T, s *suite) {
	s.open(Options{})
	g := s.generation()
	good := func() []byte { return card(t, company("A", "")) }
	long := company("A", "")
	long.ExternalID = strings.Repeat("x", 1<<20)
	tests := map[string]store.Change{
		"no card":                 {Generation: g},
		"not a card":              {Generation: g, Card: []byte("not a card")},
		"a cut card":              {Generation: g, Card: good()[:100]},
		"a huge external id":      {Generation: g, Card: card(t, long)},
		"a result without a rule": {Generation: g, Card: good(), Results: []crm.Result{labelled("", "x")}},
		"two results of a rule":   {Generation: g, Card: good(), Results: []crm.Result{found("r", ""), labelled("r", "x")}},
		"an empty key":            {Generation: g, Card: good(), Key: &store.IdempotencyKey{}},
		"a delete of nobody":      {Generation: g, Delete: true},
	}
	for what, change := range tests {
		s.wantRefusal(what, s.one(change).Err)
	}
	s.wantList(crm.Everything, store.Query{})
	outcomes, err := s.Commit(ctx, crm.Everything, nil)
	s.must(err)
	s.equal("outcomes of nothing", len(outcomes), 0)
}

// testOwnMemory changes what went in and came out: the store must not notice.
func testOwnMemory(t *testing.T, s *suite) {
	s.open(Options{})
	given := []crm.Result{{Rule: "r", Findings: []crm.Finding{{Rule: "r", Code: "r", Params: []crm.Param{{Key: "k", Value: "v"}}}}}}
	change := store.Change{Card: card(t, company("A", "ivanov")), Results: given, Generation: s.generation(), At: at(1)}
	out := s.one(change)
	s.equal("the caller's results", given[0].Findings[0].Since, crm.Time{})
	clear(change.Card)
	given[0].Findings[0].Code = "changed"
	out.Results[0].Rule = "changed"
	stored, err := s.Client(ctx, crm.Everything, out.ID)
	s.must(err)
	clear(stored.Card)
	again, err := s.Client(ctx, crm.Everything, out.ID)
	s.must(err)
	s.wantCard("the stored card", again.Card, company("A", "ivanov"), out.ID, 1)
	s.equal("the stored code", again.Results[0].Findings[0].Code, "r")
	page, err := s.Clients(ctx, crm.Everything, store.Query{Limit: 1})
	s.must(err)
	clear(page.Cards[0])
	s.wantList(crm.Everything, store.Query{}, out.ID)
}

func testGroupCommit(t *testing.T, s *suite) {
	s.open(Options{})
	const writers, each = 16, 25
	var wait sync.WaitGroup
	generation := s.generation()
	taken := make([]map[int64]bool, writers)
	for w := range writers {
		taken[w] = make(map[int64]bool)
		wait.Go(func() {
			for i := range each {
				c := company(fmt.Sprintf("w%d-%d", w, i), fmt.Sprintf("m%d", w))
				c.ExternalID = fmt.Sprintf("shared-%d", i) // one of the writers wins
				free := company(fmt.Sprintf("w%d-%d", w, i), fmt.Sprintf("m%d", w))
				outcomes, err := s.Commit(ctx, crm.Everything, []store.Change{
					{Card: card(t, c), Generation: generation}, {Card: card(t, free), Generation: generation, Results: []crm.Result{found("r", "")}},
				})
				if err != nil {
					t.Errorf("commit: %v", err)
					return
				}
				for _, out := range outcomes {
					if out.Err == nil {
						taken[w][out.ID] = true
					} else if !errors.Is(out.Err, crm.ErrDuplicateExternalID) {
						t.Errorf("commit: %v", out.Err)
					}
				}
			}
		})
	}
	wait.Wait()
	all := make(map[int64]bool)
	for w := range writers {
		for id := range taken[w] {
			if all[id] {
				t.Fatalf("client number %d was given twice", id)
			}
			all[id] = true
		}
		n, err := s.Count(ctx, crm.Everything, store.Query{
			Facets: []store.FacetValue{{Facet: store.FacetManager, Value: fmt.Sprintf("m%d", w)}}})
		s.must(err)
		s.equal("clients of a writer", n, int64(len(taken[w])))
	}
	s.equal("clients", len(all), writers*each+each)
	s.equal("list", len(s.list(crm.Everything, store.Query{})), len(all))
	q, err := s.Quality(ctx, crm.Everything, store.QualityQuery{Report: []string{"r"}})
	s.must(err)
	s.equal("violating", q.Violating, int64(writers*each))
	s.equal("events", len(s.events(crm.Everything)), len(all)+writers*each)
}
