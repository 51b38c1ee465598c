package sweep_test

import (
	"context"
	"log/slog"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"assay/rules"
	"assay/rules/builtin"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/demo"
	"assay/server/engine"
	"assay/server/intake"
	"assay/server/store"
	"assay/server/store/bolt"
	"assay/server/sweep"
	"assay/server/wasm"
)

// BenchmarkSweep judges a base of invented clients, ASSAY_BENCH_CLIENTS of them (100,000 unless set), with the
// default rules fused, until the results are on disk: all five from nothing; one that was changed, so that each of its findings
// is another; and all five when nothing has changed. It reports processor time, too, since the wall's depends on who else
// uses the machine.
func BenchmarkSweep(b *testing.B) {
	base := importedBase(b)
	fresh := newSweptSet(b, base, func(r *rules.Rule) {})
	changed := newSweptSet(b, base, func(r *rules.Rule) { r.Spec.Path = "notes" })
	five := fresh.names()
	b.Run("nothing", func(b *testing.B) {
		measureSweep(b, func() { fresh.forget(b, five) }, func() { fresh.sweep(b, five) })
	})
	b.Run("one", func(b *testing.B) {
		versions, next := [...]*sweptSet{changed, fresh}, 0
		measureSweep(b, func() {}, func() {
			versions[next%2].sweep(b, []string{"main-manager"})
			next++
		})
		fresh.sweep(b, five)
	})
	b.Run("unchanged", func(b *testing.B) { measureSweep(b, func() {}, func() { fresh.sweep(b, five) }) })
}

func measureSweep(b *testing.B, prepare, do func()) {
	var used time.Duration
	for b.Loop() {
		b.StopTimer()
		prepare()
		before := processorTime(b)
		b.StartTimer()
		do()
		used += processorTime(b) - before
	}
	b.ReportMetric(float64(used.Milliseconds())/float64(b.N), "cpu-ms/op")
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// hosted is a module of the WebAssembly host in the engine's terms.
type hosted struct{ *wasm.Module }

func (h hosted) Evaluate(ctx context.Context, now time.Time, checks []abi.Configured, batch *abi.Batch, to abi.Receiver) error {
	return h.Module.Measure(ctx, now, checks, batch, to)
}

// sweptSet is a version of the default rules over a base.
type sweptSet struct {
	base *bolt.Store
	list []*engine.Rule
	set  *engine.Set
}

func newSweptSet(b *testing.B, base *bolt.Store, change func(*rules.Rule)) *sweptSet {
	b.Helper()
	host, err := wasm.New(ctx, wasm.Config{CacheDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = host.Close(ctx) })
	load := func(ctx context.Context, wasm []byte) (engine.Module, error) {
		m, err := host.Load(ctx, wasm)
		return hosted{m}, err
	}
	compiler, err := engine.NewCompiler(nil, load, func(context.Context, string) ([]byte, error) { return nil, crm.ErrNotFound })
	if err != nil {
		b.Fatal(err)
	}
	s := &sweptSet{base: base}
	for _, d := range builtin.All() {
		object, err := rules.ParseOne(d.Manifest, rules.ParseOptions{})
		if err != nil {
			b.Fatal(err)
		}
		rule := object.(*rules.Rule)
		change(rule)
		compiled, err := compiler.Compile(ctx, rule)
		if err != nil {
			b.Fatal(err)
		}
		s.list = append(s.list, compiled)
	}
	s.set = engine.NewSet(0, s.list, nil, nil)
	s.set.Fuser = engine.NewFuser(load)
	if err := s.set.Fuser.Fuse(ctx, s.set); err != nil {
		b.Fatal(err)
	}
	return s
}

func (s *sweptSet) names() (names []string) {
	for _, r := range s.list {
		names = append(names, r.Name)
	}
	return names
}

// forget takes away all that rules have said.
func (s *sweptSet) forget(b *testing.B, names []string) {
	if _, err := s.base.PutObject(ctx, store.Object{Kind: "Rule", Name: "swept"}, store.Effect{Drop: names}); err != nil {
		b.Fatal(err)
	}
}

// sweep has rules judge the whole base.
func (s *sweptSet) sweep(b *testing.B, names []string) {
	generation, err := s.base.PutObject(ctx, store.Object{Kind: "Rule", Name: "swept"}, store.Effect{NextGeneration: true, Judge: names})
	if err != nil {
		b.Fatal(err)
	}
	set := engine.NewSet(generation, s.list, nil, nil)
	set.Fuser = s.set.Fuser
	sweeper := sweep.New(sweep.Config{Store: s.base, Current: func() *engine.Set { return set }, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	if err := sweeper.Sweep(ctx); err != nil {
		b.Fatal(err)
	}
	if pending, err := s.base.Pending(ctx); err != nil || len(pending) > 0 {
		b.Fatal(pending, err)
	}
}

func importedBase(b *testing.B) *bolt.Store {
	b.Helper()
	n, err := strconv.Atoi(os.Getenv("ASSAY_BENCH_CLIENTS"))
	if err != nil {
		n = 100_000
	}
	base, err := bolt.Open(ctx, bolt.Config{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = base.Close() })
	generation, err := base.Generation(ctx)
	if err != nil {
		b.Fatal(err)
	}
	set := engine.NewSet(generation, nil, nil, nil)
	in := intake.New(intake.Config{Store: base, Current: func() *engine.Set { return set }, Region: "RU", Zone: time.UTC, Now: time.Now, TempDir: b.TempDir()})
	imported, err := in.Import(ctx, intake.ImportRequest{Scope: crm.Everything, Format: "ndjson", Key: "externalId", Mode: "merge", Unknown: "error", Body: demo.NewReader(1, n)})
	if err != nil || imported.Failed > 0 {
		b.Fatalf("%+v, %v", imported, err)
	}
	return base
}
