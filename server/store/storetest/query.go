package storetest

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/store"
)

func facet(f store.Facet, value string) store.FacetValue {
	return store.FacetValue{Facet: f, Value: value}
}

func anyOf(f store.Facet, value string, or ...string) store.FacetValue {
	return store.FacetValue{Facet: f, Value: value, Or: or}
}

func noneOf(f store.Facet, value string, or ...string) store.FacetValue {
	return store.FacetValue{Facet: f, Value: value, Or: or, Not: true}
}

func testFacets(t *testing.T, s *suite) {
	s.open(Options{})
	s.create(crm.Client{Kind: "company", Manager: "ivanov", Region: "Киев", Source: "site", Stage: "new", Status: "active",
		Tags: []string{"vip", "late", "vip"}, Categories: []string{"partner"}})
	s.create(crm.Client{Kind: "person", Manager: "petrov", Region: "Киев", Tags: []string{"vip"}})
	s.create(crm.Client{})
	tests := []struct {
		facets []store.FacetValue
		want   []int64
	}{
		{nil, []int64{1, 2, 3}},
		{[]store.FacetValue{facet(store.FacetKind, "company")}, []int64{1}},
		{[]store.FacetValue{facet(store.FacetKind, "")}, []int64{3}},
		{[]store.FacetValue{facet(store.FacetManager, "petrov")}, []int64{2}},
		{[]store.FacetValue{facet(store.FacetRegion, "Киев")}, []int64{1, 2}},
		{[]store.FacetValue{facet(store.FacetSource, "site")}, []int64{1}},
		{[]store.FacetValue{facet(store.FacetStage, "new")}, []int64{1}},
		{[]store.FacetValue{facet(store.FacetStatus, "")}, []int64{2, 3}},
		{[]store.FacetValue{facet(store.FacetTags, "vip")}, []int64{1, 2}},
		{[]store.FacetValue{facet(store.FacetTags, "")}, []int64{3}},
		{[]store.FacetValue{facet(store.FacetCategories, "partner")}, []int64{1}},
		{[]store.FacetValue{facet(store.FacetTags, "vip"), facet(store.FacetTags, "late")}, []int64{1}},
		{[]store.FacetValue{facet(store.FacetRegion, "Киев"), facet(store.FacetManager, "petrov")}, []int64{2}},
		{[]store.FacetValue{facet(store.FacetManager, "nobody")}, nil},
		{[]store.FacetValue{anyOf(store.FacetManager, "petrov", "ivanov", "nobody")}, []int64{1, 2}},
		{[]store.FacetValue{anyOf(store.FacetTags, "late", "")}, []int64{1, 3}},
		{[]store.FacetValue{noneOf(store.FacetManager, "petrov")}, []int64{1, 3}},
		{[]store.FacetValue{noneOf(store.FacetManager, "")}, []int64{1, 2}},
		{[]store.FacetValue{noneOf(store.FacetManager, "nobody")}, []int64{1, 2, 3}},
		{[]store.FacetValue{noneOf(store.FacetTags, "late", "")}, []int64{2}},
		{[]store.FacetValue{noneOf(store.FacetTags, "vip", "")}, nil},
		{[]store.FacetValue{facet(store.FacetTags, "vip"), noneOf(store.FacetKind, "company"), noneOf(store.FacetRegion, "")}, []int64{2}},
	}
	for range 2 {
		for _, test := range tests {
			s.wantList(crm.Everything, store.Query{Facets: test.facets}, test.want...)
		}
		s.reopen()
	}
	s.must(s.update(1, 1, crm.Client{Kind: "company", Tags: []string{"late"}, Categories: []string{"a", "b"}}, at(2)).Err)
	for range 2 {
		s.wantList(crm.Everything, store.Query{Facets: []store.FacetValue{facet(store.FacetTags, "vip")}}, 2)
		s.wantList(crm.Everything, store.Query{Facets: []store.FacetValue{facet(store.FacetTags, "late")}}, 1)
		s.wantList(crm.Everything, store.Query{Facets: []store.FacetValue{facet(store.FacetCategories, "b")}}, 1)
		s.wantList(crm.Everything, store.Query{Facets: []store.FacetValue{facet(store.FacetCategories, "partner")}})
		s.reopen()
	}
}

