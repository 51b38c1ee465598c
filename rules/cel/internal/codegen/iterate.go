package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// iterator is a loop over a list: at is the next element, left how many there are.
type iterator struct {
	list     *ir.Node
	v        *ir.Var
	at, left wasmgen.Local
	stride   wasmgen.Local // of Rows and Map
	mark     wasmgen.Local // of the arena at the start
	marked   bool
	wide     *wasmgen.Symbol // where a row with too few slots is copied to
}

// beginEach takes the list from the stack.
func (g *generator) beginEach(list *ir.Node, v *ir.Var, makesTexts bool) *iterator {
	it := &iterator{list: list, v: v}
	locals := g.save(list.Kind)
	it.at, it.left = locals[0], locals[1]
	if len(locals) == 3 {
		it.stride = locals[2]
	}
	if makesTexts {
		it.mark, it.marked = g.f.Local(i32), true
		g.f.Do(g.rt.arenaGlobals().next, wasmgen.Set(it.mark))
	}
	if list.Kind == ir.Rows && g.need[list.Row] > 0 {
		it.wide = g.zeroed(8 + 8*g.need[list.Row])
	}
	for _, t := range types(v.Kind) {
		g.vars[v] = append(g.vars[v], g.f.Local(t))
	}
	return it
}

// advance binds the variable to the next element, or branches to end when there is none.
// What the body of the last element left in the arena is given up.
func (g *generator) advance(it *iterator, end wasmgen.Label) {
	f := g.f
	f.Do(it.left, wasmgen.I32Eqz, wasmgen.BrIf(end))
	if it.marked {
		f.Do(it.mark, g.rt.release())
	}
	g.bind(it)
	f.Do(it.at)
	switch it.list.Kind {
	case ir.Strings:
		f.Do(wasmgen.Int32(8))
	case ir.Literal:
		f.Do(wasmgen.Int32(elementSize))
	default:
		f.Do(it.stride)
	}
	f.Do(wasmgen.I32Add, wasmgen.Set(it.at), it.left, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.Set(it.left))
}

func (g *generator) bind(it *iterator) {
	f := g.f
	switch it.list.Kind {
	case ir.Strings:
		f.Do(it.at, g.card, g.limit, g.rt.text())
	case ir.Map:
		f.Do(it.at, it.stride, g.card, g.limit, g.rt.keyOf())
	case ir.Literal:
		g.loadElement(it.at, it.list.Elem)
	default:
		f.Do(it.at)
		g.widenRow(it.stride, it.wide, it.list.Row)
	}
	g.setAll(g.vars[it.v])
}

// widenRow replaces the row on the stack by a copy with zeroes behind when it has too few slots.
func (g *generator) widenRow(stride wasmgen.Local, wide *wasmgen.Symbol, row string) {
	if wide == nil {
		return
	}
	size := 8 + 8*g.need[row]
	saved := g.save(ir.Row)
	g.f.Do(stride, wasmgen.Int32(size), wasmgen.I32LtU)
	g.f.If()
	g.f.Do(saved[0], stride, wide, wasmgen.Int32(size), g.rt.widenRow(), wasmgen.Set(saved[0]))
	g.f.End()
	g.load(saved)
	g.f.Release(saved...)
}

func (g *generator) endEach(it *iterator) {
	g.f.Release(it.at, it.left)
	if it.list.Kind == ir.Rows || it.list.Kind == ir.Map {
		g.f.Release(it.stride)
	}
	if it.marked {
		g.f.Release(it.mark)
	}
	g.f.Release(g.vars[it.v]...)
	delete(g.vars, it.v)
}
