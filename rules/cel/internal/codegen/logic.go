package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// emitLogic is && and ||. An error of the first operand waits in a local until the second has
// decided; an error of the second goes to the handler, whatever the first was.
func (g *generator) emitLogic(n *ir.Node) {
	f := g.f
	a, b := n.Args[0], n.Args[1]
	decisive := wasmgen.Int32(0)
	if n.Op == ir.Or {
		decisive = 1
	}
	if !a.Fails {
		g.emitShortCircuit(a, b, n.Op)
		return
	}
	outer, checks := g.handler, g.checks
	waiting := f.Local(i64)
	done := f.Block(i32)
	f.Do(wasmgen.Int64(0), wasmgen.Set(waiting))
	second := f.Block()
	g.handler = f.Block()
	f.Do(decisive)
	g.emit(a)
	if n.Op == ir.And {
		f.Do(wasmgen.I32Eqz)
	}
	f.Do(wasmgen.BrIf(done), wasmgen.Drop, wasmgen.Br(second))
	f.End()
	g.catch(checks)
	f.Do(g.failed, wasmgen.Set(waiting))
	f.End()
	g.handler = outer
	f.Do(decisive)
	g.emit(b)
	if n.Op == ir.And {
		f.Do(wasmgen.I32Eqz)
	}
	f.Do(wasmgen.BrIf(done), wasmgen.Drop)
	g.rethrow(waiting)
	f.Do(1 - decisive)
	f.End()
	f.Release(waiting)
}

func (g *generator) emitShortCircuit(a, b *ir.Node, op ir.Op) {
	f := g.f
	g.emit(a)
	f.If(i32)
	if op == ir.And {
		g.emit(b)
		f.Else()
		f.Do(wasmgen.Int32(0))
	} else {
		f.Do(wasmgen.Int32(1))
		f.Else()
		g.emit(b)
	}
	f.End()
}

func (g *generator) emitCond(n *ir.Node) {
	g.emit(n.Args[0])
	g.f.If(types(n.Kind)...)
	g.emit(n.Args[1])
	g.f.Else()
	g.emit(n.Args[2])
	g.f.End()
}

// emitQuantifier is all and exists: the first deciding element ends the loop; without one, an
// error that a body ended in is the result.
func (g *generator) emitQuantifier(n *ir.Node) {
	f := g.f
	list, body := n.Args[0], n.Args[1]
	decided := wasmgen.Int32(1)
	if n.Op == ir.All {
		decided = 0
	}
	outer := g.handler
	g.emit(list)
	checks := g.checks
	g.beginOnces(n.Once)
	it := g.beginEach(list, n.Key, n.Var, makes(body))
	waiting := f.Local(i64)
	f.Do(wasmgen.Int64(0), wasmgen.Set(waiting))
	done := f.Block(i32)
	end := f.Block()
	next := f.Loop()
	g.advance(it, end)
	if body.Fails {
		g.handler = f.Block()
	}
	f.Do(decided)
	g.emit(body)
	if n.Op == ir.All {
		f.Do(wasmgen.I32Eqz)
	}
	f.Do(wasmgen.BrIf(done), wasmgen.Drop, wasmgen.Br(next))
	if body.Fails {
		f.End()
		g.catch(checks)
		f.Do(g.failed, wasmgen.Set(waiting), wasmgen.Br(next))
	}
	f.End()
	f.End()
	g.handler = outer
	if body.Fails {
		g.rethrow(waiting)
	}
	f.Do(1 - decided)
	f.End()
	f.Release(waiting)
	g.endEach(it)
	g.endOnces(n.Once)
}

// emitExistsOne counts; the error of any element is the result.
func (g *generator) emitExistsOne(n *ir.Node) {
	f := g.f
	list, body := n.Args[0], n.Args[1]
	g.emit(list)
	g.beginOnces(n.Once)
	it := g.beginEach(list, n.Key, n.Var, makes(body))
	count := f.Local(i32)
	f.Do(wasmgen.Int32(0), wasmgen.Set(count))
	end := f.Block()
	next := f.Loop()
	g.advance(it, end)
	g.emit(body)
	f.Do(count, wasmgen.I32Add, wasmgen.Set(count), wasmgen.Br(next))
	f.End()
	f.End()
	f.Do(count, wasmgen.Int32(1), wasmgen.I32Eq)
	f.Release(count)
	g.endEach(it)
	g.endOnces(n.Once)
}