// testManyFacetValues gives every client tags of its own and takes some away.
func testManyFacetValues(t *testing.T, s *suite) {
	s.open(Options{})
	const n = 1500
	s.createMany(n, func(i int) (crm.Client, []crm.Result) {
		c := company(fmt.Sprint(i), "")
		c.Tags = []string{fmt.Sprintf("own-%d", i), fmt.Sprintf("hundred-%d", i/100), "all"}
		return c, nil
	})
	for id := int64(1); id <= n; id += 7 {
		s.must(s.update(id, 1, company(fmt.Sprint(id), ""), at(2)).Err)
	}
	tagged := func(tag string) int64 {
		count, err := s.Count(ctx, crm.Everything, store.Query{Facets: []store.FacetValue{facet(store.FacetTags, tag)}})
		s.must(err)
		return count
	}
	for range 2 {
		s.equal("all", tagged("all"), int64(n-215))
		s.equal("none", tagged(""), int64(215))
		s.equal("own-1", tagged("own-1"), int64(0))
		s.equal("own-2", tagged("own-2"), int64(1))
		s.equal("own-1500", tagged("own-1500"), int64(1))
		s.equal("hundred-3", tagged("hundred-3"), int64(100-14))
		s.reopen()
	}
}

func testSegmentsAndRules(t *testing.T, s *suite) {
	s.open(Options{})
	s.create(company("1", "ivanov"), found("a", ""), labelled("size", "large"))
	s.create(company("2", "petrov"), found("b", ""), labelled("size", "large"), labelled("abc", "A"))
	s.create(company("3", "ivanov"), failed("a", "no"), labelled("size", "small"))
	s.wantList(crm.Everything, store.Query{Rules: []string{"a"}}, 1)
	s.wantList(crm.Everything, store.Query{Rules: []string{"b", "a", "unknown"}}, 1, 2)
	s.wantList(crm.Everything, store.Query{Rules: []string{"unknown"}})
	s.wantList(crm.Everything, store.Query{Segments: []store.RuleLabel{{Rule: "size", Label: "large"}}}, 1, 2)
	s.wantList(crm.Everything, store.Query{Segments: []store.RuleLabel{{Rule: "size", Label: "large"}, {Rule: "abc", Label: "A"}}}, 2)
	s.wantList(crm.Everything, store.Query{Segments: []store.RuleLabel{{Rule: "size", Label: "none"}}})
	s.wantList(crm.Everything, store.Query{Rules: []string{"a", "b"}, Segments: []store.RuleLabel{{Rule: "size", Label: "large"}},
		Facets: []store.FacetValue{facet(store.FacetManager, "petrov")}}, 2)
	counts, err := s.Segments(ctx, crm.Everything)
	s.must(err)
	s.equal("segments", counts, []store.SegmentCount{
		{Rule: "abc", Label: "A", Clients: 1}, {Rule: "size", Label: "large", Clients: 2}, {Rule: "size", Label: "small", Clients: 1}})
	counts, err = s.Segments(ctx, crm.Scope{Managers: []string{"ivanov"}})
	s.must(err)
	s.equal("segments in scope", counts, []store.SegmentCount{
		{Rule: "size", Label: "large", Clients: 1}, {Rule: "size", Label: "small", Clients: 1}})
}

