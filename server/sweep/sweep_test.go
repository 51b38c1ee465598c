package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
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
	conflicts int  // commits that are still to be refused
	deaf      bool // commits are taken and judge nothing
}

func (b *base) Pending(context.Context) (list []store.Pending, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, rule := range []string{"a", "b", "broken"} {
		if shards := b.pending[rule]; len(shards) > 0 {
			list = append(list, store.Pending{Rule: rule, Clients: int64(len(shards)), Shards: slices.Clone(shards)})
		}
	}
	return list, nil
}

func (b *base) ReadShard(_ context.Context, shard int64) ([]crm.Card, error) {
	card, err := crm.EncodeCard(nil, &crm.Client{ID: shard, Name: "A"})
	return []crm.Card{{ID: shard, Bytes: card}}, err
}

func (b *base) CommitShards(_ context.Context, _ uint64, shards []store.ShardResults) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.conflicts > 0 {
		b.conflicts--
		return crm.ErrGenerationConflict
	}
	for _, s := range shards {
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

// silent is a module with nothing to say.
type silent struct{}

func (silent) Digest() string                                  { return "sha256:silent" }
func (silent) Determinism(context.Context, abi.Configured, time.Time, [][]byte) (abi.Determinism, error) {
	return abi.Determinism{Deterministic: true}, nil
}
func (silent) Configure(context.Context, abi.Configured) error { return nil }
func (silent) Close(context.Context) error                     { return nil }
func (silent) Description() abi.Description {
	return abi.Description{ABI: 1, Checks: []abi.CheckDescription{{Name: "c", Type: abi.TypeQuality}}}
}

func (silent) Evaluate(context.Context, time.Time, []abi.Configured, *abi.Batch, func(int, int, []byte, error)) error {
	return nil
}

func declared(name string) *rules.Rule {
	return &rules.Rule{Metadata: rules.Metadata{Name: name}, Spec: rules.RuleSpec{Type: rules.Quality, Module: &rules.Module{Digest: "sha256:silent", Check: "c"}}}
}

// newSweeper returns a sweeper with the rules a and b, and one that does not run.
func newSweeper(t *testing.T, b *base) (s *sweep.Sweeper, awaited *int) {
	t.Helper()
	compiler, err := engine.NewCompiler(nil, func(context.Context, []byte) (engine.Module, error) { return silent{}, nil },
		func(context.Context, string) ([]byte, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	running := []*engine.Rule{engine.Failing(declared("broken"))}
	for _, name := range []string{"a", "b"} {
		r, err := compiler.Compile(ctx, declared(name))
		if err != nil {
			t.Fatal(err)
		}
		running = append(running, r)
	}
	set := engine.NewSet(1, running, nil, nil)
	awaited = new(int)
	return sweep.New(sweep.Config{Store: b, Current: func() *engine.Set { return set }, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
		Await: func(context.Context, uint64) error {
			*awaited++
			set = engine.NewSet(set.Generation+1, running, nil, nil)
			return nil
		}}), awaited
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
	if _, sweeping := s.Progress("a"); sweeping {
		t.Error("the sweep is over and shows progress")
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
