package storetest

import (
	"fmt"
	"testing"
	"time"

	"assay/server/crm"
	"assay/server/store"
)

// decided changes what was decided about a finding of a rule whose code is its name.
func (s *suite) decided(client int64, rule, row string, change func(*store.LifeChange)) crm.Life {
	s.t.Helper()
	c := store.LifeChange{Client: client, Rule: rule, Code: rule, RowID: row, At: at(10), By: "ivanov"}
	change(&c)
	life, err := s.ChangeLife(ctx, crm.Everything, c)
	s.must(err)
	return life
}

func assign(to string) func(*store.LifeChange) {
	return func(c *store.LifeChange) { c.Assignee = &to }
}

func waive(until int) func(*store.LifeChange) {
	return func(c *store.LifeChange) {
		c.Waive = &crm.Waiver{Until: day(until), Reason: "so", By: "ivanov", At: at(10)}
	}
}

func unwaive(c *store.LifeChange) { c.Unwaive = true }

func wholeRule(change func(*store.LifeChange)) func(*store.LifeChange) {
	return func(c *store.LifeChange) { c.Code, c.RowID = "", ""; change(c) }
}

// livesOf shows the findings of a client as "row path assignee waived".
func (s *suite) livesOf(client int64) []string {
	s.t.Helper()
	stored, err := s.Client(ctx, crm.Everything, client)
	s.must(err)
	lines := []string{}
	for _, r := range stored.Results {
		for _, f := range r.Findings {
			life := crm.Life{}
			if f.Life != nil {
				life = *f.Life
			}
			lines = append(lines, fmt.Sprint(f.RowID, " ", f.Path, " ", life.Assignee, " ", f.Waived))
		}
	}
	return lines
}

// moved is found with the row at another place.
func moved(rule string, rows ...string) crm.Result {
	r := found(rule, rows...)
	for i := range r.Findings {
		r.Findings[i].Path = fmt.Sprintf("contacts[%d].jobTitle", 7+i)
	}
	return r
}

// testLife holds what was decided to a finding's identity, whatever happens around it.
func testLife(t *testing.T, s *suite) {
	s.open(Options{})
	c := company("a", "")
	id := s.create(c, found("job", "c1", "c2"))
	s.decided(id, "job", "c1", assign("petrov"))
	s.decided(id, "job", "c2", waive(20))
	want := func(lines ...string) { s.t.Helper(); s.equal("lives", s.livesOf(id), append([]string{}, lines...)) }
	want("c1 contacts[0].jobTitle petrov false", "c2 contacts[0].jobTitle  true")
	out := s.update(id, 1, c, at(2), moved("job", "c2", "c1"))
	s.must(out.Err)
	s.equal("the answer's findings", []bool{out.Results[0].Findings[0].Waived, out.Results[0].Findings[1].Waived}, []bool{true, false})
	s.equal("the answer's assignee", out.Results[0].Findings[1].Life.Assignee, "petrov")
	s.reopen()
	want("c2 contacts[7].jobTitle  true", "c1 contacts[8].jobTitle petrov false")
	sweep := func(results ...crm.Result) {
		s.t.Helper()
		_, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "job"}, store.Effect{Judge: []string{"job"}})
		s.must(err)
		s.must(s.CommitShards(ctx, s.generation(), []store.ShardResults{{Rules: []string{"job"}, At: at(3), Clients: []store.SweptClient{{ID: id, Results: results}}}}))
	}
	sweep(found("job", "c1"))
	want("c1 contacts[0].jobTitle petrov false")
	sweep()
	want()
	sweep(found("job", "c1", "c2"))
	want("c1 contacts[0].jobTitle petrov false", "c2 contacts[0].jobTitle  true")
	s.must(s.update(id, 2, c, at(4)).Err)
	s.must(s.update(id, 3, c, at(5), found("job", "c1", "c2")).Err)
	want("c1 contacts[0].jobTitle  false", "c2 contacts[0].jobTitle  true")
	s.must(s.one(store.Change{ID: id, Expect: 4, Delete: true}).Err)
	waivers, _, err := s.Waivers(ctx, crm.Everything, "", 10)
	s.must(err)
	s.equal("waivers of a client that is gone", len(waivers), 0)
}

