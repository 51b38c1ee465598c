package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/store"
)

// testHidden hides a rule and shows it again: what it says is kept, and news only while it is shown.
func testHidden(t *testing.T, s *suite) {
	s.open(Options{})
	effect := func(e store.Effect) {
		s.t.Helper()
		_, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "r"}, e)
		s.must(err)
	}
	seen := len(s.events(crm.Everything))
	news := func(what string, want ...string) {
		s.t.Helper()
		all := brief(s.events(crm.Everything))
		s.equal(what, all[seen:], append([]string{}, want...))
		seen = len(all)
	}
	first := s.create(company("a", ""), found("r", "c1"), labelled("seg", "x"))
	seen = len(s.events(crm.Everything))

	effect(store.Effect{Hide: []string{"r", "seg", "unknown"}, HideReason: "rule in shadow"})
	news("hidden", `finding.closed client=1 rule=r by= {"code":"r","rowId":"c1","reason":"rule in shadow"}`,
		`segment.left client=1 rule=seg by= {"label":"x","reason":"rule in shadow"}`)
	s.reopen()
	second := s.create(company("b", ""), found("r", "c2"), found("loud", ""), labelled("seg", "y"))
	s.must(s.update(first, 1, company("a2", ""), at(2), found("r", "c1", "c3"), labelled("seg", "y")).Err)
	news("written while hidden", `client.created client=2 rule= by=tester {"revision":1}`,
		`finding.opened client=2 rule=loud by=tester {"code":"loud","rowId":""}`,
		`client.updated client=1 rule= by=tester {"revision":2,"fields":["name"]}`)
	generation := s.judge("r")
	s.must(s.CommitShards(ctx, generation, []store.ShardResults{s.swept(0, []string{"r"}, func(id int64) []crm.Result {
		if id == second {
			return []crm.Result{found("r", "c2", "c9")}
		}
		return []crm.Result{found("r", "c1")}
	})}))
	news("swept while hidden")
	s.wantList(crm.Everything, store.Query{Rules: []string{"r"}}, first, second)

	effect(store.Effect{Hide: []string{"r"}, HideReason: "again"})
	news("hidden twice")
	effect(store.Effect{Show: []string{"r", "loud"}})
	news("shown", `finding.opened client=1 rule=r by= {"code":"r","rowId":"c1"}`,
		`finding.opened client=2 rule=r by= {"code":"r","rowId":"c2"}`, `finding.opened client=2 rule=r by= {"code":"r","rowId":"c9"}`)
	s.equal("since", s.results(first)[0].Findings[0].Since, at(1))

	effect(store.Effect{Drop: []string{"seg"}, DropReason: "rule deleted"})
	news("a hidden rule dropped")
	s.create(company("c", ""), labelled("seg", "z"))
	news("after a hidden rule was dropped", `client.created client=3 rule= by=tester {"revision":1}`,
		`segment.entered client=3 rule=seg by=tester {"label":"z"}`)
	_, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "r"}, store.Effect{Hide: []string{""}})
	s.wantRefusal("a rule without a name", err)
}

// reviewed is what a review shows, by client.
func (s *suite) reviewed(scope crm.Scope, rule string) (all []store.Reviewed, clients int64) {
	s.t.Helper()
	var mu sync.Mutex
	clients, err := s.Review(ctx, scope, rule, func(some []store.Reviewed) error {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range some {
			c.Card = slices.Clone(c.Card)
			all = append(all, c)
		}
		return nil
	})
	s.must(err)
	slices.SortFunc(all, func(a, b store.Reviewed) int { return int(a.ID - b.ID) })
	return all, clients
}

func testReview(t *testing.T, s *suite) {
	s.open(Options{})
	all, clients := s.reviewed(crm.Everything, "r")
	s.equal("clients of an empty base", []int64{int64(len(all)), clients}, []int64{0, 0})
	s.createMany(2500, func(i int) (crm.Client, []crm.Result) {
		c := company("c", "ivanov")
		switch {
		case i%5 == 0:
			c.Manager = "petrov"
			return c, []crm.Result{found("r", "c1"), found("other", "")}
		case i == 7:
			return c, []crm.Result{failed("r", "no")}
		}
		return c, []crm.Result{found("other", "")}
	})
	all, clients = s.reviewed(crm.Everything, "r")
	s.equal("clients", []int64{int64(len(all)), clients}, []int64{2500, 2500})
	for i, c := range all {
		id := int64(i + 1)
		s.equal("number", []int64{c.ID, client(s.t, c.Card).ID}, []int64{id, id})
		switch {
		case id%5 == 0:
			want := found("r", "c1")
			want.Findings[0].Since = at(1)
			s.equal("result", c.Result, &want)
		case id == 7:
			s.equal("failure", c.Result, &crm.Result{Rule: "r", Error: "no"})
		default:
			s.equal("no result", c.Result, (*crm.Result)(nil))
		}
	}
	all, clients = s.reviewed(crm.Scope{Managers: []string{"petrov"}}, "r")
	s.equal("clients in scope", []int64{int64(len(all)), clients, all[0].ID}, []int64{500, 500, 5})
	all, _ = s.reviewed(crm.Everything, "unknown")
	s.equal("clients of an unknown rule", len(all), 2500)

	_, err := s.Review(ctx, crm.Everything, "r", func([]store.Reviewed) error { return store.ErrSpent })
	s.wantError(err, store.ErrSpent)
	cancelled, cancel := context.WithCancel(ctx)
	_, err = s.Review(cancelled, crm.Everything, "r", func([]store.Reviewed) error { cancel(); return nil })
	s.wantError(err, context.Canceled)
}

