package wasm_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/server/wasm"
)

func newProfilingHost(t testing.TB) *wasm.Host {
	t.Helper()
	h, err := wasm.New(t.Context(), wasm.Config{ClientJSON: clientJSON, Phone: func(string, string) bool { return true }, Profile: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close(context.Background()) })
	return h
}

// profiled is a check's profile over a batch and what its records spent.
func profiled(t *testing.T, m *wasm.Module, check abi.Configured, batch *abi.Batch) (p *wasm.Profile, spent int64) {
	t.Helper()
	p = new(wasm.Profile)
	err := m.Profile(t.Context(), evaluationTime, check, batch, abi.Receiver{Spent: func(_, _ int, fuel int64) { spent += fuel }}, p)
	if err != nil {
		t.Fatal(err)
	}
	return p, spent
}

// lines is a profile's table.
func lines(p *wasm.Profile) (list []string) {
	for _, f := range p.Functions() {
		list = append(list, fmt.Sprintf("%s %d*: %d, %d", f.Function, f.Calls, f.Self, f.Cumulative))
	}
	return list
}

// What each function of calls.wat spends by itself is what its instructions cost, whoever paid for them.
func TestProfile(t *testing.T) {
	m := load(t, newProfilingHost(t), readGuest(t, "profile/calls.wasm"))
	p, spent := profiled(t, m, abi.Configured{Check: "licence"}, batchOf("a"))
	got := lines(p)
	want := []string{
		"assay.call now 2*: 600, 600",  // 300 each, one through the table
		"assay_evaluate 1*: 537, 1575", // the calls, of which two may be of assay.call, and 128 for memory.fill
		"func[5] 11*: 264, 264",        // 20 for the division, 2 others, 2 for the charge
		"func[6] 5*: 65, 305",          // 11 and 2
		"func[7] 1*: 62, 367",          // 5 turns of 12, 2 at the entry
		"func[8] 4*: 44, 44",           // 9 and 2, those inside one another counted once
		"func[9] 1*: 3, 3",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if p.Fuel() != spent || spent != 1575 {
		t.Errorf("the profile has %d units, the record spent %d", p.Fuel(), spent)
	}
	if m.Named() {
		t.Error("the module names no function")
	}
}

// A trap ends all calls that are open; the next record begins anew.
func TestProfileOfATrap(t *testing.T) {
	m := load(t, newProfilingHost(t), readGuest(t, "profile/calls.wasm"))
	for name, isolation := range isolations {
		check := abi.Configured{Check: "licence", Isolation: isolation}
		p, spent := profiled(t, m, check, batchOf("a", "t", "a", "t"))
		if p.Fuel() != spent {
			t.Errorf("%s: the profile has %d units, the records spent %d", name, p.Fuel(), spent)
		}
		for _, f := range p.Frames() {
			if top := f.Caller < 0; top != (f.Function == abi.ExportEvaluate) {
				t.Errorf("%s: %s is called by frame %d", name, f.Function, f.Caller)
			}
		}
		if trap := p.Functions()[len(p.Functions())-1]; trap.Function != "func[11]" || trap.Calls != 2 {
			t.Errorf("%s: the least is %+v", name, trap)
		}
	}
}

// The frames are the same tree that the table sums up: what a frame calls comes after it.
func TestFrames(t *testing.T) {
	m := load(t, newProfilingHost(t), readGuest(t, "profile/calls.wasm"))
	p, spent := profiled(t, m, abi.Configured{Check: "licence"}, batchOf("a", "a"))
	sum, ways := int64(0), []string{}
	frames := p.Frames()
	for i, f := range frames {
		sum += f.Self
		way := f.Function
		for at := f.Caller; at >= 0; at = frames[at].Caller {
			if at >= i {
				t.Fatalf("frame %d is called by frame %d", i, at)
			}
			way = frames[at].Function + " " + way
		}
		ways = append(ways, fmt.Sprintf("%s %d", way, f.Calls))
	}
	if sum != spent {
		t.Errorf("the frames have %d units, the records spent %d", sum, spent)
	}
	if want := "assay_evaluate func[7] func[6] func[5] 20"; !slices.Contains(ways, want) {
		t.Errorf("%q is not in %q", want, ways)
	}
}

// To the unit, for modules of every kind: in C and Go, hostile ones, such that cannot be set back, and commands.
func TestProfilesAreWhatRecordsSpend(t *testing.T) {
	h := newProfilingHost(t)
	good := cardOf(company, "", "7707083893", "small", 1, person{"c1", "Anna", "", 1})
	cards := batchOf(good, cardOf(company, "", "", "", 0), "panic", "sleep", good)
	check := func(t *testing.T, guest []byte, batch *abi.Batch, checks ...abi.Configured) {
		t.Helper()
		m, err := h.Load(t.Context(), guest)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close(t.Context())
		for name, isolation := range isolations {
			for _, c := range isolated(isolation, checks...) {
				p, spent := profiled(t, m, c, batch)
				if p.Fuel() != spent {
					t.Errorf("%s, isolated %s: the profile has %d units, the records spent %d", c.Check, name, p.Fuel(), spent)
				}
				for _, f := range p.Frames() {
					if f.Self < 0 || f.Calls < 0 {
						t.Errorf("%s, isolated %s: %+v", c.Check, name, f)
					}
				}
			}
		}
	}
	for name, guest := range map[string]struct {
		build  func() ([]byte, error)
		batch  *abi.Batch
		checks []abi.Configured
	}{
		"C":          {buildC, cards, allRules},
		"Go":         {buildGo, cards, []abi.Configured{{Check: "tax-id"}}},
		"C command":  {buildManager, cards, command},
		"Go command": {buildStdioGo, batchOf(good, good), command},
	} {
		t.Run(name, func(t *testing.T) {
			built, err := guest.build()
			if err != nil {
				t.Fatal(err)
			}
			check(t, built, guest.batch, guest.checks...)
		})
	}
	sources, err := filepath.Glob("testdata/hostile*/*.wasm")
	if err != nil || len(sources) == 0 {
		t.Fatal("no modules", err)
	}
	overwritesItsSpend := []string{"table.wasm", "table-fuel.wasm"}
	for _, source := range sources {
		if slices.Contains(overwritesItsSpend, filepath.Base(source)) {
			continue
		}
		t.Run(filepath.Base(source), func(t *testing.T) {
			guest, err := os.ReadFile(source)
			if err != nil {
				t.Fatal(err)
			}
			c := abi.Configured{Check: "licence", Fuel: 300_000}
			if strings.Contains(source, "stdio") {
				c.Check = abi.CommandCheck
			}
			check(t, guest, batchOf(cardOf(3, "", "", "", 0), cardOf(2, "", "", "", 0), cardOf(1, "", "", "", 0)), c)
		})
	}
}

// What is made anew for each record has a place of its own.
func TestProfileOfAModuleThatCannotBeSetBack(t *testing.T) {
	m := load(t, newProfilingHost(t), readGuest(t, "hostile/state-table.wasm"))
	p, _ := profiled(t, m, abi.Configured{Check: "licence"}, batchOf("a", "b"))
	at := slices.IndexFunc(p.Frames(), func(f wasm.Frame) bool {
		return f.Function == "(start and configure, anew for the record)" && f.Calls == 2 && f.Self > 0
	})
	if at < 0 {
		t.Errorf("%q", lines(p))
	}
}

func TestProfileAsksForAHostThatIsMadeForIt(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "profile/calls.wasm"))
	err := m.Profile(t.Context(), evaluationTime, abi.Configured{Check: "licence"}, batchOf("a"), abi.Receiver{}, new(wasm.Profile))
	if !errors.Is(err, wasm.ErrNotProfiling) {
		t.Errorf("%v", err)
	}
}
