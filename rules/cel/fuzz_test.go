package cel_test

import (
	"errors"
	"testing"
	"unicode/utf8"

	"assay/rules/cel"
	"assay/sdk/abi"
)

// FuzzExpressions compares random typed expressions, over everything the language has, with cel-go's
// interpreter on the test clients and a random one: values, errors, and what && || ?: and macros do
// not evaluate. The seeds are always the same.
func FuzzExpressions(f *testing.F) {
	compilesMuch(f)
	x := newRandomComparison(f)
	for range 150 {
		f.Add(x.bytes(600))
	}
	f.Fuzz(func(t *testing.T, decisions []byte) {
		x.compare(t, decisions, func(g *generator) string { return g.expr(g.randomType(2), maxDepth) })
	})
}

// FuzzCompile: any text as an expression or message is compiled or refused with problems that
// have a text and a place inside it, and what is compiled is a module that loads.
func FuzzCompile(f *testing.F) {
	for _, list := range expressions {
		for _, expr := range list {
			f.Add(expr, "{{ "+expr+" }}")
		}
	}
	for _, c := range fiveChecks {
		f.Add(c.Require, c.Message["en"])
	}
	f.Add("client.contacts.map(c, c.name)[0].foo() == {1: 2}", "{{ '}}' }} {{ {} }} }} {{")
	f.Add("((((((((((((", "{{{{}}}}")
	env, err := cel.NewEnv(customFields)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, expr, message string) {
		for _, c := range []cel.Check{
			{Name: "a", Type: "Quality", Require: expr, Message: map[string]string{"en": message}},
			{Name: "a", Type: "Segmentation", Match: expr, Label: expr, Reason: map[string]string{"en": message}},
			{Name: "a", Type: "Quality", Require: "true", ForEachIn: expr, ForEachAs: "c", Path: message},
		} {
			compiled, err := env.Compile(c)
			if err != nil {
				checkProblems(t, err)
				continue
			}
			m, err := host.Load(t.Context(), compiled.Wasm)
			if err != nil {
				t.Fatalf("%q %q: %v", expr, message, err)
			}
			noTrap(t, m, emptyCard)
			if err := m.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// emptyCard is a card without slots.
var emptyCard = []byte("CARD \x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")

func checkProblems(t *testing.T, err error) {
	t.Helper()
	wrong, ok := errors.AsType[*cel.Error](err)
	if !ok || len(wrong.Problems) == 0 {
		t.Fatalf("%T %v", err, err)
	}
	for _, p := range wrong.Problems {
		if p.Field == "" || p.Message == "" || p.Line < 0 || p.Column < 0 || (p.Line == 0) != (p.Column == 0) {
			t.Errorf("problem %+v", p)
		}
	}
}

func TestEmptyCardIsACard(t *testing.T) {
	if err := abi.Validate(emptyCard); err != nil || !utf8.Valid(emptyCard) {
		t.Fatal(err)
	}
}
