package reconcile_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/reconcile"
)

func (b *base) object(kind, name string) rules.Object {
	b.t.Helper()
	raw, err := b.Get(ctx, kind, name)
	if err != nil {
		b.t.Fatal(err)
	}
	o, err := rules.Decode(raw)
	if err != nil {
		b.t.Fatal(err)
	}
	return o
}

func dictionary(name, spec string) string {
	return "apiVersion: assay/v1\nkind: Dictionary\nmetadata: {name: " + name + "}\nspec: {" + spec + "}\n"
}

// everyKind is an object of each kind, as it is and with another spec.
var everyKind = []struct{ kind, name, manifest, changed string }{
	{rules.KindRule, "region", rule("region", region), rule("region", `require: 'client.name != ""'`)},
	{rules.KindField, "until", field("until", "type: date"), field("until", "type: date, label: {en: Until}")},
	{rules.KindDictionary, "stages", dictionary("stages", "of: stage, values: [{value: new}]"), dictionary("stages", "of: stage, values: [{value: new}, {value: won}]")},
}

func TestMetadataSaysWhichEditionOfAnObjectItIs(t *testing.T) {
	for _, k := range everyKind {
		t.Run(k.kind, func(t *testing.T) {
			b := newBase(t)
			created := b.now
			b.apply(k.manifest)
			first := *b.object(k.kind, k.name).Meta()
			if first.UID == "" || first.Generation != 1 || first.ResourceVersion == "" || !first.CreationTimestamp.Equal(created) {
				t.Errorf("at first: %+v", first)
			}
			b.now = b.now.Add(time.Hour)
			b.apply(strings.Replace(k.manifest, "{name: "+k.name+"}", "{name: "+k.name+", labels: {team: x}}", 1))
			labelled := *b.object(k.kind, k.name).Meta()
			if labelled.UID != first.UID || labelled.Generation != 1 || labelled.ResourceVersion == first.ResourceVersion || !labelled.CreationTimestamp.Equal(created) || labelled.Labels["team"] != "x" {
				t.Errorf("with a label: %+v", labelled)
			}
			b.apply(k.changed)
			changed := *b.object(k.kind, k.name).Meta()
			if changed.UID != first.UID || changed.Generation != 2 || changed.ResourceVersion == labelled.ResourceVersion || !changed.CreationTimestamp.Equal(created) {
				t.Errorf("with another spec: %+v", changed)
			}
			b.close()
			b.open()
			if again := *b.object(k.kind, k.name).Meta(); again.UID != changed.UID || again.ResourceVersion != changed.ResourceVersion || again.Generation != 2 {
				t.Errorf("after a start: %+v", again)
			}
			if err := b.Delete(ctx, "test", k.kind, k.name, "", false); err != nil {
				t.Fatal(err)
			}
			b.apply(k.manifest)
			if new := *b.object(k.kind, k.name).Meta(); new.UID == first.UID || new.Generation != 1 || !new.CreationTimestamp.Equal(b.now) {
				t.Errorf("declared anew: %+v", new)
			}
		})
	}
}

func TestStaleVersionsAreRefused(t *testing.T) {
	for _, k := range everyKind {
		t.Run(k.kind, func(t *testing.T) {
			b := newBase(t)
			b.apply(k.manifest)
			old := b.object(k.kind, k.name).Meta().ResourceVersion
			b.apply(k.changed)
			now := b.object(k.kind, k.name).Meta().ResourceVersion
			versioned := func(manifest, version string) string {
				return strings.Replace(manifest, "{name: "+k.name+"}", "{name: "+k.name+", resourceVersion: '"+version+"'}", 1)
			}
			var stale *reconcile.StaleError
			for _, dry := range []bool{true, false} {
				if _, err := b.tryApply(versioned(k.manifest, old), dry); !errors.As(err, &stale) || stale.Have != now || stale.Sent != old || !errors.Is(err, crm.ErrRevisionConflict) {
					t.Errorf("an apply: %v", err)
				}
				if _, err := b.Apply(ctx, "test", k.kind, k.name, old, []byte(k.manifest), dry); !errors.As(err, &stale) || stale.Have != now || stale.Sent != old {
					t.Errorf("%s: a request for version %s: %v", k.kind, old, err)
				}
				if err := b.Delete(ctx, "test", k.kind, k.name, old, dry); !errors.As(err, &stale) || stale.Have != now {
					t.Errorf("a deletion: %v", err)
				}
			}
			if got := b.object(k.kind, k.name).Meta(); got.Generation != 2 || got.ResourceVersion != now {
				t.Errorf("a refused change left %+v", got)
			}
			if _, err := b.tryApply(versioned(k.manifest, now), false); err != nil {
				t.Errorf("the right version: %v", err)
			}
			if err := b.Delete(ctx, "test", k.kind, k.name, b.object(k.kind, k.name).Meta().ResourceVersion, false); err != nil {
				t.Errorf("the right version: %v", err)
			}
			if _, err := b.tryApply(versioned(k.manifest, now), false); !errors.As(err, &stale) || stale.Have != "" {
				t.Errorf("a version of what is gone: %v", err)
			}
		})
	}
}

