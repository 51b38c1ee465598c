package reconcile_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/intake"
	"assay/server/reconcile"
	"assay/server/store"
)

func TestAnAppliedRuleJudgesWhatIsStoredAndWhatComes(t *testing.T) {
	b := newBase(t)
	before := b.create(`{"name":"A"}`).Client.ID
	b.apply(rule("region", `require: 'client.region != ""', path: region`))
	if s := b.status("region"); s.Is(rules.Current) || !s.Is(rules.Ready) || b.count("region").Pending != 1 {
		t.Errorf("before the sweep: %+v", s)
	}
	b.sweep()
	after := b.create(`{"name":"B"}`).Client.ID
	for _, id := range []int64{before, after} {
		if got := b.found(id); got != "region region" {
			t.Errorf("client %d: %q", id, got)
		}
	}
	s := b.status("region")
	if !s.Is(rules.Current) || !s.Is(rules.Compiled) || s.Is(rules.Degraded) || s.Violating != 2 || !strings.HasPrefix(s.Module, "sha256:") || s.ObservedGeneration != 1 {
		t.Errorf("after the sweep: %+v", s)
	}
	answer, err := b.intake.Patch(ctx, before, intake.Request{Scope: crm.Everything, Doc: []byte(`{"region":"Тула"}`)})
	if err != nil || len(answer.Results) != 0 || b.found(before) != "" {
		t.Errorf("the fix did not close the finding: %+v %v", answer, err)
	}
}

func TestApplyingTheSameAgainChangesNothing(t *testing.T) {
	b := newBase(t)
	manifest := rule("region", `require: 'client.region != ""', path: region`)
	if a := b.apply(manifest); !a.Created || !a.Changed {
		t.Errorf("first: %+v", a)
	}
	generation := b.Current().Generation
	if a := b.apply(manifest); a.Created || a.Changed || b.Current().Generation != generation {
		t.Errorf("again: %+v, generation %d to %d", a, generation, b.Current().Generation)
	}
	if a := b.apply(rule("region", `require: 'client.region == "x"', path: region`)); a.Created || !a.Changed || b.status("region").ObservedGeneration != 2 {
		t.Errorf("changed: %+v", a)
	}
}

func TestARefusedChangeLeavesWhatRan(t *testing.T) {
	b := newBase(t)
	b.apply(rule("region", `require: 'client.region != ""', path: region`))
	for manifest, want := range map[string]string{
		rule("region", `require: 'client.regoin != ""'`):                                                           "spec.require invalid_expression",
		rule("region", `module: {digest: "sha256:`+strings.Repeat("0", 64)+`", check: x}`):                         "spec.module.digest unknown_module",
		rule("region", `require: 'client.name != ""', cases: [{client: {name: A}, findings: [{path: name}]}]`):     "spec.cases[0] case_missed",
		rule("region", `require: 'client.name != ""', cases: [{client: {nam: A}}]`):                                "spec.cases[0] invalid_case",
		rule("region", `require: '1 / size(client.tags) > 0'`):                                                     "spec rule_fails",
		"apiVersion: assay/v1\nkind: Rule\nmetadata: {name: region}\nspec: {type: Quality, requre: 'true'}\n":      "spec.requre invalid_manifest",
		"apiVersion: assay/v1\nkind: Dictionary\nmetadata: {name: d}\nspec: {of: nowhere, values: [{value: a}]}\n": "spec.of invalid_manifest",
	} {
		for _, dry := range []bool{true, false} {
			if _, err := b.tryApply(manifest, dry); problems(err) != want {
				t.Errorf("dry run %v: got %q, want %q\n%s\n%v", dry, problems(err), want, manifest, err)
			}
		}
	}
	if got := b.create(`{"name":"A"}`); len(got.Results) != 1 || got.Results[0].Rule != "region" {
		t.Errorf("the rule no longer runs: %+v", got.Results)
	}
}

func TestADryRunStoresNothing(t *testing.T) {
	b := newBase(t)
	if a, err := b.tryApply(rule("region", `require: 'client.region != ""', path: region`), true); err != nil || !a.Created {
		t.Errorf("%+v %v", a, err)
	}
	if list, err := b.List(ctx, rules.KindRule, rules.Selector{}); err != nil || len(list.Objects) != 0 {
		t.Errorf("%+v %v", list, err)
	}
	if modules, err := b.Modules(ctx); err != nil || len(modules) != 0 {
		t.Errorf("%v %v", modules, err)
	}
}

