package cel_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"cel.dev/cel-go/common/types"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/wasm"
)

// said is what one check made of one card: its rows or the fault's text, and its cost.
type said struct {
	rows  []byte
	fault string
	cost  int64
}

func (s said) String() string { return fmt.Sprintf("%q %s for %d units", s.rows, s.fault, s.cost) }

// judgedApart evaluates each module by itself: results by check and card, and what the meter counted.
func judgedApart(t tester, modules []*wasm.Module, checks []cel.Check, batch *abi.Batch) [][]said {
	t.Helper()
	all := make([][]said, len(modules))
	for i, m := range modules {
		all[i] = make([]said, batch.Len())
		one := []abi.Configured{{Check: checks[i].Name, Fuel: checks[i].Fuel, Isolation: abi.IsolateNone, OwnCost: true}}
		err := m.Measure(context.Background(), evaluationTime, one, batch, abi.Receiver{
			Results: func(_, card int, results []byte, fault error) {
				all[i][card].rows = bytes.Clone(results)
				switch {
				case fault == nil:
				case strings.HasPrefix(fault.Error(), "fuel: "): // within one call: the same to those who read it
					all[i][card].rows = abi.AppendResult(nil, abi.ResultRow{Kind: abi.ResultError, Error: fault.Error()})
				default:
					all[i][card].fault = fault.Error()
				}
			},
			Spent: func(_, card int, units int64) { all[i][card].cost = units },
		})
		if err != nil {
			t.Fatal(err)
		}
		one[0].OwnCost = false
		one[0].Fuel = abi.MaxFuel
		_ = m.Measure(context.Background(), evaluationTime, one, batch, abi.Receiver{Spent: func(_, card int, metered int64) {
			if cost := all[i][card].cost; metered > abi.OwnCostSlack*cost+abi.OwnCostBase/100 && cost < budget(checks[i]) {
				t.Errorf("%+v, card %d costs %d units and the meter counts %d", checks[i], card, cost, metered)
			}
		}})
	}
	return all
}

