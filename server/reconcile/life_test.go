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
	"assay/server/store"
)

// A list or an export held a filter that others pushed out of the cache, and
// broke off.
func TestAFilterLivesAsLongAsItIsUsed(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A"}`)
	held, err := b.Filter(ctx, `client.name == "A"`, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		if _, err := b.Filter(ctx, fmt.Sprintf(`client.name == "%d"`, i), 0); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.live.Load(); n != 64 {
		t.Errorf("%d filters are kept, want 64", n)
	}
	b.apply(field("gln", "type: string"))
	n, err := b.store.Count(ctx, crm.Everything, store.Query{Match: held.Match})
	if err != nil || n != 1 {
		t.Errorf("%d matched: %v", n, err)
	}
}

// The custom fields of a case's client were left as text and floating numbers,
// so that a rule about a date read them as absent.
func TestCasesHaveCustomFieldsOfTheDeclaredTypes(t *testing.T) {
	b := newBase(t)
	b.apply(field("until", "type: date"))
	b.apply(field("staff", "type: integer"))
	spec := `require: 'client.fields.until > timestamp("2027-01-01T00:00:00Z") && client.fields.staff == 7', cases: [{client: {name: A, fields: {until: %s, staff: 7}}}]`
	b.apply(rule("licence", fmt.Sprintf(spec, `"2028-01-31"`)))
	for date, want := range map[string]string{`"2026-01-31"`: "spec.cases[0] case_missed", `"soon"`: "spec.cases[0] invalid_case"} {
		if _, err := b.tryApply(rule("licence", fmt.Sprintf(spec, date)), true); problems(err) != want {
			t.Errorf("%s: %v", date, err)
		}
	}
}

func TestARuleThatDoesNotRunIsTriedAgainWhenApplied(t *testing.T) {
	b := newBase(t)
	manifest := rule("region", `require: 'client.region != ""'`)
	b.apply(manifest)
	id := b.create(`{"name":"A"}`).Client.ID
	b.close()
	b.refuse = errors.New("no room for it")
	b.open()
	if b.Running("region") {
		t.Fatal("the rule runs")
	}
	s := b.status("region")
	if !s.Is(rules.Degraded) || s.Is(rules.Ready) || b.found(id) != "region " {
		t.Errorf("conditions %+v, found %q", s.Conditions, b.found(id))
	}
	b.patch(id, `{"name":"B"}`) // whoever writes must not close what the rule found
	if b.found(id) != "region " || b.count("region").Pending != 1 {
		t.Errorf("after a write: found %q, %+v", b.found(id), b.count("region"))
	}
	b.refuse = nil
	b.apply(manifest)
	if s := b.status("region"); !b.Running("region") || s.Is(rules.Degraded) || !s.Is(rules.Ready) {
		t.Errorf("conditions %+v", s.Conditions)
	}
}

func TestAllRulesThatNeedAFieldAreNamed(t *testing.T) {
	b := newBase(t)
	b.apply(field("staff", "type: integer"))
	b.apply(rule("one", "require: 'client.fields.staff > 1'"))
	b.apply(rule("two", "require: 'client.fields.staff > 2'"))
	var inUse *reconcile.InUseError
	if err := b.Delete(ctx, "test", rules.KindField, "staff", "", false); !errors.As(err, &inUse) || !strings.Contains(inUse.By, "rule one") || !strings.Contains(inUse.By, "rule two") {
		t.Errorf("got %v", err)
	}
	if _, err := b.tryApply(field("staff", "type: string"), false); problems(err) != "spec.type breaks_rule, spec.type breaks_rule" {
		t.Errorf("got %v", err)
	}
}

// The records a rule was tried on before it ran counted as judged by it.
func TestFiguresBeginWhenTheRuleDoes(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A","tags":["x"]}`)
	b.apply(rule("one", "require: '1 / size(client.tags) == 1'"))
	b.sweep()
	if s := b.status("one"); s.Evaluated != 1 || s.LastError != "" {
		t.Errorf("%d evaluated, last error %q", s.Evaluated, s.LastError)
	}
}

func TestCompiledModulesSayWhatTheyCheck(t *testing.T) {
	b := newBase(t)
	b.apply(rule("region", `require: 'client.region != ""'`))
	list, err := b.Modules(ctx)
	if err != nil || len(list) != 1 || len(list[0].Checks) != 1 || list[0].Checks[0].Name != "region" || fmt.Sprint(list[0].Rules) != "[region]" {
		t.Errorf("%+v, %v", list, err)
	}
	var inUse *reconcile.InUseError
	if err := b.DeleteModule(ctx, "test", list[0].Digest, false); !errors.As(err, &inUse) {
		t.Errorf("the module of a rule was deleted: %v", err)
	}
}

// runUntil lets the base work by itself until done says so, asking after each event.
func (b *base) runUntil(done func() bool) {
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
		last, err := b.store.LastEvent(work)
		if err != nil {
			b.t.Fatal(err)
		}
		if done() {
			return
		}
		if err := b.store.WaitEvents(work, last); err != nil {
			b.t.Fatal("the base never came that far:", err)
		}
	}
}