// condition shows a condition of an object: status, generation and when it became so.
func (b *base) condition(kind, name, condition string) string {
	b.t.Helper()
	c := b.object(kind, name).State().Condition(condition)
	if c == nil {
		return "none"
	}
	return string(c.Status) + " " + string(rune('0'+c.ObservedGeneration)) + " " + c.LastTransitionTime.Format("15:04")
}

func (b *base) wantCondition(what, kind, name, condition, want string) {
	b.t.Helper()
	if got := b.condition(kind, name, condition); got != want {
		b.t.Errorf("%s: %s of %s %s is %q, want %q", what, condition, kind, name, got, want)
	}
}

// TestConditionsKnowSinceWhen moves the clock on between changes.
func TestConditionsKnowSinceWhen(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A"}`)
	for _, k := range everyKind {
		b.apply(k.manifest) // at 12:00
	}
	b.wantCondition("applied", rules.KindRule, "region", rules.Ready, "True 1 12:00")
	b.wantCondition("applied", rules.KindRule, "region", rules.Compiled, "True 1 12:00")
	b.wantCondition("applied", rules.KindRule, "region", rules.Current, "False 1 12:00")
	b.wantCondition("applied", rules.KindRule, "region", rules.Degraded, "False 1 12:00")
	b.wantCondition("applied", rules.KindField, "until", rules.Ready, "True 1 12:00")
	b.wantCondition("applied", rules.KindField, "until", rules.Current, "False 1 12:00")
	b.wantCondition("applied", rules.KindDictionary, "stages", rules.Ready, "True 1 12:00")
	b.now = b.now.Add(time.Hour)
	b.runUntil(func() bool {
		return strings.HasPrefix(b.condition(rules.KindField, "until", rules.Current), "True") && strings.HasPrefix(b.condition(rules.KindRule, "region", rules.Current), "True") ||
			b.create(`{"name":"B"}`) == nil // an event, to ask again
	})
	b.wantCondition("judged", rules.KindRule, "region", rules.Current, "True 1 13:00")
	b.wantCondition("read", rules.KindField, "until", rules.Current, "True 1 13:00")
	b.now = b.now.Add(time.Hour)
	for _, k := range everyKind {
		b.apply(k.changed)
	}
	for range 2 {
		b.wantCondition("changed", rules.KindRule, "region", rules.Ready, "True 2 12:00")
		b.wantCondition("changed", rules.KindRule, "region", rules.Current, "False 2 14:00")
		b.wantCondition("changed", rules.KindField, "until", rules.Current, "False 2 14:00")
		b.wantCondition("changed", rules.KindField, "until", rules.Ready, "True 2 12:00")
		b.wantCondition("changed", rules.KindDictionary, "stages", rules.Ready, "True 2 12:00")
		for _, k := range everyKind {
			if s := b.object(k.kind, k.name).State(); s.ObservedGeneration != 2 {
				t.Errorf("%s %s: observed generation %d", k.kind, k.name, s.ObservedGeneration)
			}
		}
		b.close()
		b.now = b.now.Add(time.Hour) // a start changes none of it
		b.open()
	}
}

func TestAGeneratedRuleShowsItsOwnerAndIsItsOwners(t *testing.T) {
	b := newBase(t)
	b.apply(strings.Replace(field("until", `type: date, requiredFor: 'client.name == "A"'`), "{name: until}", "{name: until, labels: {team: x}}", 1))
	generated := *b.object(rules.KindRule, "field-until").Meta()
	owner := *b.object(rules.KindField, "until").Meta()
	kind, name, owned := generated.Owner()
	if !owned || kind != rules.KindField || name != "until" || generated.Labels["team"] != "x" {
		t.Errorf("labels %v", generated.Labels)
	}
	if generated.UID == "" || generated.UID == owner.UID || generated.Generation != 1 || generated.ResourceVersion == "" || !generated.CreationTimestamp.Equal(owner.CreationTimestamp) {
		t.Errorf("%+v of %+v", generated, owner)
	}
	b.wantCondition("generated", rules.KindRule, "field-until", rules.Ready, "True 1 12:00")
	b.close()
	b.open()
	if again := *b.object(rules.KindRule, "field-until").Meta(); again.UID != generated.UID {
		t.Errorf("another uid after a start: %s, %s", generated.UID, again.UID)
	}
	var used *reconcile.InUseError
	for _, dry := range []bool{true, false} {
		if _, err := b.tryApply(rule("field-until", region), dry); problems(err) != "metadata.name name_in_use" || !strings.Contains(err.Error(), "field until") {
			t.Errorf("applied by itself: %v", err)
		}
		if err := b.Delete(ctx, "test", rules.KindRule, "field-until", "", dry); !errors.As(err, &used) || !strings.Contains(used.By, "field until") {
			t.Errorf("deleted by itself: %v", err)
		}
		if _, err := b.Rollback(ctx, "test", rules.KindRule, "field-until", "", 0, dry); !errors.As(err, &used) {
			t.Errorf("rolled back by itself: %v", err)
		}
	}
	if kept, err := b.Revisions(ctx, rules.KindRule, "field-until"); err != nil || len(kept) != 0 {
		t.Errorf("its history is its field's: %+v %v", kept, err)
	}
}

