package cel_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/wasm"
)

// BenchmarkAgainstInterpreter evaluates the default checks as modules over cards and with cel-go's
// interpreter over the same clients, in turns, and reports how many times faster the modules are.
// cel-go's side decodes nothing: its values are made before, fields lie at known places, and names are
// resolved by a switch; it gives no message. Both must find the same.
func BenchmarkAgainstInterpreter(b *testing.B) {
	var batch abi.Batch
	var clients []*crm.Client
	for i := 0; !batch.Full(); i++ {
		clients = append(clients, benchClient(i))
		batch.Add(cardOf(b, clients[i]))
	}
	env, in := newEnv(b, customFields...), newInterpreter(b, clients)
	var all []contest
	var compiled []*cel.Compiled
	var together contest
	for _, c := range fiveChecks {
		one := compile(b, env, c)
		compiled = append(compiled, one)
		all = append(all, contest{module: load(b, one.Wasm), interpreted: []*interpretedCheck{in.check(b, c)}})
		b.Run(c.Name, func(b *testing.B) { compete(b, &batch, in, all[len(all)-1]) })
		together.interpreted = append(together.interpreted, in.check(b, c))
	}
	fused, err := cel.Fuse(compiled)
	if err != nil {
		b.Fatal(err)
	}
	together.module, together.fused = load(b, fused.Wasm), fused
	b.Run("all-five", func(b *testing.B) { compete(b, &batch, in, all...) })
	b.Run("all-five-fused", func(b *testing.B) { compete(b, &batch, in, together) })
}

// contest is a check, or several that are fused, in both ways.
type contest struct {
	module      *wasm.Module
	fused       *cel.Fused // nil: the module is of one check
	interpreted []*interpretedCheck
}

// compete reports the fastest turn of both sides: what else the machine does is in neither.
func compete(b *testing.B, batch *abi.Batch, in *interpreter, list ...contest) {
	for _, c := range list {
		found, expected := 0, 0
		c.evaluate(b, batch, func(results []byte) { found += c.count(b, results) })
		for _, check := range c.interpreted {
			expected += in.findings(b, check)
		}
		if found != expected {
			b.Fatalf("%d findings, the interpreter has %d", found, expected)
		}
	}
	ours, theirs := fastest{}, fastest{}
	for b.Loop() {
		for i, c := range list {
			start := time.Now()
			c.evaluate(b, batch, func([]byte) {})
			middle := time.Now()
			for _, check := range c.interpreted {
				in.findings(b, check)
			}
			ours.note(i, middle.Sub(start))
			theirs.note(i, time.Since(middle))
		}
	}
	cards := float64(batch.Len())
	b.ReportMetric(ours.sum()/cards, "ns/card")
	b.ReportMetric(theirs.sum()/cards, "interpreted-ns/card")
	b.ReportMetric(theirs.sum()/ours.sum(), "times")
}

