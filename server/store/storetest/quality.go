package storetest

import (
	"fmt"
	"testing"

	"assay/server/crm"
	"assay/server/store"
)

func (s *suite) quality(scope crm.Scope, q store.QualityQuery) store.Quality {
	s.t.Helper()
	report, err := s.Quality(ctx, scope, q)
	s.must(err)
	return report
}

// itemLines shows the items of a report as "id rule:findings…".
func (s *suite) itemLines(items []store.ClientResults) []string {
	s.t.Helper()
	lines := []string{}
	for _, item := range items {
		line := fmt.Sprint(s.ids([][]byte{item.Card})[0])
		for _, r := range item.Results {
			line += fmt.Sprintf(" %s:%d%s", r.Rule, len(r.Findings), r.Error)
		}
		lines = append(lines, line)
	}
	return lines
}

func testQuality(t *testing.T, s *suite) {
	s.open(Options{})
	s.create(company("clean", "ivanov"))
	s.create(company("one", "ivanov"), found("job", "c1", "c2"), found("tax", ""), labelled("size", "large"))
	s.create(company("two", "petrov"), found("tax", ""), found("shadow", ""))
	s.create(company("error", "petrov"), failed("job", "!"))
	s.create(company("unlisted", "petrov"), found("shadow", ""))
	q := store.QualityQuery{Query: store.Query{Limit: 10}, Report: []string{"tax", "job", "unknown"}, Scored: []string{"job"}}
	for range 2 {
		got := s.quality(crm.Everything, q)
		s.equal("items", s.itemLines(got.Items), []string{"2 job:2 tax:1", "3 tax:1", "4 job:0!"})
		got.Items = nil
		s.equal("report", got, store.Quality{Clients: 5, Violating: 2, Scored: 1, Rules: []store.RuleCount{
			{Rule: "tax", Clients: 2, Findings: 2}, {Rule: "job", Clients: 1, Findings: 2, Errors: 1}, {Rule: "unknown"}}})
		got = s.quality(crm.Scope{Managers: []string{"petrov"}}, q)
		s.equal("items in scope", s.itemLines(got.Items), []string{"3 tax:1", "4 job:0!"})
		s.equal("counts in scope", []int64{got.Clients, got.Violating, got.Scored}, []int64{3, 1, 0})
		narrow := q
		narrow.Facets = []store.FacetValue{facet(store.FacetManager, "ivanov")}
		narrow.Segments = []store.RuleLabel{{Rule: "size", Label: "large"}}
		got = s.quality(crm.Everything, narrow)
		s.equal("narrowed", []int64{got.Clients, got.Violating, int64(len(got.Items))}, []int64{1, 1, 1})
		narrow = q
		narrow.Match, narrow.Rules = nameIs("two"), []string{"not looked at"}
		got = s.quality(crm.Everything, narrow)
		s.equal("matched", s.itemLines(got.Items), []string{"3 tax:1"})
		s.equal("matched rules", got.Rules, []store.RuleCount{{Rule: "tax", Clients: 1, Findings: 1}, {Rule: "job"}, {Rule: "unknown"}})
		s.reopen()
	}
	s.must(s.update(2, 1, company("one", "ivanov"), at(3)).Err)
	s.must(s.one(store.Change{ID: 4, Expect: 1, Delete: true}).Err)
	got := s.quality(crm.Everything, q)
	s.equal("items after a fix", s.itemLines(got.Items), []string{"3 tax:1"})
	s.equal("rules after a fix", got.Rules, []store.RuleCount{{Rule: "tax", Clients: 1, Findings: 1}, {Rule: "job"}, {Rule: "unknown"}})
}

