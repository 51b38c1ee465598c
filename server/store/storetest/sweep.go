package storetest

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"assay/server/crm"
	"assay/server/store"
)

// judge makes rules judge every client anew.
func (s *suite) judge(rules ...string) uint64 {
	s.t.Helper()
	generation, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "swept"}, store.Effect{NextGeneration: true, Judge: rules})
	s.must(err)
	return generation
}

// shard returns copies of the cards of a shard.
func (s *suite) shard(shard int64) (cards []crm.Card) {
	s.t.Helper()
	s.must(s.ReadShard(ctx, shard, 0, func(id int64, card []byte) bool {
		cards = append(cards, crm.Card{ID: id, Bytes: bytes.Clone(card)})
		return true
	}))
	return cards
}

// swept judges the clients of a shard as they are stored.
func (s *suite) swept(shard int64, rules []string, judge func(id int64) []crm.Result) store.ShardResults {
	s.t.Helper()
	cards := s.shard(shard)
	results := store.ShardResults{Shard: shard, Rules: rules, At: at(20)}
	for _, c := range cards {
		results.Clients = append(results.Clients, store.SweptClient{ID: c.ID, Revision: client(s.t, c.Bytes).Revision, Results: judge(c.ID)})
	}
	return results
}

// pendingOf returns what is pending for a rule, without since when.
func (s *suite) pendingOf(rule string) store.Pending {
	s.t.Helper()
	pending, err := s.Store.Pending(ctx)
	s.must(err)
	i := slices.IndexFunc(pending, func(p store.Pending) bool { return p.Rule == rule })
	if i < 0 {
		return store.Pending{Rule: rule}
	}
	pending[i].Since = crm.Time{}
	return pending[i]
}

// testPendingSince has clients pending from one time on, and from another when they are judged anew.
func testPendingSince(t *testing.T, s *suite) {
	clock := at(1)
	s.open(Options{Now: func() time.Time { return clock.Time() }})
	since := func(want crm.Time) {
		t.Helper()
		pending, err := s.Store.Pending(ctx)
		s.must(err)
		s.equal("pending since", pending[0].Since, want)
	}
	s.create(company("a", ""))
	clock = at(2)
	s.judge("r")
	since(at(2))
	clock = at(3)
	s.judge("other")
	since(at(3)) // of the rule "other", the first by name
	s.reopen()
	since(at(3))
	clock = at(4)
	s.judge("other")
	since(at(4))
}

func testSweep(t *testing.T, s *suite) {
	s.open(Options{})
	s.createMany(2500, func(i int) (crm.Client, []crm.Result) {
		return company("c", "ivanov"), []crm.Result{found("old", "kept", "gone"), found("other", "")}
	})
	cards := s.shard(1)
	s.equal("cards of shard 1", []int64{int64(len(cards)), cards[0].ID, cards[1023].ID}, []int64{1024, 1024, 2047})
	s.wantCard("a card of the shard", cards[1].Bytes, company("c", "ivanov"), 1025, 1)
	var few []int64
	s.must(s.ReadShard(ctx, 1, 2045, func(id int64, _ []byte) bool { few = append(few, id); return true }))
	s.must(s.ReadShard(ctx, 1, 1024, func(id int64, _ []byte) bool { few = append(few, id); return id < 1026 }))
	s.equal("cards read from the middle, and not to the end", few, []int64{2046, 2047, 1025, 1026})

	generation := s.judge("old", "new")
	s.equal("pending", s.pendingOf("old"), store.Pending{Rule: "old", Clients: 2500, Shards: []int64{0, 1, 2}})
	s.wantList(crm.Everything, store.Query{Rules: []string{"new"}})
	report := s.quality(crm.Everything, store.QualityQuery{Report: []string{"old", "other"}})
	s.equal("pending in the report", []int64{report.Pending, report.Rules[0].Pending, report.Rules[1].Pending}, []int64{2500, 2500, 0})
	s.equal("results stay until they are judged", report.Rules[0].Findings, int64(5000))

	verdict := func(id int64) []crm.Result {
		if id%2 == 0 {
			return []crm.Result{found("new", ""), found("old", "kept")}
		}
		return nil
	}
	rules := []string{"old", "new"}
	s.must(s.CommitShards(ctx, generation, []store.ShardResults{s.swept(0, rules, verdict), s.swept(2, rules, verdict)}))
	s.equal("pending", s.pendingOf("old"), store.Pending{Rule: "old", Clients: 1024, Shards: []int64{1}})
	s.equal("results", s.results(2)[1].Findings[0], func() crm.Finding { f := finding("old", "old", "kept"); f.Since = at(1); return f }())
	s.equal("results", s.results(2)[0].Findings[0].Since, at(20))
	s.equal("results of the unswept rule", s.results(1), []crm.Result{func() crm.Result {
		r := found("other", "")
		r.Findings[0].Since = at(1)
		return r
	}()})
	s.reopen()
	s.equal("pending after reopening", s.pendingOf("new"), store.Pending{Rule: "new", Clients: 1024, Shards: []int64{1}})
	s.must(s.CommitShards(ctx, generation, []store.ShardResults{s.swept(1, rules, verdict)}))
	s.equal("pending at the end", s.pendingOf("new"), store.Pending{Rule: "new"})
	report = s.quality(crm.Everything, store.QualityQuery{Report: []string{"old", "new"}})
	s.equal("report", report.Rules, []store.RuleCount{{Rule: "old", Clients: 1250, Findings: 1250}, {Rule: "new", Clients: 1250, Findings: 1250}})
	s.equal("pending in the report", report.Pending, int64(0))
	events := s.events(crm.Everything)
	opened := 0
	for _, e := range events {
		if e.Rule == "new" && e.Type == crm.EventFindingOpened && e.At == at(20) {
			opened++
		}
	}
	s.equal("findings opened by the sweep", opened, 1250)
}

