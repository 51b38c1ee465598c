package reconcile_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"assay/rules"
	"assay/server/crm"
	"assay/server/store"
	"assay/server/sweep"
)

// pending lists the rules that have clients left to judge.
func (b *base) pending() string {
	b.t.Helper()
	left, err := b.store.Pending(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	var names []string
	for _, p := range left {
		names = append(names, p.Rule)
	}
	return strings.Join(names, " ")
}

func (b *base) paused(paused bool) {
	b.t.Helper()
	change := b.ResumeSweeps
	if paused {
		change = b.PauseSweeps
	}
	if _, err := change(ctx, "test"); err != nil {
		b.t.Fatal(err)
	}
}

func TestManyChangesAreOneSweep(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A"}`)
	b.create(`{"name":"B"}`)
	var names []string
	for i := range 12 {
		names = append(names, fmt.Sprintf("rule-%02d", i))
		b.apply(rule(names[i], fmt.Sprintf(`require: 'size(client.name) > %d'`, i)))
	}
	b.apply(rule(names[0], `require: 'client.manager != ""'`))
	before := map[string]int64{}
	for _, name := range names {
		before[name] = b.status(name).Evaluated
	}
	b.sweep()
	for _, name := range names {
		if judged := b.status(name).Evaluated - before[name]; judged != 2 {
			t.Errorf("%s judged %d clients, there are 2", name, judged)
		}
	}
	events, _, err := b.store.Events(ctx, crm.Everything, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var swept [][]string
	for _, e := range events {
		var detail struct{ Rules []string }
		if e.Type == crm.EventSweepProgress {
			if err := json.Unmarshal(e.Detail, &detail); err != nil {
				t.Fatal(err)
			}
			swept = append(swept, detail.Rules)
		}
	}
	if len(swept) != 1 || !slices.Equal(swept[0], names) {
		t.Errorf("swept were %q", swept)
	}
}

// TestAChangeJudgesWhatDependsOnIt makes a change of each kind and looks at which rules judge the base anew.
func TestAChangeJudgesWhatDependsOnIt(t *testing.T) {
	b := newBase(t)
	wasm, err := os.ReadFile("../../rules/builtin/tax-id/tax-id.wasm")
	if err != nil {
		t.Fatal(err)
	}
	module, err := b.AddModule(ctx, "test", wasm, false)
	if err != nil {
		t.Fatal(err)
	}
	b.apply(field("grade", `type: string, label: {en: Grade}`))
	b.apply(rule("graded", `require: 'has(client.fields.grade)'`))
	b.apply(rule("plain", `require: 'client.stage != ""'`))
	b.apply(rule("dated", `match: 'has(client.nextContactAt)', require: 'client.nextContactAt > now'`))
	b.apply(rule("module", fmt.Sprintf(`module: {digest: %q, check: tax-id}`, module.Digest)))
	b.create(`{"name":"A","stage":"lead"}`)
	b.runUntil(func() bool { return b.pending() == "" && b.dayBegan() })
	b.paused(true)
	changes := []struct {
		what string
		do   func()
		want string
	}{
		{"a field's title", func() { b.apply(field("grade", `type: string, label: {en: Its grade}`)) }, ""},
		{"a field's type", func() { b.apply(field("grade", `type: integer, label: {en: Grade}`)) }, "graded"},
		{"a field that must be there", func() { b.apply(field("grade", `type: integer, label: {en: Grade}, requiredFor: 'true'`)) }, "field-grade graded"},
		{"a dictionary", func() {
			b.apply("apiVersion: assay/v1\nkind: Dictionary\nmetadata: {name: stages}\nspec: {of: stage, values: [{value: lead}]}\n")
		}, "field-grade graded"},
		{"a rule", func() { b.apply(rule("plain", `require: 'client.manager != ""'`)) }, "field-grade graded plain"},
		{"labels of a rule", func() {
			b.apply(strings.Replace(rule("dated", `match: 'has(client.nextContactAt)', require: 'client.nextContactAt > now'`), "{name: dated}", "{name: dated, labels: {a: b}}", 1))
		}, "field-grade graded plain"},
		{"a rule that goes", func() {
			if err := b.Delete(ctx, "test", rules.KindRule, "plain", "", false); err != nil {
				t.Fatal(err)
			}
		}, "field-grade graded"},
		{"a day", func() {
			b.now = b.now.AddDate(0, 0, 1)
			b.runUntil(func() bool { return strings.Contains(b.pending(), "dated") || b.stir() })
		}, "dated field-grade graded module"},
	}
	for _, c := range changes {
		c.do()
		if got := b.pending(); got != c.want {
			t.Fatalf("after %s, left to judge are %q, want %q", c.what, got, c.want)
		}
	}
	b.paused(false)
	b.sweep()
	if got := b.pending(); got != "" {
		t.Errorf("after the sweep, left to judge are %q", got)
	}
}

// dayBegan reports whether the calendar has begun a day; when it has not, something happens that has it asked again.
func (b *base) dayBegan() bool {
	objects, err := b.store.Objects(ctx, "Server")
	if err != nil {
		b.t.Fatal(err)
	}
	return slices.ContainsFunc(objects, func(o store.Object) bool { return o.Name == "day" }) || b.stir()
}

// stir makes an event, for whoever waits for one to look again. It returns false.
func (b *base) stir() bool {
	if err := b.store.AppendEvents(ctx, []crm.Event{{Type: "test.stirred"}}); err != nil {
		b.t.Fatal(err)
	}
	return false
}

func TestSweepsArePausedOverARestart(t *testing.T) {
	b := newBase(t)
	id := b.create(`{"name":"A"}`).Client.ID
	b.apply(rule("known", `require: 'client.name != ""'`))
	b.sweep()
	b.paused(true)
	b.paused(true) // again: nothing happens
	b.apply(rule("stage", `require: 'client.stage != ""'`))
	for _, start := range []string{"", " after a restart"} {
		b.sweep()
		status, err := b.SweepStatus(ctx)
		if err != nil || status.State != sweep.Paused || status.Done != 0 || status.Total != 1 || len(status.Rules) != 1 || status.Rules[0].StartedAt.IsZero() {
			t.Fatalf("paused%s: %+v, %v", start, status, err)
		}
		s := b.status("stage")
		if current := s.Condition(rules.Current); current.Status != rules.False || current.Reason != "Paused" || s.Sweep == nil || !s.Sweep.Paused || s.Sweep.Total != 1 {
			t.Errorf("the paused rule%s: %+v, %+v", start, current, s.Sweep)
		}
		known := b.status("known")
		if current := known.Condition(rules.Current); current.Status != rules.True {
			t.Errorf("a rule that has nothing left%s: %+v", start, current)
		}
		if start == "" {
			b.close()
			b.open()
		}
	}
	if got := b.found(id); got != "" {
		t.Errorf("paused, and found %s", got)
	}
	b.paused(false)
	b.sweep()
	if got := b.found(id); got != "stage " {
		t.Errorf("resumed, and found %q", got)
	}
	if paused, resumed := b.logged(crm.EventSweepPaused), b.logged(crm.EventSweepResumed); paused != 1 || resumed != 1 {
		t.Errorf("logged %d and %d", paused, resumed)
	}
}