// TestNamesInUseAreRefused declares what another object stands in the way of.
func TestNamesInUseAreRefused(t *testing.T) {
	b := newBase(t)
	b.apply(rule("field-until", region))
	b.apply(dictionary("stages", "of: stage, values: [{value: new}]"))
	set := b.Current()
	for manifest, want := range map[string]string{
		field("until", `type: date, requiredFor: 'client.name == "A"'`):      "metadata.name name_in_use",
		dictionary("phases", "of: stage, values: [{value: new}]"):            "spec.of name_in_use",
		dictionary("stages", "of: stage, values: []"):                        "spec.values invalid_manifest",
		field("late", `type: date, requiredFor: 'client.fields.none > now'`): "spec.requiredFor invalid_expression",
	} {
		for _, dry := range []bool{true, false} {
			if _, err := b.tryApply(manifest, dry); problems(err) != want {
				t.Errorf("dry run %v: %v, want %q\n%s", dry, err, want, manifest)
			}
		}
	}
	if b.Current() != set {
		t.Error("a refused change put other rules in force")
	}
}

// TestAModuleShowsWhoNeedsIt follows the module of a rule from its making to its upload.
func TestAModuleShowsWhoNeedsIt(t *testing.T) {
	b := newBase(t)
	b.apply(rule("region", region))
	digest := b.status("region").Module
	type resource struct {
		APIVersion, Kind string
		Metadata         rules.Metadata
		Spec             struct {
			Size   int64
			Checks []struct{ Name, Type string }
		}
		Status struct {
			Conditions []rules.Condition
			UsedBy     []string
			Revisions  []string
		}
	}
	read := func() (m resource) {
		t.Helper()
		raw, err := b.ModuleResource(ctx, digest)
		if err != nil || json.Unmarshal(raw, &m) != nil {
			t.Fatalf("%s %v", raw, err)
		}
		return m
	}
	made := read()
	if made.APIVersion != rules.APIVersion || made.Kind != "Module" || made.Metadata.Name != digest || made.Metadata.UID == "" || made.Metadata.Generation != 1 || !made.Metadata.CreationTimestamp.Equal(b.now) ||
		made.Metadata.Labels[rules.LabelOwnerName] != "region" || made.Spec.Size < 100 || len(made.Spec.Checks) != 1 || made.Spec.Checks[0].Name != "region" {
		t.Errorf("%+v", made)
	}
	if made.Status.UsedBy[0] != "region" || made.Status.Revisions != nil {
		t.Errorf("who needs it: %+v", made.Status)
	}
	stored, err := b.store.Module(ctx, digest)
	if err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(time.Hour)
	if _, err := b.AddModule(ctx, "test", stored.Wasm, false); err != nil {
		t.Fatal(err)
	}
	b.apply("apiVersion: assay/v1\nkind: Rule\nmetadata: {name: other}\nspec: {type: Quality, message: {en: wrong}, module: {digest: '" + digest + "', check: region}}\n")
	if err := b.Delete(ctx, "test", rules.KindRule, "region", "", false); err != nil {
		t.Fatal(err)
	}
	uploaded := read()
	if uploaded.Metadata.Labels != nil || strings.Join(uploaded.Status.UsedBy, " ") != "other" || strings.Join(uploaded.Status.Revisions, " ") != "other" {
		t.Errorf("%+v", uploaded)
	}
	for _, c := range uploaded.Status.Conditions {
		if c.Status != rules.True || c.ObservedGeneration != 1 || !c.LastTransitionTime.Equal(b.now) {
			t.Errorf("condition %+v", c)
		}
	}
	if len(uploaded.Status.Conditions) != 2 {
		t.Errorf("conditions %+v", uploaded.Status.Conditions)
	}
	if _, err := b.ModuleResource(ctx, "sha256:none"); !errors.Is(err, crm.ErrNotFound) {
		t.Errorf("a module there is none of: %v", err)
	}
}
