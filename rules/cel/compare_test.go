package cel_test

import (
	"context"
	"maps"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
)

// comparison holds what comparing modules with the oracle needs.
type comparison struct {
	env    *cel.Env
	oracle *oracle
	cards  [][]byte
	acts   []map[string]any
}

func newComparison(t testing.TB, clients []*crm.Client) *comparison {
	c := &comparison{env: newEnv(t, customFields...), oracle: newOracle(t, customFields...)}
	for _, client := range clients {
		c.add(t, client)
	}
	return c
}

func (c *comparison) add(t tester, client *crm.Client) {
	c.cards = append(c.cards[:len(c.cards):len(c.cards)], cardOf(t, client))
	c.acts = append(c.acts[:len(c.acts):len(c.acts)], c.oracle.activation(client))
}

// expr compares an expression of any scalar type over all clients. A truth value is
// compared as such; for another type the module is asked whether its value is the oracle's,
// client by client where they differ.
func (c *comparison) expr(t tester, expr string) {
	t.Helper()
	program := c.oracle.program(t, expr)
	want := make([]ref.Val, len(c.acts))
	byTest := map[string][]int{} // clients by the test that must hold
	var failing []int            // clients for which the expression ends in an error
	for i, act := range c.acts {
		v, _, err := program.Eval(act)
		if err != nil || types.IsError(v) {
			failing = append(failing, i)
			continue
		}
		want[i] = v
		test := sameAs(t, expr, v)
		byTest[test] = append(byTest[test], i)
	}
	if len(byTest) == 0 {
		byTest["("+expr+") == ("+expr+")"] = nil // of any type
	}
	for _, test := range slices.Sorted(maps.Keys(byTest)) {
		// The expression is in each test, so that each ends in an error.
		c.check(t, expr, test, append(byTest[test], failing...), want)
		failing = nil
	}
}

// check runs a test on some clients: it must hold where want has a value, and fail where not.
func (c *comparison) check(t tester, expr, test string, indices []int, want []ref.Val) {
	t.Helper()
	compiled, err := c.env.CompileFilter(test)
	if err != nil {
		t.Fatalf("%s\ndoes not compile: %v", test, err)
	}
	cards := make([][]byte, len(indices))
	for i, at := range indices {
		cards[i] = c.cards[at]
	}
	m, err := host.Load(context.Background(), compiled.Wasm)
	if err != nil {
		t.Fatalf("%s\ndoes not load: %v", test, err)
	}
	defer m.Close(context.Background())
	for i, rows := range run(t, m, cards...) {
		got := "false"
		if len(rows) == 1 && rows[0].Kind == abi.ResultLabel && rows[0].Label == cel.FilterLabel {
			got = "true"
		} else if len(rows) == 1 && rows[0].Kind == abi.ResultError {
			got = "error: " + rows[0].Error
		} else if len(rows) != 0 {
			t.Fatalf("%s\nclient %d: results %+v", test, indices[i], rows)
		}
		switch v := want[indices[i]]; {
		case v == nil && len(got) <= len("error: "):
			t.Errorf("%s\nclient %d: the oracle ends in an error, the module gives %s", expr, indices[i], got)
		case v != nil && got != "true":
			t.Errorf("%s\nclient %d: the oracle gives %v, and %s is %s", expr, indices[i], v, test, got)
		}
	}
}

// sameAs is an expression that is true when expr has the value v.
func sameAs(t tester, expr string, v ref.Val) string {
	t.Helper()
	switch v := v.(type) {
	case types.Bool:
		if v {
			return expr
		}
		return "!(" + expr + ")"
	case types.Double:
		switch f := float64(v); {
		case math.IsNaN(f):
			return "(" + expr + ") != (" + expr + ")"
		case math.IsInf(f, 0):
			return "(" + expr + ") == " + strconv.FormatFloat(math.Copysign(1, f), 'f', 1, 64) + "/0.0"
		}
	}
	return "(" + expr + ") == " + literal(t, v)
}

// literal writes a value as CEL.
func literal(t tester, v ref.Val) string {
	t.Helper()
	switch v := v.(type) {
	case types.Int:
		return strconv.FormatInt(int64(v), 10)
	case types.Uint:
		return strconv.FormatUint(uint64(v), 10) + "u"
	case types.Double:
		return strconv.FormatFloat(float64(v), 'e', -1, 64)
	case types.String:
		return quote(string(v))
	case types.Timestamp:
		return `timestamp("` + v.UTC().Format(time.RFC3339Nano) + `")`
	case types.Duration:
		return `duration("` + v.Duration.String() + `")`
	}
	t.Fatalf("the oracle gives a %T", v)
	return ""
}

// quote writes a text as CEL does.
func quote(s string) string {
	return strconv.Quote(s)
}
