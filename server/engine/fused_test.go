package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"assay/sdk/abi"
	"assay/server/engine"
)

// mixedRules are rules in CEL of which some fail, some are dear and some have much to say, and some cannot be fused.
var mixedRules = []string{
	`{type: Quality, require: 'client.manager != ""', path: manager, message: {en: no manager}}`,
	`{type: Quality, require: '10 / size(client.contacts) > 1', message: {en: many}}`,
	`{type: Quality, forEach: {in: client.contacts, as: p}, require: 'p.jobTitle != ""', path: 'contacts[].jobTitle', message: {en: '{{ p.name }} has none'}}`,
	`{type: Quality, match: 'client.kind == "company"', require: size(client.contacts) > 0, path: contacts, message: {en: nobody}}`,
	`{type: Quality, require: 'client.contacts.all(p, p.jobTitle != "boss")', message: {en: a boss}, limits: {fuel: 900}}`,
	`{type: Segmentation, label: 'size(client.contacts) > 1 ? "large" : client.kind'}`,
	`{type: Quality, require: client.createdAt < now, message: {en: young}}`,
	`{type: Quality, require: client.fields.staff > 3, message: {en: few}, limits: {memory: 4Mi}}`,
	`{type: Quality, require: client.fields.staff > 4, message: {en: few}, isolation: Record}`,
	`{type: Quality, forEach: {in: client.contacts, as: p}, require: 'false', path: 'contacts[]', message: {en: '{{ client.name }}'}}`,
	`{type: Quality, forEach: {in: client.contacts, as: p}, require: 'p.name == ""', path: 'contacts[]', message: {en: '{{ client.name }}'}}`,
	`{type: Quality, forEach: {in: client.contacts, as: p}, require: 'p.id == ""', path: 'contacts[]', message: {en: '{{ client.name }}'}}`,
}

func mixedCards(t *testing.T) [][]byte {
	var clients []string
	for _, contacts := range []int{0, 1, 2, 5, 12, 700, 0, 3} {
		var list []string
		for i := range contacts {
			list = append(list, fmt.Sprintf(`{"id":"c%d","name":"N%d","jobTitle":"%s"}`, i, i, []string{"", "boss", "clerk"}[i%3]))
		}
		for _, kind := range []string{"company", "person"} {
			clients = append(clients, fmt.Sprintf(`{"kind":%q,"name":"Romashka and sons, a house of flowers","manager":%q,"contacts":[%s]}`, kind, kind[:contacts%2], strings.Join(list, ",")))
		}
	}
	return cards(t, clients...)
}

