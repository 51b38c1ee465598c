package reconcile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/reconcile"
	"assay/server/store"
)

const region = `require: 'client.region != ""', path: region`

// history returns the kept versions of a rule as "number change by, …"; * marks the current one.
func (b *base) history(name string) string {
	b.t.Helper()
	kept, err := b.Revisions(ctx, rules.KindRule, name)
	if err != nil {
		b.t.Fatal(err)
	}
	var list []string
	for _, r := range kept {
		list = append(list, fmt.Sprintf("%d%s %s", r.Revision, map[bool]string{true: "*"}[r.Current], r.Change))
	}
	return strings.Join(list, ", ")
}

func (b *base) rollback(name string, number int64) *reconcile.Applied {
	b.t.Helper()
	applied, err := b.Rollback(ctx, "boris", rules.KindRule, name, "", number, false)
	if err != nil {
		b.t.Fatal(err)
	}
	return applied
}

// required is what a rule's stored manifest requires now.
func (b *base) required(name string) string {
	b.t.Helper()
	raw, err := b.Get(ctx, rules.KindRule, name)
	if err != nil {
		b.t.Fatal(err)
	}
	o, err := rules.Decode(raw)
	if err != nil {
		b.t.Fatal(err)
	}
	return o.(*rules.Rule).Spec.Require
}

func TestEveryChangeOfAnObjectIsKept(t *testing.T) {
	b := newBase(t)
	manifest := rule("region", region)
	b.apply(manifest)
	b.apply(manifest) // changes nothing
	if _, err := b.tryApply(rule("region", `require: 'client.name != ""'`), true); err != nil {
		t.Fatal(err)
	}
	if _, err := b.tryApply(rule("region", `require: 'client.nome != ""'`), false); err == nil {
		t.Fatal("a rule that does not compile was applied")
	}
	b.now = b.now.Add(time.Hour)
	b.apply(strings.Replace(manifest, "{name: region}", "{name: region, labels: {set: own}, annotations: {why: a note}}", 1))
	b.apply(rule("region", `require: 'client.name != ""'`))
	if got := b.history("region"); got != "3* applied, 2 applied, 1 applied" {
		t.Errorf("history: %s", got)
	}
	if err := b.Delete(ctx, "test", rules.KindRule, "region", "", true); err != nil {
		t.Fatal(err)
	}
	if err := b.Delete(ctx, "test", rules.KindRule, "region", "", false); err != nil {
		t.Fatal(err)
	}
	b.close()
	b.open()
	if got := b.history("region"); got != "4 deleted, 3 applied, 2 applied, 1 applied" {
		t.Errorf("history of a deleted rule: %s", got)
	}
	b.apply(manifest)
	if got := b.history("region"); !strings.HasPrefix(got, "5* applied, 4 deleted") {
		t.Errorf("history of a rule that is there again: %s", got)
	}
	second, err := b.Revision(ctx, rules.KindRule, "region", 2)
	if err != nil {
		t.Fatal(err)
	}
	o, err := rules.ParseOne(second.Object, rules.ParseOptions{})
	if err != nil {
		t.Fatalf("a version is no manifest: %v\n%s", err, second.Object)
	}
	if m := o.Meta(); m.Labels["set"] != "own" || m.Annotations["why"] != "a note" || m.UID != "" || m.Generation != 0 || o.(*rules.Rule).Spec.Require != `client.region != ""` {
		t.Errorf("version 2 is %s", second.Object)
	}
	if second.By != "test" || second.At != crm.TimeOf(b.now) || strings.Contains(string(second.Object), "status") {
		t.Errorf("version 2 is %+v: %s", second, second.Object)
	}
	if _, err := b.Revision(ctx, rules.KindRule, "region", 9); !errors.Is(err, crm.ErrNotFound) {
		t.Errorf("a version that never was: %v", err)
	}
	if _, err := b.Revisions(ctx, rules.KindRule, "never"); !errors.Is(err, crm.ErrNotFound) {
		t.Errorf("versions of what never was: %v", err)
	}
}

// TestTryingTheSameAgainIsNoNewVersion applies a rule as it is that does not run.
func TestTryingTheSameAgainIsNoNewVersion(t *testing.T) {
	b := newBase(t)
	b.apply(rule("region", region))
	b.refuse = errors.New("no memory")
	b.close()
	b.open()
	b.refuse = nil
	if applied := b.apply(rule("region", region)); !applied.Changed || b.history("region") != "1* applied" {
		t.Errorf("%+v, history %s", applied, b.history("region"))
	}
	if s := b.status("region"); !s.Is(rules.Ready) {
		t.Errorf("it still does not run: %+v", s)
	}
}

