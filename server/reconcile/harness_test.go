package reconcile_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/intake"
	"assay/server/reconcile"
	"assay/server/store"
	"assay/server/store/bolt"
	"assay/server/wasm"
)

var ctx = context.Background()

// base is a reconciler and an intake over a real store and a real host. Sweeps
// run when the test says so.
type base struct {
	*reconcile.Reconciler
	t      *testing.T
	dir    string
	host   *wasm.Host
	store  *bolt.Store
	intake *intake.Intake
	now    time.Time
	refuse error // what loading a module fails with, nil for nothing

	patient bool                          // modules behave in every trial on made-up clients
	clock   func() time.Time              // the reconciler's, in place of now
	loading func()                        // called before a module is loaded
	wrap    func(store.Store) store.Store // what the reconciler sees of the store, nil: the store
	live    atomic.Int64                  // modules that are loaded
}

// hosted is a module of the host in the engine's terms.
type hosted struct {
	*wasm.Module
	live *atomic.Int64 // modules that are loaded and not closed
}

func (h hosted) Close(ctx context.Context) error {
	h.live.Add(-1)
	return h.Module.Close(ctx)
}

func (h hosted) Evaluate(ctx context.Context, now time.Time, checks []abi.Configured, batch *abi.Batch, to abi.Receiver) error {
	err := h.Module.Measure(ctx, now, checks, batch, to)
	if errors.Is(err, wasm.ErrClosed) {
		return engine.ErrClosed
	}
	return err
}

func newBase(t *testing.T) *base { return newWrappedBase(t, nil) }

// newWrappedBase is newBase with a store that the reconciler sees through wrap.
func newWrappedBase(t *testing.T, wrap func(store.Store) store.Store) *base {
	t.Helper()
	host, err := wasm.New(ctx, wasm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	b := &base{t: t, wrap: wrap, dir: t.TempDir(), host: host, now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	b.open()
	t.Cleanup(func() {
		b.close()
		if err := host.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *base) open() {
	b.t.Helper()
	var err error
	if b.store, err = bolt.Open(ctx, bolt.Config{Dir: b.dir}); err != nil {
		b.t.Fatal(err)
	}
	now := func() time.Time {
		if b.clock != nil {
			return b.clock()
		}
		return b.now
	}
	var seen store.Store = b.store
	if b.wrap != nil {
		seen = b.wrap(seen)
	}
	b.Reconciler, err = reconcile.Open(ctx, reconcile.Config{Store: seen, Zone: time.UTC, Now: now, Logger: slog.New(slog.DiscardHandler),
		Load: func(ctx context.Context, bytes []byte) (engine.Module, error) {
			if b.refuse != nil {
				return nil, b.refuse
			}
			if b.loading != nil {
				b.loading()
			}
			m, err := b.host.Load(ctx, bytes)
			if err != nil {
				return nil, err
			}
			b.live.Add(1)
			if b.patient {
				return patient{hosted{m, &b.live}}, nil
			}
			return hosted{m, &b.live}, nil
		},
		Recast: func(ctx context.Context, field string) error { return b.intake.Recast(ctx, field) },
		Retype: func(card []byte, field string, t crm.FieldType) ([]byte, error) {
			return b.intake.Retyped(card, field, t)
		}})
	if err != nil {
		b.t.Fatal(err)
	}
	b.intake = intake.New(intake.Config{Store: b.store, Current: b.Current, Await: b.Await, Region: "RU", Zone: time.UTC, Now: now})
}

func (b *base) close() {
	b.t.Helper()
	if err := errors.Join(b.Close(ctx), b.store.Close()); err != nil {
		b.t.Error(err)
	}
}

func (b *base) apply(manifest string) *reconcile.Applied {
	b.t.Helper()
	applied, err := b.tryApply(manifest, false)
	if err != nil {
		b.t.Fatalf("apply: %v\n%s", err, manifest)
	}
	return applied
}

func (b *base) tryApply(manifest string, dryRun bool) (*reconcile.Applied, error) {
	kind := rules.KindRule
	for _, k := range []string{rules.KindField, rules.KindDictionary} {
		if strings.Contains(manifest, "kind: "+k+"\n") {
			kind = k
		}
	}
	return b.Apply(ctx, "test", kind, "", "", []byte(manifest), dryRun)
}

func rule(name, spec string) string {
	return "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: " + name + "}\nspec: {type: Quality, message: {en: wrong}, " + spec + "}\n"
}

func field(name, spec string) string {
	return "apiVersion: assay/v1\nkind: Field\nmetadata: {name: " + name + "}\nspec: {" + spec + "}\n"
}

func (b *base) create(doc string) *intake.Answer {
	b.t.Helper()
	answer, err := b.intake.Create(ctx, intake.Request{Scope: crm.Everything, By: "test", Doc: []byte(doc)})
	if err != nil {
		b.t.Fatalf("create %s: %v", doc, err)
	}
	return answer
}

func (b *base) sweep() {
	b.t.Helper()
	if err := b.Sweeper.Sweep(ctx); err != nil {
		b.t.Fatal(err)
	}
}

// found lists the stored findings of a client as "rule path".
func (b *base) found(id int64) string {
	b.t.Helper()
	s, err := b.store.Client(ctx, crm.Everything, id)
	if err != nil {
		b.t.Fatal(err)
	}
	var list []string
	for _, r := range s.Results {
		for _, f := range r.Findings {
			list = append(list, f.Rule+" "+f.Path)
		}
		if r.Label != "" {
			list = append(list, r.Rule+"="+r.Label)
		}
		if r.Error != "" {
			list = append(list, r.Rule+"!"+r.Error)
		}
	}
	return strings.Join(list, ", ")
}

func (b *base) count(rule string) store.RuleCount {
	b.t.Helper()
	q, err := b.store.Quality(ctx, crm.Everything, store.QualityQuery{Query: store.Query{Limit: 1}, Report: []string{rule}})
	if err != nil {
		b.t.Fatal(err)
	}
	return q.Rules[0]
}

func (b *base) status(name string) rules.RuleStatus {
	b.t.Helper()
	raw, err := b.Get(ctx, rules.KindRule, name)
	if err != nil {
		b.t.Fatal(err)
	}
	var r rules.Rule
	if err := json.Unmarshal(raw, &r); err != nil {
		b.t.Fatal(err)
	}
	return r.Status
}

// problems returns "field code" of every problem of a refusal.
func problems(err error) string {
	var invalid *crm.InvalidError
	if !errors.As(err, &invalid) {
		return fmt.Sprintf("%v", err)
	}
	var list []string
	for _, p := range invalid.Problems {
		list = append(list, p.Field+" "+p.Code)
	}
	return strings.Join(list, ", ")
}
