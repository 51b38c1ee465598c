package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/store"
)

// named is a matcher of one name, which the model can look into.
type named string

func (n named) Match(ctx context.Context, cards [][]byte, matched []bool) error {
	return matcher(func(c abi.Client) bool { return c.Name() == string(n) }).Match(ctx, cards, matched)
}

// testModel runs random operations against the store and the model.
func testModel(t *testing.T, outer *suite) {
	rapid.Check(t, func(rt *rapid.T) {
		r := &randomRun{suite: &suite{t: rt, test: t, place: outer.place}, model: newModel()}
		r.suite.open(Options{Now: func() time.Time { return time.UnixMilli(at(r.clock).UnixMilli()) }})
		defer func() { _ = r.Store.Close() }()
		r.fill(pick(rt, []int{0, 0, 40}, "clients at the start"))
		rt.Repeat(map[string]func(*rapid.T){
			"write":  r.write,
			"decide": r.decide,
			"expire": r.expire,
			"object": r.object,
			"read":   r.read, // before "sweep", so that sweeps get stale
			"sweep":  r.sweep,
			"reopen": r.reopenBoth,
			"":       r.check,
		})
	})
}

// randomRun is one sequence of operations.
type randomRun struct {
	*suite
	*model
	clock  int64
	judged []store.ShardResults // read for a sweep, not yet committed
	with   uint64               // the generation they were judged with
}

var (
	managers = []string{"", "ivanov", "petrov"}
	rules    = []string{"alpha", "beta", "size"}
	names    = []string{"", "Ёж", "ёж", "Zed", "abc"}
	tags     = []string{"", "vip", "late"}
)

func pick[T any](rt *rapid.T, from []T, what string) T { return rapid.SampledFrom(from).Draw(rt, what) }

// seldom is true one time in eight.
func seldom(rt *rapid.T, what string) bool { return rapid.IntRange(0, 7).Draw(rt, what) == 7 }

func (r *randomRun) now() crm.Time { r.clock++; return at(r.clock) }

func (r *randomRun) scope(rt *rapid.T) crm.Scope {
	if seldom(rt, "scoped") {
		return crm.Scope{Managers: rapid.SliceOfN(rapid.SampledFrom(managers), 0, 2).Draw(rt, "managers")}
	}
	return crm.Everything
}

func (r *randomRun) client(rt *rapid.T) crm.Client {
	return crm.Client{
		Kind: pick(rt, []string{"company", "person"}, "kind"), Name: pick(rt, names, "name"), Manager: pick(rt, managers, "manager"),
		ExternalID: pick(rt, []string{"", "", "x1", "x2", "x3"}, "external id"), Completeness: rapid.Int64Range(0, 3).Draw(rt, "completeness"),
		Tags: rapid.SliceOfN(rapid.SampledFrom(tags[1:]), 0, 3).Draw(rt, "tags"),
	}
}

// severities are those of findings; "" is none of its own.
var severities = []crm.Severity{"", crm.SeverityInfo, crm.SeverityWarning, crm.SeverityError}

// parts asks for some findings of some rules.
func (r *randomRun) parts(rt *rapid.T) map[string]store.Part {
	parts := map[string]store.Part{}
	for _, rule := range rules[:2] {
		if rapid.Bool().Draw(rt, "part") {
			parts[rule] = store.Part{Own: rapid.SliceOfNDistinct(rapid.SampledFrom(severities[1:]), 0, 3, rapid.ID).Draw(rt, "own"), Rest: rapid.Bool().Draw(rt, "rest")}
		}
	}
	return parts
}

func (r *randomRun) results(rt *rapid.T) []crm.Result {
	var results []crm.Result
	for _, rule := range rules {
		switch rapid.IntRange(0, 4).Draw(rt, rule) {
		case 1:
			rows := rapid.SliceOfN(rapid.SampledFrom([]string{"", "c1", "c2", "c3"}), 0, 5).Draw(rt, "rows")
			own := rapid.SliceOfN(rapid.SampledFrom(severities), len(rows), len(rows)).Draw(rt, "severities")
			if rapid.Bool().Draw(rt, "plain") {
				own = make([]crm.Severity, len(rows))
			}
			results = append(results, graded(found(rule, rows...), own...))
		case 2:
			results = append(results, labelled(rule, pick(rt, []string{"", "small", store.WaiverLabel}, "label")))
		case 3:
			results = append(results, failed(rule, "no"))
		}
	}
	return results
}

// known returns a client number, mostly one that is in use.
func (r *randomRun) known(rt *rapid.T) int64 {
	if len(r.clients) == 0 || seldom(rt, "any number") {
		return rapid.Int64Range(1, 20).Draw(rt, "id")
	}
	return pick(rt, slices.Sorted(maps.Keys(r.clients)), "id")
}

func (r *randomRun) change(rt *rapid.T) write {
	w := write{client: r.client(rt)}
	w.Generation, w.At, w.By = r.model.generation, r.now(), "tester"
	if seldom(rt, "old generation") {
		w.Generation--
	}
	switch rapid.IntRange(0, 5).Draw(rt, "change") {
	case 0, 1, 2:
		if seldom(rt, "with a key") {
			w.Key = &store.IdempotencyKey{Key: pick(rt, []string{"k1", "k2"}, "key"), Digest: [32]byte{byte(rapid.IntRange(0, 1).Draw(rt, "digest"))}}
		}
	case 3, 4:
		w.ID, w.Fields = r.known(rt), []string{"name"}
	default:
		w.ID, w.Delete = r.known(rt), true
	}
	if c := r.clients[w.ID]; c != nil {
		w.Expect = c.Revision
		if seldom(rt, "stale") {
			w.Expect--
		}
	}
	if !w.Delete {
		w.Card, w.Results = card(r.t, w.client), r.results(rt)
		if seldom(rt, "unjudged") {
			w.Unjudged = rapid.SliceOfNDistinct(rapid.SampledFrom(rules), 1, 2, rapid.ID).Draw(rt, "rules that did not judge")
			w.Results = slices.DeleteFunc(w.Results, func(result crm.Result) bool { return slices.Contains(w.Unjudged, result.Rule) })
		}
	}
	return w
}

