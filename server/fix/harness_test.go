package fix_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/fix"
	"assay/server/intake"
	"assay/server/reconcile"
	"assay/server/store"
	"assay/server/store/bolt"
	"assay/server/wasm"
)

var ctx = context.Background()

// base is a fixer over a real store, real rules and a real intake.
type base struct {
	*fix.Fixer
	t      *testing.T
	dir    string
	host   *wasm.Host
	store  *bolt.Store
	rules  *reconcile.Reconciler
	intake *intake.Intake

	mu     sync.Mutex
	before func(id int64) // called before each write of a job
}

type hosted struct{ *wasm.Module }

func (h hosted) Evaluate(ctx context.Context, now time.Time, checks []abi.Configured, batch *abi.Batch, to abi.Receiver) error {
	return h.Module.Measure(ctx, now, checks, batch, to)
}

func requestOf(by string) intake.Request { return intake.Request{Scope: crm.Everything, By: by} }

func now() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func newBase(t *testing.T) *base {
	t.Helper()
	host, err := wasm.New(ctx, wasm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	b := &base{t: t, dir: t.TempDir(), host: host}
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
	b.rules, err = reconcile.Open(ctx, reconcile.Config{Store: b.store, Zone: time.UTC, Now: now, Logger: slog.New(slog.DiscardHandler),
		Load: func(ctx context.Context, bytes []byte) (engine.Module, error) {
			m, err := b.host.Load(ctx, bytes)
			if err != nil {
				return nil, err
			}
			return hosted{m}, nil
		}})
	if err != nil {
		b.t.Fatal(err)
	}
	b.intake = intake.New(intake.Config{Store: b.store, Current: b.rules.Current, Await: b.rules.Await, Region: "RU", Zone: time.UTC, Now: now})
	b.Fixer, err = fix.Open(ctx, fix.Config{Store: b.store, Writer: b, Now: now, Logger: slog.New(slog.DiscardHandler),
		Rules: func() (names []string) {
			for _, r := range b.rules.Current().Rules {
				names = append(names, r.Name)
			}
			return names
		},
		Filter: func(ctx context.Context, expr string) ([]store.FacetValue, store.Matcher, error) {
			f, err := b.rules.Filter(ctx, expr, 0)
			if err != nil {
				return nil, nil, err
			}
			return f.Facets, f.Match, nil
		}})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *base) close() {
	b.t.Helper()
	if err := errors.Join(b.rules.Close(ctx), b.store.Close()); err != nil {
		b.t.Error(err)
	}
}

// Patch is the intake's, with the test in front of it.
func (b *base) Patch(ctx context.Context, id int64, r intake.Request) (*intake.Answer, error) {
	b.mu.Lock()
	before := b.before
	b.mu.Unlock()
	if before != nil && !r.DryRun {
		before(id)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return b.intake.Patch(ctx, id, r)
}

func (b *base) apply(name, spec string) {
	b.t.Helper()
	manifest := "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: " + name + "}\nspec: {type: Quality, message: {en: wrong}, " + spec + "}\n"
	if _, err := b.rules.Apply(ctx, "test", "Rule", name, "", []byte(manifest), false); err != nil {
		b.t.Fatal(err)
	}
	if err := b.rules.Sweeper.Sweep(ctx); err != nil {
		b.t.Fatal(err)
	}
}

// create stores clients of these names.
func (b *base) create(docs ...string) {
	b.t.Helper()
	for _, doc := range docs {
		if _, err := b.intake.Create(ctx, intake.Request{Scope: crm.Everything, By: "test", Doc: []byte(doc)}); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *base) patch(id int64, doc string) {
	b.t.Helper()
	if _, err := b.intake.Patch(ctx, id, intake.Request{Scope: crm.Everything, By: "test", Doc: []byte(doc)}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *base) client(id int64) *crm.Client {
	b.t.Helper()
	s, err := b.store.Client(ctx, crm.Everything, id)
	if err != nil {
		b.t.Fatal(err)
	}
	c, err := crm.DecodeCard(s.Card)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// start begins a job.
func (b *base) start(s fix.Selection) *fix.Job {
	b.t.Helper()
	j, err := b.Start(ctx, crm.Everything, "anna", "", s)
	if err != nil {
		b.t.Fatal(err)
	}
	return j
}

// run carries out what waits, and returns a job as it is then.
func (b *base) run(id string) *fix.Job {
	b.t.Helper()
	work, stop := context.WithTimeout(ctx, time.Minute)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.Run(work)
	}()
	defer func() {
		stop()
		<-ended
	}()
	for {
		j, err := b.Job(crm.Everything, id)
		if err != nil {
			b.t.Fatal(err)
		}
		if j.Ended() {
			return j
		}
		if work.Err() != nil {
			b.t.Fatalf("the job never ended: %+v", j)
		}
		time.Sleep(time.Millisecond) // the job is asked as a reader of the API asks it
	}
}

// said lists what a job did as "client outcome path=before>after*", with a star for a finding that is gone.
func (b *base) said(id string) string {
	b.t.Helper()
	list, err := b.Clients(ctx, crm.Everything, id, 0, 1000)
	if err != nil {
		b.t.Fatal(err)
	}
	var lines []string
	for _, c := range list {
		line := fmt.Sprint(c.Client, " ", c.Outcome)
		for _, e := range c.Edits {
			line += fmt.Sprintf(" %s=%s>%s", e.Path, e.Before, e.After)
			if e.Resolved {
				line += "*"
			}
		}
		if c.Message != "" {
			line += " (" + c.Message + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