// testReviewOfOneMoment writes a client from inside a review: what it shows stays that of its beginning.
func testReviewOfOneMoment(t *testing.T, s *suite) {
	s.open(Options{})
	s.createMany(300, func(int) (crm.Client, []crm.Result) { return company("old", ""), []crm.Result{found("r", "old")} })
	var once sync.Once
	var written error
	_, err := s.Review(ctx, crm.Everything, "r", func(some []store.Reviewed) error {
		once.Do(func() {
			for id := range int64(300) {
				written = errors.Join(written, s.update(id+1, 1, company("new", ""), at(2)).Err)
			}
		})
		for _, c := range some {
			card, err := abi.Open(c.Card)
			if err != nil || card.Name() != "old" || c.Result == nil {
				return errors.Join(err, errors.New("the review shows what was written after it began"))
			}
		}
		return nil
	})
	s.must(errors.Join(err, written))
}

func testSample(t *testing.T, s *suite) {
	s.open(Options{})
	sample := func(of store.SampleOf, n int) []int64 {
		s.t.Helper()
		cards, err := s.Sample(ctx, of, n)
		s.must(err)
		return s.ids(cards)
	}
	s.equal("of an empty base", sample(store.SampleOf{}, 5), []int64{})
	s.createMany(4000, func(i int) (crm.Client, []crm.Result) {
		switch {
		case i%40 == 0:
			return company("c", ""), []crm.Result{failed("r", "no")}
		case i%20 == 0:
			return company("c", ""), []crm.Result{found("r", "")}
		}
		return company("c", ""), nil
	})
	s.equal("of nobody", sample(store.SampleOf{}, 0), []int64{})
	s.equal("of an unknown rule", sample(store.SampleOf{Rule: "unknown"}, 5), []int64{})
	s.equal("of all there are", len(sample(store.SampleOf{}, 5000)), 4000)
	all := sample(store.SampleOf{}, 400)
	s.equal("number", len(all), 400)
	failing := 0
	for i, id := range all {
		if id < int64(i*10)+1 || id > int64(i+1)*10 {
			s.t.Fatalf("client %d stands for the clients %d to %d", id, i*10+1, (i+1)*10)
		}
		if id%40 == 0 {
			failing++
		}
	}
	if failing == 0 || failing > 40 {
		s.t.Fatalf("of 400 clients %d fail, where one in forty does", failing)
	}
	s.equal("the same again", sample(store.SampleOf{}, 400), all)
	for _, id := range sample(store.SampleOf{Rule: "r", Failed: true}, 30) {
		s.equal("a client that the rule failed on", id%40, int64(0))
	}
	for _, id := range sample(store.SampleOf{Rule: "r"}, 30) {
		s.equal("a client that the rule found something of", id%40, int64(20))
	}
	s.equal("how many failed", len(sample(store.SampleOf{Rule: "r", Failed: true}, 1000)), 100)
}

// testOverrides keeps with a change why it was made against rules.
func testOverrides(t *testing.T, s *suite) {
	s.open(Options{})
	why := &store.Override{Reason: "the client has \"none\"", Rules: []string{"tax-id"}}
	s.must(s.one(store.Change{Card: card(s.t, company("a", "")), Generation: s.generation(), At: at(1), By: "anna", Override: why}).Err)
	s.must(s.one(store.Change{ID: 1, Expect: 1, Card: card(s.t, company("b", "")), Generation: s.generation(), At: at(2), By: "anna", Fields: []string{"name"}, Override: why}).Err)
	s.must(s.update(1, 2, company("c", ""), at(3)).Err)
	s.reopen()
	s.equal("events", brief(s.events(crm.Everything)), []string{
		`client.created client=1 rule= by=anna {"revision":1,"override":{"reason":"the client has \"none\"","rules":["tax-id"]}}`,
		`client.updated client=1 rule= by=anna {"revision":2,"fields":["name"],"override":{"reason":"the client has \"none\"","rules":["tax-id"]}}`,
		`client.updated client=1 rule= by=tester {"revision":3,"fields":["name"]}`,
	})
	s.wantRefusal("an override without a reason", s.one(store.Change{Card: card(s.t, company("d", "")), Generation: s.generation(), Override: &store.Override{}}).Err)
}
