package wasm_test

import (
	"strings"
	"testing"

	"assay/rules/builtin"
	"assay/sdk/abi"
	"assay/server/wasm"
	"assay/server/wasm/internal/instrument"
	"assay/server/wasm/internal/meter"
)

// benchCard is a clean card of about 600 bytes with two contacts: nothing to report, everything to
// look at.
var benchCard = []byte(cardOf(company, "ivanov", "7707083893", "small", 1,
	person{"c1", "Семакова Лидия Васильевна", "бухгалтер", 1}, person{"c2", strings.Repeat("и", 12), "директор", 1}))

// BenchmarkFiveChecks evaluates the five default checks in C over a batch; an operation is one
// card with all five.
func BenchmarkFiveChecks(b *testing.B) {
	m := loadBuilt(b, buildC)
	b.Run("batch", func(b *testing.B) {
		batch := new(abi.Batch)
		for !batch.Full() {
			batch.Add(benchCard)
		}
		benchmark(b, m, allRules[:5], batch)
	})
	b.Run("one card", func(b *testing.B) {
		batch := new(abi.Batch)
		batch.Add(benchCard)
		benchmark(b, m, allRules[:5], batch)
	})
}

// BenchmarkMeter is what the meter costs: the default rules and both guests with it and without it.
func BenchmarkMeter(b *testing.B) {
	batch := new(abi.Batch)
	for !batch.Full() {
		batch.Add(benchCard)
	}
	goGuest, err := buildGo()
	if err != nil {
		b.Fatal(err)
	}
	cGuest, err := buildC()
	if err != nil {
		b.Fatal(err)
	}
	for _, metered := range []string{"no", "yes"} {
		h := newHost(b, nil)
		if metered == "no" {
			wasm.Unmeter(h)
		}
		run := func(name string, guest []byte, checks []abi.Configured) {
			m := load(b, h, guest)
			b.Run(name+"/metered="+metered, func(b *testing.B) { benchmark(b, m, checks, batch) })
		}
		for _, d := range builtin.All() {
			run(d.Name, d.Wasm, []abi.Configured{{Check: d.Name}})
		}
		run("C", cGuest, allRules[:5])
		run("Go", goGuest, []abi.Configured{{Check: "tax-id"}})
	}
}

func BenchmarkGoGuest(b *testing.B) {
	m := loadBuilt(b, buildGo)
	batch := new(abi.Batch)
	for !batch.Full() {
		batch.Add(benchCard)
	}
	benchmark(b, m, []abi.Configured{{Check: "tax-id"}}, batch)
}

func benchmark(b *testing.B, m *wasm.Module, checks []abi.Configured, batch *abi.Batch) {
	yield := func(_, _ int, _ []byte, fault error) {
		if fault != nil {
			b.Error(fault)
		}
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(benchCard)))
	checks = isolated(abi.IsolateNone, checks...)
	for done := 0; done < b.N; done += batch.Len() {
		if err := m.Evaluate(b.Context(), evaluationTime, checks, batch, yield); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLoad is what an upload costs: check, instrument, compile or read from the cache, start.
func BenchmarkLoad(b *testing.B) {
	h := newHost(b, nil)
	for name, build := range map[string]func() ([]byte, error){"C": buildC, "Go": buildGo} {
		guest, err := build()
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := load(b, h, guest).Close(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkInstrument is the part of a load that reads every instruction of the module.
func BenchmarkInstrument(b *testing.B) {
	guest, err := buildGo()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(guest)))
	for b.Loop() {
		m, err := instrument.Parse(guest, instrument.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		metered, err := meter.Rewrite(m, meter.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := m.Append(metered); err != nil {
			b.Fatal(err)
		}
	}
}
