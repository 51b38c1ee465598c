package wasm_test

import (
	"fmt"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/server/wasm"
)

// trialOf tries out a command on 24 cards, of which card says what they are.
func trialOf(t *testing.T, m *wasm.Module, fuel int64, card func(i int) string) abi.Determinism {
	t.Helper()
	var list [][]byte
	for i := range 24 {
		list = append(list, []byte(card(i)))
	}
	d, err := m.Determinism(t.Context(), abi.Configured{Check: abi.CommandCheck, Isolation: abi.IsolateBatch, Fuel: fuel}, evaluationTime, list)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A trial that ends before it can tell says what the check failed with, and a budget that is enough after some clients
// only is no dependence on them.
func TestWhatATrialSaysOfFailures(t *testing.T) {
	m := load(t, newHost(t, nil), built(t, buildStdioGo))
	const dear = 60_000_000
	all := trialOf(t, m, dear, func(int) string { return "loop" })
	if want := "clients of the trial; client 1: fuel: _start spent more than its budget of 60000000 units of fuel"; !all.Undecided || !all.Failed || !all.TooDear || !strings.Contains(all.Reason, "check stdio: it could judge none of the ") || !strings.HasSuffix(all.Reason, want) {
		t.Errorf("all fail: %+v", all)
	}
	some := trialOf(t, m, dear, func(i int) string {
		if i == 1 {
			return "Anna"
		}
		return "loop"
	})
	if !some.Undecided || some.Failed || !strings.Contains(some.Reason, "could not tell") || !strings.Contains(some.Reason, "it failed on ") || !strings.Contains(some.Reason, "; client 1: fuel: ") {
		t.Errorf("most fail: %+v", some)
	}
	same := trialOf(t, m, dear, func(int) string { return "panic" })
	if !same.Deterministic || same.Reason != "" {
		t.Errorf("all fail alike, and cheaply: %+v", same)
	}
}

// The first client of a start pays for what the program prepares then: those behind it have enough, and alone they have not.
func TestATrialAsksForFuelThatIsEnoughInEveryOrder(t *testing.T) {
	m := load(t, newHost(t, nil), built(t, buildStdioGo))
	spend := func(fuel int64) int64 {
		return spends(t, m, []abi.Configured{{Check: abi.CommandCheck, Fuel: fuel}}, []string{"A"}, 1)[`0 "A"`]
	}
	start := spend(1) - 1
	enough := spend(0) - start
	card := func(i int) string { return "A" + strings.Repeat("nna", 10*min(i, 1)) }
	d := trialOf(t, m, enough, card)
	if want := fmt.Sprintf("check stdio: %d units of fuel are not enough for client 2 of the trial", enough); !d.Undecided || !d.TooDear || d.Deterministic || d.Reason != want {
		t.Errorf("%+v, want %s", d, want)
	}
	if d := trialOf(t, m, 3*enough, card); !d.Deterministic || d.Undecided {
		t.Errorf("with more: %+v", d)
	}
}
