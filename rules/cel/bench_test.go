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

// richChecks are large for what people write.
var richChecks = []cel.Check{
	{Name: "arithmetic", Type: "Quality", Require: `client.activity.purchases == 0 || client.activity.revenue / double(client.activity.purchases) < 1000000.0 && client.activity.interactions * 2 + client.revision - 7 > client.completeness % 10`,
		Message: map[string]string{"en": "{{ client.name }}: {{ client.activity.revenue }}"}},
	{Name: "texts", Type: "Quality", Require: `client.legalForm + " " + client.name != client.holding && !(client.region + client.country).contains("??") && size(client.name + client.notes) < 1000 && client.taxId.matches("^[0-9]+$")`,
		Message: map[string]string{"en": "{{ client.legalForm + client.name }} {{ client.nextContactAt }} {{ size(client.tags) }}"}},
	{Name: "collections", Type: "Quality", Require: `cel.bind(names, client.contacts.filter(c, c.jobTitle != "").map(c, c.name + " " + c.jobTitle), sets.contains(names, ["a b"]) || {"a": 1, "b": names.size()}["b"] > 3 && names.exists(n, n in client.tags))`,
		Message: map[string]string{"en": "{{ client.name }}"}},
	{Name: "dynamic", Type: "Quality", Require: `[dyn(client.id), dyn(client.name), dyn(now), dyn(client.tags)].all(x, x != dyn(1) && x == dyn("a") || x in [dyn(2), dyn("b")]) && dyn(client.activity.revenue) * dyn(2.0) + dyn(1.0) > dyn(3)`,
		Message: map[string]string{"en": "{{ client.activity.revenue }} {{ now - duration(\"24h\") }}"}},
	{Name: "sorted", Type: "Quality", ForEachIn: "client.contacts", ForEachAs: "c", Path: "contacts[].name",
		Require: `math.greatest(client.contracts.map(k, k.amount) + [0.0]) > 10.0 || c.channels.map(h, h.value).sort().distinct().reverse().slice(0, 1) == [c.name] || c.name in client.tags.map(t, t + "!")`,
		Message: map[string]string{"en": "{{ c.name }}: {{ string(size(c.channels)) + \"!\" }}", "ru": "{{ c.jobTitle }}"}},
}

// BenchmarkLoad is a rule from its text to the module the host evaluates.
func BenchmarkLoad(b *testing.B) {
	env := newEnv(b, customFields...)
	for _, c := range append(append([]cel.Check{}, fiveChecks...), richChecks...) {
		b.Run(c.Name, func(b *testing.B) {
			size := 0
			for b.Loop() {
				module := compile(b, env, c).Wasm
				m, err := host.Load(context.Background(), module)
				if err != nil {
					b.Fatal(err)
				}
				size = len(module)
				_ = m.Close(context.Background())
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
			checks := []abi.Configured{{Check: c.Name, Isolation: abi.IsolateNone}}
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

// benchCard is the card of a benchClient.
func benchCard(b *testing.B, i int) []byte { return cardOf(b, benchClient(i)) }

// benchClient is a client of about 600 bytes; each tenth lacks everything.
func benchClient(i int) *crm.Client {
	if i%10 == 0 {
		return &crm.Client{Kind: "company", Name: "ООО «Пустое»"}
	}
	return &crm.Client{
		ID: int64(i), Kind: "company", Name: fmt.Sprint("ООО «Ромашка ", i, "»"), TaxID: "7707083893", Manager: "ivanov", Region: "Москва",
		Channels:      []crm.Channel{{ID: "h1", Type: "phone", Value: "+74957480113"}},
		Contacts:      []crm.Contact{{ID: "c1", Name: "Семакова Лидия", JobTitle: "бухгалтер"}, {ID: "c2", Name: "Петров Иван", JobTitle: "директор"}},
		NextContactAt: at("2027-03-20T09:30:00Z"), Activity: crm.Activity{Revenue: 15200050},
		Fields: map[string]crm.Value{"gln": crm.StringValue("4607001234567"), "staff": {Type: "integer", Integer: 12}},
	}
}
