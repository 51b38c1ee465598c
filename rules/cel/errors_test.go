package cel_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestErrorsEndWhereCELSays compares random mixtures of truth values and errors with cel-go's
// interpreter: what is evaluated, what is absorbed, and what an error ends.
func TestErrorsEndWhereCELSays(t *testing.T) {
	compilesMuch(t)
	const expressions = 250
	c := newComparison(t, testClients())
	m := &mixer{random: rand.New(rand.NewPCG(4, 33))}
	for range expressions {
		c.expr(t, m.truth(4))
	}
	for form, n := range m.used {
		if n < 5 {
			t.Errorf("%s was tried %d times only", form, n)
		}
	}
	if len(m.used) != len(forms) {
		t.Errorf("%d of %d forms were tried", len(m.used), len(forms))
	}
}

// mixer makes expressions of truth values of which some end in errors.
type mixer struct {
	random *rand.Rand
	vars   []string // names of truth values in scope
	opts   []string // and of optional ones
	used   map[string]int
}

// forms are what an expression is made of: %[1]s and %[2]s are truth values, %[3]s an optional
// one, %[4]s is a truth value in which %[5]s is one, %[6]s one in which %[5]s is an optional one.
var forms = []string{
	`(%[1]s && %[2]s)`, `(%[1]s || %[2]s)`, `(!%[1]s)`, `(%[1]s ? %[2]s : !%[1]s)`, `(%[1]s == %[2]s)`, `(%[1]s in [%[2]s, true])`,
	`[%[1]s, %[2]s].all(%[5]s, %[4]s)`, `[%[1]s, %[2]s].exists(%[5]s, %[4]s)`, `[%[1]s, %[2]s].exists_one(%[5]s, %[4]s)`,
	`[true, false].all(%[5]s, %[4]s)`, `[true, false].exists(%[5]s, %[4]s)`, `([true, false].map(%[5]s, %[4]s).size() == 2)`,
	`([true, false].filter(%[5]s, %[4]s).size() > 1)`, `[true, false].all(i, %[5]s, i > 5 || %[4]s)`, `{true: %[1]s, false: %[2]s}.exists(k, %[5]s, k && %[4]s)`,
	`cel.bind(%[5]s, %[1]s, %[4]s)`, `cel.bind(%[5]s, %[3]s, %[6]s)`, `%[3]s.hasValue()`, `%[3]s.value()`, `%[3]s.orValue(%[1]s)`,
	`%[3]s.or(optional.of(%[2]s)).value()`, `%[3]s.optMap(%[5]s, %[4]s).orValue(%[1]s)`, `%[3]s.optFlatMap(%[5]s, %[4]s ? optional.of(%[5]s) : optional.none()).hasValue()`,
	`(%[3]s == optional.of(%[1]s))`, `%[3]s.hasValue(%[1]s)`, `[?%[3]s, %[1]s].exists(%[5]s, %[4]s)`, `{?"a": %[3]s, "b": %[1]s}.all(k, %[5]s, k == "b" || %[4]s)`,
	`{"a": %[1]s}[?"a"].orValue(%[2]s)`, `[[%[1]s], [%[2]s]][?client.completeness][0].orValue(%[2]s)`, `(dyn(%[1]s) || %[2]s)`, `(dyn(1) && %[1]s)`, `(dyn(%[3]s) || %[1]s)`,
}

func (m *mixer) pick(list []string) string { return list[m.random.IntN(len(list))] }

// truth is an expression that is true, false or an error.
func (m *mixer) truth(depth int) string {
	if depth == 0 || m.random.IntN(6) == 0 {
		return m.pick(append([]string{"true", "false", "client.unsubscribed", "client.fields.vip", "(1 / client.completeness > 0)", `(client.tags[1] == "a")`,
			`(client.properties.loyalty == "gold")`, `client.contacts[1].?name.hasValue()`, `(dyn(client.id) == 3)`}, m.vars...))
	}
	form := m.pick(forms)
	if m.used == nil {
		m.used = map[string]int{}
	}
	m.used[form]++
	name := fmt.Sprint("v", len(m.vars)+len(m.opts)) // not one of a loop around
	a, b, o := m.truth(depth-1), m.truth(depth-1), m.optional(depth-1)
	vars, opts := m.vars, m.opts
	// One element may be an error and another decide.
	m.vars = append(vars[:len(vars):len(vars)], name, name, "("+name+` && client.tags[9] == "")`, "("+name+` || client.tags[9] == "")`)
	inner := m.truth(depth - 1)
	m.vars, m.opts = vars, append(opts[:len(opts):len(opts)], name, name)
	around := m.truth(depth - 1)
	m.opts = opts
	return fmt.Sprintf(form+"%.0[1]s%.0[2]s%.0[3]s%.0[4]s%.0[5]s%.0[6]s", a, b, o, inner, name, around)
}

// optional is an expression that gives an optional truth value or an error.
func (m *mixer) optional(depth int) string {
	leaf := append([]string{"optional.none()", "client.?unsubscribed", "client.fields.?vip", "optional.of(true)", "[true, false][?client.completeness]"}, m.opts...)
	switch m.random.IntN(5) {
	case 0:
		return fmt.Sprintf("optional.of(%s)", m.truth(min(depth, 1)))
	case 1:
		return fmt.Sprintf("optional.ofNonZeroValue(%s)", m.truth(min(depth, 1)))
	case 2:
		return fmt.Sprintf("(%s ? %s : %s)", m.truth(min(depth, 1)), m.pick(leaf), m.pick(leaf))
	}
	return m.pick(leaf)
}