func TestARollbackIsAnApply(t *testing.T) {
	b := newBase(t)
	id := b.create(`{"name":"A"}`).Client.ID
	b.apply(rule("region", region))
	uid := b.status("region").Module
	b.apply(rule("region", `require: 'client.name != "A"', path: name`))
	b.sweep()
	if applied, err := b.Rollback(ctx, "boris", rules.KindRule, "region", "", 0, true); err != nil || !applied.Changed || applied.Created || b.required("region") != `client.name != "A"` {
		t.Errorf("a dry run: %+v %v", applied, err)
	}
	if applied := b.rollback("region", 0); !applied.Changed || applied.Created {
		t.Errorf("%+v", applied)
	}
	if s := b.status("region"); s.ObservedGeneration != 3 || s.Module != uid || s.Is(rules.Current) {
		t.Errorf("status after the rollback: %+v", s)
	}
	b.sweep()
	if got := b.found(id); got != "region region" {
		t.Errorf("after the rollback: %q", got)
	}
	if got := b.history("region"); got != "3* rolled back to 1, 2 applied, 1 applied" {
		t.Errorf("history: %s", got)
	}
	if applied := b.rollback("region", 1); applied.Changed || b.history("region") != "3* rolled back to 1, 2 applied, 1 applied" {
		t.Errorf("back to what is: %+v, %s", applied, b.history("region"))
	}
	if err := b.Delete(ctx, "test", rules.KindRule, "region", "", false); err != nil {
		t.Fatal(err)
	}
	if applied := b.rollback("region", 0); !applied.Created || b.required("region") != `client.region != ""` {
		t.Errorf("back over a deletion: %+v", applied)
	}
	if got := b.history("region"); !strings.HasPrefix(got, "5* rolled back to 3, 4 deleted") {
		t.Errorf("history over a deletion: %s", got)
	}
	if got := b.create(`{"name":"B"}`); len(got.Results) != 1 || got.Results[0].Findings[0].Path != "region" {
		t.Errorf("the rule that came back does not run: %+v", got.Results)
	}
}

func TestARollbackThatFitsNoLongerIsRefused(t *testing.T) {
	b := newBase(t)
	b.apply(field("until", "type: date, requiredFor: 'client.name == \"A\"'"))
	b.apply(rule("late", `require: 'client.fields.until > now'`))
	b.apply(rule("late", `require: 'client.name != ""'`))
	if err := b.Delete(ctx, "test", rules.KindField, "until", "", false); err != nil {
		t.Fatal(err)
	}
	b.apply(field("other", `type: date, requiredFor: 'client.name == "A"'`))
	set := b.Current()
	for _, refused := range []struct {
		name   string
		number int64
		want   string
	}{
		{"late", 1, "spec.require invalid_expression"},
		{"late", 7, "revision unknown_revision"},
		{"field-other", 0, "rule field-other is used by field other, which asks for it; change or delete that first"},
		{"never", 0, "rule never: not found"},
	} {
		if _, err := b.Rollback(ctx, "test", rules.KindRule, refused.name, "", refused.number, false); problems(err) != refused.want && !strings.Contains(problems(err), refused.want) {
			t.Errorf("%s to %d: got %q, want %q", refused.name, refused.number, problems(err), refused.want)
		}
	}
	if err := b.Delete(ctx, "test", rules.KindRule, "late", "", false); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Rollback(ctx, "test", rules.KindRule, "late", "", 3, false); problems(err) != "revision revision_deleted" {
		t.Errorf("back to a deletion: %v", err)
	}
	if _, err := b.Rollback(ctx, "test", rules.KindField, "other", "", 0, false); problems(err) != "revision no_earlier_revision" {
		t.Errorf("back from the first version: %v", err)
	}
	if set.Rule("late") == nil || b.history("late") != "3 deleted, 2 applied, 1 applied" {
		t.Errorf("a refused rollback left its mark: %s", b.history("late"))
	}
}

// TestOnlyTheNewestVersionsAreKept changes a rule more often than versions are kept.
func TestOnlyTheNewestVersionsAreKept(t *testing.T) {
	b := newBase(t)
	for i := range store.RevisionsKept + 2 {
		b.apply(strings.Replace(rule("region", region), "{name: region}", fmt.Sprintf("{name: region, labels: {n: '%d'}}", i), 1))
	}
	kept, err := b.Revisions(ctx, rules.KindRule, "region")
	if err != nil || len(kept) != store.RevisionsKept || kept[0].Revision != store.RevisionsKept+2 || kept[len(kept)-1].Revision != 3 {
		t.Errorf("%d are kept, %v", len(kept), err)
	}
	_, err = b.Rollback(ctx, "test", rules.KindRule, "region", "", 2, false)
	if problems(err) != "revision unknown_revision" || !strings.Contains(err.Error(), "from 3 to 22") {
		t.Errorf("back to what is not kept: %v", err)
	}
}