func TestANewDayJudgesWhatDependsOnIt(t *testing.T) {
	b := newBase(t)
	b.apply(rule("overdue", `match: 'has(client.nextContactAt)', require: 'client.nextContactAt > now'`))
	id := b.create(`{"name":"A","nextContactAt":"2026-11-22T09:00:00Z"}`).Client.ID
	b.runUntil(func() bool {
		objects, err := b.store.Objects(ctx, "Server")
		if err != nil {
			t.Fatal(err)
		}
		begun := slices.ContainsFunc(objects, func(o store.Object) bool { return o.Name == "day" })
		return begun || func() bool { // the day begins without an event: make one to ask again
			b.create(`{"name":"B"}`)
			return false
		}()
	})
	if got := b.found(id); got != "" {
		t.Fatalf("on the first day: %q", got)
	}
	b.now = b.now.AddDate(0, 0, 1)
	b.runUntil(func() bool { return b.found(id) == "overdue " })
}

func TestStoredValuesTakeTheDeclaredTypeByThemselves(t *testing.T) {
	b := newBase(t)
	good := b.create(`{"name":"A","fields":{"until":"31.01.2027"}}`).Client.ID
	bad := b.create(`{"name":"B","fields":{"until":"one day"}}`).Client.ID
	b.apply(rule("enforced", `mode: Enforce, require: 'client.name != "A"'`)) // must not stand in the way
	b.apply(field("until", "type: date"))
	current := func() bool {
		raw, err := b.Get(ctx, rules.KindField, "until")
		if err != nil {
			t.Fatal(err)
		}
		var f rules.Field
		if err := json.Unmarshal(raw, &f); err != nil {
			t.Fatal(err)
		}
		return f.Status.Is(rules.Current)
	}
	b.runUntil(func() bool {
		if !current() {
			b.create(`{"name":"C"}`)
			return false
		}
		return true
	})
	for id, want := range map[int64]string{good: "date", bad: "string"} {
		s, err := b.store.Client(ctx, crm.Everything, id)
		if err != nil {
			t.Fatal(err)
		}
		c, err := crm.DecodeCard(s.Card)
		if err != nil || string(c.Fields["until"].Type) != want {
			t.Errorf("client %d: %+v, want %s; %v", id, c.Fields["until"], want, err)
		}
	}
}

func (b *base) importLines(progress func(line, stored int64), lines ...string) *intake.ImportSummary {
	b.t.Helper()
	summary, err := b.intake.Import(ctx, intake.ImportRequest{Scope: crm.Everything, By: "test", Format: "ndjson", Key: "externalId", Mode: "merge",
		Body: strings.NewReader(strings.Join(lines, "\n")), Progress: progress})
	if err != nil {
		b.t.Fatal(err)
	}
	return summary
}

func TestAnImportGoesOnWhileRulesChange(t *testing.T) {
	b := newBase(t)
	const n = 6000
	lines := make([]string, n, n+1)
	for i := range lines {
		lines[i] = fmt.Sprintf(`{"externalId":"e%d","name":"client %d"}`, i, i)
	}
	lines = append(lines, lines[n-1]) // a second record for one client, walked again with the first
	changes := 0
	summary := b.importLines(func(int64, int64) {
		if changes++; changes <= 3 { // what was read ahead is judged by rules that are no more
			b.apply(rule("region", fmt.Sprintf(`require: 'client.region != "" && client.name != "x%d"', path: region`, changes)))
		}
	}, lines...)
	if summary.Created != n || summary.Failed != 1 || summary.Errors[0].Code != "duplicate_external_id" {
		t.Errorf("%+v", summary)
	}
	b.sweep()
	if c := b.count("region"); c.Clients != n || c.Pending != 0 {
		t.Errorf("%+v", c)
	}
}

func TestEnforcedRulesFailLinesAlone(t *testing.T) {
	b := newBase(t)
	worse := b.create(`{"externalId":"w","name":"W","manager":"ivanov"}`).Client.ID
	b.create(`{"externalId":"s","name":"S"}`)
	b.apply(rule("manager", `mode: Enforce, require: 'client.manager != ""', path: manager`))
	summary := b.importLines(nil, `{"externalId":"n","name":"N"}`, `{"externalId":"w","manager":null}`, `{"externalId":"s","name":"S2"}`, `{"name":"O","manager":"petrov"}`)
	var got []string
	for _, e := range summary.Errors {
		got = append(got, fmt.Sprint(e.Line, " ", e.Code))
	}
	if summary.Created != 1 || summary.Updated != 1 || summary.Failed != 2 || strings.Join(got, ", ") != "1 refused_by_rule, 2 refused_by_rule" {
		t.Errorf("%+v", summary)
	}
	if got := b.found(worse); got != "" {
		t.Errorf("a refused line was stored: %q", got)
	}
}

func TestAProblemSaysWhereItStandsInTheManifest(t *testing.T) {
	b := newBase(t)
	_, err := b.tryApply("apiVersion: assay/v1\nkind: Rule\nmetadata: {name: region}\nspec:\n  type: Quality\n  require: client.nope\n", false)
	if err == nil || !strings.Contains(err.Error(), "manifest line 6, column 12: line 1, column 7: a client record has no field nope") {
		t.Errorf("got %v", err)
	}
}