func testMatch(t *testing.T, s *suite) {
	s.open(Options{})
	const n = 5000
	s.createMany(n, func(i int) (crm.Client, []crm.Result) {
		var results []crm.Result
		if i%2 == 0 {
			results = []crm.Result{found("even", "")}
		}
		return company(fmt.Sprint(i%100), fmt.Sprintf("m%d", i%3)), results
	})
	var want []int64
	for id := int64(17); id <= n; id += 100 {
		want = append(want, id)
	}
	for _, limit := range []int{1, 7, 1000} {
		q := store.Query{Match: nameIs("17"), Limit: limit}
		s.wantList(crm.Everything, q, want...)
		q.Sort.Descending = true
		reversed := slices.Clone(want)
		slices.Reverse(reversed)
		s.wantList(crm.Everything, q, reversed...)
	}
	s.wantList(crm.Everything, store.Query{Match: nameIs("never")})
	s.wantList(crm.Everything, store.Query{Match: nameIs("4"), Rules: []string{"even"},
		Facets: []store.FacetValue{facet(store.FacetManager, "m1")}, Sort: store.Sort{By: store.SortName}, Limit: 3},
		4, 304, 604, 904, 1204, 1504, 1804, 2104, 2404, 2704, 3004, 3304, 3604, 3904, 4204, 4504, 4804)
	// A page that is full early does not look at the rest of the base.
	var looked counter
	page, err := s.Clients(ctx, crm.Everything, store.Query{Match: &looked, Limit: 10})
	s.must(err)
	s.equal("page", len(page.Cards), 10)
	if seen := looked.n.Load(); seen > n/2 {
		t.Fatalf("a page of 10 looked at %d of %d cards", seen, n)
	}
	_, err = s.Count(ctx, crm.Everything, store.Query{Match: failing{}})
	s.wantError(err, errMatch)
	_, err = s.Clients(ctx, crm.Everything, store.Query{Match: failing{}, Limit: 10})
	s.wantError(err, errMatch)
}

func testSorts(t *testing.T, s *suite) {
	s.open(Options{})
	const n = 300
	random := rand.New(rand.NewSource(1))
	names := []string{"Ёлка", "ёлка", "Б", "а", "Zeta", "alpha", "ALPHA", "ÄRA", "ära", "", "Straße", "İzmir"}
	clients := make([]crm.Client, n)
	for i := range clients {
		c := crm.Client{ID: int64(i + 1), Name: names[random.Intn(len(names))], Completeness: int64(random.Intn(5)) * 20,
			Activity: crm.Activity{Revenue: crm.Money(random.Intn(7) - 3)}}
		for _, when := range []*crm.Time{&c.CreatedAt, &c.UpdatedAt, &c.NextContactAt} {
			if random.Intn(3) > 0 {
				*when = at(int64(random.Intn(20)) - 10)
			}
		}
		clients[i] = c
		s.create(c)
	}
	byTime := func(get func(crm.Client) crm.Time) func(a, b crm.Client) int {
		return func(a, b crm.Client) int {
			x, y := get(a), get(b)
			if x.IsZero() != y.IsZero() {
				if x.IsZero() {
					return -1
				}
				return 1
			}
			return int(x.UnixMilli() - y.UnixMilli())
		}
	}
	orders := map[store.SortField]func(a, b crm.Client) int{
		store.SortName:          func(a, b crm.Client) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) },
		store.SortCompleteness:  func(a, b crm.Client) int { return int(a.Completeness - b.Completeness) },
		store.SortRevenue:       func(a, b crm.Client) int { return int(a.Activity.Revenue - b.Activity.Revenue) },
		store.SortCreatedAt:     byTime(func(c crm.Client) crm.Time { return c.CreatedAt }),
		store.SortUpdatedAt:     byTime(func(c crm.Client) crm.Time { return c.UpdatedAt }),
		store.SortNextContactAt: byTime(func(c crm.Client) crm.Time { return c.NextContactAt }),
	}
	for by, compare := range orders {
		for _, descending := range []bool{false, true} {
			sorted := slices.Clone(clients)
			slices.SortStableFunc(sorted, func(a, b crm.Client) int {
				if descending {
					return compare(b, a)
				}
				return compare(a, b)
			})
			var want []int64
			for _, c := range sorted {
				want = append(want, c.ID)
			}
			for _, limit := range []int{1, 37, 1000} {
				s.equal(fmt.Sprintf("%s descending=%t limit=%d", by, descending, limit),
					s.list(crm.Everything, store.Query{Sort: store.Sort{By: by, Descending: descending}, Limit: limit}), want)
			}
		}
	}
	all := s.list(crm.Everything, store.Query{Sort: store.Sort{By: store.SortID}, Limit: 11})
	slices.Reverse(all)
	s.equal("by id, descending", s.list(crm.Everything, store.Query{Sort: store.Sort{Descending: true}, Limit: 13}), all)
}

