package cel_test

import (
	"fmt"
	"strings"
	"testing"

	"assay/server/crm"
)

// Numbers at which something ends, by type. The first is of the client, so that nothing is folded.
var edges = map[string][]string{
	"int":  {`client.id`, `0`, `1`, `-1`, `63`, `64`, `65`, `9007199254740993`, `9223372036854775807`, `-9223372036854775808`},
	"uint": {`uint(client.id)`, `0u`, `1u`, `9007199254740993u`, `9223372036854775808u`, `18446744073709551615u`},
	"double": {`client.fields.score`, `0.0`, `-0.0`, `0.5`, `-0.5`, `1.5`, `2.5`, `-2.5`, `0.49999999999999994`, `-0.2`, `4503599627370497.5`, `9007199254740993.0`,
		`9223372036854775808.0`, `1e308`, `5e-324`, `1.0 / 0.0`, `-1.0 / 0.0`},
	"bits": {`0`, `1`, `63`, `64`, `65`, `4294967296`, `9223372036854775807`},
}

// TestMathMeansWhatCELSays compares every function of the math extension with cel-go's interpreter
// over all edges, with the types known and, as dyn, not known.
func TestMathMeansWhatCELSays(t *testing.T) {
	compilesMuch(t)
	c := newComparison(t, []*crm.Client{{ID: 3, Fields: map[string]crm.Value{"score": {Type: "number", Number: -7.25}}}})
	for kind, functions := range map[string][]string{
		"double": {"ceil", "floor", "round", "trunc", "isNaN", "isInf", "isFinite", "abs", "sign", "sqrt", "greatest", "least"},
		"int":    {"sign", "sqrt", "bitNot", "greatest", "least"},
		"uint":   {"abs", "sign", "sqrt", "bitNot", "greatest", "least"},
	} {
		for _, f := range functions {
			t.Run(f+"("+kind+")", func(t *testing.T) {
				of := "[" + strings.Join(edges[kind], ", ") + "]"
				c.expr(t, of+".map(x, math."+f+"(x))")
				c.expr(t, of+".map(x, math."+f+"(dyn(x)))")
			})
		}
	}
	for _, kinds := range [][2]string{{"int", "int"}, {"uint", "uint"}, {"double", "double"}, {"int", "uint"}, {"double", "uint"}, {"double", "int"}} {
		for _, f := range []string{"greatest", "least"} {
			c.table(t, "math."+f, kinds[0], kinds[1])
		}
	}
	for _, kind := range []string{"int", "uint"} {
		for _, f := range []string{"bitAnd", "bitOr", "bitXor"} {
			c.table(t, "math."+f, kind, kind)
		}
		c.table(t, "math.bitShiftLeft", kind, "bits")
		c.table(t, "math.bitShiftRight", kind, "bits")
	}
}

// table compares a function over all pairs of edges.
func (c *comparison) table(t *testing.T, f, a, b string) {
	t.Run(f+"("+a+", "+b+")", func(t *testing.T) {
		for _, y := range edges[b] {
			of := "[" + strings.Join(edges[a], ", ") + "]"
			c.expr(t, fmt.Sprintf("%s.map(x, %s(x, %s))", of, f, y))
			c.expr(t, fmt.Sprintf("%s.map(x, %s(dyn(x), dyn(%s)))", of, f, y))
		}
	})
}

