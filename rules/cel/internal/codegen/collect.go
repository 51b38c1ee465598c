package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// emitCollect leaves the list that a macro makes of another: what it makes stays in the arena, so
// no turn of the loop gives memory up.
func (g *generator) emitCollect(n *ir.Node) {
	f := g.f
	out := g.emptyBox(n, tagList)
	g.eachOf(n, func() {
		g.emit(n.Args[1])
		value := g.save(n.Elem)
		slot := f.Local(i32)
		f.Do(out, g.rt.c("rt_slot"), wasmgen.Set(slot))
		g.mayHaveFailed(n.Pos)
		g.load(value)
		g.storeElement(slot, 0, n.Elem, n.Row)
		f.Release(slot)
		f.Release(value...)
	})
	f.Do(out, wasmgen.I32Load(boxed), out, wasmgen.I32Load(boxed+4))
	f.Release(out)
}

// emitCollectMap leaves the map that a macro makes.
func (g *generator) emitCollectMap(n *ir.Node) {
	f := g.f
	out := g.emptyBox(n, tagMap)
	g.eachOf(n, func() {
		f.Do(out)
		g.emit(n.Args[1])
		if entry := len(n.Args) == 3 && !n.Tested || len(n.Args) == 4; entry {
			g.emit(n.Args[2])
			f.Do(g.rt.c("rt_insert"), wasmgen.Drop)
		} else {
			f.Do(g.rt.c("rt_insert_all"), wasmgen.Drop)
		}
		g.mayHaveFailed(n.Pos)
	})
	f.Do(out)
	f.Release(out)
}

// eachOf writes the loop of a macro over Args[0].
func (g *generator) eachOf(n *ir.Node, body func()) {
	f := g.f
	list := n.Args[0]
	g.emit(list)
	g.beginOnces(n.Once)
	it := g.beginEach(list, n.Key, n.Var, false)
	end := f.Block()
	next := f.Loop()
	g.advance(it, end)
	if n.Tested {
		g.emit(n.Args[len(n.Args)-1])
		f.Do(wasmgen.I32Eqz, wasmgen.BrIf(next))
	}
	body()
	f.Do(wasmgen.Br(next))
	f.End()
	f.End()
	g.endEach(it)
	g.endOnces(n.Once)
}
