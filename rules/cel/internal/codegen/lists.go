package codegen

import (
	"encoding/binary"
	"math"

	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// elementSize is the place an element of a Literal takes.
const elementSize = 16

// emitList leaves a list literal: constant bytes, or memory of its own that is filled now.
func (g *generator) emitList(n *ir.Node) {
	f := g.f
	if bytes, ok := g.constElements(n); ok {
		f.Do(wasmgen.Int32(g.data.putAligned(bytes)), wasmgen.Int32(len(n.Args)))
		return
	}
	room := g.zeroed(elementSize * len(n.Args))
	for i, a := range n.Args {
		g.emit(a)
		saved := g.save(n.Elem)
		g.storeElement(room, uint32(i*elementSize), saved, n.Elem)
		f.Release(saved...)
	}
	f.Do(room, wasmgen.Int32(len(n.Args)))
}

// constElements returns the memory of a list of constants.
func (g *generator) constElements(n *ir.Node) ([]byte, bool) {
	var b []byte
	for _, a := range n.Args {
		if !a.IsConst() {
			return nil, false
		}
		first, second := uint64(a.Int), uint64(a.Nanos)
		switch n.Elem {
		case ir.String:
			first = uint64(g.data.put(a.Text)) | uint64(len(a.Text))<<32
		case ir.Double:
			first = math.Float64bits(a.Float)
		}
		b = binary.LittleEndian.AppendUint64(b, first)
		b = binary.LittleEndian.AppendUint64(b, second)
	}
	return b, true
}

func (g *generator) storeElement(room *wasmgen.Symbol, offset uint32, value []wasmgen.Local, elem ir.Kind) {
	stores := map[wasmgen.Type]func(uint32) wasmgen.Instr{
		i32: wasmgen.I32Store, i64: wasmgen.I64Store, f64: wasmgen.F64Store,
	}
	for i, t := range types(elem) {
		g.f.Do(room, value[i], stores[t](offset+elementPlace(elem, i)))
	}
}

// loadElement leaves the element of a Literal at an address.
func (g *generator) loadElement(at wasmgen.Local, elem ir.Kind) {
	loads := map[wasmgen.Type]func(uint32) wasmgen.Instr{
		i32: wasmgen.I32Load, i64: wasmgen.I64Load, f64: wasmgen.F64Load,
	}
	for i, t := range types(elem) {
		g.f.Do(at, loads[t](elementPlace(elem, i)))
	}
}

// elementPlace is the offset of value i of an element: text pointer and length lie in one word.
func elementPlace(elem ir.Kind, i int) uint32 {
	if elem == ir.String {
		return uint32(4 * i)
	}
	return uint32(8 * i)
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
	g.failIf(n.Pos, "the index is outside the list")
	stride := wasmgen.Instr(wasmgen.Int32(8))
	switch list.Kind {
	case ir.Rows:
		stride = at[2]
	case ir.Literal:
		stride = wasmgen.Int32(elementSize)
	}
	f.Do(at[0], index, wasmgen.I32WrapI64, stride, wasmgen.I32Mul, wasmgen.I32Add, wasmgen.Set(at[0]))
	switch list.Kind {
	case ir.Strings:
		f.Do(at[0], g.card, g.limit, g.rt.text())
	case ir.Literal:
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
func (g *generator) emitSize(a *ir.Node) {
	f := g.f
	g.emit(a)
	if a.Kind == ir.String {
		f.Do(g.rt.codePoints())
	} else {
		saved := g.save(a.Kind)
		f.Do(saved[1])
		f.Release(saved...)
	}
	f.Do(wasmgen.I64ExtendI32U)
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
	g.failIf(n.Pos, "the client has no such property")
	f.Do(row, wasmgen.Int32(8+8*abi.SlotPropertyValue), wasmgen.I32Add, g.card, g.limit, g.rt.text())
	f.Release(row)
}
