package wasm_test

import (
	"testing"

	"assay/rules/builtin"
	"assay/sdk/abi"
	"assay/server/wasm"
)

// BenchmarkIsolation is what it costs that a module does not see the records before: an operation is
// one card, with all five of the default rules in the order of an intake (one card) or a sweep (a batch).
func BenchmarkIsolation(b *testing.B) {
	h := newHost(b, nil)
	goGuest, err := buildGo()
	if err != nil {
		b.Fatal(err)
	}
	cGuest, err := buildC()
	if err != nil {
		b.Fatal(err)
	}
	one, full := new(abi.Batch), new(abi.Batch)
	one.Add(benchCard)
	for !full.Full() {
		full.Add(benchCard)
	}
	for _, mode := range []string{"none", "batch", "record"} {
		for size, batch := range map[string]*abi.Batch{"one card": one, "batch": full} {
			run := func(name string, runs []moduleCheck) {
				b.Run(name+"/"+mode+"/"+size, func(b *testing.B) { benchmarkAll(b, runs, batch) })
			}
			var five []moduleCheck
			for _, d := range builtin.All() {
				five = append(five, moduleCheck{load(b, h, d.Wasm), isolated(isolations[mode], abi.Configured{Check: d.Name})})
			}
			run("CEL", five)
			run("C", []moduleCheck{{load(b, h, cGuest), isolated(isolations[mode], allRules[:5]...)}})
			run("Go", []moduleCheck{{load(b, h, goGuest), isolated(isolations[mode], abi.Configured{Check: "tax-id"})}})
		}
	}
}

// BenchmarkTraps is a card that traps, or that makes a Go guest exit, which ends its instance.
func BenchmarkTraps(b *testing.B) {
	h := newHost(b, nil)
	goGuest, err := buildGo()
	if err != nil {
		b.Fatal(err)
	}
	guests := map[string]struct {
		wasm  []byte
		check abi.Configured
		card  string
	}{
		"small": {readGuest(b, "guest.wasm"), quality, "t"},
		"Go":    {goGuest, abi.Configured{Check: "tax-id"}, "panic"},
	}
	for name, g := range guests {
		m := load(b, h, g.wasm)
		for _, mode := range []string{"none", "record"} {
			b.Run(name+"/"+mode, func(b *testing.B) {
				batch, checks := batchOf(g.card), isolated(isolations[mode], g.check)
				for b.Loop() {
					if err := m.Evaluate(b.Context(), evaluationTime, checks, batch, func(int, int, []byte, error) {}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkDeterminism is the trial of a check with 24 cards.
func BenchmarkDeterminism(b *testing.B) {
	h := newHost(b, nil)
	var cards [][]byte
	for range 24 {
		cards = append(cards, benchCard)
	}
	for name, build := range map[string]func() ([]byte, error){"C": buildC, "Go": buildGo} {
		guest, err := build()
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				m := load(b, h, guest)
				d, err := m.Determinism(b.Context(), abi.Configured{Check: "tax-id"}, evaluationTime, cards)
				if err != nil || !d.Deterministic {
					b.Fatal(d, err)
				}
				if err := m.Close(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// moduleCheck is a module and the checks to run on it.
type moduleCheck struct {
	module *wasm.Module
	checks []abi.Configured
}

func benchmarkAll(b *testing.B, runs []moduleCheck, batch *abi.Batch) {
	yield := func(_, _ int, _ []byte, fault error) {
		if fault != nil {
			b.Error(fault)
		}
	}
	b.ReportAllocs()
	for done := 0; done < b.N; done += batch.Len() {
		for _, r := range runs {
			if err := r.module.Evaluate(b.Context(), evaluationTime, r.checks, batch, yield); err != nil {
				b.Fatal(err)
			}
		}
	}
}
