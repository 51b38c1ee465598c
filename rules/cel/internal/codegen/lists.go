package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// emitList leaves a list literal: constant bytes, or memory that is filled now.
func (g *generator) emitList(n *ir.Node) {
	f := g.f
	if bytes, ok := g.constElements(n); ok {
		f.Do(wasmgen.Int32(g.data.putAligned(bytes)), wasmgen.Int32(len(n.Args)))
		return
	}
	room := f.Local(i32)
	if n.Static {
		f.Do(g.zeroed(boxSize * len(n.Args)))
	} else {
		f.Do(wasmgen.Int32(boxSize*len(n.Args)), g.rt.c("rt_alloc"))
		g.mayHaveFailed(n.Pos)
	}
	f.Do(wasmgen.Set(room))
	for i, a := range n.Args {
		g.emit(a)
		g.storeElement(room, uint32(i*boxSize), n.Elem, a.Row)
	}
	f.Do(room, wasmgen.Int32(len(n.Args)))
	f.Release(room)
}

// constElements returns the memory of a list of constants.
func (g *generator) constElements(n *ir.Node) ([]byte, bool) {
	var b []byte
	for _, a := range n.Args {
		if a.Op == ir.Convert && a.Kind == ir.Dyn {
			a = a.Args[0]
		}
		if !a.IsConst() {
			return nil, false
		}
		b = append(b, g.constBox(a)...)
	}
	return b, true
}

// storeElement stores the value on the stack as a boxed value in a list; row is the type of a Row.
func (g *generator) storeElement(room wasmgen.Local, offset uint32, elem ir.Kind, row string) {
	f := g.f
	if elem == ir.Row {
		g.keepRow(row)
	}
	value := g.save(elem)
	defer f.Release(value...)
	if elem == ir.Dyn {
		f.Do(room, value[0], wasmgen.I64Load(0), wasmgen.I64Store(offset),
			room, value[0], wasmgen.I64Load(boxed), wasmgen.I64Store(offset+boxed))
		return
	}
	head := int64(tagOf(elem))
	switch elem {
	case ir.Row:
		head |= int64(g.rowType(row)) << 32
	case ir.Time:
		f.Do(room, value[1], wasmgen.I32Store(offset+boxAux), room, wasmgen.Int32(tagTime), wasmgen.I32Store(offset),
			room, value[0], wasmgen.I64Store(offset+boxed))
		return
	}
	f.Do(room, wasmgen.Int64(head), wasmgen.I64Store(offset), room, value[0])
	switch elem {
	case ir.Bool, ir.Row:
		f.Do(wasmgen.I64ExtendI32U, wasmgen.I64Store(offset+boxed))
	case ir.Double:
		f.Do(wasmgen.F64Store(offset + boxed))
	case ir.String, ir.List:
		f.Do(wasmgen.I32Store(offset+boxed), room, value[1], wasmgen.I32Store(offset+boxed+4))
	default:
		f.Do(wasmgen.I64Store(offset + boxed))
	}
}

// loadElement leaves the value of a kind in the box at an address.
func (g *generator) loadElement(at wasmgen.Local, elem ir.Kind) {
	f := g.f
	f.Do(at)
	switch elem {
	case ir.Dyn:
	case ir.Bool, ir.Row:
		f.Do(wasmgen.I32Load(boxed))
	case ir.Double:
		f.Do(wasmgen.F64Load(boxed))
	case ir.String, ir.List:
		f.Do(wasmgen.I32Load(boxed), at, wasmgen.I32Load(boxed+4))
	case ir.Time:
		f.Do(wasmgen.I64Load(boxed), at, wasmgen.I32Load(boxAux))
	default:
		f.Do(wasmgen.I64Load(boxed))
	}
}

