package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// orElse leaves a value, or what other leaves where it is found that there is none.
func (g *generator) orElse(kinds []wasmgen.Type, value *ir.Node, other func()) {
	f, outer := g.f, g.none
	done := f.Block(kinds...)
	g.none = f.Block()
	g.emit(value)
	f.Do(wasmgen.Br(done))
	f.End()
	g.none = outer
	other()
	f.End()
}

// ifAny writes what is done with a value, and for a Maybe only if there is one.
func (g *generator) ifAny(value *ir.Node, do func(value *ir.Node)) {
	if value.Kind != ir.Optional {
		do(value)
		return
	}
	outer := g.none
	g.none = g.f.Block()
	do(value.Args[0])
	g.f.End()
	g.none = outer
}

// emitOpen leaves what a boxed optional value holds.
func (g *generator) emitOpen(n *ir.Node) {
	g.emit(n.Args[0])
	g.f.Do(g.rt.c("rt_open"))
	g.found(n)
}

// found leaves the address that a function of the runtime returned; 0 is for an error, or that
// there is nothing.
func (g *generator) found(n *ir.Node) {
	f := g.f
	value := f.Local(i32)
	f.Do(wasmgen.Tee(value), wasmgen.I32Eqz)
	f.If()
	if n.Op == ir.Open || n.Fn.Fails {
		g.mayHaveFailed(n.Pos)
	}
	f.Do(wasmgen.Br(g.none))
	f.End()
	f.Do(value)
	f.Release(value)
}

// emitGiven leaves true once there is a value.
func (g *generator) emitGiven(n *ir.Node) {
	g.emit(n.Args[0])
	for range types(n.Args[0].Kind) {
		g.f.Do(wasmgen.Drop)
	}
	g.f.Do(wasmgen.Int32(1))
}

// emitGather leaves the list of what is there.
func (g *generator) emitGather(n *ir.Node) {
	f := g.f
	out := g.emptyBox(n, tagList)
	for _, a := range n.Args {
		g.ifAny(a, func(a *ir.Node) {
			g.emit(a)
			value := g.save(ir.Dyn)
			f.Do(out, value[0], g.rt.c("rt_push"), wasmgen.Drop)
			g.mayHaveFailed(n.Pos)
			f.Release(value...)
		})
	}
	f.Do(out, wasmgen.I32Load(boxed), out, wasmgen.I32Load(boxed+4))
	f.Release(out)
}
