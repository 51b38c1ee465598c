package wasm_test

import (
	"fmt"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/server/wasm"
)

// matchCard makes the guest of call.wat match a pattern with no text.
func matchCard(pattern string) []byte {
	const argument = 16
	return callCard(abi.CallMatch, []any{uint32(callArgument + argument), uint32(len(pattern)), uint32(0), uint32(0)}, pattern)
}

// What parsing takes is paid for, the first time and every other, and what would take too long is not done.
func TestParsingAPatternIsPaidFor(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "call.wasm"))
	tests := map[string]struct {
		pattern string
		result  int64
		least   int64
	}{
		"plain":       {`[B-\x{e900}]`, 0, 0},
		"folded":      {`(?i)[B-\x{e900}]`, 0, 6 * (0xe900 - 'B')},
		"properties":  {`[\pL\PL]`, 0, 6 * 5000},
		"much folded": {`(?i)` + strings.Repeat(`[B-\x{1e900}]`, 300), -1, 6 * 300 * (0x1e900 - 'B')},
		"nested":      {strings.Repeat("(?:", 600) + strings.Repeat("^$)", 600), -1, 6 * 600 * 600},
		"optional":    {`^` + strings.Repeat(`a?b?`, 200) + `$`, 1, 200 * 1600},
	}
	for name, test := range tests {
		card := matchCard(test.pattern)
		if len(card) > abi.MaxPatternBytes+100 {
			t.Fatalf("%s: a card of %d bytes", name, len(card))
		}
		got := callAll(t, m, card, card)
		for _, c := range got {
			fuelOut := c.fault != nil && strings.Contains(c.fault.Error(), "fuel")
			if !fuelOut && (c.fault != nil || c.result != test.result || c.spent < test.least) {
				t.Errorf("%s: got %d for %d units (%v), want %d for %d or more", name, c.result, c.spent, c.fault, test.result, test.least)
			}
			if fuelOut && test.least < abi.MaxFuel {
				t.Errorf("%s: %v", name, c.fault)
			}
		}
		if got[0].spent != got[1].spent {
			t.Errorf("%s: %d units, then %d", name, got[0].spent, got[1].spent)
		}
	}
}

// The patterns of all modules are kept within 8 MiB. A module that makes up more drops its own.
func TestKeptPatterns(t *testing.T) {
	h := newHost(t, nil)
	m := load(t, h, readGuest(t, "call.wasm"))
	callAll(t, m, matchCard(`^x+$`))
	own, _ := wasm.KeptPatterns(h, m)
	hoarder := load(t, h, append(readGuest(t, "call.wasm"), 0, 2, 1, 'x')) // a custom section makes it another module
	var cards [][]byte
	for i := range 40 {
		cards = append(cards, matchCard(fmt.Sprintf("%d(?:xyzwvuts){899}", i)))
	}
	callAll(t, hoarder, cards...)
	kept, all := wasm.KeptPatterns(h, hoarder)
	if all > 8<<20 || kept < 4<<20 {
		t.Errorf("%d bytes of patterns are kept, %d of the hoarder", all, kept)
	}
	if still, _ := wasm.KeptPatterns(h, m); own == 0 || still != own {
		t.Errorf("the other module has %d bytes of patterns, had %d", still, own)
	}
	if err := hoarder.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kept, all := wasm.KeptPatterns(h, hoarder); kept != 0 || all != own {
		t.Errorf("%d bytes of patterns are kept of a closed module, %d of all", kept, all)
	}
}

// A pattern in use stays while others are made up.
func TestAPatternInUseIsKept(t *testing.T) {
	h := newHost(t, nil)
	m := load(t, h, readGuest(t, "call.wasm"))
	cards := [][]byte{matchCard(`in use`)}
	for i := range 18 { // 13 of them fit
		cards = append(cards, matchCard(fmt.Sprintf("%d(?:xyzwvuts){899}", i)))
		if i == 9 {
			cards = append(cards, cards[0])
		}
	}
	callAll(t, m, cards...)
	if !wasm.KeepsPattern(h, m, `in use`) || wasm.KeepsPattern(h, m, `0(?:xyzwvuts){899}`) {
		t.Error("the pattern in use was dropped, or the one that was not is kept")
	}
}
