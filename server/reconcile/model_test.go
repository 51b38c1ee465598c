package reconcile_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"assay/rules"
	"assay/server/crm"
	"assay/server/intake"
	"assay/server/store"
)

var modelSeed = flag.Uint64("model-seed", 0, "what the model tests do; 0: another each time")

func seeded(t *testing.T) *rand.Rand {
	seed := *modelSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-model-seed %d", seed)
	return rand.New(rand.NewPCG(seed, 2))
}

// model is what clients and rules are, in the simplest way: rule v finds fault with the clients whose names
// have v characters more than a multiple of five.
type model struct {
	*base
	random  *rand.Rand
	clients map[int64]int  // length of the name
	rules   map[string]int // v
	writes  int
}

var modelRules = []string{"a", "b", "c", "label"}

// want is what found tells of a client.
func (m *model) want(id int64) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(m.rules)) {
		odd := m.clients[id]%5 == m.rules[name]
		switch {
		case name == "label" && odd:
			list = append(list, "label=odd")
		case name == "label":
			list = append(list, "label=even")
		case odd:
			list = append(list, name+" name")
		}
	}
	return strings.Join(list, ", ")
}

// write writes a client and holds what is stored of it to the model, at once.
func (m *model) write() {
	m.t.Helper()
	size := 1 + m.random.IntN(20)
	m.writes++ // what changes nothing is no write
	doc := fmt.Sprintf(`{"name":%q,"notes":"%d %s"}`, strings.Repeat("n", size), m.writes, strings.Repeat("x", 3000))
	id := m.anyClient()
	switch {
	case id == 0 || m.random.IntN(4) == 0:
		id = m.base.create(doc).Client.ID
		m.clients[id] = size
	case m.random.IntN(4) == 0:
		if err := m.intake.Delete(ctx, id, intake.Request{Scope: crm.Everything, By: "test"}); err != nil {
			m.t.Fatal(err)
		}
		delete(m.clients, id)
		return
	default:
		m.patch(id, doc)
		m.clients[id] = size
	}
	if got := m.found(id); got != m.want(id) {
		m.t.Fatalf("client %d was written, and has %q instead of %q", id, got, m.want(id))
	}
}

func (m *model) anyClient() int64 {
	if len(m.clients) == 0 {
		return 0
	}
	ids := slices.Sorted(maps.Keys(m.clients))
	return ids[m.random.IntN(len(ids))]
}

// change has a rule come, change or go.
func (m *model) change() {
	m.t.Helper()
	name, v := modelRules[m.random.IntN(len(modelRules))], m.random.IntN(5)
	if _, there := m.rules[name]; there && m.random.IntN(5) == 0 {
		if err := m.Delete(ctx, "test", rules.KindRule, name, "", false); err != nil {
			m.t.Fatal(err)
		}
		delete(m.rules, name)
		return
	}
	m.apply(modelRule(name, v))
	m.rules[name] = v
}

func modelRule(name string, v int) string {
	if name == "label" {
		return fmt.Sprintf("apiVersion: assay/v1\nkind: Rule\nmetadata: {name: label}\nspec: {type: Segmentation, label: 'size(client.name) %% 5 == %d ? \"odd\" : \"even\"'}\n", v)
	}
	return rule(name, fmt.Sprintf(`require: 'size(client.name) %% 5 != %d', path: name`, v))
}

// check holds all that is stored to the model; rules that have clients left are left out.
func (m *model) check(when string) {
	m.t.Helper()
	left := strings.Fields(m.pending())
	for id := range m.clients {
		got, want := m.found(id), m.want(id)
		if len(left) > 0 {
			got, want = without(got, left), without(want, left)
		}
		if got != want {
			m.t.Fatalf("%s, client %d has %q instead of %q; left are %q", when, id, got, want, left)
		}
	}
}

// without leaves out what some rules found.
func without(found string, names []string) string {
	list := strings.Split(found, ", ")
	return strings.Join(slices.DeleteFunc(list, func(f string) bool {
		name, _, _ := strings.Cut(strings.ReplaceAll(f, "=", " "), " ")
		return slices.Contains(names, name)
	}), ", ")
}

// interrupted is a store that lets something happen before and after each step of a sweep.
type interrupted struct {
	store.Store
	between func()
}

func (s *interrupted) ReadShard(ctx context.Context, shard, after int64, read func(id int64, card []byte) bool) error {
	s.between()
	defer s.between()
	return s.Store.ReadShard(ctx, shard, after, read)
}

