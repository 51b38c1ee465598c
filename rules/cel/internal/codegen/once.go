package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// once is a value that a loop evaluates when it is first needed.
type once struct {
	value []wasmgen.Local
	state wasmgen.Local // i64: 0, then evaluated or the error it ended in
	loops int           // how many loops are open around the one
}

// evaluated is no error: the text of one has an address.
const evaluated = 1

// beginOnces stands before a loop. It leaves the stack as it is.
func (g *generator) beginOnces(vars []*ir.Var) {
	for _, v := range vars {
		o := once{state: g.f.Local(i64), loops: len(g.loops)}
		for _, t := range types(v.Kind) {
			o.value = append(o.value, g.f.Local(t))
		}
		g.f.Do(wasmgen.Int64(0), wasmgen.Set(o.state))
		g.onces[v] = o
	}
}

func (g *generator) endOnces(vars []*ir.Var) {
	for _, v := range vars {
		g.f.Release(g.onces[v].state)
		g.f.Release(g.onces[v].value...)
		delete(g.onces, v)
	}
}

// emitOnce leaves the value, or ends in the error it is. What it made stays when a turn of the loops
// in between is over.
func (g *generator) emitOnce(n *ir.Node) {
	f, o, value := g.f, g.onces[n.Var], n.Args[0]
	f.Do(o.state, wasmgen.I64Eqz)
	f.If()
	f.Do(wasmgen.Int64(evaluated), wasmgen.Set(o.state))
	if value.Fails {
		g.attempt(value, o.value, o.state)
	} else {
		g.emit(value)
		g.setAll(o.value)
	}
	for _, it := range g.loops[o.loops:] {
		if it.marked && makes(value) {
			f.Do(g.rt.arena(), wasmgen.I32Load(memoryNext), wasmgen.Set(it.mark))
		}
	}
	f.End()
	if value.Fails {
		f.Do(o.state, wasmgen.Tee(g.failed), wasmgen.Int64(evaluated), wasmgen.I64Ne, wasmgen.BrIf(g.handler))
	}
	g.load(o.value)
}
