package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"assay/sdk/abi"
	"assay/server/engine"
)

// patient is a rule whose records fail when fails says so, at a cost, and a set of it and a rule
// on another module that never fails.
type patient struct {
	*engine.Rule
	set    *engine.Set
	record int // judged so far
	fails  func(record int) bool
	fuel   int64
	alarms int
}

func newPatient(t *testing.T, fails func(record int) bool) *patient {
	t.Helper()
	p := &patient{fails: fails, fuel: 100}
	g := newGuest(func(int) ([]byte, error) {
		p.record++
		if p.fails(p.record) {
			return nil, fmt.Errorf("record %d failed", p.record)
		}
		return nil, nil
	})
	g.fuel = func(int) int64 { return p.fuel }
	p.Rule = compile(t, g.compiler(t), "patient", moduleSpec("Quality", "plain", ""))
	p.Alarm = func() { p.alarms++ }
	healthy := compile(t, compiler(t), "healthy", `{type: Quality, require: 'client.name != ""', message: {en: x}}`)
	p.set = engine.NewSet(1, []*engine.Rule{p.Rule, healthy}, nil, nil)
	return p
}

// judge has so many records judged, in batches, until the rule is quarantined.
func (p *patient) judge(t *testing.T, records, batch int) {
	t.Helper()
	b := new(abi.Batch)
	for range batch {
		b.Add(cards(t, `{}`)[0])
	}
	for done := 0; done < records && p.Judging(); done += batch {
		results, unjudged, err := p.set.Evaluate(ctx, noon, b)
		if err != nil || len(unjudged) > 0 || len(results) != batch {
			t.Fatalf("%d results, unjudged %v, %v", len(results), unjudged, err)
		}
	}
}

// dearFuel is what makes a failure a twentieth of what all may waste.
const dearFuel = 100_000_000

func TestARuleThatFailsTooMuchIsQuarantined(t *testing.T) {
	never := func(int) bool { return false }
	every := func(n int) func(int) bool { return func(record int) bool { return record%n == 0 } }
	after := func(n int) func(int) bool { return func(record int) bool { return record > n } }
	for name, c := range map[string]struct {
		fails func(int) bool
		fuel  int64
		at    int // the record that is one too many, 0 for none
		dear  bool
	}{
		"none":                            {never, abi.DefaultFuel, 0, false},
		"one in a thousand":               {every(1000), dearFuel, 0, false},
		"one in two":                      {every(2), 100, 0, false},
		"two in three":                    {func(r int) bool { return r%3 != 0 }, 100, 100, false},
		"all":                             {every(1), 100, 100, false},
		"all, from some day on":           {after(5000), 100, 5100, false},
		"ninety-nine in a row":            {func(r int) bool { return r > 1000 && r%100 != 0 && r < 1100 }, 100, 0, false},
		"two in three, from some on":      {func(r int) bool { return r > 5000 && r%3 != 0 }, 100, 5752, false},
		"one in ten, each dear":           {every(10), abi.DefaultFuel, 0, false},
		"one in nine, each dear":          {every(9), abi.DefaultFuel, 909, true},
		"all, each dear":                  {after(300), dearFuel, 321, true},
		"many dear ones over a long time": {every(21), 40_000_000, 0, false},
	} {
		for _, batch := range []int{1, 7} {
			p := newPatient(t, c.fails)
			p.fuel = c.fuel
			p.judge(t, 12_000, batch)
			q := p.Quarantine()
			switch {
			case c.at == 0 && q != nil:
				t.Errorf("%s, by %d: quarantined at record %d: %+v", name, batch, p.record, q)
			case c.at > 0 && (q == nil || p.record < c.at || p.record >= c.at+batch || q.Dear != c.dear || !q.Since.Equal(noon) || q.Last == ""):
				t.Errorf("%s, by %d: at record %d: %+v, want it at %d", name, batch, p.record, q, c.at)
			case (p.alarms == 1) != (c.at > 0):
				t.Errorf("%s, by %d: %d alarms", name, batch, p.alarms)
			}
		}
	}
}