func testWaived(t *testing.T, s *suite) {
	s.open(Options{})
	s.create(company("one", ""), found("job", "c1", "c2"), found("tax", ""))
	s.create(company("two", ""), graded(found("job", "c1"), crm.SeverityError))
	s.create(company("three", ""), found("tax", ""))
	counts := func(waived bool) []int64 {
		s.t.Helper()
		got := s.quality(crm.Everything, store.QualityQuery{Query: store.Query{Limit: 9}, Report: []string{"job", "tax"}, Scored: []string{"job", "tax"}, Waived: waived})
		return []int64{got.Violating, got.Scored, got.Rules[0].Clients, got.Rules[0].Findings, got.Rules[1].Clients, got.Rules[1].Findings, int64(len(got.Items))}
	}
	want := func(open, waived []int64) {
		s.t.Helper()
		for range 2 {
			s.equal("open", counts(false), open)
			s.equal("waived", counts(true), waived)
			s.reopen()
		}
	}
	want([]int64{3, 3, 2, 3, 2, 2, 3}, []int64{0, 3, 0, 0, 0, 0, 0})
	s.decided(1, "job", "c2", waive(20))
	s.decided(2, "job", "c1", waive(20))
	want([]int64{2, 2, 1, 1, 2, 2, 2}, []int64{2, 2, 2, 2, 0, 0, 2})
	s.decided(1, "job", "", wholeRule(waive(20)))
	want([]int64{2, 2, 0, 0, 2, 2, 2}, []int64{2, 2, 2, 3, 0, 0, 2})
	s.wantList(crm.Everything, store.Query{Rules: []string{"job"}})
	s.must(s.update(1, 1, company("one", ""), at(3), found("job", "c3"), found("tax", "")).Err)
	want([]int64{2, 2, 0, 0, 2, 2, 2}, []int64{2, 2, 2, 2, 0, 0, 2})
	s.decided(1, "job", "", wholeRule(unwaive))
	s.decided(2, "job", "c1", unwaive)
	want([]int64{3, 3, 2, 2, 2, 2, 3}, []int64{0, 3, 0, 0, 0, 0, 0})
	s.must(s.update(1, 2, company("one", ""), at(4), found("job", "c2"), found("tax", "")).Err)
	want([]int64{3, 3, 1, 1, 2, 2, 3}, []int64{1, 3, 1, 1, 0, 0, 1}) // the waiver of c2 outlived the finding
}

// testSelectors waives a rule's findings at the clients that another rule labels.
func testSelectors(t *testing.T, s *suite) {
	s.open(Options{})
	chosen := labelled("zselector", store.WaiverLabel)
	s.create(company("in", ""), found("job", "c1"))
	s.create(company("out", ""), found("job", "c1"))
	before := len(s.events(crm.Everything))
	_, err := s.PutObject(ctx, store.Object{Kind: "Waiver", Name: "w"}, store.Effect{Judge: []string{"zselector"}, Waive: map[string]string{"zselector": "job"}})
	s.must(err)
	waived := func(want ...bool) {
		s.t.Helper()
		for range 2 {
			for i, is := range want {
				stored, err := s.Client(ctx, crm.Everything, int64(i+1))
				s.must(err)
				s.equal(fmt.Sprintf("client %d is waived", i+1), stored.Results[0].Findings[0].Waived, is)
				s.equal("by", len(stored.Results[0].Findings[0].WaivedBy) == 1, is)
			}
			s.reopen()
		}
	}
	waived(false, false)
	s.must(s.CommitShards(ctx, s.generation(), []store.ShardResults{{Rules: []string{"zselector"}, At: at(3),
		Clients: []store.SweptClient{{ID: 1, Revision: 1, Results: []crm.Result{chosen}}, {ID: 2, Revision: 1}}}}))
	waived(true, false)
	s.equal("events of a waiver", len(s.events(crm.Everything)), before)
	out := s.update(2, 1, company("in", ""), at(4), found("job", "c1"), chosen)
	s.equal("the answer says so", out.Results[0].Findings[0].Waived, true)
	s.must(s.update(1, 1, company("out", ""), at(4), found("job", "c1")).Err)
	s.create(company("new", ""), found("job", "c1"), chosen)
	waived(false, true, true)
	got := s.quality(crm.Everything, store.QualityQuery{Report: []string{"job"}, Waived: true})
	s.equal("counted", []int64{got.Violating, got.Rules[0].Findings}, []int64{2, 2})
	_, err = s.DeleteObject(ctx, "Waiver", "w", store.Effect{Drop: []string{"zselector"}})
	s.must(err)
	waived(false, false, false)
}