// setOf compiles rules, each named after its number, to be fused or not.
func setOf(t *testing.T, load engine.Loader, fused bool, specs ...string) *engine.Set {
	t.Helper()
	c := newCompiler(t, load)
	var list []*engine.Rule
	for i, spec := range specs {
		list = append(list, compile(t, c, fmt.Sprintf("r%02d", i), spec))
	}
	set := engine.NewSet(1, list, nil, nil)
	if fused {
		set.Fuser = engine.NewFuser(load)
		t.Cleanup(func() {
			if err := set.Fuser.Close(ctx); err != nil {
				t.Error(err)
			}
		})
		if err := set.Fuser.Fuse(ctx, set); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

// ranIn lists how the set's rules ran.
func ranIn(set *engine.Set) (list []string) {
	for _, r := range set.Rules {
		list = append(list, r.Stats().RanIn)
	}
	return list
}

// sameFigures compares what the rules of two sets count, but for time and memory.
func sameFigures(t *testing.T, a, b *engine.Set) {
	t.Helper()
	for i, r := range a.Rules {
		x, y := r.Stats(), b.Rules[i].Stats()
		if (x.Last == nil) != (y.Last == nil) || x.Last != nil && *x.Last != *y.Last {
			t.Errorf("%s: last errors %v and %v", r.Name, x.Last, y.Last)
		}
		x.Time, x.MemoryPeak, x.RanIn, x.Last, y.Time, y.MemoryPeak, y.RanIn, y.Last = 0, 0, "", nil, 0, 0, "", nil
		if x != y {
			t.Errorf("%s: figures\n%+v apart and\n%+v fused", r.Name, x, y)
		}
	}
}

func TestFusedRulesJudgeAsTheyDoApart(t *testing.T) {
	load := loader(t)
	apart, fused := setOf(t, load, false, mixedRules...), setOf(t, load, true, mixedRules...)
	list := mixedCards(t)
	for range 3 {
		expect(t, judge(t, fused, list), judge(t, apart, list)...)
	}
	for _, card := range list {
		expect(t, judge(t, fused, [][]byte{card}), judge(t, apart, [][]byte{card})...)
	}
	sameFigures(t, apart, fused)
	want := slices.Repeat([]string{"fused"}, len(mixedRules))
	want[7], want[8] = "apart", "apart"
	if got := ranIn(fused); !slices.Equal(got, want) {
		t.Errorf("ran %v, want %v", got, want)
	}
	if s := fused.Rule("r00").Stats(); s.Time <= 0 || s.MemoryPeak <= 0 {
		t.Errorf("time %v and memory %d of a fused rule", s.Time, s.MemoryPeak)
	}
	if s := fused.Rule("r04").Stats(); s.Errors == 0 || !strings.Contains(s.Last.Text, "budget of 900 units") {
		t.Errorf("the dear rule: %+v", s)
	}
}

// Some of a set's rules, or its rules with another version of one, run in the modules there are.
func TestSetsRunInTheModulesThereAre(t *testing.T) {
	load := loader(t)
	apart, fused := setOf(t, load, false, mixedRules...), setOf(t, load, true, mixedRules...)
	list := mixedCards(t)
	names := []string{"r01", "r04", "r05", "r08"}
	some := fused.Only(names)
	expect(t, judge(t, some, list), judge(t, apart.Only(names), list)...)
	if got := ranIn(some); fmt.Sprint(got) != "[fused fused fused apart]" {
		t.Errorf("ran %v", got)
	}
	one := fused.Only([]string{"r06"})
	judge(t, one, list)
	if got := ranIn(one); fmt.Sprint(got) != "[apart]" {
		t.Errorf("a rule without others ran %v", got)
	}
	next := setOf(t, load, false, mixedRules...)
	replaced := slices.Clone(fused.Rules)
	replaced[2] = next.Rules[2]
	changed := engine.NewSet(2, replaced, nil, nil)
	changed.Fuser = fused.Fuser
	expect(t, judge(t, changed, list), judge(t, apart, list)...)
	if got := ranIn(changed); got[2] != "apart" || got[1] != "fused" {
		t.Errorf("ran %v", got)
	}
	if err := fused.Fuser.Fuse(ctx, changed); err != nil {
		t.Fatal(err)
	}
	expect(t, judge(t, changed, list), judge(t, apart, list)...)
	if got := ranIn(changed); got[2] != "fused" {
		t.Errorf("ran %v", got)
	}
}

// A rule that fails too much is quarantined in a fused module as in its own, and the others go on.
func TestQuarantineOfAFusedRule(t *testing.T) {
	load := loader(t)
	specs := []string{mixedRules[0], `{type: Quality, require: 1 / size(client.tags) > 0, message: {en: none}}`, mixedRules[3]}
	apart, fused := setOf(t, load, false, specs...), setOf(t, load, true, specs...)
	list := slices.Repeat(cards(t, `{"kind":"company"}`), 70)
	for i := range 3 {
		expect(t, judge(t, fused, list), judge(t, apart, list)...)
		quarantined := fused.Rule("r01").Quarantine()
		if want := apart.Rule("r01").Quarantine(); (quarantined != nil) != (i > 0) || quarantined != nil && *quarantined != *want {
			t.Errorf("pass %d: quarantine %+v, apart %+v", i, quarantined, want)
		}
	}
	_, unjudged, err := fused.EvaluateOne(ctx, noon, list[0])
	if err != nil || fmt.Sprint(unjudged) != "[r01]" {
		t.Errorf("unjudged %v, %v", unjudged, err)
	}
	if _, _, err := apart.EvaluateOne(ctx, noon, list[0]); err != nil {
		t.Fatal(err)
	}
	sameFigures(t, apart, fused)
	fused.Rule("r01").Resume(0)
	if shown := judge(t, fused, list[:1]); !strings.Contains(shown[0], "r01!") {
		t.Errorf("after its return: %q", shown)
	}
}

// Rules are judged while modules are made and freed.
func TestFusingWhileRulesRun(t *testing.T) {
	load := loader(t)
	specs := slices.Delete(slices.Clone(mixedRules), 4, 5) // the others fail too little to be quarantined
	a := setOf(t, load, false, specs...)
	fuser := engine.NewFuser(load)
	a.Fuser = fuser
	half := a.Only([]string{"r00", "r02", "r03", "r05"})
	list := mixedCards(t)[:8]
	batch := new(abi.Batch)
	for _, card := range list {
		batch.Add(card)
	}
	want := judge(t, setOf(t, load, false, specs...), list)
	var work sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		work.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					if got := judge(t, a, list); !slices.Equal(got, want) {
						t.Errorf("got %q", got)
						return
					}
				}
			}
		})
	}
	for i := range 30 {
		var err error
		switch i % 3 {
		case 0:
			err = fuser.Fuse(ctx, a)
		case 1:
			err = fuser.Fuse(ctx, half)
		default:
			err = fuser.Close(ctx)
		}
		if err != nil {
			t.Error(err)
		}
	}
	close(done)
	work.Wait()
}

// When the modules cannot be made the rules run by themselves.
func TestRulesThatAreNotFusedRunApart(t *testing.T) {
	load := loader(t)
	set := setOf(t, load, false, mixedRules...)
	set.Fuser = engine.NewFuser(func(context.Context, []byte) (engine.Module, error) { return nil, errors.New("no room") })
	if err := set.Fuser.Fuse(ctx, set); err == nil || !strings.Contains(err.Error(), "no room") {
		t.Error(err)
	}
	list := mixedCards(t)
	expect(t, judge(t, set, list), judge(t, setOf(t, load, false, mixedRules...), list)...)
}