// emitIndex is list[i].
func (g *generator) emitIndex(n *ir.Node) {
	f := g.f
	list := n.Args[0]
	g.emit(list)
	at := g.save(list.Kind)
	g.emit(n.Args[1])
	index := f.Local(i64)
	f.Do(wasmgen.Tee(index), at[1], wasmgen.I64ExtendI32U, wasmgen.I64GeU)
	if n.IfAny {
		f.Do(wasmgen.BrIf(g.none))
	} else {
		g.failIf(n.Pos, "the index is outside the list")
	}
	stride := wasmgen.Instr(wasmgen.Int32(8))
	switch list.Kind {
	case ir.Rows:
		stride = at[2]
	case ir.List:
		stride = wasmgen.Int32(boxSize)
	}
	f.Do(at[0], index, wasmgen.I32WrapI64, stride, wasmgen.I32Mul, wasmgen.I32Add, wasmgen.Set(at[0]))
	switch list.Kind {
	case ir.Strings:
		f.Do(at[0], g.card, g.limit, g.rt.text())
	case ir.List:
		g.loadElement(at[0], list.Elem)
	default:
		f.Do(at[0])
		if need := g.need[list.Row]; need > 0 {
			g.widenRow(at[2], g.zeroed(8+8*need), list.Row)
		}
	}
	f.Release(at...)
	f.Release(index)
}

// emitSize leaves the number of code points or elements as an Int.
func (g *generator) emitSize(n *ir.Node) {
	a := n.Args[0]
	f := g.f
	g.emit(a)
	switch a.Kind {
	case ir.Dyn:
		f.Do(g.rt.c("rt_size"))
		g.mayHaveFailed(n.Pos)
		return
	case ir.String:
		f.Do(g.rt.codePoints())
	default:
		saved := g.save(a.Kind)
		f.Do(saved[1])
		f.Release(saved...)
	}
	f.Do(wasmgen.I64ExtendI32U)
}

// emitMap leaves a map literal.
func (g *generator) emitMap(n *ir.Node) {
	f := g.f
	m := g.emptyBox(n, tagMap)
	for i := 0; i < len(n.Args); i += 2 {
		key, value := n.Args[i], n.Args[i+1]
		g.ifAny(value, func(value *ir.Node) {
			f.Do(m)
			g.emit(key)
			g.emit(value)
			f.Do(g.rt.c("rt_insert"), wasmgen.Drop)
			g.mayHaveFailed(key.Pos)
		})
	}
	f.Do(m)
	f.Release(m)
}

// emptyBox makes a list or map that grows.
func (g *generator) emptyBox(n *ir.Node, tag int32) wasmgen.Local {
	box := g.f.Local(i32)
	g.f.Do(wasmgen.Int64(0), wasmgen.Int32(0), wasmgen.Int32(tag), g.rt.c("rt_box"))
	g.mayHaveFailed(n.Pos)
	g.f.Do(wasmgen.Set(box))
	return box
}

// emitIn is x in [a, b, …].
func (g *generator) emitIn(n *ir.Node) {
	f := g.f
	x := n.Args[0]
	strict := false // elements that can fail are all evaluated
	for _, e := range n.Args[1:] {
		strict = strict || e.Fails
	}
	g.emit(x)
	saved := g.save(x.Kind)
	v := &ir.Var{Kind: x.Kind, Names: x.Names}
	g.vars[v] = saved
	use := ir.UseOf(v)
	if strict {
		g.emitInStrict(use, n.Args[1:])
	} else {
		test := ir.BoolOf(false)
		for _, e := range n.Args[1:] {
			test = ir.OrOf(test, ir.CompareOf(ir.Eq, use, e))
		}
		g.emit(test)
	}
	delete(g.vars, v)
	f.Release(saved...)
}

func (g *generator) emitInStrict(use *ir.Node, elems []*ir.Node) {
	g.f.Do(wasmgen.Int32(0))
	for _, e := range elems {
		g.emit(ir.CompareOf(ir.Eq, use, e))
		g.f.Do(wasmgen.I32Or)
	}
}

// emitLookup reads or tests a property.
func (g *generator) emitLookup(n *ir.Node) {
	f := g.f
	g.emitArgs(n)
	f.Do(wasmgen.Int32(8+8*abi.PropertySlots), g.card, g.limit, g.rt.find())
	if n.Op == ir.HasKey {
		f.Do(wasmgen.Int32(0), wasmgen.I32Ne)
		return
	}
	row := f.Local(i32)
	f.Do(wasmgen.Tee(row), wasmgen.I32Eqz)
	if n.IfAny {
		f.Do(wasmgen.BrIf(g.none))
	} else {
		g.failIf(n.Pos, "the client has no such property")
	}
	f.Do(row, wasmgen.Int32(8+8*abi.SlotPropertyValue), wasmgen.I32Add, g.card, g.limit, g.rt.text())
	f.Release(row)
}