// testStablePages changes the base between pages: what stays as it is must
// appear exactly once.
func testStablePages(t *testing.T, s *suite) {
	for _, sort := range []store.Sort{{}, {Descending: true}, {By: store.SortName}, {By: store.SortName, Descending: true}} {
		s.open(Options{})
		const n = 60
		for i := range n {
			s.create(company(fmt.Sprintf("name %02d", i*7%n), ""))
		}
		touched := make(map[int64]bool)
		seen := make(map[int64]int)
		q := store.Query{Sort: sort, Limit: 7}
		for step := int64(0); ; step++ {
			page, err := s.Clients(ctx, crm.Everything, q)
			s.must(err)
			listed := s.ids(page.Cards)
			for _, id := range listed {
				seen[id]++
			}
			if page.Next == "" {
				break
			}
			q.After = page.Next
			touched[s.create(company(fmt.Sprintf("name %02d and", step*11%n), ""))] = true
			if gone := step*5 + 2; gone <= n && !touched[gone] {
				s.must(s.one(store.Change{ID: gone, Expect: 1, Delete: true}).Err)
				touched[gone] = true
			}
			if stoodOn := listed[len(listed)-1]; !touched[stoodOn] {
				s.must(s.update(stoodOn, 1, company("moved", ""), at(9)).Err)
				touched[stoodOn] = true
			}
		}
		for id := int64(1); id <= n; id++ {
			if !touched[id] && seen[id] != 1 {
				t.Fatalf("sort %+v: client %d was listed %d times", sort, id, seen[id])
			}
		}
	}
}

// testSpent: lists by id go on where a matcher with a budget stopped, whatever
// else needs all that match fails.
func testSpent(t *testing.T, s *suite) {
	s.open(Options{})
	const n = 7000
	s.createMany(n, func(i int) (crm.Client, []crm.Result) {
		return company(fmt.Sprint(i%100), fmt.Sprintf("m%d", i%3)), nil
	})
	for _, q := range []store.Query{{Limit: 1}, {Limit: 10}, {Limit: 1000}, {Limit: 10, Sort: store.Sort{Descending: true}},
		{Limit: 10, Facets: []store.FacetValue{facet(store.FacetManager, "m1")}}} {
		q.Match = nameIs("17")
		want := s.list(crm.Everything, q)
		for _, calls := range []int64{1, 2, 5} {
			got, partial := []int64{}, 0
			for q.After = ""; ; {
				q.Match = &budgeted{Matcher: nameIs("17"), calls: calls}
				page, err := s.Clients(ctx, crm.Everything, q)
				s.must(err)
				got = append(got, s.ids(page.Cards)...)
				if page.Partial {
					partial++
				}
				if q.After = page.Next; q.After == "" {
					break
				}
			}
			s.equal(fmt.Sprintf("list of %+v, %d calls a page", q, calls), got, want)
			if calls == 1 && partial == 0 {
				t.Errorf("%+v: no page says that it ended early", q)
			}
		}
	}
	spent := store.Query{Match: &budgeted{Matcher: nameIs("17"), calls: 1}, Limit: 10, Sort: store.Sort{By: store.SortName}}
	_, err := s.Clients(ctx, crm.Everything, spent)
	s.wantError(err, store.ErrSpent)
	_, err = s.Count(ctx, crm.Everything, store.Query{Match: &budgeted{Matcher: nameIs("17"), calls: 1}})
	s.wantError(err, store.ErrSpent)
	_, err = s.Store.Quality(ctx, crm.Everything, store.QualityQuery{Query: store.Query{Match: &budgeted{Matcher: nameIs("17"), calls: 1}}})
	s.wantError(err, store.ErrSpent)
}