// TestMathErrors compares what ends in an error, or nearly does.
func TestMathErrors(t *testing.T) {
	c := newComparison(t, []*crm.Client{{ID: 3, Completeness: -1, Fields: map[string]crm.Value{"score": {Type: "number"}}}})
	c.all(t, over([]string{`-9223372036854775808`, `dyn(-9223372036854775808)`, `-9223372036854775807`, `client.completeness`, `0`}, `math.abs(%s)`))
	c.all(t, over([]string{`client.id, client.completeness`, `client.id, -9223372036854775808`, `3u, client.completeness`, `dyn(1), dyn(-1)`, `dyn(1), dyn(1u)`}, `math.bitShiftLeft(%s)`))
	c.all(t, over([]string{`client.id, client.completeness`, `client.id, -9223372036854775808`, `3u, client.completeness`, `dyn(1u), dyn(-1)`, `dyn(1.0), dyn(1)`}, `math.bitShiftRight(%s)`))
	nan := `client.fields.score / 0.0`
	c.all(t, over([]string{nan, `dyn(` + nan + `)`, nan + `, 1.0`, `1.0, ` + nan, nan + `, ` + nan, `1, dyn(` + nan + `)`, `dyn(` + nan + `), 1u`, `1, ` + nan, nan + `, 2u`}, `math.greatest(%s)`))
	c.all(t, over([]string{"isNaN", "isInf", "isFinite", "abs", "sign", "sqrt", "ceil", "round"}, `math.%s(`+nan+`)`))
	c.all(t, []string{`math.sqrt(client.completeness)`, `math.sqrt(-0.0)`, `1 / math.sign(0)`, `1.0 / math.round(-0.2)`, `1.0 / math.ceil(-0.2)`})
}

// TestMathOfWhatIsNoNumber compares what ends in an error with cel-go's interpreter.
func TestMathOfWhatIsNoNumber(t *testing.T) {
	c := newComparison(t, testClients()[:1])
	for _, f := range []string{"ceil", "isNaN", "abs", "sign", "sqrt", "bitNot", "greatest"} {
		c.all(t, over([]string{`dyn("1")`, `dyn(null)`, `dyn(true)`, `dyn({})`, `dyn(now)`, `dyn(duration("1s"))`, `dyn(1)`}, "math."+f+"(%s)"))
	}
	of := []string{`dyn("1")`, `dyn(null)`, `dyn([1])`, `dyn(1)`, `dyn(1u)`, `dyn(1.0)`}
	for _, f := range []string{"bitAnd", "bitShiftLeft", "least"} {
		c.all(t, pairs(of, of, "math."+f+"(%s, %s)"))
	}
}

// TestGreatestOfLists compares lists of numbers, and of what may be none.
func TestGreatestOfLists(t *testing.T) {
	c := newComparison(t, testClients())
	lists := []string{`[1, 2, client.id]`, `[client.fields.score, 0.5]`, `[uint(client.id), 3u]`, `[1u]`, `[0.0 / 0.0]`, `[1.0, 0.0 / 0.0]`, `[0.0, -0.0]`, `[-0.0, 0.0]`,
		`client.contracts.map(k, k.amount)`, `client.contracts.map(k, k.amount).filter(a, a > 1e300)`, `client.tags.map(t, size(t))`, `lists.range(20)`, `dyn([])`,
		`dyn([dyn(1), dyn(2u)])`, `dyn([dyn("a")])`, `dyn([dyn(1), dyn("a")])`, `dyn([dyn("a"), dyn(1)])`, `dyn([dyn(true)])`, `dyn([dyn(3), dyn(2.5), dyn(3u)])`, `dyn([dyn([1])])`}
	for _, f := range []string{"greatest", "least"} {
		c.all(t, over(lists, "math."+f+"(%s)"))
		c.all(t, []string{"math." + f + "(1, client.id, 2)", "math." + f + "(1, client.fields.score, 2u)", "math." + f + "(1, 2.0, 1 / client.completeness)",
			"math." + f + "(client.activity.revenue, 1000.0, client.fields.score, -1.0) > 0.0"})
	}
}

// all compares expressions.
func (c *comparison) all(t tester, exprs []string) {
	t.Helper()
	for _, expr := range exprs {
		c.expr(t, expr)
	}
}

// over puts each of list into an expression.
func over(list []string, format string) []string {
	exprs := make([]string, len(list))
	for i, x := range list {
		exprs[i] = fmt.Sprintf(format, x)
	}
	return exprs
}

// pairs puts each pair into an expression.
func pairs(a, b []string, format string) []string {
	var exprs []string
	for _, x := range a {
		for _, y := range b {
			exprs = append(exprs, fmt.Sprintf(format, x, y))
		}
	}
	return exprs
}
