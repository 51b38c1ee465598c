package engine_test

import (
	"testing"

	"assay/rules"
	"assay/rules/builtin"
	"assay/sdk/abi"
	"assay/server/engine"
)

// BenchmarkDefaultRules evaluates the five default rules, figures included; an operation is one
// card with all five.
func BenchmarkDefaultRules(b *testing.B) {
	set, list := defaultRules(b), cards(b, `{"id":1,"kind":"company","name":"A","taxId":"7707083893","manager":"ivanov",
		"channels":[{"id":"h1","type":"phone","value":"+74957480113"}],"contacts":[{"id":"c1","name":"Ann","jobTitle":"buyer"},{"id":"c2","name":"Bob","jobTitle":"head"}]}`)
	b.Run("one card", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if results, _, err := set.EvaluateOne(ctx, noon, list[0]); err != nil || len(results) > 0 {
				b.Fatal(results, err)
			}
		}
	})
	b.Run("batch", func(b *testing.B) {
		batch := new(abi.Batch)
		for !batch.Full() {
			batch.Add(list[0])
		}
		b.ReportAllocs()
		for done := 0; done < b.N; done += batch.Len() {
			if _, _, err := set.Evaluate(ctx, noon, batch); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func defaultRules(t testing.TB) *engine.Set {
	t.Helper()
	c := compiler(t)
	var list []*engine.Rule
	for _, d := range builtin.All() {
		o, err := rules.ParseOne(d.Manifest, rules.ParseOptions{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.Compile(ctx, o.(*rules.Rule))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := r.Close(ctx); err != nil {
				t.Error(err)
			}
		})
		list = append(list, r)
	}
	return engine.NewSet(1, list, nil, nil)
}
