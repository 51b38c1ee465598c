package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// Places in a card and in a row, in bytes.
const (
	placeSlots  = 10 // u16, the number of slots of the client
	placeBitmap = 16
	rowSlots    = 8 // slot 0 of a row, behind its bitmap
)

// at is the place of a slot: an address in a local and constant offsets from it.
type at struct {
	base     wasmgen.Local
	value    uint32 // of the slot
	presence uint32 // of the bitmap word
	bit      int    // in that word
	owned    bool   // base is to be released
}

// locate evaluates the record of a Field or Has node.
func (g *generator) locate(n *ir.Node) at {
	slot := n.Slot.Index
	if len(n.Args) == 0 {
		return at{base: g.slots, value: uint32(abi.HeaderSize + 8*slot), presence: uint32(placeBitmap + slot/64*8), bit: slot % 64}
	}
	place := at{value: uint32(rowSlots + 8*slot), bit: slot}
	if row := n.Args[0]; row.Op == ir.Use && !row.Fails {
		place.base = g.vars[row.Var][0]
		return place
	}
	g.emit(n.Args[0])
	place.base, place.owned = g.save(ir.Row)[0], true
	return place
}

func (g *generator) leave(place at) {
	if place.owned {
		g.f.Release(place.base)
	}
}

// emitField reads a slot.
func (g *generator) emitField(n *ir.Node) {
	f := g.f
	if g.sharedList(n) {
		return
	}
	place := g.locate(n)
	defer g.leave(place)
	switch n.Kind {
	case ir.String, ir.Strings, ir.Rows, ir.Map:
		f.Do(place.base, wasmgen.Int32(place.value), wasmgen.I32Add, g.card, g.limit, g.reader(n.Kind))
		return
	case ir.Double:
		if n.Slot.Kind == abi.KindFloat {
			f.Do(place.base, wasmgen.F64Load(place.value))
			return
		}
	}
	f.Do(place.base, wasmgen.I64Load(place.value))
	switch n.Kind {
	case ir.Bool:
		f.Do(wasmgen.Int64(1), wasmgen.I64Eq)
	case ir.Double: // money
		f.Do(wasmgen.F64ConvertI64S, wasmgen.Float64(100), wasmgen.F64Div)
	case ir.Enum:
		g.knownCode(len(n.Names))
	}
}

// reader is the runtime function that checks and resolves a slot that refers to the heap.
func (g *generator) reader(k ir.Kind) *wasmgen.Func {
	switch k {
	case ir.String:
		return g.rt.text()
	case ir.Strings:
		return g.rt.strings()
	}
	return g.rt.rows()
}

// knownCode makes a code above those known 0.
func (g *generator) knownCode(names int) {
	code := g.f.Local(i64)
	g.f.Do(wasmgen.Tee(code), wasmgen.Int64(0), code, wasmgen.Int64(names), wasmgen.I64LtU, wasmgen.Select)
	g.f.Release(code)
}

// emitHas tests a slot: its bit in the bitmap and, but for times, that it is not the default.
func (g *generator) emitHas(n *ir.Node) {
	f := g.f
	place := g.locate(n)
	defer g.leave(place)
	f.Do(place.base, wasmgen.I64Load(place.presence), wasmgen.Int64(place.bit), wasmgen.I64ShrU,
		wasmgen.I32WrapI64, wasmgen.Int32(1), wasmgen.I32And)
	switch n.Slot.Kind {
	case abi.KindTime, abi.KindDate:
		return
	case abi.KindString:
		g.emitNotEmpty(place)
	case abi.KindStrings, abi.KindRows:
		g.emitHasElements(place, n.Slot.Kind)
	case abi.KindFloat:
		f.Do(place.base, wasmgen.F64Load(place.value), wasmgen.Float64(0), wasmgen.F64Ne)
	case abi.KindEnum:
		f.Do(place.base, wasmgen.I64Load(place.value))
		g.knownCode(len(abi.Enums[n.Slot.Of]))
		f.Do(wasmgen.Int64(0), wasmgen.I64Ne)
	case abi.KindBool:
		f.Do(place.base, wasmgen.I64Load(place.value), wasmgen.Int64(1), wasmgen.I64Eq)
	default:
		f.Do(place.base, wasmgen.I64Load(place.value), wasmgen.Int64(0), wasmgen.I64Ne)
	}
	f.Do(wasmgen.I32And)
}

// emitNotEmpty tests that a string slot refers to at least one byte inside the card.
func (g *generator) emitNotEmpty(place at) {
	f := g.f
	word := f.Local(i64)
	f.Do(place.base, wasmgen.I64Load(place.value), wasmgen.Tee(word),
		wasmgen.Int64(32), wasmgen.I64ShrU, wasmgen.I32WrapI64, wasmgen.Int32(0), wasmgen.I32Ne,
		word, wasmgen.Int64(32), wasmgen.I64ShrU, word, wasmgen.Int64(0xffffffff), wasmgen.I64And, wasmgen.I64Add,
		g.limit, wasmgen.I64LeU, wasmgen.I32And)
	f.Release(word)
}

func (g *generator) emitHasElements(place at, k abi.Kind) {
	f := g.f
	kind := ir.Strings
	if k == abi.KindRows {
		kind = ir.Rows
	}
	f.Do(place.base, wasmgen.Int32(place.value), wasmgen.I32Add, g.card, g.limit, g.reader(kind))
	saved := g.save(kind)
	f.Do(saved[1], wasmgen.Int32(0), wasmgen.I32Ne)
	f.Release(saved...)
}

// emitCustomRow leaves the row of a custom field, or zeroes when the client has none of that
// name and type.
func (g *generator) emitCustomRow(n *ir.Node) {
	place := g.locate(&ir.Node{Slot: abi.Slot{Index: abi.SlotClientFields}})
	g.f.Do(place.base, wasmgen.Int32(place.value), wasmgen.I32Add, g.card, g.limit, g.rt.rows(),
		wasmgen.Int32(g.data.put(n.Text)), wasmgen.Int32(len(n.Text)),
		wasmgen.Int32(rowSlots+8*g.need[n.Row]), g.card, g.limit, g.rt.find(),
		wasmgen.Int64(n.Int), g.rt.typed())
}