func testExpireLives(t *testing.T, s *suite) {
	s.open(Options{})
	id := s.create(company("a", ""), found("job", "c1", "c2"))
	s.decided(id, "job", "c1", waive(4))
	s.decided(id, "job", "", wholeRule(waive(5)))
	s.decided(id, "job", "c2", assign("petrov"))
	expire := func(today int, when crm.Time, want int) {
		s.t.Helper()
		n, err := s.ExpireLives(ctx, day(today), when)
		s.must(err)
		s.equal(fmt.Sprintf("waivers ended on day %d", today), n, want)
	}
	expire(4, at(20), 0)
	expire(5, at(21), 1)
	s.equal("waived until the end of day 5", s.livesOf(id), []string{"c1 contacts[0].jobTitle  true", "c2 contacts[0].jobTitle petrov true"})
	expire(6, at(22), 1)
	s.equal("back", s.livesOf(id), []string{"c1 contacts[0].jobTitle  false", "c2 contacts[0].jobTitle petrov false"})
	events := s.events(crm.Everything)
	s.equal("the last event", brief(events[len(events)-1:]), []string{`finding.unwaived client=1 rule=job by= {"code":"","rowId":"","reason":"expired"}`})
	_, err := s.DeleteObject(ctx, "Rule", "job", store.Effect{})
	s.wantError(err, crm.ErrNotFound)
	_, err = s.PutObject(ctx, store.Object{Kind: "Rule", Name: "x"}, store.Effect{Drop: []string{"job"}, DropReason: "rule deleted"})
	s.must(err)
	now := crm.TimeOf(time.Now())
	expire(6, now, 0)
	s.must(s.update(id, 1, company("a", ""), now, found("job", "c2")).Err)
	s.equal("back with its rule", s.livesOf(id), []string{"c2 contacts[0].jobTitle petrov false"})
	_, err = s.PutObject(ctx, store.Object{Kind: "Rule", Name: "x"}, store.Effect{Drop: []string{"job"}, DropReason: "rule deleted"})
	s.must(err)
	expire(6, crm.TimeFromUnixMilli(now.UnixMilli()+(store.LifeKept+1)*24*time.Hour.Milliseconds()), 0)
	s.must(s.update(id, 2, company("a", ""), now, found("job", "c2")).Err)
	s.equal("forgotten", s.livesOf(id), []string{"c2 contacts[0].jobTitle  false"})
}

func testLifeScope(t *testing.T, s *suite) {
	s.open(Options{})
	s.create(company("a", "ivanov"), found("job", "c1"))
	s.create(company("b", "petrov"), found("job", "c1"))
	petrov := crm.Scope{Managers: []string{"petrov"}}
	change := store.LifeChange{Client: 1, Rule: "job", Code: "job", RowID: "c1", At: at(2), By: "petrov"}
	assign("x")(&change)
	_, err := s.ChangeLife(ctx, petrov, change)
	s.wantError(err, crm.ErrNotFound)
	_, err = s.History(ctx, petrov, 1)
	s.wantError(err, crm.ErrNotFound)
	for _, missing := range []store.LifeChange{{Client: 9, Rule: "job", Code: "job", RowID: "c1"}, {Client: 1, Rule: "job", Code: "job", RowID: "c9"}, {Client: 1, Rule: "tax", Code: "tax"}} {
		assign("x")(&missing)
		_, err = s.ChangeLife(ctx, crm.Everything, missing)
		s.wantError(err, crm.ErrNotFound)
	}
	whole := store.LifeChange{Client: 1, Rule: "job"}
	assign("x")(&whole)
	_, err = s.ChangeLife(ctx, crm.Everything, whole)
	s.wantRefusal("an assignee of a whole rule", err)
	for id := range int64(2) {
		s.decided(id+1, "job", "c1", waive(9))
	}
	waivers, _, err := s.Waivers(ctx, petrov, "", 10)
	s.must(err)
	s.equal("waivers in scope", []int64{int64(len(waivers)), waivers[0].Client}, []int64{1, 2})
	s.must(s.one(store.Change{ID: 1, Expect: 1, Delete: true}).Err)
	past, err := s.History(ctx, crm.Everything, 1)
	s.must(err)
	s.equal("why it closed", past[len(past)-1].Reason, "client deleted")
	_, err = s.History(ctx, crm.Scope{Managers: []string{"ivanov"}}, 1)
	s.wantError(err, crm.ErrNotFound)
	got, err := s.Breakdown(ctx, petrov, store.BreakdownQuery{QualityQuery: store.QualityQuery{Report: []string{"job"}}, Facets: []store.Facet{store.FacetManager}, Most: 9})
	s.must(err)
	s.equal("broken down in scope", got.Facets[store.FacetManager], []store.Group{{Value: "petrov", Clients: 1}})
}

