package reconcile_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"assay/rules"
	"assay/server/store"
)

// stock imports n clients; those that bad names have no tags, and a rule that divides by their number fails on them.
func (b *base) stock(n int, bad func(i int) bool) {
	b.t.Helper()
	lines := make([]string, n)
	for i := range lines {
		tags := `"a"`
		if bad(i + 1) {
			tags = ""
		}
		lines[i] = fmt.Sprintf(`{"name":"C%d","tags":[%s]}`, i+1, tags)
	}
	if s := b.importLines(nil, lines...); s.Created != int64(n) {
		b.t.Fatalf("%+v", s)
	}
}

const divides = `require: '10 / size(client.tags) > 100', path: tags`

// A rule that fails on much of the base is refused wherever in the base that is, with the first clients it failed on, and nothing changes.
func TestARuleThatFailsOnMuchOfTheBaseIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		clients int
		bad     func(i int) bool
		refused bool
	}{
		"nobody":                       {3000, func(int) bool { return false }, false},
		"one in ten":                   {3000, func(i int) bool { return i%10 == 0 }, false},
		"three in ten":                 {3000, func(i int) bool { return i%10 < 3 }, true},
		"the last third":               {3000, func(i int) bool { return i > 2000 }, true},
		"the last of a hundred":        {3000, func(i int) bool { return i > 2970 }, false},
		"three in ten of a small base": {10, func(i int) bool { return i > 7 }, true},
		"one in ten of a small base":   {10, func(i int) bool { return i == 5 }, false},
		"half of a handful":            {4, func(i int) bool { return i%2 == 0 }, false},
	} {
		b := newBase(t)
		b.stock(c.clients, c.bad)
		b.apply(rule("tags", `require: 'size(client.tags) >= 0'`))
		b.sweep()
		generation, last := b.moment()
		_, err := b.tryApply(rule("tags", divides), false)
		if refused := problems(err) == "spec rule_fails"; refused != c.refused {
			t.Errorf("%s: %v", name, err)
		}
		if !c.refused {
			continue
		}
		for _, want := range []string{"failed on ", " of the ", "client ", "division by zero", "spec.match", "what ran before goes on", "manifest line 4"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q is not in %v", name, want, err)
			}
		}
		if g, l := b.moment(); g != generation || l != last || b.status("tags").ObservedGeneration != 1 || !b.Running("tags") {
			t.Errorf("%s: generation %d of %d, event %d of %d", name, g, generation, l, last)
		}
		if _, err := b.tryApply(rule("another", divides), true); problems(err) != "spec rule_fails" {
			t.Errorf("%s, a dry run: %v", name, err)
		}
	}
}

// moment is the generation and the newest event.
func (b *base) moment() (uint64, int64) {
	b.t.Helper()
	generation, err := b.store.Generation(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	last, err := b.store.LastEvent(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	return generation, last
}

func TestARuleThatSpendsItsBudgetIsRefusedWithTheBudget(t *testing.T) {
	b := newBase(t)
	b.stock(50, func(int) bool { return false })
	_, err := b.tryApply(rule("dear", `limits: {fuel: 100}, require: 'client.tags.all(t, t.matches("[a-z]+x[a-z]+y") || t != "")'`), false)
	if problems(err) != "spec rule_fails" || !strings.Contains(err.Error(), "A client may take 100 units of fuel: have the rule do less, raise spec.limits.fuel (100000000 at most), or leave these clients out with spec.match") {
		t.Errorf("got %v", err)
	}
}

// The trial takes long for some modules: whoever reads or applies meanwhile does not wait, and what is applied meanwhile counts.
func TestTheTrialHoldsNobodyUp(t *testing.T) {
	b := newBase(t)
	b.apply(field("gln", "type: string"))
	b.apply(rule("other", `require: 'client.name != ""'`))
	modules := b.live.Load()
	b.loading = func() { // of the module of the rule that is applied below
		b.loading = nil
		if _, err := b.Get(ctx, rules.KindRule, "other"); err != nil { // would wait for ever
			t.Error(err)
		}
		b.apply(field("gln", "type: string, label: {en: GLN}"))
		b.apply(field("branch", "type: integer"))
	}
	b.apply(rule("slow", `require: 'client.fields.gln != ""'`))
	if b.create(`{"name":"A"}`); b.found(1) != "slow " {
		t.Errorf("found %q", b.found(1))
	}
	if err := b.Delete(ctx, "test", rules.KindRule, "slow", "", false); err != nil {
		t.Fatal(err)
	}
	if now := b.live.Load(); now != modules {
		t.Errorf("%d modules are loaded, before it were %d", now, modules)
	}
}

// A rule was compiled ahead in a language that was another when it was to be put in force.
func TestARuleIsInTheLanguageOfTheMomentItIsApplied(t *testing.T) {
	b := newBase(t)
	b.apply(field("gln", "type: string"))
	b.loading = func() {
		b.loading = nil
		b.apply(field("gln", "type: integer"))
	}
	if _, err := b.tryApply(rule("late", `require: 'client.fields.gln != ""'`), false); problems(err) != "spec.require invalid_expression" || b.live.Load() != 0 {
		t.Errorf("%v, %d modules are left", err, b.live.Load())
	}
}

// Two that apply one rule at once: both are tried, one after the other is in force, and nothing of either is left over.
func TestTheSameRuleAppliedByMany(t *testing.T) {
	b := newBase(t)
	b.stock(100, func(int) bool { return false })
	before := b.live.Load()
	var appliers sync.WaitGroup
	for i := range 8 {
		appliers.Go(func() {
			for k := range 3 {
				if _, err := b.tryApply(rule("r", fmt.Sprintf(`require: 'client.name != "%d"'`, i%2+k)), k == 1); err != nil {
					t.Error(err)
				}
			}
		})
	}
	appliers.Wait()
	b.sweep()
	if s := b.status("r"); !s.Is(rules.Current) || b.live.Load() != before+1 {
		t.Errorf("%d modules, conditions %+v", b.live.Load()-before, s.Conditions)
	}
}

// Deleting a rule closes what it found, with the reason, and takes its labels.
func TestDeletingARuleClosesItsFindings(t *testing.T) {
	b := newBase(t)
	b.create(`{"name":"A"}`)
	b.apply(rule("region", `require: 'client.region != ""'`))
	b.sweep()
	news := b.news()
	if err := b.Delete(ctx, "test", rules.KindRule, "region", "", false); err != nil {
		t.Fatal(err)
	}
	if got := news(); got != "closed 1 region rule deleted" || b.found(1) != "" {
		t.Errorf("events %q, found %q", got, b.found(1))
	}
	if c := b.count("region"); c != (store.RuleCount{Rule: "region"}) {
		t.Errorf("%+v", c)
	}
}
