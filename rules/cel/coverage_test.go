package cel_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

// outOfLanguage are overloads that cel-go's extensions declare and rules cannot call: types are no
// values, and clients have no texts of JSON or YAML.
var outOfLanguage = strings.Fields(`
type json_encode_dyn json_parse_string json_parse_string_type yaml_encode_dyn yaml_parse_string yaml_parse_string_type
`)

// wanted is how often every overload and macro is generated and compared in TestEveryFunctionIsGenerated.
const wanted = 5

// TestEveryFunctionIsGenerated: each overload of each function, each operator and each macro that the
// language has is in random expressions, which give with cel-go's interpreter what they give compiled.
// What is counted is what cel-go's parser and type checker found in the expressions.
func TestEveryFunctionIsGenerated(t *testing.T) {
	compilesMuch(t)
	x := newRandomComparison(t)
	for _, f := range x.grammar.functions {
		x.generate(t, func(g *generator) string { return g.call(f, nil, 1) }, func() int { return x.seen[f.id] })
	}
	for _, m := range macros {
		x.generate(t, func(g *generator) string { return g.macroCalled(m.key, g.typeFor(m), 1) }, func() int { return x.seen[m.key] })
	}
	for id, why := range x.grammar.refused {
		if !slices.Contains(outOfLanguage, id) {
			t.Errorf("%s is declared and has no place in the grammar: %s", id, why)
		}
	}
	for _, f := range x.grammar.functions {
		if x.seen[f.id] < wanted {
			t.Errorf("%s was generated %d times, want %d", f.id, x.seen[f.id], wanted)
		}
	}
	for _, m := range x.oracle.env.Macros() {
		key := fmt.Sprintf("%s:%d", m.Function(), m.ArgCount())
		switch {
		case m.Function() == "greatest" || m.Function() == "least" || m.Function() == "sortBy": // seen as their functions
		case x.seen[key] < wanted:
			t.Errorf("macro %s was generated %d times, want %d", key, x.seen[key], wanted)
		}
	}
	if x.refused*20 > x.made {
		t.Errorf("cel-go refuses %d of %d expressions", x.refused, x.made)
	}
	t.Logf("%d expressions of %d overloads and %d macros", x.made, len(x.grammar.functions), len(macros))
}

// TestFunctionsTakeValuesOfUnknownType calls each overload with dyn(x) of its types, and of others.
func TestFunctionsTakeValuesOfUnknownType(t *testing.T) {
	compilesMuch(t)
	// cel-go ends in an internal error for dyn(b"a") in {1: 2}, and takes dyn(optional.none()).or(dyn(1)).
	lenient := map[string]bool{"in_map": true, "optional_or_optional": true}
	x := newRandomComparison(t)
	compared := 0
	for _, f := range x.grammar.functions {
		for range 3 {
			g := &generator{choices: &choices{x.bytes(200)}, grammar: x.grammar}
			args := make([]string, len(f.args))
			for i, of := range g.wanted(f, map[string]*types.Type{}) {
				args[i] = "dyn(" + g.argument(f, i, of, 0) + ")"
				if !lenient[f.id] && g.chance(20) {
					args[i] = "dyn(" + g.leaf(g.randomType(1)) + ")"
				}
			}
			expr := f.write(args)
			if !x.count(expr) { // format() knows better
				continue
			}
			compared++
			x.comparison.expr(t, expr)
		}
	}
	if compared < 2*len(x.grammar.functions) {
		t.Errorf("%d expressions of %d functions", compared, len(x.grammar.functions))
	}
}

// typeFor is a type that a macro gives.
func (g *generator) typeFor(m macroForm) *types.Type {
	inner := g.randomType(1)
	for _, t := range []*types.Type{types.BoolType, types.NewListType(inner), types.NewMapType(pick(g.choices, keys), inner), types.NewOptionalType(inner)} {
		if m.gives(t) {
			return t
		}
	}
	return inner
}

// randomComparison compares random expressions and counts what is in them.
type randomComparison struct {
	*comparison
	grammar       *grammar
	tracked       *celgo.Env // the oracle's, which remembers macros
	random        *rand.Rand
	seen          map[string]int // by overload, and macro with its number of arguments
	made, refused int
}

func newRandomComparison(t testing.TB) *randomComparison {
	t.Helper()
	c := newComparison(t, testClients())
	tracked, err := c.oracle.env.Extend(celgo.EnableMacroCallTracking())
	if err != nil {
		t.Fatal(err)
	}
	return &randomComparison{comparison: c, grammar: newGrammar(c.env, c.oracle.env), tracked: tracked,
		random: rand.New(rand.NewPCG(7, 42)), seen: map[string]int{}}
}

// generate compares expressions until enough have what is counted, or it is clear that it never comes.
func (x *randomComparison) generate(t *testing.T, make func(*generator) string, count func() int) {
	t.Helper()
	for try := 0; count() < wanted && try < 20*wanted; try++ {
		x.compare(t, x.bytes(400), make)
	}
}

func (x *randomComparison) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(x.random.Uint32())
	}
	return b
}

// compare makes an expression and compares it on the test clients and a random one.
func (x *randomComparison) compare(t *testing.T, decisions []byte, make func(*generator) string) {
	t.Helper()
	g := &generator{choices: &choices{decisions}, grammar: x.grammar}
	client := g.client()
	expr := make(g)
	x.made++
	if !x.count(expr) {
		x.refused++
		return
	}
	if _, err := x.env.CompileValue(expr); err != nil {
		if !wrongConstant.MatchString(err.Error()) {
			t.Errorf("%s\ndoes not compile: %v", expr, err)
		}
		return
	}
	one := *x.comparison
	one.add(t, client)
	one.expr(t, expr)
}

// count notes what is in an expression; it is false when the oracle refuses it.
func (x *randomComparison) count(expr string) bool {
	checked, issues := x.tracked.Compile(expr)
	if issues.Err() != nil {
		return false
	}
	tree := checked.NativeRep()
	for _, ref := range tree.ReferenceMap() {
		if len(ref.OverloadIDs) == 1 {
			x.seen[ref.OverloadIDs[0]]++
		}
	}
	for _, call := range tree.SourceInfo().MacroCalls() {
		x.seen[fmt.Sprintf("%s:%d", call.AsCall().FunctionName(), len(call.AsCall().Args()))]++
	}
	return true
}