// testQualityParts asks for findings by the severities they have of their own.
func testQualityParts(t *testing.T, s *suite) {
	s.open(Options{})
	s.create(company("plain", ""), found("job", "c1", "c2"))
	s.create(company("mixed", ""), graded(found("job", "c1", "c2", "c3"), "", crm.SeverityError, crm.SeverityInfo))
	s.create(company("graded", ""), graded(found("job", "c1", "c2"), crm.SeverityError, crm.SeverityError))
	s.create(company("broken", ""), failed("job", "!"))
	report := func(part store.Part) (store.Quality, []string) {
		q := store.QualityQuery{Query: store.Query{Limit: 10}, Report: []string{"job"}, Scored: []string{"job"}, ReportParts: map[string]store.Part{"job": part},
			ScoredParts: map[string]store.Part{"job": {Own: []crm.Severity{crm.SeverityError}}}}
		got := s.quality(crm.Everything, q)
		lines := s.itemLines(got.Items)
		got.Items = nil
		return got, lines
	}
	check := func() {
		for _, test := range []struct {
			part    store.Part
			clients int64
			count   store.RuleCount
			items   []string
		}{
			{store.Part{Rest: true}, 2, store.RuleCount{Rule: "job", Clients: 2, Findings: 3, Errors: 1}, []string{"1 job:2", "2 job:3", "4 job:0!"}},
			{store.Part{Own: []crm.Severity{crm.SeverityError}}, 2, store.RuleCount{Rule: "job", Clients: 2, Findings: 3, Errors: 1}, []string{"2 job:3", "3 job:2"}},
			{store.Part{Own: []crm.Severity{crm.SeverityInfo, crm.SeverityWarning}}, 1, store.RuleCount{Rule: "job", Clients: 1, Findings: 1, Errors: 1}, []string{"2 job:3"}},
			{store.Part{Own: []crm.Severity{crm.SeverityInfo, crm.SeverityError}, Rest: true}, 3, store.RuleCount{Rule: "job", Clients: 3, Findings: 7, Errors: 1}, []string{"1 job:2", "2 job:3", "3 job:2", "4 job:0!"}},
			{store.Part{}, 0, store.RuleCount{Rule: "job", Errors: 1}, []string{}},
		} {
			got, items := report(test.part)
			s.equal("items", items, test.items)
			s.equal("report", got, store.Quality{Clients: 4, Violating: test.clients, Scored: 2, Rules: []store.RuleCount{test.count}})
		}
	}
	check()
	s.reopen()
	check()
	s.must(s.update(3, 1, company("graded", ""), at(3), graded(found("job", "c1", "c2"), "", crm.SeverityError)).Err)
	got, _ := report(store.Part{Rest: true})
	s.equal("after a change of severity alone", got.Rules, []store.RuleCount{{Rule: "job", Clients: 3, Findings: 4, Errors: 1}})
}

// testQualityPending judges a base anew that was partly judged: of two sets, the pending and all clients, the one becomes the other.
func testQualityPending(_ *testing.T, s *suite) {
	s.open(Options{})
	s.createMany(40, func(int) (crm.Client, []crm.Result) { return company("clean", ""), nil })
	rules := []string{"job", "tax"}
	judge := func() {
		_, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "r"}, store.Effect{Judge: rules})
		s.must(err)
	}
	wantPending := func(want int64) {
		got := s.quality(crm.Everything, store.QualityQuery{Report: rules})
		s.equal("pending", got, store.Quality{Clients: 41, Pending: want, Rules: []store.RuleCount{{Rule: "job", Pending: want}, {Rule: "tax", Pending: want}}})
	}
	judge()
	s.must(s.update(1, 1, company("clean", ""), at(3)).Err)
	s.must(s.one(store.Change{Card: card(s.t, company("new", "")), Generation: s.generation(), Unjudged: rules}).Err)
	wantPending(40)
	judge()
	wantPending(41)
	s.reopen()
	wantPending(41)
}

func testQualityPages(t *testing.T, s *suite) {
	s.open(Options{})
	const n = 2500
	s.createMany(n, func(i int) (crm.Client, []crm.Result) {
		if i%3 == 0 {
			return company("dirty", ""), []crm.Result{found("a", "")}
		}
		return company("clean", ""), []crm.Result{found("b", "")}
	})
	q := store.QualityQuery{Query: store.Query{Limit: 100}, Report: []string{"a"}}
	next := int64(3)
	for page := 0; ; page++ {
		got := s.quality(crm.Everything, q)
		for _, item := range got.Items {
			id := s.ids([][]byte{item.Card})[0]
			for next != id && next%30 == 15 { // fixed before its page came
				next += 3
			}
			s.equal("next client", id, next)
			next += 3
		}
		if got.Next == "" {
			break
		}
		q.After = got.Next
		s.create(company("new", ""), found("b", ""))
		for id := next; id < next+30; id++ {
			if id%30 == 15 && id%3 == 0 && id <= n {
				s.must(s.update(id, 1, company("fixed", ""), at(4)).Err)
			}
		}
	}
	if next < n {
		t.Fatalf("the pages ended before client %d of %d", next, n)
	}
	q.Limit, q.After = 0, ""
	got := s.quality(crm.Everything, q)
	s.equal("no items asked for", []any{len(got.Items), got.Next}, []any{0, ""})
}

