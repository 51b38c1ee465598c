package cel_test

import (
	"testing"

	"cel.dev/cel-go/common/types"

	"assay/rules/cel"
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

// expr compares an expression of any type over all clients: its value, or that it ends in an error.
func (c *comparison) expr(t tester, expr string) {
	t.Helper()
	program := c.oracle.program(t, expr)
	module, err := c.env.CompileValue(expr)
	if err != nil {
		t.Fatalf("%s\ndoes not compile: %v", expr, err)
	}
	values, failures := valuesOfModule(t, module, c.cards...)
	for i, act := range c.acts {
		v, _, err := program.Eval(act)
		switch {
		case err != nil || types.IsError(v):
			if failures[i] == "" {
				t.Errorf("%s\nclient %d: the oracle ends in the error %v, the module gives %s", expr, i, err, readable(values[i]))
			}
		case failures[i] != "":
			t.Errorf("%s\nclient %d: the oracle gives %v, the module ends in the error %s", expr, i, v, failures[i])
		default:
			if err := sameValue(values[i], dump(v)); err != nil {
				t.Errorf("%s\nclient %d: the oracle gives %s, the module %s: %v", expr, i, readable(dump(v)), readable(values[i]), err)
			}
		}
	}
}