func testCursors(t *testing.T, s *suite) {
	s.open(Options{})
	for i := range 10 {
		s.create(company(fmt.Sprint(i), "ivanov"), found("r", ""))
	}
	q := store.Query{Limit: 3, Sort: store.Sort{By: store.SortName}}
	page, err := s.Clients(ctx, crm.Everything, q)
	s.must(err)
	good := page.Next
	bad := map[string]string{
		"no base64":   "???",
		"nothing":     base64.RawURLEncoding.EncodeToString([]byte("x")),
		"another one": base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("x", 40))),
		"longer":      good + "AAAA",
		"shorter":     good[:len(good)-4],
		"changed":     string(append([]byte(good[:8]), append([]byte{good[8] ^ 1}, good[9:]...)...)),
		"huge":        strings.Repeat("A", 1<<20),
	}
	for what, cursor := range bad {
		q.After = cursor
		_, err := s.Clients(ctx, crm.Everything, q)
		if err == nil {
			t.Fatalf("cursor %s was accepted", what)
		}
		s.wantError(err, crm.ErrBadCursor)
	}
	for what, other := range map[string]store.Query{
		"another order":     {Limit: 3, After: good},
		"another direction": {Limit: 3, After: good, Sort: store.Sort{By: store.SortName, Descending: true}},
		"other conditions":  {Limit: 3, After: good, Sort: store.Sort{By: store.SortName}, Rules: []string{"r"}},
	} {
		_, err := s.Clients(ctx, crm.Everything, other)
		if err == nil {
			t.Fatalf("a cursor of %s was accepted", what)
		}
		s.wantError(err, crm.ErrBadCursor)
	}
	q.After = good
	q.Limit = 5 // may change between pages
	_, err = s.Clients(ctx, crm.Everything, q)
	s.must(err)
	_, err = s.Quality(ctx, crm.Everything, store.QualityQuery{Query: store.Query{Limit: 3, After: "???"}, Report: []string{"r"}})
	s.wantError(err, crm.ErrBadCursor)
}

func testBadQueries(t *testing.T, s *suite) {
	s.open(Options{})
	for what, q := range map[string]store.Query{
		"no limit":       {},
		"a huge limit":   {Limit: 1001},
		"less than none": {Limit: -1},
		"unknown facet":  {Limit: 1, Facets: []store.FacetValue{facet("shoeSize", "44")}},
		"unknown order":  {Limit: 1, Sort: store.Sort{By: "shoeSize"}},
	} {
		_, err := s.Clients(ctx, crm.Everything, q)
		s.wantRefusal(what, err)
	}
	_, err := s.Quality(ctx, crm.Everything, store.QualityQuery{Query: store.Query{Limit: 1001}})
	s.wantRefusal("a huge quality page", err)
	_, _, err = s.Events(ctx, crm.Everything, 0, 0)
	s.wantRefusal("a page of no events", err)
}

func testCancelled(t *testing.T, s *suite) {
	s.open(Options{})
	s.createMany(3000, func(i int) (crm.Client, []crm.Result) { return company(fmt.Sprint(i), ""), nil })
	cancelled, cancel := context.WithCancel(ctx)
	slow := matcher(func(abi.Client) bool { cancel(); return true })
	calls := []struct {
		name string
		call func(ctx context.Context) error
	}{
		{"count", func(ctx context.Context) error {
			_, err := s.Count(ctx, crm.Everything, store.Query{Match: slow})
			return err
		}},
		// Every later call is cancelled from the start.
		{"list", func(ctx context.Context) error {
			_, err := s.Clients(ctx, crm.Everything, store.Query{Limit: 10})
			return err
		}},
		{"quality", func(ctx context.Context) error {
			_, err := s.Quality(ctx, crm.Everything, store.QualityQuery{})
			return err
		}},
		{"commit", func(ctx context.Context) error {
			_, err := s.Commit(ctx, crm.Everything, []store.Change{{Card: card(t, company("A", "")), Generation: 1}})
			return err
		}},
		{"client", func(ctx context.Context) error { _, err := s.Client(ctx, crm.Everything, 1); return err }},
		{"wait", func(ctx context.Context) error { return s.WaitEvents(ctx, 1<<40) }},
		{"put object", func(ctx context.Context) error {
			_, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "r"}, store.Effect{})
			return err
		}},
	}
	for _, c := range calls {
		err := c.call(cancelled)
		if err == nil {
			t.Fatalf("%s went on after it was cancelled", c.name)
		}
		s.wantError(err, context.Canceled)
	}
	n, err := s.Count(ctx, crm.Everything, store.Query{})
	s.must(err)
	s.equal("clients", n, int64(3000))
}