// testLongHistory closes and opens a finding until records are merged.
func testLongHistory(t *testing.T, s *suite) {
	now := time.UnixMilli(at(0).UnixMilli())
	s.open(Options{Now: func() time.Time { return now }})
	s.create(company("a", ""), found("job", "c1"))
	s.create(company("b", ""), found("job", "c1"))
	s.must(s.update(2, 1, company("b", ""), at(2)).Err)
	for i := range int64(store.HistoryKept + 50) {
		s.must(s.update(1, 2*i+1, company("a", ""), at(10+2*i)).Err)
		s.must(s.update(1, 2*i+2, company("a", ""), at(11+2*i), found("job", "c1")).Err)
	}
	past, err := s.History(ctx, crm.Everything, 1)
	s.must(err)
	s.equal("entries", len(past), store.HistoryKept)
	last := past[len(past)-1]
	s.equal("the newest", last, crm.Past{At: at(10 + 2*(store.HistoryKept+49)), Type: crm.EventFindingClosed, By: "tester", Rule: "job", Code: "job", RowID: "c1",
		Since: at(11 + 2*(store.HistoryKept+48)), Reason: "fixed"})
	s.equal("the oldest", past[0].At, at(10+2*50))
	s.reopen()
	past, err = s.History(ctx, crm.Everything, 2)
	s.must(err)
	s.equal("of another client", len(past), 1)
	now = now.AddDate(0, 0, store.HistoryDays+1)
	past, err = s.History(ctx, crm.Everything, 2)
	s.must(err)
	s.equal("after years", len(past), 0)
}

func testBreakdown(t *testing.T, s *suite) {
	s.open(Options{})
	for i, manager := range []string{"ivanov", "ivanov", "ivanov", "petrov", "petrov", "sidorov", ""} {
		results := []crm.Result{labelled("size", []string{"small", "large"}[i%2])}
		if i%3 == 0 {
			results = append(results, found("job", "c1"))
		}
		if i == 3 {
			results = append(results, graded(found("tax", ""), crm.SeverityInfo))
		}
		s.create(company("x", manager), results...)
	}
	s.decided(1, "job", "c1", waive(9))
	all := store.QualityQuery{Report: []string{"job", "tax"}, Scored: []string{"job"}}
	info := store.QualityQuery{Report: []string{"tax"}}
	got, err := s.Breakdown(ctx, crm.Everything, store.BreakdownQuery{QualityQuery: all, Severities: map[crm.Severity]store.QualityQuery{crm.SeverityInfo: info},
		Facets: []store.Facet{store.FacetManager}, Segments: []string{"size", "unknown"}, Most: 2})
	s.must(err)
	s.equal("all", got.Quality, store.Quality{Clients: 7, Violating: 2, Scored: 2, Rules: []store.RuleCount{{Rule: "job", Clients: 2, Findings: 2}, {Rule: "tax", Clients: 1, Findings: 1}}})
	s.equal("info", got.Severities[crm.SeverityInfo].Violating, int64(1))
	s.equal("managers", got.Facets[store.FacetManager], []store.Group{{Value: "ivanov", Clients: 3}, {Value: "petrov", Clients: 2, Violating: 1, Scored: 1},
		{Rest: true, Clients: 2, Violating: 1, Scored: 1}})
	s.equal("segments", got.Segments, []store.Group{{Rule: "size", Value: "small", Clients: 4, Violating: 1, Scored: 1}, {Rule: "size", Value: "large", Clients: 3, Violating: 1, Scored: 1}})
	_, err = s.Breakdown(ctx, crm.Everything, store.BreakdownQuery{Facets: []store.Facet{"colour"}})
	s.wantRefusal("a facet that there is none of", err)
}

func testSnapshots(t *testing.T, s *suite) {
	s.open(Options{})
	put := func(n int, text string, oldest int) {
		s.t.Helper()
		s.must(s.PutSnapshot(ctx, store.Snapshot{Day: day(n), Data: []byte(text)}, day(oldest)))
	}
	for n := range 5 {
		put(n+1, "first", 1)
	}
	put(3, "second", 2)
	s.reopen()
	got, err := s.Snapshots(ctx, day(1), day(4))
	s.must(err)
	s.equal("days", got, []store.Snapshot{{Day: day(2), Data: []byte("first")}, {Day: day(3), Data: []byte("second")}, {Day: day(4), Data: []byte("first")}})
}
