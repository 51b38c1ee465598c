package codegen

import (
	"fmt"

	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// WriteNamed returns the module of a check with a name section, for profiles. What an expression calls it calls through
// a function that bears its place in the rule, so that a profile tells the calls of one expression from those of another.
func WriteNamed(c *ir.Check) []byte {
	g := newGenerator()
	g.forwards = map[forward]*wasmgen.Func{}
	g.write(c)
	return g.m.EncodeNamed()
}

// forward is a function and the place in the rule that it is called for.
type forward struct {
	to *wasmgen.Func
	at ir.Pos
}

// through is what the code at hand calls in place of a function.
func (g *generator) through(to *wasmgen.Func) *wasmgen.Func {
	if g.pos.Line == 0 || to.Name() == "" {
		return to
	}
	key := forward{to, g.pos}
	f, known := g.forwards[key]
	if !known {
		f = g.m.Forward(fmt.Sprintf("%s %d:%d %s", g.pos.Field, g.pos.Line, g.pos.Column, to.Name()), to)
		g.forwards[key] = f
	}
	return f
}