func TestDeletingARuleTakesItsFindingsAway(t *testing.T) {
	b := newBase(t)
	b.apply(rule("region", `require: 'client.region != ""', path: region`))
	id := b.create(`{"name":"A"}`).Client.ID
	if err := b.Delete(ctx, "test", rules.KindRule, "region", "", false); err != nil {
		t.Fatal(err)
	}
	if got := b.found(id); got != "" {
		t.Errorf("left: %s", got)
	}
	if err := b.Delete(ctx, "test", rules.KindRule, "region", "", false); !errors.Is(err, crm.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	events, _, err := b.store.Events(ctx, crm.Everything, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, e := range events {
		types = append(types, string(e.Type))
	}
	if got := strings.Join(types, " "); got != "rule.applied client.created finding.opened rule.deleted finding.closed" &&
		got != "rule.applied client.created finding.opened finding.closed rule.deleted" {
		t.Errorf("events: %s", got)
	}
}

func TestSegmentsAreLabels(t *testing.T) {
	b := newBase(t)
	id := b.create(`{"name":"A","companySize":"large"}`).Client.ID
	b.apply("apiVersion: assay/v1\nkind: Rule\nmetadata: {name: size}\nspec:\n  type: Segmentation\n  label: 'client.companySize == \"large\" ? \"large\" : \"\"'\n  reason: {en: 'size is {{ client.companySize }}'}\n")
	b.sweep()
	if got := b.found(id); got != "size=large" {
		t.Errorf("got %q", got)
	}
	segments, err := b.store.Segments(ctx, crm.Everything)
	if err != nil || len(segments) != 1 || segments[0] != (store.SegmentCount{Rule: "size", Label: "large", Clients: 1}) {
		t.Errorf("%+v %v", segments, err)
	}
}

func TestAFieldIsDeclaredRequiredAndRead(t *testing.T) {
	b := newBase(t)
	old := b.create(`{"name":"A","industries":["pharmacy"],"fields":{"licenceUntil":"31.12.2026"}}`).Client.ID
	odd := b.create(`{"name":"B","industries":["pharmacy"],"fields":{"licenceUntil":"soon"}}`).Client.ID
	if _, err := b.tryApply(rule("late", `require: 'client.fields.licenceUntil > now'`), false); problems(err) != "spec.require invalid_expression" {
		t.Errorf("an undeclared field: %v", err)
	}
	b.apply(field("licenceUntil", `type: date, label: {en: Licence until}, requiredFor: 'client.industries.exists(i, i == "pharmacy")'`))
	if err := b.intake.Recast(ctx, "licenceUntil"); err != nil {
		t.Fatal(err)
	}
	b.apply(rule("late", `require: '!has(client.fields.licenceUntil) || client.fields.licenceUntil > now', path: fields.licenceUntil`))
	b.sweep()
	if got := b.found(old); got != "" {
		t.Errorf("a text that is a date was not read as one: %s", got)
	}
	if got := b.found(odd); got != "field-licence-until fields.licenceUntil" {
		t.Errorf("a text that is no date: %s", got)
	}
	if _, err := b.intake.Patch(ctx, odd, intake.Request{Scope: crm.Everything, Doc: []byte(`{"region":"Тула"}`)}); err != nil {
		t.Errorf("an old value of another type stands in the way of a write: %v", err)
	}
	if _, err := b.intake.Patch(ctx, odd, intake.Request{Scope: crm.Everything, Doc: []byte(`{"fields":{"licenceUntil":"later"}}`)}); problems(err) != "fields.licenceUntil wrong_type" {
		t.Errorf("a new value of another type: %v", err)
	}
	b.now = time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
	if got := b.create(`{"name":"C","fields":{"licenceUntil":"2027-01-31"}}`); len(got.Results) != 1 || got.Results[0].Rule != "late" {
		t.Errorf("past its date: %+v", got.Results)
	}
	var used *reconcile.InUseError
	if err := b.Delete(ctx, "test", rules.KindField, "licenceUntil", "", false); !errors.As(err, &used) {
		t.Errorf("a field that a rule speaks of was deleted: %v", err)
	}
	if err := b.Delete(ctx, "test", rules.KindRule, "field-licence-until", "", false); !errors.As(err, &used) {
		t.Errorf("a generated rule was deleted: %v", err)
	}
	if err := b.Delete(ctx, "test", rules.KindRule, "late", "", false); err != nil {
		t.Fatal(err)
	}
	if err := b.Delete(ctx, "test", rules.KindField, "licenceUntil", "", false); err != nil {
		t.Fatal(err)
	}
	if got := b.found(odd); got != "" {
		t.Errorf("findings of a deleted field: %s", got)
	}
}

func TestADictionaryClosesAVocabulary(t *testing.T) {
	b := newBase(t)
	old := b.create(`{"name":"A","stage":"limbo"}`).Client.ID
	b.apply("apiVersion: assay/v1\nkind: Dictionary\nmetadata: {name: stages}\nspec: {of: stage, values: [{value: new}, {value: won}]}\n")
	_, err := b.intake.Create(ctx, intake.Request{Scope: crm.Everything, Doc: []byte(`{"name":"B","stage":"lost"}`)})
	if problems(err) != "stage not_in_dictionary" {
		t.Errorf("got %v", err)
	}
	if _, err := b.intake.Patch(ctx, old, intake.Request{Scope: crm.Everything, Doc: []byte(`{"name":"AA"}`)}); err != nil {
		t.Errorf("a value accepted before stands in the way: %v", err)
	}
}

func TestEnforceRefusesWhatGetsWorse(t *testing.T) {
	b := newBase(t)
	bad := b.create(`{"name":"A"}`).Client.ID
	b.apply(rule("region", `mode: Enforce, require: 'client.region != ""', path: region`))
	b.sweep()
	var refused *intake.RefusedError
	_, err := b.intake.Create(ctx, intake.Request{Scope: crm.Everything, Doc: []byte(`{"name":"B"}`)})
	if !errors.As(err, &refused) || len(refused.Results) != 1 || refused.Results[0].Findings[0].Path != "region" {
		t.Errorf("got %v", err)
	}
	if _, err := b.intake.Patch(ctx, bad, intake.Request{Scope: crm.Everything, Doc: []byte(`{"name":"AA"}`)}); err != nil {
		t.Errorf("a write that makes nothing worse: %v", err)
	}
	good := b.create(`{"name":"C","region":"Тула"}`).Client.ID
	if _, err := b.intake.Patch(ctx, good, intake.Request{Scope: crm.Everything, Doc: []byte(`{"region":""}`)}); !errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
}

func TestOneBadRecordHidesNoOther(t *testing.T) {
	b := newBase(t)
	for i := range 50 {
		b.create(fmt.Sprintf(`{"name":"c%d","tags":[%s]}`, i, strings.TrimSuffix(strings.Repeat(`"a",`, min(i%5, 1)), ",")))
	}
	b.apply(rule("ratio", `require: '10 / size(client.tags) > 100', path: tags`))
	b.sweep()
	c := b.count("ratio")
	if c.Errors != 10 || c.Clients != 40 || c.Pending != 0 {
		t.Errorf("got %+v, want 10 errors and 40 clients", c)
	}
	if s := b.status("ratio"); !s.Is(rules.Degraded) || s.Errors != 10 || s.LastError == "" {
		t.Errorf("status %+v", s)
	}
}

func TestANewStartFindsTheRulesAndTheirWork(t *testing.T) {
	b := newBase(t)
	id := b.create(`{"name":"A"}`).Client.ID
	b.apply(rule("region", `require: 'client.region != ""', path: region`))
	b.close()
	b.open()
	if b.count("region").Pending != 1 {
		t.Error("pending work was forgotten")
	}
	b.sweep()
	if got := b.found(id); got != "region region" {
		t.Errorf("got %q", got)
	}
	if a := b.apply(rule("region", `require: 'client.region != ""', path: region`)); a.Changed {
		t.Error("the stored rule differs from its manifest")
	}
}

func TestResourceVersionsGuardAgainstLostChanges(t *testing.T) {
	b := newBase(t)
	b.apply(rule("region", `require: 'client.region != ""'`))
	stale := strings.Replace(rule("region", `require: 'client.name != ""'`), "{name: region}", "{name: region, resourceVersion: '999'}", 1)
	if _, err := b.tryApply(stale, false); !errors.Is(err, crm.ErrRevisionConflict) {
		t.Errorf("got %v", err)
	}
}

func TestFiltersAreTheLanguageOfRules(t *testing.T) {
	b := newBase(t)
	for i := range 20 {
		b.create(fmt.Sprintf(`{"name":"c%d","completeness":1,"tags":["t%d"]}`, i, i%4))
	}
	m, err := b.Filter(ctx, `client.tags.exists(t, t == "t1") && client.name != "c1"`, 0)
	if err != nil {
		t.Fatal(err)
	}
	n, err := b.store.Count(ctx, crm.Everything, store.Query{Facets: m.Facets, Match: m.Match})
	if err != nil || n != 4 {
		t.Errorf("%d matched, want 4: %v", n, err)
	}
	if _, err := b.Filter(ctx, `client.tagz.size() > 0`, 0); problems(err) != "filter invalid_expression" {
		t.Errorf("got %v", err)
	}
}

func TestWritesDuringASweepKeepTheirResults(t *testing.T) {
	b := newBase(t)
	const clients = 3000
	var file strings.Builder
	for i := range clients {
		fmt.Fprintf(&file, "{\"name\":\"c%d\"}\n", i)
	}
	if _, err := b.intake.Import(ctx, intake.ImportRequest{Scope: crm.Everything, Format: "ndjson", Mode: "merge", Body: strings.NewReader(file.String())}); err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	for round := range 3 {
		b.apply(rule("region", fmt.Sprintf(`require: 'client.region != "" && client.name != "x%d"', path: region`, round)))
		work.Go(func() {
			for id := int64(1 + round); id <= clients; id += 7 {
				region := []string{`"Тула"`, `null`}[int(id+int64(round))%2]
				if _, err := b.intake.Patch(ctx, id, intake.Request{Scope: crm.Everything, Doc: []byte(`{"region":` + region + `}`)}); err != nil {
					t.Error(err)
					return
				}
			}
		})
		b.sweep()
	}
	work.Wait()
	b.sweep()
	for id := int64(1); id <= clients; id++ {
		s, err := b.store.Client(ctx, crm.Everything, id)
		if err != nil {
			t.Fatal(err)
		}
		c, err := crm.DecodeCard(s.Card)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := len(s.Results) > 0; wrong != (c.Region == "") {
			t.Fatalf("client %d has region %q and results %v", id, c.Region, s.Results)
		}
	}
}
