package preview_test

import (
	"context"
	"log/slog"
	"os"
	"strconv"
	"testing"
	"time"

	"assay/rules"
	"assay/rules/builtin"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/demo"
	"assay/server/engine"
	"assay/server/intake"
	"assay/server/preview"
	"assay/server/store"
	"assay/server/store/bolt"
	"assay/server/sweep"
	"assay/server/wasm"
)

// hosted is a module of the host in the engine's terms.
type hosted struct{ *wasm.Module }

// Evaluate implements engine.Module.
func (h hosted) Evaluate(ctx context.Context, now time.Time, checks []abi.Configured, batch *abi.Batch, to abi.Receiver) error {
	return h.Measure(ctx, now, checks, batch, to)
}

// BenchmarkComparison compares a version of a rule with a base of ASSAY_BENCH_CLIENTS invented clients (100,000
// unless set) that the rule has judged: the same one, one that closes all, and beside them a sweep of the rule.
func BenchmarkComparison(b *testing.B) {
	ctx := context.Background()
	base := demoBase(ctx, b)
	host, err := wasm.New(ctx, wasm.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer host.Close(ctx)
	load := func(ctx context.Context, bytes []byte) (engine.Module, error) {
		m, err := host.Load(ctx, bytes)
		return hosted{m}, err
	}
	compiler, err := engine.NewCompiler(nil, load, nil)
	if err != nil {
		b.Fatal(err)
	}
	compile := func(edit func(*rules.Rule)) *engine.Rule {
		o, err := rules.ParseOne(builtin.All()[0].Manifest, rules.ParseOptions{})
		if err != nil {
			b.Fatal(err)
		}
		edit(o.(*rules.Rule))
		compiled, err := compiler.Compile(ctx, o.(*rules.Rule))
		if err != nil {
			b.Fatal(err)
		}
		return compiled
	}
	same := compile(func(*rules.Rule) {})
	none := compile(func(r *rules.Rule) { r.Spec.Match = "false" })
	var set *engine.Set
	sweeper := sweep.New(sweep.Config{Store: base, Current: func() *engine.Set { return set }, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	judge := func() {
		generation, err := base.PutObject(ctx, store.Object{Kind: "Rule", Name: same.Name}, store.Effect{NextGeneration: true, Judge: []string{same.Name}})
		if err != nil {
			b.Fatal(err)
		}
		set = engine.NewSet(generation, []*engine.Rule{same}, nil, nil)
		if err := sweeper.Sweep(ctx); err != nil {
			b.Fatal(err)
		}
	}
	judge()
	b.Run("sweep", func(b *testing.B) {
		for b.Loop() {
			judge()
		}
	})
	for name, rule := range map[string]*engine.Rule{"same": same, "closing": none} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				d, err := preview.Comparison{Store: base, Scope: crm.Everything, Rule: rule, At: time.Now(), Clock: time.Now, Sample: 20}.Do(ctx)
				if err != nil || d.Judged != d.Clients || d.Opened.Count > 0 || d.Closed.Count > 0 != (rule == none) {
					b.Fatalf("%+v, %v", d, err)
				}
			}
		})
	}
}

func demoBase(ctx context.Context, b *testing.B) *bolt.Store {
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