// fill creates clients that are all alike.
func (r *randomRun) fill(n int) {
	c := company("abc", "ivanov")
	change := store.Change{Generation: r.model.generation, At: r.now(), Results: []crm.Result{found("alpha", "c1"), labelled("size", "small")}}
	var changes []store.Change
	for range n {
		change.Card = card(r.t, c)
		changes = append(changes, change)
		r.model.commit(crm.Everything, write{change, c})
	}
	_, err := r.Commit(ctx, crm.Everything, changes)
	r.must(err)
}

func (r *randomRun) write(rt *rapid.T) {
	scope := r.scope(rt)
	var want []store.Outcome
	var changes []store.Change
	for range rapid.IntRange(1, 4).Draw(rt, "changes") {
		w := r.change(rt)
		want = append(want, r.model.commit(scope, w))
		changes = append(changes, w.Change)
	}
	got, err := r.Commit(ctx, scope, changes)
	r.must(err)
	r.equal("outcomes", len(got), len(want))
	for i := range want {
		refused := want[i].Err != nil
		if want[i].Err != nil || got[i].Err != nil {
			if want[i].Err == nil || got[i].Err == nil {
				r.t.Fatalf("outcome %d: got error %v, want %v", i, got[i].Err, want[i].Err)
			}
			r.wantError(got[i].Err, want[i].Err)
			got[i].Err, want[i].Err = nil, nil
			got[i].Results, want[i].Results = nil, nil
		}
		if len(got[i].Results) == 0 {
			got[i].Results = nil
		}
		if got[i].Replayed && !refused {
			_, err := crm.DecodeCard(got[i].Card)
			r.must(err)
		}
		got[i].Card = nil // testIdempotency looks at what is in it
		r.equal(fmt.Sprintf("outcome %d", i), got[i], want[i])
	}
}

func (r *randomRun) object(rt *rapid.T) {
	e := store.Effect{NextGeneration: rapid.Bool().Draw(rt, "next generation"), DropReason: "gone", HideReason: "hidden"}
	if seldom(rt, "selector") {
		e.Waive = map[string]string{"size": pick(rt, rules[:2], "waived rule")}
	}
	for _, rule := range rules {
		switch rapid.IntRange(0, 7).Draw(rt, rule) {
		case 1, 2:
			e.Judge = append(e.Judge, rule)
		case 3:
			e.Drop = append(e.Drop, rule)
		case 4:
			e.Hide = append(e.Hide, rule)
		case 5:
			e.Show = append(e.Show, rule)
		}
	}
	r.model.clock = at(r.clock)
	r.model.effect(e)
	generation, err := r.PutObject(ctx, store.Object{Kind: "Rule", Name: "r"}, e)
	r.must(err)
	r.equal("generation", generation, r.model.generation)
}

// read reads the pending shards and judges them; sweep commits that later.
func (r *randomRun) read(rt *rapid.T) {
	r.judged, r.with = nil, r.model.generation
	pending, err := r.Store.Pending(ctx)
	r.must(err)
	byShard := map[int64][]string{}
	for _, p := range pending {
		for _, shard := range p.Shards {
			byShard[shard] = append(byShard[shard], p.Rule)
		}
	}
	for _, shard := range slices.Sorted(maps.Keys(byShard)) {
		results := r.swept(shard, byShard[shard], func(int64) []crm.Result {
			return slices.DeleteFunc(r.results(rt), func(result crm.Result) bool { return !slices.Contains(byShard[shard], result.Rule) })
		})
		results.At = r.now()
		r.judged = append(r.judged, results)
	}
}

func (r *randomRun) sweep(*rapid.T) {
	err := r.CommitShards(ctx, r.with, r.judged)
	if r.with != r.model.generation {
		if err == nil {
			r.t.Fatalf("a sweep of generation %d was stored at %d", r.with, r.model.generation)
		}
		r.wantError(err, crm.ErrGenerationConflict)
		return
	}
	r.must(err)
	for _, shard := range r.judged {
		r.model.sweep(shard)
	}
}

// reopenBoth reopens the base. It may have forgotten which clients of a shard
// were written since a rule changed; what it read for a sweep may be stale then.
func (r *randomRun) reopenBoth(*rapid.T) {
	r.reopen()
	r.judged = nil
	pending, err := r.Store.Pending(ctx)
	r.must(err)
	for _, p := range pending {
		was := r.model.pending[p.Rule]
		if len(was) == 0 {
			r.t.Fatalf("rule %s is pending after reopening and was not before", p.Rule)
		}
		now := map[int64]bool{}
		for _, shard := range p.Shards {
			for _, c := range r.shard(shard) {
				now[c.ID] = true
			}
		}
		for id := range was {
			if !now[id] {
				r.t.Fatalf("client %d is not pending for rule %s any more", id, p.Rule)
			}
		}
		r.model.pending[p.Rule] = now
	}
}
