package reconcile_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/reconcile"
)

func (b *base) diff(ctx context.Context, name, manifest string) (*reconcile.Diff, error) {
	rq := reconcile.DiffRequest{Scope: crm.Everything, Name: name, Sample: 5}
	if manifest != "" {
		rq.Manifest = []byte(manifest)
	}
	return b.Diff(ctx, rq)
}

// A version that takes too long is compared with the part of the base that there was time for, and that is said.
func TestADiffThatTakesTooLongIsOfAPart(t *testing.T) {
	b := newBase(t)
	b.stock(5000, func(int) bool { return true })
	var seconds atomic.Int64
	b.clock = func() time.Time { return b.now.Add(time.Duration(seconds.Add(1)) * 2 * time.Second) } // each look at the clock costs two seconds
	d, err := b.diff(ctx, "tags", rule("tags", `require: 'size(client.tags) > 0'`))
	b.clock = nil
	if err != nil || d.Clients != 5000 || d.Judged == 0 || d.Judged >= 5000 || d.Opened.Count != d.Judged || len(d.Opened.Sample) != 5 {
		t.Fatalf("%+v, %v", d, err)
	}
	if whole, err := b.diff(ctx, "tags", rule("tags", `require: 'size(client.tags) > 0'`)); err != nil || whole.Judged != 5000 || whole.Opened.Count != 5000 {
		t.Errorf("%+v, %v", whole, err)
	}
}

func TestADiffCanBeCancelled(t *testing.T) {
	b := newBase(t)
	b.stock(3000, func(int) bool { return true })
	cancelled, cancel := context.WithCancel(ctx)
	b.clock = func() time.Time { cancel(); return b.now } // as soon as it looks at the clock
	_, err := b.diff(cancelled, "tags", rule("tags", `require: 'size(client.tags) > 0'`))
	b.clock = nil
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := b.diff(ctx, "tags", rule("tags", `require: 'true'`)); err != nil {
		t.Errorf("the next one: %v", err)
	}
}

// Diffs go on beside writes, changes of the rule and one another; each is of one moment, and nothing of them is left.
func TestDiffsBesideChanges(t *testing.T) {
	b := newBase(t)
	b.stock(2000, func(i int) bool { return i%2 == 0 })
	versions := []string{rule("tags", `require: 'size(client.tags) > 0'`), rule("tags", `require: 'size(client.tags) == 0'`)}
	b.apply(versions[0])
	b.sweep()
	modules := b.live.Load()
	var work sync.WaitGroup
	work.Go(func() {
		for i := range 6 {
			if _, err := b.tryApply(versions[(i+1)%2], false); err != nil {
				t.Error(err)
			}
		}
	})
	work.Go(func() {
		for i := range 20 {
			b.patch(int64(i%7+1), fmt.Sprintf(`{"notes":"n%d"}`, i))
		}
	})
	for i := range 3 {
		work.Go(func() {
			for range 4 {
				manifest := versions[i%2]
				if i == 2 {
					manifest = ""
				}
				d, err := b.diff(ctx, "tags", manifest)
				if err != nil || d.Judged != 2000 || d.Failed != 0 || manifest != "" && d.Opened.Count != d.Closed.Count && d.Opened.Count+d.Closed.Count > 2000 {
					t.Errorf("%+v, %v", d, err)
				}
			}
		})
	}
	work.Wait()
	b.sweep()
	if c := b.count("tags"); c.Clients != 1000 || b.live.Load() != modules {
		t.Errorf("%+v, %d modules more", c, b.live.Load()-modules)
	}
}

// The findings of a rule that a field asks for are compared as those of any other; its manifest is the field's.
func TestTheDiffOfARuleThatAFieldAsksFor(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A"}`)
	b.apply(field("gln", `type: string, requiredFor: "true"`))
	if d, err := b.diff(ctx, "field-gln", ""); err != nil || d.Version != reconcile.DiffRunning || d.Opened.Count != 1 {
		t.Errorf("before its sweep: %+v, %v", d, err)
	}
	b.sweep()
	if d, err := b.diff(ctx, "field-gln", ""); err != nil || d.Opened.Count+d.Closed.Count+d.Changed.Count != 0 {
		t.Errorf("after its sweep: %+v, %v", d, err)
	}
	if _, err := b.diff(ctx, "field-gln", rule("field-gln", `require: 'true'`)); problems(err) != "metadata.name name_in_use" {
		t.Errorf("another version of it: %v", err)
	}
}

// A rule that does not compile any more has nothing to compare with, but a version of it has.
func TestTheDiffOfARuleThatDoesNotRun(t *testing.T) {
	b := newBase(t)
	b.apply(rule("region", `require: 'client.region != ""'`))
	b.create(`{"name":"A"}`)
	b.close()
	b.refuse = errors.New("no room for it")
	b.open()
	b.refuse = nil
	if _, err := b.diff(ctx, "region", ""); problems(err) != "spec not_running" {
		t.Errorf("as it is: %v", err)
	}
	if d, err := b.diff(ctx, "region", rule("region", `require: 'client.region == ""'`)); err != nil || d.Closed.Count != 1 {
		t.Errorf("a version: %+v, %v", d, err)
	}
	if s := b.status("region"); s.Is(rules.Ready) {
		t.Error("the diff has it run")
	}
}
