package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
	"assay/server/sweep"
)

var ctx = context.Background()

// base is a store of shards with one client each and what is pending for them.
type base struct {
	store.Store
	mu        sync.Mutex
	pending   map[string][]int64
	committed []int64 // shards, as they were
	events    []string
	conflicts int    // commits that are still to be refused
	deaf      bool   // commits are taken and judge nothing
	commits   func() // called by each
	most      int    // shards of one commit
	each      int64  // clients of a shard, as it says; 0: one
	writes    atomic.Int64
	written   bool  // whenever it is asked, somebody has written since
	crowd     int64 // clients of a shard besides the first, so large that each is a batch
}

func (b *base) Pending(context.Context) (list []store.Pending, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, rule := range []string{"a", "b", "broken"} {
		if shards := b.pending[rule]; len(shards) > 0 {
			list = append(list, store.Pending{Rule: rule, Clients: int64(len(shards)) * max(b.each, 1), Shards: slices.Clone(shards)})
		}
	}
	return list, nil
}

func (b *base) ReadShard(_ context.Context, shard, after int64, read func(int64, []byte) bool) error {
	first := shard<<10 + 1
	card, err := crm.EncodeCard(nil, &crm.Client{ID: first, Name: "A"})
	if err != nil || after < first && !read(first, card) {
		return err
	}
	large, err := crm.EncodeCard(nil, &crm.Client{ID: first, Name: "A", Notes: strings.Repeat("n", abi.BatchTarget)})
	for id := max(first, after) + 1; id <= first+b.crowd; id++ {
		if !read(id, large) {
			break
		}
	}
	return err
}

func (b *base) Writes() int64 {
	if b.written {
		b.writes.Add(1)
	}
	return b.writes.Load()
}

func (b *base) Stats(context.Context) (store.Stats, error) { return store.Stats{Clients: 3000}, nil }

func (b *base) CommitShards(_ context.Context, _ uint64, shards []store.ShardResults) error {
	if b.commits != nil {
		b.commits()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.conflicts > 0 {
		b.conflicts--
		return crm.ErrGenerationConflict
	}
	b.most = max(b.most, len(shards))
	for _, s := range shards {
		for _, c := range s.Clients {
			for _, r := range c.Results {
				if !slices.Contains(s.Rules, r.Rule) {
					return fmt.Errorf("client %d: a result of %s, which is not among those that were run", c.ID, r.Rule)
				}
			}
		}
		b.committed = append(b.committed, s.Shard)
		for _, rule := range s.Rules {
			if !b.deaf {
				b.pending[rule] = slices.DeleteFunc(b.pending[rule], func(shard int64) bool { return shard == s.Shard })
			}
		}
	}
	return nil
}

func (b *base) AppendEvents(_ context.Context, events []crm.Event) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range events {
		b.events = append(b.events, string(e.Detail))
	}
	return nil
}

// silent is a module with nothing to say; of the rules it runs, those that are
// in fails cannot judge.
type silent struct{ fails *atomic.Pointer[string] }

func (silent) Digest() string { return "sha256:silent" }
func (silent) Determinism(context.Context, abi.Configured, time.Time, [][]byte) (abi.Determinism, error) {
	return abi.Determinism{Deterministic: true}, nil
}
func (silent) Configure(context.Context, abi.Configured) error { return nil }
func (silent) Close(context.Context) error                     { return nil }
func (silent) Description() abi.Description {
	return abi.Description{ABI: 1, Checks: []abi.CheckDescription{{Name: "a", Type: abi.TypeQuality}, {Name: "b", Type: abi.TypeQuality}}}
}

func (m silent) Evaluate(_ context.Context, _ time.Time, checks []abi.Configured, batch *abi.Batch, to abi.Receiver) error {
	for check := range checks {
		for card := range batch.Len() {
			if failing := m.fails.Load(); failing != nil && *failing == checks[check].Check {
				to.Results(check, card, nil, errors.New("no"))
			}
		}
	}
	return nil
}

func declared(name string) *rules.Rule {
	return &rules.Rule{Metadata: rules.Metadata{Name: name}, Spec: rules.RuleSpec{Type: rules.Quality, Module: &rules.Module{Digest: "sha256:silent", Check: name}}}
}

// newSweeper returns a sweeper with the rules a and b, and one that does not run.
func newSweeper(t *testing.T, b *base) (s *sweep.Sweeper, awaited *int) {
	t.Helper()
	s, awaited, _ = newFailing(t, b, nil)
	return s, awaited
}