// judgedFused evaluates the fused module of the checks; those not asked say nothing. left are the cards it left to the
// rules one by one.
func judgedFused(t tester, m *wasm.Module, constants [][]byte, checks []cel.Check, asked string, batch *abi.Batch) (all [][]said, left []int) {
	t.Helper()
	all = make([][]said, len(checks))
	for i := range checks {
		all[i] = make([]said, batch.Len())
	}
	answered := make([]bool, batch.Len())
	fused := []abi.Configured{{Check: abi.FusedCheck, Settings: asked, Fuel: abi.MaxFuel, Isolation: abi.IsolateNone, Members: len(checks)}}
	err := m.Measure(context.Background(), evaluationTime, fused, batch, abi.Receiver{Results: func(_, card int, results []byte, fault error) {
		if fault != nil {
			if !strings.Contains(fault.Error(), "UTF-8") && !strings.HasPrefix(fault.Error(), "fuel: ") {
				t.Errorf("card %d: %v", card, fault)
			}
			return
		}
		answered[card] = true
		for i := range checks {
			if asked[i] == '1' {
				all[i][card].cost = min(int64(binary.LittleEndian.Uint32(results[4*i:])), budget(checks[i]))
			}
		}
		if err := abi.EachMember(results[4*len(checks):], func(i int, rows []byte) error {
			if len(rows) == 0 {
				rows = constants[i]
			}
			all[i][card].rows = bytes.Clone(rows)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	for card, done := range answered {
		if !done {
			left = append(left, card)
		}
	}
	return all, left
}

func budget(c cel.Check) int64 {
	if c.Fuel == 0 {
		return abi.DefaultFuel
	}
	return c.Fuel
}

// fuse compiles checks, each alone and all in one.
func fuse(t tester, env *cel.Env, checks []cel.Check) (apart []*wasm.Module, fused *wasm.Module, constants [][]byte, closeAll func()) {
	t.Helper()
	compiled := make([]*cel.Compiled, len(checks))
	loaded := func(b []byte) *wasm.Module {
		m, err := host.Load(context.Background(), b)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for i, c := range checks {
		var err error
		if compiled[i], err = env.Compile(c); err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		apart = append(apart, loaded(compiled[i].Wasm))
	}
	b, err := cel.Fuse(compiled)
	if err != nil {
		t.Fatal(err)
	}
	fused = loaded(b.Wasm)
	return apart, fused, b.Constants, func() {
		for _, m := range append(apart, fused) {
			_ = m.Close(context.Background())
		}
	}
}

// equal compares what checks said apart and fused, but for those not asked and the cards left to the checks.
func equal(t tester, checks []cel.Check, apart, fused [][]said, asked string, left []int) {
	t.Helper()
	for i, c := range checks {
		for card := range apart[i] {
			if asked[i] == '0' || slices.Contains(left, card) {
				continue
			}
			if a, f := apart[i][card], fused[i][card]; !bytes.Equal(a.rows, f.rows) || a.fault != f.fault || a.cost != f.cost {
				t.Errorf("%+v, card %d:\napart ….%s\nfused ….%s", c, card, tail(a), tail(f))
			}
		}
	}
}

// compareFused is the comparison of checks over cards, with all asked and with some.
func compareFused(t tester, env *cel.Env, checks []cel.Check, cards [][]byte) (all [][]said) {
	t.Helper()
	modules, fused, constants, closeAll := fuse(t, env, checks)
	defer closeAll()
	batch := batchOf(cards...)
	apart := judgedApart(t, modules, checks, batch)
	for _, asked := range []string{strings.Repeat("01", len(checks)/2+1)[:len(checks)], strings.Repeat("1", len(checks))} {
		var left []int
		all, left = judgedFused(t, fused, constants, checks, asked, batch)
		for _, card := range left {
			faults, size, cost := "", 0, int64(0)
			for i := range checks {
				size += abi.MemberHeader + len(apart[i][card].rows)
				faults += apart[i][card].fault
				cost += apart[i][card].cost
			}
			if !strings.Contains(faults, "UTF-8") && size <= abi.MaxFusedBytes && len(batch.Card(card)) < 100_000 {
				t.Fatalf("the fused module left card %d to the others, which say %d bytes of it for %d units: %s", card, size, cost, faults)
			}
		}
		equal(t, checks, apart, all, asked, left)
	}
	return all
}

// FuzzFused compares random rules fused and apart over clients, and cards with broken bytes.
func FuzzFused(f *testing.F) {
	compilesMuch(f)
	const seeds, decisions = 120, 2500
	random := rand.New(rand.NewPCG(3, 99))
	for range seeds {
		seed := make([]byte, decisions)
		for i := range seed {
			seed[i] = byte(random.Uint32())
		}
		f.Add(seed)
	}
	env := newEnv(f, customFields...)
	grammar := newGrammar(env, newOracle(f, customFields...).env)
	f.Fuzz(func(t *testing.T, decisions []byte) {
		g := &generator{choices: &choices{decisions}, grammar: grammar}
		var cards [][]byte
		for range 1 + g.n(3) {
			card := cardOf(t, g.client())
			cards = append(cards, card, g.broken(card), g.broken(card))
		}
		var checks []cel.Check
		for i := range 1 + g.n(8) {
			if c := g.check(i); compiles(t, env, c) {
				checks = append(checks, c)
			}
		}
		if len(checks) > 0 {
			compareFused(t, env, checks, cards)
		}
	})
}

// compiles says whether a random check is in order: what is wrong with a constant is known at apply.
func compiles(t *testing.T, env *cel.Env, c cel.Check) bool {
	t.Helper()
	_, err := env.Compile(c)
	var bad *cel.Error
	if err != nil && !errors.As(err, &bad) {
		t.Fatal(err)
	}
	return err == nil
}

// check is a random rule.
func (g *generator) check(i int) cel.Check {
	depth := 1 + g.n(3)
	c := cel.Check{Name: fmt.Sprintf("rule-%d", i), Type: abi.TypeQuality}
	if g.chance(40) {
		c.Match = g.expr(types.BoolType, depth)
		if g.chance(50) { // which others have, too
			c.Match = pick(g.choices, []string{`client.kind == "company"`, `client.manager != "" && client.completeness > 0`})
		}
	}
	if g.chance(25) {
		c.Fuel = 1 + int64(g.n(3000))
	}
	switch {
	case g.chance(20):
		c.Type, c.Label = abi.TypeSegmentation, g.expr(types.StringType, depth)
		return c
	case g.chance(50):
		row := pick(g.choices, rows)
		c.ForEachIn, c.ForEachAs = row.list, "row"
		g.vars = []variable{{"row", row.of}}
		defer func() { g.vars = nil }()
	}
	c.Require = g.expr(types.BoolType, depth)
	if g.chance(50) {
		c.Message = map[string]string{"en": "{{ " + g.expr(types.StringType, 1) + " }} and {{ " + g.expr(types.IntType, 1) + " }}"}
	}
	if g.chance(15) {
		c.SeverityBy = `size(client.name) > 3 ? "error" : client.manager`
	}
	if g.chance(15) {
		c.Suggest, c.Path = g.expr(types.StringType, 1), "name"
	}
	return c
}

// broken is the card with some bytes changed, mostly of its head, or cut off.
func (g *generator) broken(card []byte) []byte {
	b := bytes.Clone(card)
	for range 1 + g.n(4) {
		end := min(len(b), abi.HeaderSize+8*abi.ClientSlots)
		if g.chance(30) {
			end = len(b)
		}
		b[g.n(end)] = byte(g.n(256))
	}
	if g.chance(30) {
		b = b[:g.n(len(b)+1)]
	}
	return b
}

// tail is the end of what was said.
func tail(s said) string {
	text := s.String()
	return text[max(0, len(text)-300):]
}