func testEmptyBase(t *testing.T, s *suite) {
	s.open(Options{})
	s.wantList(crm.Everything, store.Query{})
	s.wantList(crm.Everything, store.Query{Sort: store.Sort{By: store.SortName, Descending: true}})
	s.wantList(crm.Everything, store.Query{Sort: store.Sort{Descending: true}, Match: nameIs("x")})
	got := s.quality(crm.Everything, store.QualityQuery{Query: store.Query{Limit: 5}, Report: []string{"r"}})
	s.equal("report", got, store.Quality{Rules: []store.RuleCount{{Rule: "r"}}})
	_, err := s.Client(ctx, crm.Everything, 1)
	s.wantError(err, crm.ErrNotFound)
	last, err := s.LastEvent(ctx)
	s.must(err)
	s.equal("last event", last, int64(0))
	events, last, err := s.Events(ctx, crm.Everything, 0, 10)
	s.must(err)
	s.equal("events", []int64{int64(len(events)), last}, []int64{0, 0})
	pending, err := s.Store.Pending(ctx)
	s.must(err)
	s.equal("pending", len(pending), 0)
	s.equal("cards", len(s.shard(0)), 0)
	stats, err := s.Stats(ctx)
	s.must(err)
	s.equal("stats", []int64{stats.Clients, stats.LastID, stats.Events}, []int64{0, 0, 0})
	_, err = s.PutObject(ctx, store.Object{Kind: "Rule", Name: "r"}, store.Effect{Judge: []string{"r"}, Drop: []string{"gone"}})
	s.must(err)
	pending, err = s.Store.Pending(ctx)
	s.must(err)
	s.equal("pending of an empty base", len(pending), 0)
}

// testScope asks every method that takes a scope for a client outside it.
func testScope(t *testing.T, s *suite) {
	s.open(Options{})
	mine, theirs := company("mine", "me"), company("theirs", "them")
	mine.ExternalID, theirs.ExternalID = "m", "t"
	s.create(mine, found("r", ""), labelled("size", "large"))
	s.create(theirs, found("r", ""), labelled("size", "large"))
	me := crm.Scope{Managers: []string{"me"}}
	_, err := s.Client(ctx, me, 1)
	s.must(err)
	_, err = s.Client(ctx, me, 2)
	s.wantError(err, crm.ErrNotFound)
	looked, err := s.ByExternalID(ctx, me, []string{"m", "t", "?"})
	s.must(err)
	s.equal("cards", []bool{looked[0].Card != nil, looked[1].Card != nil, looked[2].Card != nil}, []bool{true, false, false})
	s.equal("taken", []bool{looked[0].Taken, looked[1].Taken, looked[2].Taken}, []bool{false, true, false})
	change := func(id int64, drop bool) store.Change {
		return store.Change{ID: id, Expect: 1, Delete: drop, Card: card(t, mine), Generation: s.generation()}
	}
	for _, drop := range []bool{false, true} {
		outcomes, err := s.Commit(ctx, me, []store.Change{change(2, drop)})
		s.must(err)
		s.wantError(outcomes[0].Err, crm.ErrNotFound)
	}
	tests := []struct {
		scope crm.Scope
		want  []int64
	}{
		{me, []int64{1}},
		{crm.Scope{Managers: []string{"them", "me", "me"}}, []int64{1, 2}},
		{crm.Scope{Managers: []string{"nobody"}}, nil},
		{crm.Scope{}, nil},
		{crm.Everything, []int64{1, 2}},
	}
	for _, test := range tests {
		n := int64(len(test.want))
		s.wantList(test.scope, store.Query{}, test.want...)
		s.wantList(test.scope, store.Query{Rules: []string{"r"}, Match: &counter{}}, test.want...)
		s.wantList(test.scope, store.Query{Sort: store.Sort{By: store.SortName}}, test.want...)
		got := s.quality(test.scope, store.QualityQuery{Query: store.Query{Limit: 9}, Report: []string{"r"}})
		s.equal("quality", []int64{got.Clients, got.Violating, got.Rules[0].Findings, int64(len(got.Items))}, []int64{n, n, n, n})
		segments, err := s.Segments(ctx, test.scope)
		s.must(err)
		s.equal("segments", len(segments) > 0, n > 0)
	}
	// Whoever hands a client over loses sight of it.
	outcomes, err := s.Commit(ctx, me, []store.Change{{ID: 1, Expect: 1, Card: card(t, company("given", "them")), Generation: s.generation()}})
	s.must(err)
	s.must(outcomes[0].Err)
	s.wantList(me, store.Query{})
	_, err = s.Client(ctx, me, 1)
	s.wantError(err, crm.ErrNotFound)
}
