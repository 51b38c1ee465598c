package reconcile_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/intake"
	"assay/server/reconcile"
)

// work lets the base work by itself until the test ends.
func (b *base) work() {
	b.t.Helper()
	working, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.Run(working)
	}()
	b.t.Cleanup(func() {
		stop()
		<-ended
	})
}

// watched is a watch with what it has told.
type watched struct {
	*reconcile.Watch
	t *testing.T
}

func (b *base) watch(kind, selector string, version int64) *watched {
	b.t.Helper()
	w, err := b.Watch(ctx, kind, choose(b.t, selector), version)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(w.Close)
	return &watched{w, b.t}
}

func choose(t *testing.T, selector string) rules.Selector {
	t.Helper()
	s, err := rules.ParseSelector(selector)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// told is a change as the tests compare it.
func told(t *testing.T, c reconcile.Change) (text string, o rules.Object) {
	t.Helper()
	o, err := rules.Decode(c.Object)
	if err != nil {
		t.Fatal(err)
	}
	return string(c.Type) + " " + o.Meta().Name, o
}

// until reads changes up to one for which done says so, and returns all of them.
func (w *watched) until(done func(text string, o rules.Object) bool) (texts []string) {
	w.t.Helper()
	patience, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		changes, err := w.Next(patience)
		if err != nil {
			w.t.Fatalf("after %q: %v", texts, err)
		}
		for _, c := range changes {
			text, o := told(w.t, c)
			if texts = append(texts, text); done(text, o) {
				return texts
			}
		}
	}
}

// upTo reads changes up to one that reads so.
func (w *watched) upTo(want string) []string {
	w.t.Helper()
	return w.until(func(text string, _ rules.Object) bool { return text == want })
}

func labelled(name, labels string) string {
	return strings.Replace(rule(name, region), "{name: "+name+"}", "{name: "+name+", labels: {"+labels+"}}", 1)
}

func TestAWatchTellsOfWhatIsDeclared(t *testing.T) {
	b := newBase(t)
	b.apply(labelled("a", "team: x"))
	b.apply(labelled("b", "team: y"))
	listed, err := b.List(ctx, rules.KindRule, choose(t, "team=x"))
	if err != nil || len(listed.Objects) != 1 {
		t.Fatalf("%+v %v", listed, err)
	}
	b.work()
	all, mine, later := b.watch(rules.KindRule, "", reconcile.FromNow), b.watch(rules.KindRule, "team=x", listed.Version), b.watch(rules.KindRule, "team=x", reconcile.FromNow)
	var first []string
	for _, c := range all.First() {
		text, _ := told(t, c)
		first = append(first, text)
	}
	if got := strings.Join(first, ", "); got != "ADDED a, ADDED b" || len(mine.First()) != 0 || len(later.First()) != 1 {
		t.Errorf("at first: %s, %d, %d", got, len(mine.First()), len(later.First()))
	}
	b.apply(labelled("b", "team: x")) // comes into the selection
	mine.upTo("ADDED b")
	b.apply(labelled("a", "team: z")) // leaves it
	got := mine.upTo("DELETED a")
	if slices.Contains(got, "ADDED a") {
		t.Errorf("the selection was told %q", got)
	}
	later.upTo("DELETED a")
	all.upTo("MODIFIED a")
	b.apply(field("until", "type: date")) // another kind
	if err := b.Delete(ctx, "test", rules.KindRule, "b", "", false); err != nil {
		t.Fatal(err)
	}
	mine.upTo("DELETED b")
	if got := all.upTo("DELETED b"); slices.Contains(got, "ADDED until") {
		t.Errorf("the watch of rules was told %q", got)
	}
}

// TestAWatchTellsOfStatusesThatMatter sweeps a base, and writes clients: the
// conditions are told, and not the counts.
func TestAWatchTellsOfStatusesThatMatter(t *testing.T) {
	b := newBase(t)
	var file strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&file, "{\"name\":\"c%d\"}\n", i)
	}
	if _, err := b.intake.Import(ctx, intake.ImportRequest{Scope: crm.Everything, Format: "ndjson", Mode: "merge", Body: strings.NewReader(file.String())}); err != nil {
		t.Fatal(err)
	}
	b.work()
	w := b.watch(rules.KindRule, "", reconcile.FromNow)
	b.apply(rule("region", region))
	got := w.until(func(_ string, o rules.Object) bool {
		s := o.(*rules.Rule).Status
		return s.Is(rules.Current) && s.Sweep == nil && s.Violating == 3000
	})
	if got[0] != "ADDED region" || len(got) > 12 {
		t.Errorf("a sweep of 3000 clients was told so: %q", got)
	}
	before := w.Version()
	for range 5 {
		b.create(`{"name":"D"}`)
	}
	listed, err := b.List(ctx, rules.KindRule, rules.Selector{})
	if err != nil || listed.Version != before {
		t.Errorf("five writes made versions %d to %d: %v", before, listed.Version, err)
	}
}

