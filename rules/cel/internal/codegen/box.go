package codegen

import (
	"encoding/binary"
	"math"

	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// Kinds of boxed values, as in rt.h of package runtime.
const (
	tagNull = iota
	tagBool
	tagInt
	tagUint
	tagDouble
	tagString
	tagBytes
	tagTime
	tagDuration
	tagList
	tagMap
	tagOptional
	tagRow
)

// Places in a boxed value.
const (
	boxSize = 16
	boxAux  = 4
	boxed   = 8
)

// tagOf is the kind of the boxed values of a kind.
func tagOf(k ir.Kind) int32 {
	switch k {
	case ir.Bool:
		return tagBool
	case ir.Int:
		return tagInt
	case ir.Uint:
		return tagUint
	case ir.Double:
		return tagDouble
	case ir.String, ir.Enum:
		return tagString
	case ir.Millis, ir.Time:
		return tagTime
	case ir.Duration:
		return tagDuration
	case ir.Map:
		return tagMap
	case ir.Row:
		return tagRow
	}
	return tagList
}

// constBox returns the memory of a boxed constant.
func (g *generator) constBox(n *ir.Node) []byte {
	tag, aux, payload := tagOf(n.Kind), uint32(n.Nanos), uint64(n.Int)
	switch {
	case n.Kind == ir.Dyn && n.Elem == ir.String:
		tag, payload = tagBytes, uint64(g.data.put(n.Text))|uint64(len(n.Text))<<32
	case n.Kind == ir.Dyn && n.Elem == ir.Optional:
		tag = tagOptional
	case n.Kind == ir.Dyn:
		tag = tagNull
	case n.Kind == ir.String:
		payload = uint64(g.data.put(n.Text)) | uint64(len(n.Text))<<32
	case n.Kind == ir.Double:
		payload = math.Float64bits(n.Float)
	case n.Kind == ir.Enum:
		return g.constBox(ir.TextOf(n.Names[n.Int]))
	}
	b := binary.LittleEndian.AppendUint32(nil, uint32(tag))
	b = binary.LittleEndian.AppendUint32(b, aux)
	return binary.LittleEndian.AppendUint64(b, payload)
}

// emitBox leaves a value as a Dyn.
func (g *generator) emitBox(n *ir.Node) {
	f := g.f
	a := n.Args[0]
	if a.IsConst() {
		f.Do(wasmgen.Int32(g.data.putAligned(g.constBox(a))))
		return
	}
	if a.Kind == ir.Strings || a.Kind == ir.Rows {
		g.emitBox(&ir.Node{Op: ir.Convert, Kind: ir.Dyn, Pos: n.Pos, Args: []*ir.Node{ir.ConvertOf(n.Pos, ir.List, a)}})
		return
	}
	if a.Kind == ir.Enum {
		g.emitBox(&ir.Node{Op: ir.Convert, Kind: ir.Dyn, Pos: n.Pos, Args: []*ir.Node{ir.ConvertOf(n.Pos, ir.String, a)}})
		return
	}
	g.emit(a)
	if a.Kind == ir.Map {
		f.Do(g.card, g.limit, g.rt.c("rt_properties"))
		g.mayHaveFailed(n.Pos)
		return
	}
	switch a.Kind {
	case ir.Bool:
		f.Do(wasmgen.I64ExtendI32U, wasmgen.Int32(0))
	case ir.Double:
		f.Do(wasmgen.I64Reinterpret, wasmgen.Int32(0))
	case ir.String, ir.List:
		g.packPair()
		f.Do(wasmgen.Int32(0))
	case ir.Row:
		g.keepRow(a.Row)
		f.Do(wasmgen.I64ExtendI32U, wasmgen.Int32(g.rowType(a.Row)))
	case ir.Time: // milliseconds, nanoseconds
	default:
		f.Do(wasmgen.Int32(0))
	}
	f.Do(wasmgen.Int32(tagOf(a.Kind)), g.rt.c("rt_box"))
	g.mayHaveFailed(n.Pos)
}

// packPair makes one i64 of the pointer and length on the stack.
func (g *generator) packPair() {
	f := g.f
	length := f.Local(i32)
	f.Do(wasmgen.Set(length), wasmgen.I64ExtendI32U, length, wasmgen.I64ExtendI32U, wasmgen.Int64(32), wasmgen.I64Shl, wasmgen.I64Or)
	f.Release(length)
}

// keepRow replaces the row on the stack by one that stays when the next row is read.
func (g *generator) keepRow(row string) {
	if need := g.need[row]; need > 0 {
		g.f.Do(g.card, g.limit, wasmgen.Int32(rowSlots+8*need), g.rt.c("rt_keep_row"))
	}
}

// rowType is the number of a row type in boxed rows.
func (g *generator) rowType(row string) int32 {
	for i, name := range g.rowTypes {
		if name == row {
			return int32(i)
		}
	}
	g.rowTypes = append(g.rowTypes, row)
	return int32(len(g.rowTypes) - 1)
}

// emitUnbox leaves the value that a Dyn must hold.
func (g *generator) emitUnbox(n *ir.Node) {
	f := g.f
	g.emit(n.Args[0])
	if n.Kind == ir.Row {
		f.Do(wasmgen.Int32(g.rowType(n.Row)), g.rt.c("rt_expect_row"))
		g.mayHaveFailed(n.Pos)
		return
	}
	box := f.Local(i32)
	f.Do(wasmgen.Tee(box), wasmgen.Int32(tagOf(n.Kind)), g.rt.c("rt_expect"))
	g.mayHaveFailed(n.Pos)
	f.Do(wasmgen.Drop)
	g.loadElement(box, n.Kind)
	f.Release(box)
}

// emitAsList leaves a list of the card as a list of boxed values.
func (g *generator) emitAsList(n *ir.Node) {
	f := g.f
	a := n.Args[0]
	g.emit(a)
	saved := g.save(a.Kind)
	g.load(saved)
	if a.Kind == ir.Strings {
		f.Do(g.card, g.limit, g.rt.c("rt_texts"))
	} else {
		f.Do(wasmgen.Int32(rowSlots+8*g.need[a.Row]), wasmgen.Int32(g.rowType(a.Row)), g.rt.c("rt_rows"))
	}
	g.mayHaveFailed(n.Pos)
	f.Do(saved[1])
	f.Release(saved...)
}

// emitCall calls a function of the runtime.
func (g *generator) emitCall(n *ir.Node) {
	g.emitArgs(n)
	for _, x := range n.Fn.Extra {
		g.f.Do(wasmgen.Int32(x))
	}
	g.f.Do(g.rt.c(n.Fn.Name))
	if n.IfAny {
		g.found(n)
		return
	}
	if n.Fn.Fails {
		g.mayHaveFailed(n.Pos)
	}
	if types := types(n.Kind); len(types) == 2 && types[0] == i32 {
		g.unpack()
	}
}

// emitLet binds a variable. What it is bound to may end in an error, which waits for a use if the
// variable says so.
func (g *generator) emitLet(n *ir.Node) {
	f := g.f
	value := n.Args[0]
	for _, t := range types(value.Kind) {
		g.vars[n.Var] = append(g.vars[n.Var], f.Local(t))
	}
	if n.Var.Fails {
		waiting := f.Local(i64)
		g.errors[n.Var] = waiting
		f.Do(wasmgen.Int64(0), wasmgen.Set(waiting))
		g.attempt(value, g.vars[n.Var], waiting)
		defer f.Release(waiting)
		defer delete(g.errors, n.Var)
	} else {
		g.emit(value)
		g.setAll(g.vars[n.Var])
	}
	g.emit(n.Args[1])
	f.Release(g.vars[n.Var]...)
	delete(g.vars, n.Var)
}

// attempt evaluates a value into locals; an error that it ends in waits.
func (g *generator) attempt(value *ir.Node, to []wasmgen.Local, waiting wasmgen.Local) {
	f := g.f
	outer, checks := g.handler, g.checks
	bound := f.Block()
	g.handler = f.Block()
	g.emit(value)
	g.setAll(to)
	f.Do(wasmgen.Br(bound))
	f.End()
	g.catch(checks)
	f.Do(g.failed, wasmgen.Set(waiting))
	f.End()
	g.handler = outer
}

// emitUse leaves a variable's value, or ends in the error it is bound to.
func (g *generator) emitUse(n *ir.Node) {
	if waiting, ok := g.errors[n.Var]; ok {
		g.rethrow(waiting)
	}
	g.load(g.vars[n.Var])
}
