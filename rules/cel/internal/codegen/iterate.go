package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// iterator is a loop over a list: at is the next element, left how many there are.
type iterator struct {
	list     *ir.Node
	key, v   *ir.Var // key is nil in a loop with one variable
	at, left wasmgen.Local
	stride   wasmgen.Local // of Rows, Map and Dyn
	index    wasmgen.Local // i64: of the next element, in a loop with two variables
	mark     wasmgen.Local // of the arena at the start
	marked   bool
	wide     *wasmgen.Symbol // where a row with too few slots is copied to
}

// beginEach takes the list from the stack.
func (g *generator) beginEach(list *ir.Node, key, v *ir.Var, makes bool) *iterator {
	it := &iterator{list: list, key: key, v: v}
	defer func() { g.loops = append(g.loops, it) }()
	locals := g.save(list.Kind)
	if list.Kind == ir.Dyn {
		locals = g.openRange(list, locals[0])
	}
	it.at, it.left = locals[0], locals[1]
	if len(locals) == 3 {
		it.stride = locals[2]
	}
	g.chargeTurns(it.left, v)
	if makes {
		it.mark, it.marked = g.f.Local(i32), true
		g.f.Do(g.rt.arena(), wasmgen.I32Load(memoryNext), wasmgen.Set(it.mark))
	}
	if list.Kind == ir.Rows && g.need[list.Row] > 0 {
		it.wide = g.zeroed(8 + 8*g.need[list.Row])
	}
	for _, t := range types(v.Kind) {
		g.vars[v] = append(g.vars[v], g.f.Local(t))
	}
	if key != nil {
		it.index = g.f.Local(i64)
		g.f.Do(wasmgen.Int64(0), wasmgen.Set(it.index))
		for _, t := range types(key.Kind) {
			g.vars[key] = append(g.vars[key], g.f.Local(t))
		}
	}
	return it
}

// openRange makes the address of the first element or entry, how many there are, and the step
// between them of a Dyn.
func (g *generator) openRange(list *ir.Node, box wasmgen.Local) []wasmgen.Local {
	f := g.f
	left, stride := f.Local(i32), f.Local(i32)
	f.Do(box, g.rt.c("rt_range"), wasmgen.Set(stride))
	g.mayHaveFailed(list.Pos)
	f.Do(box, wasmgen.I32Load(boxed+4), wasmgen.Set(left), box, wasmgen.I32Load(boxed), wasmgen.Set(box))
	return []wasmgen.Local{box, left, stride}
}

// advance binds the variable to the next element, or branches to end when there is none.
// What the body of the last element left in the arena is given up.
func (g *generator) advance(it *iterator, end wasmgen.Label) {
	f := g.f
	f.Do(it.left, wasmgen.I32Eqz, wasmgen.BrIf(end))
	if it.marked {
		f.Do(g.rt.arena(), it.mark, wasmgen.I32Store(memoryNext))
	}
	g.bind(it)
	f.Do(it.at)
	switch it.list.Kind {
	case ir.Strings:
		f.Do(wasmgen.Int32(8))
	case ir.List:
		f.Do(wasmgen.Int32(boxSize))
	default:
		f.Do(it.stride)
	}
	f.Do(wasmgen.I32Add, wasmgen.Set(it.at), it.left, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.Set(it.left))
}

func (g *generator) bind(it *iterator) {
	f := g.f
	if it.key != nil {
		g.bindKey(it)
		f.Do(it.index, wasmgen.Int64(1), wasmgen.I64Add, wasmgen.Set(it.index))
	}
	switch it.list.Kind {
	case ir.Strings:
		f.Do(it.at, g.card, g.limit, g.rt.text())
	case ir.Map:
		if it.key != nil {
			f.Do(it.at, it.stride, g.card, g.limit, g.rt.valueOf())
		} else {
			f.Do(it.at, it.stride, g.card, g.limit, g.rt.keyOf())
		}
	case ir.List:
		g.loadElement(it.at, it.list.Elem)
	case ir.Dyn:
		f.Do(it.at)
		if it.key != nil { // the value behind the key, if the step is that of a map
			f.Do(it.stride, wasmgen.I32Add, wasmgen.Int32(boxSize), wasmgen.I32Sub)
		}
	default:
		f.Do(it.at)
		g.widenRow(it.stride, it.wide, it.list.Row)
	}
	g.setAll(g.vars[it.v])
}

// bindKey binds the first of two variables: the index of an element, or the key of an entry.
func (g *generator) bindKey(it *iterator) {
	f := g.f
	switch it.list.Kind {
	case ir.Map:
		f.Do(it.at, it.stride, g.card, g.limit, g.rt.keyOf())
	case ir.Dyn:
		f.Do(it.at, it.stride, it.index, g.rt.c("rt_key"))
		g.mayHaveFailed(it.list.Pos)
	default:
		f.Do(it.index)
	}
	g.setAll(g.vars[it.key])
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
	g.loops = g.loops[:len(g.loops)-1]
	g.f.Release(it.at, it.left)
	if it.list.Kind == ir.Rows || it.list.Kind == ir.Map || it.list.Kind == ir.Dyn {
		g.f.Release(it.stride)
	}
	if it.marked {
		g.f.Release(it.mark)
	}
	g.f.Release(g.vars[it.v]...)
	delete(g.vars, it.v)
	if it.key != nil {
		g.f.Release(it.index)
		g.f.Release(g.vars[it.key]...)
		delete(g.vars, it.key)
	}
}
