package storetest

import (
	"testing"

	"assay/server/crm"
	"assay/server/store"
)

// unjudged updates a client without asking some rules.
func (s *suite) unjudged(id, expect int64, rules []string, results ...crm.Result) store.Outcome {
	s.t.Helper()
	return s.one(store.Change{ID: id, Expect: expect, Card: card(s.t, company("new", "")), Results: results, Unjudged: rules,
		Generation: s.generation(), At: at(5), By: "tester", Fields: []string{"name"}})
}

// testUnjudged writes clients without asking a rule: what it said stays, and it
// has them still to judge.
func testUnjudged(t *testing.T, s *suite) {
	s.open(Options{})
	s.createMany(1500, func(int) (crm.Client, []crm.Result) {
		return company("old", ""), []crm.Result{found("r", "c1"), found("other", "")}
	})
	logged := len(s.events(crm.Everything))
	out := s.unjudged(2, 1, []string{"r", "silent"}, found("other", ""), labelled("a", "small"))
	s.must(out.Err)
	s.equal("results", out.Results, s.results(2))
	s.equal("results of the rules", []string{out.Results[0].Rule, out.Results[1].Rule, out.Results[2].Rule}, []string{"a", "other", "r"})
	s.equal("since", out.Results[2].Findings[0].Since, at(1))
	s.equal("events", brief(s.events(crm.Everything))[logged:], []string{
		`client.updated client=2 rule= by=tester {"revision":2,"fields":["name"]}`, `segment.entered client=2 rule=a by=tester {"label":"small"}`})
	created := s.one(store.Change{Card: card(t, company("b", "")), Unjudged: []string{"r"}, Generation: s.generation(), At: at(6)})
	s.must(created.Err)
	s.equal("results of the new client", len(created.Results), 0)
	s.equal("pending", s.pendingOf("r"), store.Pending{Rule: "r", Clients: 2, Shards: []int64{0, 1}})
	s.equal("pending of a rule that never spoke", s.pendingOf("silent"), store.Pending{Rule: "silent", Clients: 1, Shards: []int64{0}})
	s.equal("pending in the report", s.quality(crm.Everything, store.QualityQuery{Report: []string{"r"}}).Pending, int64(2))

	s.reopen()
	s.equal("pending after reopening", s.pendingOf("r").Shards, []int64{0, 1})
	s.must(s.one(store.Change{ID: created.ID, Expect: 1, Delete: true, Unjudged: []string{"r"}}).Err)
	s.must(s.update(2, 2, company("judged", ""), at(7)).Err)
	s.equal("judged", len(s.results(2)), 0)
	s.must(s.CommitShards(ctx, s.generation(), []store.ShardResults{s.swept(0, []string{"r", "silent"}, nobody), s.swept(1, []string{"r"}, nobody)}))
	s.equal("pending at the end", []store.Pending{s.pendingOf("r"), s.pendingOf("silent")}, []store.Pending{{Rule: "r"}, {Rule: "silent"}})

	s.wantRefusal("a result of a rule that did not judge", s.unjudged(2, 3, []string{"r"}, found("r", "")).Err)
	s.wantRefusal("a rule without a name", s.unjudged(2, 3, []string{""}).Err)
	s.equal("pending", s.pendingOf("r").Clients, int64(0))
}

func nobody(int64) []crm.Result { return nil }

// testUnjudgedAndSweeps lets a sweep come back with cards from before a write
// that left the rule out.
func testUnjudgedAndSweeps(t *testing.T, s *suite) {
	s.open(Options{})
	s.createMany(2, func(int) (crm.Client, []crm.Result) { return company("old", ""), []crm.Result{found("r", "first")} })
	generation := s.judge("r")
	stale := s.swept(0, []string{"r"}, func(int64) []crm.Result { return []crm.Result{found("r", "stale")} })
	s.must(s.unjudged(1, 1, []string{"r"}).Err)
	s.must(s.CommitShards(ctx, generation, []store.ShardResults{stale}))
	s.equal("the written client", s.results(1)[0].Findings[0].RowID, "first")
	s.equal("the other client", s.results(2)[0].Findings[0].RowID, "stale")
	s.equal("pending", s.pendingOf("r").Clients, int64(1))
	fresh := s.swept(0, []string{"r"}, func(int64) []crm.Result { return []crm.Result{found("r", "fresh")} })
	s.must(s.CommitShards(ctx, generation, []store.ShardResults{fresh}))
	s.equal("the written client", s.results(1)[0].Findings[0].RowID, "fresh")
	s.equal("the other client", s.results(2)[0].Findings[0].RowID, "stale")
	s.equal("pending", s.pendingOf("r").Clients, int64(0))
}