func TestAQuarantinedRuleIsNotAskedAndTheOthersAre(t *testing.T) {
	p := newPatient(t, func(int) bool { return true })
	p.judge(t, 200, 10)
	asked := p.record
	for _, set := range []*engine.Set{p.set, p.set.Only([]string{"patient", "healthy"})} {
		results, unjudged, err := set.EvaluateOne(ctx, noon, cards(t, `{}`)[0])
		if err != nil || len(results) != 1 || results[0].Rule != "healthy" || !slices.Equal(unjudged, []string{"patient"}) || p.record != asked {
			t.Errorf("results %+v, unjudged %v, %v; asked %d times more", results, unjudged, err, p.record-asked)
		}
	}
	if only := p.set.Only([]string{"patient"}); only.Judging() || !p.set.Judging() {
		t.Error("a set without a rule that judges says that it does, or the other way round")
	}
	if s := p.Stats(); s.Evaluated != 100 || s.Errors != 100 {
		t.Errorf("figures %+v", s)
	}
	p.Resume(0)
	if _, unjudged, err := p.set.EvaluateOne(ctx, noon, nil); err != nil || len(unjudged) > 0 || p.record != asked+1 {
		t.Errorf("after its return: unjudged %v, %v; asked %d times", unjudged, err, p.record-asked)
	}
}

// Clients that a rule fails on may stand together; a trial has shown that most are well.
func TestAfterAGoodTrialTheNumberOfFailuresIsBorne(t *testing.T) {
	p := newPatient(t, func(int) bool { return true })
	p.judge(t, 100, 10)
	p.Resume(5000)
	p.judge(t, 5000, 10)
	if q := p.Quarantine(); q != nil {
		t.Fatalf("within the time of grace: %+v", q)
	}
	p.judge(t, 10, 10)
	if p.Judging() {
		t.Error("the time of grace never ends")
	}
	p.Resume(5000)
	p.fuel = dearFuel
	p.judge(t, 30, 1)
	if q := p.Quarantine(); q == nil || !q.Dear || q.Failed != 21 {
		t.Errorf("dear failures: %+v", q)
	}
}

func TestATrialSaysWhatSpeaksAgainstTheReturn(t *testing.T) {
	list := make([][]byte, 400)
	for i := range list {
		list[i] = cards(t, `{}`)[0]
	}
	for name, c := range map[string]struct {
		fails func(int) bool
		fuel  int64
		want  string
	}{
		"well":             {func(int) bool { return false }, dearFuel, "<nil>"},
		"half":             {func(r int) bool { return r%2 == 0 }, 100, "<nil>"},
		"more":             {func(r int) bool { return r%4 != 0 }, 100, "204 of 272, dear false"}, // and no further
		"one in ten":       {func(r int) bool { return r%10 == 0 }, abi.DefaultFuel, "<nil>"},
		"one in ten, dear": {func(r int) bool { return r%10 == 0 }, dearFuel, "9 of 96, dear true"},
	} {
		p := newPatient(t, c.fails)
		p.fuel = c.fuel
		q, err := p.Try(ctx, noon, list)
		got := "<nil>"
		if q != nil {
			got = fmt.Sprintf("%d of %d, dear %v", q.Failed, q.Judged, q.Dear)
		}
		if got != c.want || err != nil || p.Stats().Evaluated != 0 || !p.Judging() {
			t.Errorf("%s: %s, %v, want %s; evaluated %d", name, got, err, c.want, p.Stats().Evaluated)
		}
	}
	p := newPatient(t, func(int) bool { return false })
	if q, err := p.Try(ctx, noon, nil); q != nil || err != nil {
		t.Errorf("on an empty base: %+v, %v", q, err)
	}
}

// Rules that share a module stay apart: the one goes, the other is asked.
func TestQuarantineIsOfARuleAndNotOfItsModule(t *testing.T) {
	g := newGuest(func(int) ([]byte, error) { return nil, errors.New("no") })
	gc := g.compiler(t)
	first, second := compile(t, gc, "first", moduleSpec("Quality", "plain", "")), compile(t, gc, "second", moduleSpec("Quality", "licence", ""))
	both := engine.NewSet(1, []*engine.Rule{first, second}, nil, nil)
	alone := both.Only([]string{"first"})
	for range 100 {
		if _, _, err := alone.EvaluateOne(ctx, noon, nil); err != nil {
			t.Fatal(err)
		}
	}
	results, unjudged, err := both.EvaluateOne(ctx, noon, nil)
	if err != nil || len(results) != 1 || results[0].Rule != "second" || !slices.Equal(unjudged, []string{"first"}) {
		t.Errorf("results %+v, unjudged %v, %v", results, unjudged, err)
	}
}