// testSweepAndWrites writes clients while a sweep holds older cards of them.
func testSweepAndWrites(t *testing.T, s *suite) {
	s.open(Options{})
	s.createMany(4, func(int) (crm.Client, []crm.Result) { return company("old", "ivanov"), nil })
	generation := s.judge("r")
	stale := s.swept(0, []string{"r"}, func(int64) []crm.Result { return []crm.Result{found("r", "stale")} })

	s.must(s.update(1, 1, company("new", "ivanov"), at(5), found("r", "fresh")).Err)
	s.must(s.update(2, 1, company("new", "ivanov"), at(5)).Err)
	s.must(s.one(store.Change{ID: 3, Expect: 1, Delete: true}).Err)
	before := s.Writes()
	created := s.create(company("new", "ivanov"))
	s.equal("calls of Commit", s.Writes(), before+1)
	s.equal("pending", s.pendingOf("r"), store.Pending{Rule: "r", Clients: 1, Shards: []int64{0}})
	s.must(s.CommitShards(ctx, generation, []store.ShardResults{stale}))

	s.equal("calls of Commit after a sweep", s.Writes(), before+1)
	s.equal("written client", s.results(1)[0].Findings[0].RowID, "fresh")
	s.equal("written clean client", len(s.results(2)), 0)
	s.equal("created client", len(s.results(created)), 0)
	s.equal("swept client", s.results(4)[0].Findings[0].RowID, "stale")
	s.equal("pending", s.pendingOf("r"), store.Pending{Rule: "r"})
	s.must(s.CommitShards(ctx, generation, []store.ShardResults{stale})) // changes nothing any more
	s.equal("written clean client", len(s.results(2)), 0)

	// Writes alone end a sweep, also for the next start.
	s.judge("r")
	for id, expect := range map[int64]int64{1: 2, 2: 2, 4: 1, 5: 1} {
		s.must(s.update(id, expect, company("again", "ivanov"), at(6)).Err)
	}
	s.equal("pending", s.pendingOf("r"), store.Pending{Rule: "r"})
	s.reopen()
	s.equal("pending after reopening", s.pendingOf("r"), store.Pending{Rule: "r"})
}

func testSweepGeneration(t *testing.T, s *suite) {
	s.open(Options{})
	s.create(company("a", ""))
	old := s.judge("r")
	results := s.swept(0, []string{"r"}, func(int64) []crm.Result { return []crm.Result{found("r", "")} })
	now := s.judge("r")
	s.wantError(s.CommitShards(ctx, old, []store.ShardResults{results}), crm.ErrGenerationConflict)
	s.wantList(crm.Everything, store.Query{Rules: []string{"r"}})
	s.equal("pending", s.pendingOf("r").Clients, int64(1))
	s.must(s.CommitShards(ctx, now, []store.ShardResults{results}))
	s.wantList(crm.Everything, store.Query{Rules: []string{"r"}}, 1)
}

func testBadSweeps(t *testing.T, s *suite) {
	s.open(Options{})
	s.create(company("a", ""))
	generation := s.judge("r")
	one := func(shard, id int64, results ...crm.Result) []store.ShardResults {
		return []store.ShardResults{{Shard: shard, Rules: []string{"r"}, Clients: []store.SweptClient{{ID: id, Results: results}}}}
	}
	s.wantRefusal("a client of another shard", s.CommitShards(ctx, generation, one(1, 1)))
	s.wantRefusal("no client", s.CommitShards(ctx, generation, one(0, 0)))
	s.wantRefusal("a rule that was not run", s.CommitShards(ctx, generation, one(0, 1, found("other", ""))))
	s.wantRefusal("two results of a rule", s.CommitShards(ctx, generation, one(0, 1, found("r", ""), failed("r", "!"))))
	s.equal("pending", s.pendingOf("r").Clients, int64(1))
	s.must(s.CommitShards(ctx, generation, one(0, 5)))
	s.equal("pending", s.pendingOf("r").Clients, int64(1))
	for _, shard := range []int64{-1, 7, 1 << 60} {
		s.equal("cards of a shard without clients", len(s.shard(shard)), 0)
	}
}