// digests lists the stored modules.
func (b *base) digests() map[string]bool {
	b.t.Helper()
	list, err := b.Modules(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	all := map[string]bool{}
	for _, m := range list {
		all[m.Digest] = true
	}
	return all
}

func TestModulesLeaveWithTheRulesTheyWereMadeFor(t *testing.T) {
	b := newBase(t)
	b.apply(rule("region", region))
	first := b.status("region").Module
	b.apply(rule("region", `require: 'client.name != ""'`))
	second := b.status("region").Module
	if got := b.digests(); got[first] || !got[second] || len(got) != 1 {
		t.Errorf("after a change: %v", got)
	}
	b.rollback("region", 1)
	if got := b.digests(); !got[first] || len(got) != 1 {
		t.Errorf("after going back: %v", got)
	}
	b.apply("apiVersion: assay/v1\nkind: Rule\nmetadata: {name: other}\nspec: {type: Quality, message: {en: wrong}, module: {digest: '" + first + "', check: region}}\n")
	b.apply(rule("region", `require: 'client.name != ""'`))
	if got := b.digests(); !got[first] || len(got) != 2 {
		t.Errorf("another rule runs the first one's module: %v", got)
	}
	if err := b.Delete(ctx, "test", rules.KindRule, "other", "", false); err != nil {
		t.Fatal(err)
	}
	if got := b.digests(); !got[first] {
		t.Errorf("a kept version names the module, and it is gone: %v", got)
	}
	b.close()
	b.open()
	var used *reconcile.InUseError
	if err := b.DeleteModule(ctx, "test", first, false); !errors.As(err, &used) || !strings.Contains(used.By, "rule other") {
		t.Errorf("a module that a version names was deleted: %v", err)
	}
	for _, dry := range []bool{true, false} {
		if err := b.DropRevision(ctx, "test", rules.KindRule, "region", 1, dry); err != nil {
			t.Errorf("dry run %v: %v", dry, err)
		}
	}
	for number, want := range map[int64]string{2: "revision newest_revision", 9: "not found"} {
		if err := b.DropRevision(ctx, "test", rules.KindRule, "other", number, false); !strings.HasSuffix(problems(err), want) {
			t.Errorf("version %d of other: %v, want %s", number, err, want)
		}
	}
	b.rollback("other", 0)
	if got := b.create(`{"name":"A"}`); len(got.Results) != 1 || got.Results[0].Rule != "other" {
		t.Errorf("the rule that came back does not run: %+v", got.Results)
	}
	if err := b.Delete(ctx, "test", rules.KindRule, "region", "", false); err != nil {
		t.Fatal(err)
	}
	if got := b.digests(); got[second] {
		t.Errorf("the module of a deleted rule stayed: %v", got)
	}
	b.apply(rule("other", region)) // which makes no other module of it
	if err := b.Delete(ctx, "test", rules.KindRule, "other", "", false); err != nil {
		t.Fatal(err)
	}
	if got := b.history("other"); got != "5 deleted, 4 applied, 3 rolled back to 1, 2 deleted, 1 applied" {
		t.Fatalf("history: %s", got)
	}
	for _, number := range []int64{3, 1} {
		if err := b.DeleteModule(ctx, "test", first, true); !errors.As(err, &used) {
			t.Errorf("version %d names the module: %v", number, err)
		}
		if err := b.DropRevision(ctx, "test", rules.KindRule, "other", number, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.DeleteModule(ctx, "test", first, false); err != nil {
		t.Errorf("no version names the module: %v", err)
	}
}

// TestAnUploadedModuleIsItsUploaders uploads the module of a CEL rule: it stays
// when the rule changes, and going and coming is told.
func TestAnUploadedModuleIsItsUploaders(t *testing.T) {
	b := newBase(t)
	b.apply(rule("region", region))
	digest := b.status("region").Module
	m, err := b.store.Module(ctx, digest)
	if err != nil {
		t.Fatal(err)
	}
	last, err := b.store.LastEvent(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, dry := range []bool{true, false, false} {
		if info, err := b.AddModule(ctx, "anna", m.Wasm, dry); err != nil || info.Digest != digest {
			t.Fatalf("%+v %v", info, err)
		}
	}
	b.apply(rule("region", `require: 'client.name != ""'`))
	if !b.digests()[digest] {
		t.Error("an uploaded module left with a rule")
	}
	for _, dry := range []bool{true, false} {
		if err := b.DeleteModule(ctx, "boris", digest, dry); err != nil {
			t.Errorf("dry run %v: %v", dry, err)
		}
	}
	events, _, err := b.store.Events(ctx, crm.Everything, last, 100)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range events {
		told = append(told, fmt.Sprintf("%s by %s %s", e.Type, e.By, e.Detail))
	}
	want := []string{`object.applied by anna {"kind":"Module","name":"` + digest + `"}`, "rule.applied by test ", `object.deleted by boris {"kind":"Module","name":"` + digest + `"}`}
	if strings.Join(told, "\n") != strings.Join(want, "\n") {
		t.Errorf("events:\n%s", strings.Join(told, "\n"))
	}
}
