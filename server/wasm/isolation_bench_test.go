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