func (c contest) evaluate(b *testing.B, batch *abi.Batch, yield func(results []byte)) {
	checks := []abi.Configured{{Isolation: abi.IsolateNone, OwnCost: c.fused == nil}}
	if c.fused == nil {
		checks[0].Check = c.module.Description().Checks[0].Name
	} else {
		checks[0].Check, checks[0].Members, checks[0].Fuel = abi.FusedCheck, len(c.interpreted), abi.MaxFuel
		checks[0].Settings = strings.Repeat("1", len(c.interpreted))
	}
	err := c.module.Evaluate(b.Context(), evaluationTime, checks, batch, func(_, _ int, results []byte, fault error) {
		if fault != nil {
			b.Fatal(fault)
		}
		yield(results)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// count returns how many findings there are in a card's results.
func (c contest) count(b *testing.B, results []byte) (n int) {
	count := func(rows []byte) error {
		return abi.ParseResults(rows, func(abi.ResultRow) error { n++; return nil })
	}
	err := error(nil)
	if c.fused == nil {
		err = count(results)
	} else {
		err = abi.EachMember(results[4*len(c.interpreted):], func(member int, rows []byte) error {
			if len(rows) == 0 {
				rows = c.fused.Constants[member]
			}
			return count(rows)
		})
	}
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// fastest is the time of the fastest turn of each check.
type fastest map[int]time.Duration

func (f fastest) note(check int, took time.Duration) {
	if before, ok := f[check]; !ok || took < before {
		f[check] = took
	}
}

func (f fastest) sum() float64 {
	sum := time.Duration(0)
	for _, took := range f {
		sum += took
	}
	return float64(sum.Nanoseconds())
}

// interpreter is cel-go's over clients whose values are made before.
type interpreter struct {
	env     *celgo.Env
	clients []*placed
	places  map[string][]string // the fields of a class, in the order of their places
}

// interpretedCheck is a check as cel-go's programs.
type interpretedCheck struct {
	match, require celgo.Program // match is nil for all clients
	rows           int           // the place of the list of forEach, -1 without one
}

func newInterpreter(b *testing.B, clients []*crm.Client) *interpreter {
	oracle := newOracle(b, customFields...)
	in := &interpreter{places: map[string][]string{}}
	for _, c := range clients {
		in.clients = append(in.clients, in.place(oracle.client(c)).(*placed))
	}
	env, err := oracle.env.Extend(celgo.CustomTypeProvider(placedTypes{oracle.env.CELTypeProvider(), in.places}),
		celgo.Variable("contact", types.NewObjectType("Contact")))
	if err != nil {
		b.Fatal(err)
	}
	in.env = env
	return in
}

func (in *interpreter) check(b *testing.B, c cel.Check) *interpretedCheck {
	program := func(expr string) celgo.Program {
		if expr == "" {
			return nil
		}
		tree, issues := in.env.Compile(expr)
		if issues.Err() != nil {
			b.Fatal(issues.Err())
		}
		p, err := in.env.Program(tree, celgo.EvalOptions(celgo.OptOptimize))
		if err != nil {
			b.Fatal(err)
		}
		return p
	}
	check := &interpretedCheck{program(c.Match), program(c.Require), -1}
	if c.ForEachIn != "" {
		check.rows = slices.Index(in.places["Client"], c.ForEachIn[len("client."):])
	}
	return check
}

// findings evaluates a check on every client.
func (in *interpreter) findings(b *testing.B, c *interpretedCheck) int {
	act, count := &activation{now: types.Timestamp{Time: evaluationTime}}, 0
	holds := func(p celgo.Program) bool {
		v, _, err := p.Eval(act)
		if err != nil {
			b.Fatal(err)
		}
		return v == types.True
	}
	for _, client := range in.clients {
		act.client = client
		if c.match != nil && !holds(c.match) {
			continue
		}
		if c.rows < 0 {
			if !holds(c.require) {
				count++
			}
			continue
		}
		for it := client.values[c.rows].(traits.Lister).Iterator(); it.HasNext() == types.True; {
			if act.contact = it.Next(); !holds(c.require) {
				count++
			}
		}
	}
	return count
}

// activation is what an expression sees.
type activation struct{ client, contact, now ref.Val }

func (a *activation) ResolveName(name string) (any, bool) {
	switch name {
	case "client":
		return a.client, true
	case "contact":
		return a.contact, true
	case "now":
		return a.now, true
	}
	return nil, false
}

func (a *activation) Parent() celgo.Activation { return nil }

// placed is an object whose fields lie at known places.
type placed struct {
	class  *types.Type
	values []ref.Val
	set    []bool
}

func (o *placed) ConvertToNative(reflect.Type) (any, error) { return o, nil }
func (o *placed) ConvertToType(ref.Type) ref.Val            { return types.NewErr("no conversion") }
func (o *placed) Equal(other ref.Val) ref.Val               { return types.Bool(o == other) }
func (o *placed) Type() ref.Type                            { return o.class }
func (o *placed) Value() any                                { return o }

// place gives the fields of objects their places.
func (in *interpreter) place(v ref.Val) ref.Val {
	switch v := v.(type) {
	case *object:
		if in.places[v.class] == nil {
			in.places[v.class] = slices.Sorted(maps.Keys(v.values))
		}
		o := &placed{class: types.NewObjectType(v.class)}
		for _, name := range in.places[v.class] {
			o.values, o.set = append(o.values, in.place(v.values[name])), append(o.set, v.set[name])
		}
		return o
	case traits.Lister:
		var list []ref.Val
		for it := v.Iterator(); it.HasNext() == types.True; {
			list = append(list, in.place(it.Next()))
		}
		return types.NewRefValList(types.DefaultTypeAdapter, list)
	}
	return v
}

// placedTypes read fields at their places.
type placedTypes struct {
	types.Provider
	places map[string][]string
}

func (p placedTypes) FindStructFieldType(class, field string) (*types.FieldType, bool) {
	t, ok := p.Provider.FindStructFieldType(class, field)
	at := slices.Index(p.places[class], field)
	if !ok || at < 0 {
		return t, ok
	}
	return &types.FieldType{
		Type:    t.Type,
		IsSet:   func(target any) bool { return target.(*placed).set[at] },
		GetFrom: func(target any) (any, error) { return target.(*placed).values[at], nil },
	}, true
}