// newFailing is newSweeper with a rule that cannot judge, as long as fails names it.
func newFailing(t *testing.T, b *base, fails *atomic.Pointer[string]) (s *sweep.Sweeper, awaited *int, running map[string]*engine.Rule) {
	t.Helper()
	if fails == nil {
		fails = new(atomic.Pointer[string])
	}
	compiler, err := engine.NewCompiler(nil, func(context.Context, []byte) (engine.Module, error) { return silent{fails}, nil },
		func(context.Context, string) ([]byte, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	list, running := []*engine.Rule{engine.Failing(declared("broken"))}, map[string]*engine.Rule{}
	for _, name := range []string{"a", "b"} {
		r, err := compiler.Compile(ctx, declared(name))
		if err != nil {
			t.Fatal(err)
		}
		list, running[name] = append(list, r), r
	}
	set := engine.NewSet(1, list, nil, nil)
	awaited = new(int)
	return sweep.New(sweep.Config{Store: b, Current: func() *engine.Set { return set }, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
		Await: func(context.Context, uint64) error {
			*awaited++
			set = engine.NewSet(set.Generation+1, list, nil, nil)
			return nil
		}}), awaited, running
}

func shards(n int64) (list []int64) {
	for i := range n {
		list = append(list, i)
	}
	return list
}

func TestASweepJudgesWhatIsPendingOnceForAllRules(t *testing.T) {
	b := &base{pending: map[string][]int64{"a": shards(100), "b": {3, 200}, "broken": {5}}}
	s, _ := newSweeper(t, b)
	if err := s.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	slices.Sort(b.committed)
	if want := append(shards(100), 200); !slices.Equal(b.committed, want) {
		t.Errorf("committed %v", b.committed)
	}
	if len(b.pending["a"])+len(b.pending["b"]) > 0 || len(b.pending["broken"]) != 1 {
		t.Errorf("left are %v: all but those of the rule that does not run were to go", b.pending)
	}
	if last := b.events[len(b.events)-1]; last != `{"done":100,"rules":["a","b"],"total":100}` {
		t.Errorf("events %q", b.events)
	}
	if status, err := s.Status(ctx); err != nil || status.State != sweep.Idle || len(status.Rules) > 0 {
		t.Errorf("the sweep is over, and its status is %+v, %v", status, err)
	}
}

// A sweep that met a change of the rules took it for a fault of the store and
// paused.
func TestASweepGoesOnWithTheNewRules(t *testing.T) {
	b := &base{pending: map[string][]int64{"a": shards(10)}, conflicts: 1}
	s, awaited := newSweeper(t, b)
	if err := s.Sweep(ctx); err != nil || *awaited != 1 || len(b.pending["a"]) != 0 {
		t.Errorf("%v, awaited %d times, left %v", err, *awaited, b.pending)
	}
}

func TestAStoreThatForgetsDoesNotKeepTheSweepBusy(t *testing.T) {
	b := &base{pending: map[string][]int64{"a": shards(10)}, deaf: true}
	s, _ := newSweeper(t, b)
	if err := s.Sweep(ctx); err == nil || len(b.committed) != 10 {
		t.Errorf("%v after %d shards", err, len(b.committed))
	}
}

func TestAQuarantinedRuleIsLeftOutUntilItIsBack(t *testing.T) {
	b := &base{pending: map[string][]int64{"a": shards(3000), "b": shards(2000)}}
	fails, failing := new(atomic.Pointer[string]), "b"
	fails.Store(&failing)
	s, _, running := newFailing(t, b, fails)
	if err := s.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	// What was evaluated when the rule was quarantined stands: 100 clients, and some on the other processors.
	if left := len(b.pending["b"]); len(b.pending["a"]) > 0 || left < 1800 || left > 1900 {
		t.Errorf("left are %d of a and %d of b", len(b.pending["a"]), left)
	}
	if last := b.events[len(b.events)-1]; last != `{"done":3000,"rules":["a"],"total":3000}` {
		t.Errorf("the last event is %s", last)
	}
	asked, events := running["b"].Stats().Evaluated, len(b.events)
	if err := s.Sweep(ctx); err != nil || running["b"].Stats().Evaluated != asked || len(b.events) != events {
		t.Errorf("%v, evaluated %d times more, %d events more", err, running["b"].Stats().Evaluated-asked, len(b.events)-events)
	}
	fails.Store(nil)
	running["b"].Resume(0)
	if err := s.Sweep(ctx); err != nil || len(b.pending["b"]) > 0 {
		t.Errorf("after its return: %v, %d left", err, len(b.pending["b"]))
	}
}

// A sweep of a rule that fails everywhere stops, and says no end.
func TestASweepOfAQuarantinedRuleAloneStops(t *testing.T) {
	b := &base{pending: map[string][]int64{"b": shards(5000)}}
	fails, failing := new(atomic.Pointer[string]), "b"
	fails.Store(&failing)
	s, _, _ := newFailing(t, b, fails)
	if err := s.Sweep(ctx); err != nil || len(b.pending["b"]) < 4800 || len(b.events) > 0 {
		t.Errorf("%v, %d left, events %q", err, len(b.pending["b"]), b.events)
	}
}

// Of a shard in which a rule was quarantined nothing of it is stored.
func TestAShardIsJudgedByARuleAsAWhole(t *testing.T) {
	b := &base{pending: map[string][]int64{"a": {1}, "b": {1}}, crowd: 150}
	fails, failing := new(atomic.Pointer[string]), "b"
	fails.Store(&failing)
	s, _, running := newFailing(t, b, fails)
	if err := s.Sweep(ctx); err != nil || len(b.pending["a"]) > 0 || len(b.pending["b"]) != 1 || running["b"].Judging() {
		t.Errorf("%v, left %v", err, b.pending)
	}
}

func TestACancelledSweepEnds(t *testing.T) {
	b := &base{pending: map[string][]int64{"a": shards(10)}}
	s, _ := newSweeper(t, b)
	stopped, stop := context.WithCancel(ctx)
	stop()
	if err := s.Sweep(stopped); !errors.Is(err, context.Canceled) || len(b.committed) > 0 {
		t.Errorf("%v, committed %s", err, fmt.Sprint(b.committed))
	}
	s.Run(stopped) // returns
}

// A paused sweep ends with what it is at and goes on from there.
func TestAPausedSweepGoesOnWhereItWas(t *testing.T) {
	b := &base{pending: map[string][]int64{"a": shards(3000), "b": shards(3000)}}
	s, _ := newSweeper(t, b)
	var first sync.Once
	b.commits = func() { first.Do(s.Pause) }
	if err := s.Sweep(ctx); err != nil || len(b.pending["a"]) == 0 || len(b.pending["a"]) == 3000 {
		t.Fatalf("%v, %d shards are left of 3000", err, len(b.pending["a"]))
	}
	left := len(b.pending["a"])
	status, err := s.Status(ctx)
	if err != nil || status.State != sweep.Paused || status.Done != int64(3000-left) || status.Total != 3000 || len(status.Rules) != 2 || !status.Rules[1].Paused {
		t.Errorf("paused: %+v, %v", status, err)
	}
	if err := s.Sweep(ctx); err != nil || len(b.pending["a"]) != left || slices.Contains(b.events, `{"done":3000,"rules":["a","b"],"total":3000}`) {
		t.Errorf("%v: paused, and %d shards are left of %d, events %q", err, len(b.pending["a"]), left, b.events)
	}
	s.Resume()
	if err := s.Sweep(ctx); err != nil || len(b.pending["a"])+len(b.pending["b"]) > 0 {
		t.Errorf("%v: resumed, left are %v", err, b.pending)
	}
	slices.Sort(b.committed)
	if !slices.Equal(b.committed, shards(3000)) {
		t.Errorf("%d shards were judged, some twice or never", len(b.committed))
	}
}

// How far a sweep is, is known while it runs.
func TestTheStatusOfARunningSweep(t *testing.T) {
	b := &base{pending: map[string][]int64{"a": shards(3000), "broken": {5}}}
	s, _ := newSweeper(t, b)
	var seen atomic.Pointer[sweep.Status]
	var commits atomic.Int64
	b.commits = func() {
		if commits.Add(1) == 100 {
			status, err := s.Status(ctx)
			if err != nil {
				t.Error(err)
			}
			seen.Store(&status)
		}
	}
	if err := s.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	if was := seen.Load(); was.State != sweep.Running || was.Done <= 0 || was.Done >= 3000 || was.SecondsLeft == nil || len(was.Rules) != 1 || was.Rules[0].Rule != "a" {
		t.Errorf("in the middle: %+v", was)
	}
}

// While clients are written a sweep commits little at once and one after another.
func TestASweepMakesRoomForWriters(t *testing.T) {
	b := &base{pending: map[string][]int64{"a": shards(200)}, written: true}
	s, _ := newSweeper(t, b)
	var at, beside atomic.Int64
	b.commits = func() {
		beside.Store(max(beside.Load(), at.Add(1)))
		runtime.Gosched()
		at.Add(-1)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	if err := s.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	if beside.Load() != 1 {
		t.Errorf("up to %d commits beside each other", beside.Load())
	}
	if most := b.most; most != 1 {
		t.Errorf("up to %d shards in a commit", most)
	}
}

// Rules are fused before they judge much, and not for a little.
func TestRulesAreFusedBeforeTheyJudgeMuch(t *testing.T) {
	for clients, want := range map[int64]int{100_000: 1, 90_000: 0} {
		b := &base{pending: map[string][]int64{"a": shards(10), "b": shards(10)}, each: clients / 10}
		s, _ := newSweeper(t, b)
		fused := 0
		s.Fuse = func(_ context.Context, set *engine.Set) error {
			if fused++; len(b.committed) > 0 || set.Rule("broken") == nil {
				t.Error("fused are not all rules, or too late")
			}
			return errors.New("no")
		}
		if err := s.Sweep(ctx); err != nil || fused != want || len(b.pending["a"]) > 0 {
			t.Errorf("%d clients by two rules: %v, fused %d times, left %v", clients, err, fused, b.pending)
		}
	}
}
