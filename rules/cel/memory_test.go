package cel_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/wasm"
)

const page = 64 << 10

// makers are checks that make values, dynamic ones too, and results that hold something of the record.
var makers = []cel.Check{
	{Name: "makes", Type: "Quality", ForEachIn: "client.contacts", ForEachAs: "c", Path: "contacts[].name",
		Require: `([c.jobTitle, client.region].filter(t, t != "").map(t, t + "!") + ["?"]).size() > 2 || {"a": c.name}["a"].contains("ъ")`,
		Message: map[string]string{"en": `{{ c.name + "," }} {{ client.activity.revenue }} {{ now }}`}},
	{Name: "dynamic", Type: "Segmentation", Label: `[dyn(client.id), dyn(client.name), dyn(client.fields.score)].exists(x, x == dyn("a") || x in [dyn(2), dyn("b")]) ? client.name.lowerAscii() : string(client.id)`},
}

// limited runs a module's check with a limit of memory over the cards, one after the other, and shows what came of each.
func limited(t *testing.T, m *wasm.Module, isolation abi.Isolation, memory int64, cards ...[]byte) (list []said) {
	t.Helper()
	checks := []abi.Configured{{Check: m.Description().Checks[0].Name, Memory: memory, Isolation: isolation, OwnCost: true}}
	for _, card := range cards {
		var s said
		err := m.Measure(context.Background(), evaluationTime, checks, batchOf(card), abi.Receiver{
			Spent: func(_, _ int, units int64) { s.cost = units },
			Results: func(_, _ int, rows []byte, fault error) {
				if s.rows = bytes.Clone(rows); fault != nil {
					s.fault = fault.Error()
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return list
}

// TestRulesHaveOnePage: with a limit of a page, the card and the settings in it, they judge usual clients as without one.
func TestRulesHaveOnePage(t *testing.T) {
	env := newEnv(t, customFields...)
	for _, c := range slices.Concat(fiveChecks, makers) {
		t.Run(c.Name, func(t *testing.T) {
			m := load(t, compile(t, env, c).Wasm)
			said := 0
			for i, client := range append(testClients(), &crm.Client{Kind: "company"}) {
				card := cardOf(t, client)
				want, got := limited(t, m, abi.IsolateRecord, 0, card), limited(t, m, abi.IsolateRecord, page, card)
				if fmt.Sprint(want) != fmt.Sprint(got) {
					t.Errorf("client %d: with a page %v, else %v", i, got, want)
				}
				said += len(got[0].rows)
			}
			if said == 0 {
				t.Error("nothing was said of any client: it shows nothing here")
			}
		})
	}
}

// TestFusedModulesHaveOnePage: a module of as many rules as there can be has no room for each.
func TestFusedModulesHaveOnePage(t *testing.T) {
	env := newEnv(t, customFields...)
	compiled := make([]*cel.Compiled, cel.MaxFused)
	for i := range compiled {
		c := slices.Concat(makers, fiveChecks)[i%7]
		c.Name = fmt.Sprint(c.Name, "-", i)
		compiled[i] = compile(t, env, c)
	}
	fused, err := cel.Fuse(compiled)
	if err != nil {
		t.Fatal(err)
	}
	m := load(t, fused.Wasm)
	if err := m.Configure(t.Context(), abi.Configured{Check: abi.FusedCheck, Settings: strings.Repeat("1", cel.MaxFused), Memory: page, Isolation: abi.IsolateRecord}); err != nil {
		t.Error(err)
	}
}

// TestLimitsOfMemory: what a record makes or says beyond the limit is an error, and what it said before stands. Whether a record before made the memory grow changes nothing.
func TestLimitsOfMemory(t *testing.T) {
	env := newEnv(t)
	values := load(t, compile(t, env, quality(`size(client.name + client.name) == 7`, "{{ client.name }}")).Wasm)
	rows := quality("size(c.name + c.name) > 99", "{{ c.name }} {{ client.id }}")
	rows.ForEachIn, rows.ForEachAs, rows.Path = "client.contacts", "c", "contacts[].name"
	results := load(t, compile(t, env, rows).Wasm)
	named := func(n int) []byte { return cardOf(t, &crm.Client{Name: strings.Repeat("x", n)}) }
	peopled := func(n int) []byte {
		return cardOf(t, &crm.Client{Contacts: slices.Repeat([]crm.Contact{{ID: "c", Name: "Анна"}}, n)})
	}
	const limit = 1 << 20
	for name, c := range map[string]struct {
		m      *wasm.Module
		cards  [][]byte
		differ []int // the cards that the limit makes a difference for
		want   string
	}{
		"values":  {values, [][]byte{named(40), named(100_000), named(5), named(40_000), named(480_000), named(100_000), named(20_000)}, []int{4}, "or spec.limits.memory"},
		"results": {results, [][]byte{peopled(3), peopled(500), peopled(40), peopled(80), peopled(900), peopled(1)}, []int{1, 4}, "exceed spec.limits.memory"},
	} {
		t.Run(name, func(t *testing.T) {
			free := limited(t, c.m, abi.IsolateRecord, 0, c.cards...)
			apart := limited(t, c.m, abi.IsolateRecord, limit, c.cards...)
			for _, isolation := range []abi.Isolation{abi.IsolateBatch, abi.IsolateNone} {
				for again := range 2 {
					if got := limited(t, c.m, isolation, limit, c.cards...); fmt.Sprint(got) != fmt.Sprint(apart) {
						t.Errorf("isolation %d, time %d: got %.300v, apart %.300v", isolation, again, got, apart)
					}
				}
			}
			for i := range c.cards {
				differs := fmt.Sprint(free[i]) != fmt.Sprint(apart[i])
				if differs != slices.Contains(c.differ, i) || apart[i].fault != "" || differs && (len(apart[i].rows) == 0 || !strings.Contains(string(apart[i].rows), c.want)) {
					t.Errorf("card %d: within the limit %.300v, without it %.300v", i, apart[i], free[i])
				}
			}
		})
	}
}

// TestEnoughMemory: what rules/README.md says of limits.memory is enough for a batch of usual clients, and for all that one
// client may make and have said of it.
func TestEnoughMemory(t *testing.T) {
	const little, all = 192 << 10, 1536 << 10
	env := newEnv(t, customFields...)
	usual, batch := cardOf(t, testClients()[0]), new(abi.Batch)
	for !batch.Full() {
		batch.Add(usual)
	}
	long := &crm.Client{Name: strings.Repeat("x", 22_000), Contacts: slices.Repeat([]crm.Contact{{ID: "c"}}, 200)}
	most := quality(`[1, 2, 3, 4, 5, 6, 7, 8, 9].map(i, client.name + client.name + string(i)).size() + size(client.tags) > 10`, "{{ client.name }}")
	most.ForEachIn, most.ForEachAs = "client.contacts", "c"
	for _, c := range append(slices.Clone(makers), most) {
		m := load(t, compile(t, env, c).Wasm)
		for _, b := range []*abi.Batch{batchOf(usual), batch} {
			checks := []abi.Configured{{Check: c.Name, Memory: little, Isolation: abi.IsolateNone, OwnCost: true}}
			if err := m.Evaluate(t.Context(), evaluationTime, checks, b, func(_, card int, rows []byte, fault error) {
				if fault != nil || strings.Contains(string(rows), "limits.memory") {
					t.Errorf("%s, card %d of %d: %q, %v", c.Name, card, b.Len(), rows, fault)
				}
			}); err != nil {
				t.Fatal(err)
			}
		}
		if free, got := limited(t, m, abi.IsolateNone, 0, cardOf(t, long)), limited(t, m, abi.IsolateNone, all, cardOf(t, long)); fmt.Sprint(got) != fmt.Sprint(free) {
			t.Errorf("%s: got %.300v, without a limit %.300v", c.Name, got, free)
		} else if c.Name == most.Name && len(got[0].rows) < abi.MaxResultsBytes-3000 {
			t.Errorf("%s: %d bytes of rows: it shows nothing here", c.Name, len(got[0].rows))
		}
	}
}
