package cel_test

import (
	"context"
	"fmt"
	"testing"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
)

// BenchmarkCompile is a rule from its text to its module, in an Env that serves all rules.
func BenchmarkCompile(b *testing.B) {
	env := newEnv(b)
	for _, c := range fiveChecks {
		b.Run(c.Name, func(b *testing.B) {
			size := 0
			for b.Loop() {
				size = len(compile(b, env, c).Wasm)
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}

// BenchmarkNewEnv is what a change of the declared fields costs, up to the first compilation.
func BenchmarkNewEnv(b *testing.B) {
	for b.Loop() {
		compile(b, newEnv(b, customFields...), fiveChecks[0])
	}
}

// BenchmarkEvaluate is one check over a batch of about 48 KiB of cards, a tenth of them bad.
func BenchmarkEvaluate(b *testing.B) {
	env := newEnv(b, customFields...)
	extra := []cel.Check{
		{Name: "filter-text", Type: "Segmentation", Label: `client.region == "Москва" && client.name.contains("ромашка") ? "a" : ""`},
		{Name: "filter-time", Type: "Segmentation", Label: `client.nextContactAt < now && client.activity.revenue > 1000.0 ? "a" : ""`},
		{Name: "filter-custom", Type: "Segmentation", Label: `client.fields.staff > 10 && client.fields.gln != "" ? "a" : ""`},
		{Name: "filter-match", Type: "Segmentation", Label: `client.taxId.matches("^[0-9]{10}$") ? "a" : ""`},
	}
	var batch abi.Batch
	for i := 0; !batch.Full(); i++ {
		batch.Add(benchCard(b, i))
	}
	for _, c := range append(append([]cel.Check{}, fiveChecks...), extra...) {
		b.Run(c.Name, func(b *testing.B) {
			m := load(b, compile(b, env, c).Wasm)
			checks := []abi.Configured{{Check: c.Name}}
			count := 0
			for b.Loop() {
				err := m.Evaluate(context.Background(), evaluationTime, checks, &batch, func(_, _ int, _ []byte, fault error) {
					if fault != nil {
						b.Fatal(fault)
					}
				})
				if err != nil {
					b.Fatal(err)
				}
				count += batch.Len()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(count), "ns/card")
		})
	}
}

// benchCard is a client of about 600 bytes; each tenth lacks everything.
func benchCard(b *testing.B, i int) []byte {
	if i%10 == 0 {
		return cardOf(b, &crm.Client{Kind: "company", Name: "ООО «Пустое»"})
	}
	return cardOf(b, &crm.Client{
		ID: int64(i), Kind: "company", Name: fmt.Sprint("ООО «Ромашка ", i, "»"), TaxID: "7707083893", Manager: "ivanov", Region: "Москва",
		Channels:      []crm.Channel{{ID: "h1", Type: "phone", Value: "+74957480113"}},
		Contacts:      []crm.Contact{{ID: "c1", Name: "Семакова Лидия", JobTitle: "бухгалтер"}, {ID: "c2", Name: "Петров Иван", JobTitle: "директор"}},
		NextContactAt: at("2027-03-20T09:30:00Z"), Activity: crm.Activity{Revenue: 15200050},
		Fields: map[string]crm.Value{"gln": crm.StringValue("4607001234567"), "staff": {Type: "integer", Integer: 12}},
	})
}