func (s *interrupted) CommitShards(ctx context.Context, generation uint64, shards []store.ShardResults) error {
	s.between()
	defer s.between()
	return s.Store.CommitShards(ctx, generation, shards)
}

// TestWritesAndChangesBetweenTheStepsOfSweeps has clients written and rules changed between any two steps of
// sweeps, as the seed says. A write has the results of the rules as they stand at once; after the sweep all have.
func TestWritesAndChangesBetweenTheStepsOfSweeps(t *testing.T) {
	random := seeded(t)
	for range 5 {
		m := &model{base: &base{}, random: random, clients: map[int64]int{}, rules: map[string]int{}}
		var steps sync.Mutex
		happenings, sweeping := 0, false
		between := func() {
			steps.Lock()
			defer steps.Unlock()
			if !sweeping || happenings == 0 || random.IntN(2) == 0 {
				return
			}
			happenings--
			if random.IntN(5) == 0 {
				m.change()
			} else {
				m.write()
			}
			m.check("between two steps")
		}
		m.base = newWrappedBase(t, func(s store.Store) store.Store { return &interrupted{s, between} })
		for range 80 {
			m.write()
		}
		for range 6 {
			m.change()
			happenings, sweeping = random.IntN(12), true
			m.sweep()
			sweeping = false
			if left := m.pending(); left != "" {
				t.Fatalf("after the sweep %q are left", left)
			}
			m.check("after the sweep")
			m.write()
		}
		m.checkLog()
	}
}

// checkLog replays the log: what it opens and closes is what is stored.
func (m *model) checkLog() {
	m.t.Helper()
	open := map[int64][]string{}
	events, _, err := m.store.Events(ctx, crm.Everything, 0, 100_000)
	if err != nil {
		m.t.Fatal(err)
	}
	for i, e := range events {
		if e.Seq != int64(i+1) {
			m.t.Fatalf("event %d has number %d", i+1, e.Seq)
		}
		var detail struct{ Label string }
		if len(e.Detail) > 0 {
			if err := json.Unmarshal(e.Detail, &detail); err != nil {
				m.t.Fatal(err)
			}
		}
		what := e.Rule + " name"
		if detail.Label != "" {
			what = e.Rule + "=" + detail.Label
		}
		at := slices.Index(open[e.Client], what)
		switch e.Type {
		case crm.EventFindingOpened, crm.EventSegmentEntered:
			if at >= 0 {
				m.t.Fatalf("event %d: %s of client %d again", e.Seq, what, e.Client)
			}
			open[e.Client] = append(open[e.Client], what)
		case crm.EventFindingClosed, crm.EventSegmentLeft:
			if at < 0 {
				m.t.Fatalf("event %d: %s of client %d was not there", e.Seq, what, e.Client)
			}
			open[e.Client] = slices.Delete(open[e.Client], at, at+1)
		}
	}
	for id := range m.clients {
		slices.Sort(open[id])
		if got := strings.Join(open[id], ", "); got != m.want(id) {
			m.t.Fatalf("by the log client %d has %q, by the model %q", id, got, m.want(id))
		}
	}
}

// TestWritesAndChangesBesideSweeps has clients written, rules changed and sweeps run beside each other, over several shards.
func TestWritesAndChangesBesideSweeps(t *testing.T) {
	random := seeded(t)
	b := newBase(t)
	const clients = 2500
	lines := make([]string, clients)
	for i := range lines {
		lines[i] = fmt.Sprintf(`{"externalId":"%d","name":%q}`, i, strings.Repeat("n", 1+i%20))
	}
	b.importLines(nil, lines...)
	operator := &model{base: b, random: rand.New(rand.NewPCG(random.Uint64(), 3)), clients: map[int64]int{}, rules: map[string]int{}}
	written := map[int64]int{}
	for i := range lines {
		written[int64(i+1)] = 1 + i%20
	}
	var both sync.WaitGroup
	both.Go(func() {
		for range 25 {
			operator.change()
			if err := b.Sweeper.Sweep(ctx); err != nil {
				t.Error(err)
			}
		}
	})
	sizes := rand.New(rand.NewPCG(random.Uint64(), 4))
	both.Go(func() {
		for i := range 400 {
			id, size := 1+sizes.Int64N(clients), 1+sizes.IntN(20)
			b.patch(id, fmt.Sprintf(`{"name":%q,"notes":"%d"}`, strings.Repeat("n", size), i))
			written[id] = size
		}
	})
	both.Wait()
	b.sweep()
	operator.clients = written
	if left := operator.pending(); left != "" {
		t.Fatalf("after the sweep %q are left", left)
	}
	operator.check("in the end")
	operator.checkLog()
}