func TestAWatchOfAFieldTellsOfItsRuleAndItsValues(t *testing.T) {
	b := newBase(t)
	b.work()
	fields, owned := b.watch(rules.KindField, "", reconcile.FromNow), b.watch(rules.KindRule, rules.LabelOwnerKind+"=Field", reconcile.FromNow)
	b.apply(field("until", `type: date, requiredFor: 'client.name == "A"'`))
	owned.upTo("ADDED field-until")
	fields.until(func(text string, o rules.Object) bool { return o.State().Is(rules.Current) })
	b.apply(field("until", `type: date`))
	owned.upTo("DELETED field-until")
	if err := b.Delete(ctx, "test", rules.KindField, "until", "", false); err != nil {
		t.Fatal(err)
	}
	fields.upTo("DELETED until")
}

func TestAWatchOfVersionsThatAreNotKnownIsRefused(t *testing.T) {
	b := newBase(t)
	b.apply(labelled("a", "n: '0'"))
	listed, err := b.List(ctx, rules.KindRule, rules.Selector{})
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []int64{0, listed.Version - 1, listed.Version + 1} {
		if _, err := b.Watch(ctx, rules.KindRule, rules.Selector{}, version); !errors.Is(err, crm.ErrGone) {
			t.Errorf("version %d of %d: %v", version, listed.Version, err)
		}
	}
	slow := b.watch(rules.KindDictionary, "", listed.Version)
	for n := range 2100 { // more changes than are kept
		b.apply(labelled("a", fmt.Sprintf("n: '%d'", n+1)))
		if n%100 == 0 {
			b.apply(labelled("b", fmt.Sprintf("n: '%d'", n+1)))
		}
		if _, err := b.List(ctx, rules.KindRule, rules.Selector{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Watch(ctx, rules.KindRule, rules.Selector{}, listed.Version); !errors.Is(err, crm.ErrGone) {
		t.Errorf("changes that are no longer kept: %v", err)
	}
	if _, err := slow.Next(ctx); !errors.Is(err, crm.ErrGone) {
		t.Errorf("a reader that was too slow: %v", err)
	}
	b.close()
	b.now = b.now.Add(time.Second)
	b.open()
	if _, err := b.Watch(ctx, rules.KindRule, rules.Selector{}, listed.Version); !errors.Is(err, crm.ErrGone) {
		t.Errorf("a version of before the start: %v", err)
	}
}

// TestAReaderThatDoesNotReadHoldsNobodyUp keeps a watch and never asks it.
func TestAReaderThatDoesNotReadHoldsNobodyUp(t *testing.T) {
	b := newBase(t)
	b.work()
	idle := b.watch(rules.KindRule, "", reconcile.FromNow)
	busy := b.watch(rules.KindRule, "", reconcile.FromNow)
	for n := range 10 {
		b.apply(labelled("a", fmt.Sprintf("n: '%d'", n)))
	}
	busy.until(func(_ string, o rules.Object) bool { return o.Meta().Labels["n"] == "9" })
	if got := idle.until(func(_ string, o rules.Object) bool { return o.Meta().Labels["n"] == "9" }); got[0] != "ADDED a" {
		t.Errorf("read later: %q", got)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := idle.Next(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("a watch that is ended: %v", err)
	}
}

// TestADeletedAndANewObjectOfOneNameAreTwo declares a rule again before anyone looked.
func TestADeletedAndANewObjectOfOneNameAreTwo(t *testing.T) {
	b := newBase(t)
	b.apply(rule("a", region))
	w := b.watch(rules.KindRule, "", reconcile.FromNow)
	if err := b.Delete(ctx, "test", rules.KindRule, "a", "", false); err != nil {
		t.Fatal(err)
	}
	b.apply(rule("a", region))
	if _, err := b.List(ctx, rules.KindRule, rules.Selector{}); err != nil { // looks
		t.Fatal(err)
	}
	changes, err := w.Next(ctx)
	if err != nil || len(changes) != 2 || changes[0].Type != reconcile.Deleted || changes[1].Type != reconcile.Added {
		t.Fatalf("%+v %v", changes, err)
	}
	var uids []string
	for _, c := range changes {
		var o struct{ Metadata rules.Metadata }
		if err := json.Unmarshal(c.Object, &o); err != nil {
			t.Fatal(err)
		}
		uids = append(uids, o.Metadata.UID)
	}
	if uids[0] == uids[1] || uids[0] == "" {
		t.Errorf("uids %q", uids)
	}
}
