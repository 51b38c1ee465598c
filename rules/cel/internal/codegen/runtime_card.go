package codegen

import (
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// The functions of this file read the card. The address of a slot is trusted, since
// widen has seen to it; what the slot refers to is checked against the card's length (limit).

// text(slot, card, limit) resolves a string slot: pointer and length, 0 and 0 when it is not
// inside the card.
func (rt *runtime) text() *wasmgen.Func {
	return rt.fn("text", sig(i32, i32, i64), sig(i32, i32), func(f *wasmgen.Func) {
		slot, card, limit := f.Param(0), f.Param(1), f.Param(2)
		offset, length := f.Local(i64), f.Local(i64)
		f.Do(slot, wasmgen.I64Load32U(0), wasmgen.Tee(offset),
			slot, wasmgen.I64Load32U(4), wasmgen.Tee(length), wasmgen.I64Add, limit, wasmgen.I64GtU)
		f.If()
		f.Do(wasmgen.Int32(0), wasmgen.Int32(0), wasmgen.Return)
		f.End()
		f.Do(card, offset, wasmgen.I32WrapI64, wasmgen.I32Add, length, wasmgen.I32WrapI64)
	})
}

// strings(slot, card, limit) resolves a slot with a list of strings: pointer and count.
func (rt *runtime) strings() *wasmgen.Func {
	return rt.fn("strings", sig(i32, i32, i64), sig(i32, i32), func(f *wasmgen.Func) {
		slot, card, limit := f.Param(0), f.Param(1), f.Param(2)
		offset, count := f.Local(i64), f.Local(i64)
		f.Do(slot, wasmgen.I64Load32U(0), wasmgen.Tee(offset),
			slot, wasmgen.I64Load32U(4), wasmgen.Tee(count), wasmgen.Int64(8), wasmgen.I64Mul, wasmgen.I64Add,
			limit, wasmgen.I64GtU,
			offset, wasmgen.I32WrapI64, wasmgen.Int32(7), wasmgen.I32And, wasmgen.I32Or)
		f.If()
		f.Do(wasmgen.Int32(0), wasmgen.Int32(0), wasmgen.Return)
		f.End()
		f.Do(card, offset, wasmgen.I32WrapI64, wasmgen.I32Add, count, wasmgen.I32WrapI64)
	})
}

// rows(slot, card, limit) resolves a slot with a list of rows: first row, count and stride.
func (rt *runtime) rows() *wasmgen.Func {
	return rt.fn("rows", sig(i32, i32, i64), sig(i32, i32, i32), func(f *wasmgen.Func) {
		slot, card, limit := f.Param(0), f.Param(1), f.Param(2)
		offset, count, slots := f.Local(i64), f.Local(i64), f.Local(i32)
		absent := f.Block()
		f.Do(slot, wasmgen.I64Load32U(4), wasmgen.Tee(count), wasmgen.I64Eqz, wasmgen.BrIf(absent))
		f.Do(slot, wasmgen.I64Load32U(0), wasmgen.Tee(offset), wasmgen.I32WrapI64, wasmgen.Int32(7), wasmgen.I32And, wasmgen.BrIf(absent))
		f.Do(offset, wasmgen.Int64(8), wasmgen.I64Add, wasmgen.Tee(offset), limit, wasmgen.I64GtU, wasmgen.BrIf(absent))
		f.Do(card, offset, wasmgen.I32WrapI64, wasmgen.I32Add, wasmgen.Tee(slot), wasmgen.Int32(8), wasmgen.I32Sub,
			wasmgen.I32Load16U(0), wasmgen.Tee(slots), wasmgen.Int32(abi.MaxRowSlots), wasmgen.I32GtU, wasmgen.BrIf(absent))
		f.Do(slots, wasmgen.Int32(8), wasmgen.I32Mul, wasmgen.Int32(8), wasmgen.I32Add, wasmgen.Tee(slots),
			wasmgen.I64ExtendI32U, count, wasmgen.I64Mul, offset, wasmgen.I64Add, limit, wasmgen.I64GtU, wasmgen.BrIf(absent))
		f.Do(slot, count, wasmgen.I32WrapI64, slots, wasmgen.Return)
		f.End()
		f.Do(wasmgen.Int32(0), wasmgen.Int32(0), wasmgen.Int32(0))
	})
}

// keyOf(row, stride, card, limit) is the key of a row of Property.
func (rt *runtime) keyOf() *wasmgen.Func { return rt.textSlot("keyOf", abi.SlotPropertyKey) }

// valueOf is keyOf for the value.
func (rt *runtime) valueOf() *wasmgen.Func { return rt.textSlot("valueOf", abi.SlotPropertyValue) }

func (rt *runtime) textSlot(name string, slot int) *wasmgen.Func {
	return rt.fn(name, sig(i32, i32, i32, i64), sig(i32, i32), func(f *wasmgen.Func) {
		row, stride, card, limit := f.Param(0), f.Param(1), f.Param(2), f.Param(3)
		f.Do(stride, wasmgen.Int32(rowSlots+8*slot+8), wasmgen.I32LtU)
		f.If()
		f.Do(wasmgen.Int32(0), wasmgen.Int32(0), wasmgen.Return)
		f.End()
		f.Do(row, wasmgen.Int32(rowSlots+8*slot), wasmgen.I32Add, card, limit, rt.text())
	})
}

// find(first, count, stride, key, keyLength, minStride, card, limit) searches rows that are
// sorted by the bytes of slot 0. It is 0 when there is no such row or rows are smaller than
// minStride.
func (rt *runtime) find() *wasmgen.Func {
	params := sig(i32, i32, i32, i32, i32, i32, i32, i64)
	return rt.fn("find", params, sig(i32), func(f *wasmgen.Func) {
		first, high, stride, key, keyLength, minStride, card, limit := f.Param(0), f.Param(1), f.Param(2),
			f.Param(3), f.Param(4), f.Param(5), f.Param(6), f.Param(7)
		low, mid, row, order := f.Local(i32), f.Local(i32), f.Local(i32), f.Local(i32)
		f.Do(stride, minStride, wasmgen.I32LtU)
		f.If()
		f.Do(wasmgen.Int32(0), wasmgen.Return)
		f.End()
		end := f.Block()
		next := f.Loop()
		f.Do(low, high, wasmgen.I32GeU, wasmgen.BrIf(end))
		f.Do(low, high, wasmgen.I32Add, wasmgen.Int32(1), wasmgen.I32ShrU, wasmgen.Tee(mid), stride, wasmgen.I32Mul,
			first, wasmgen.I32Add, wasmgen.Tee(row), wasmgen.Int32(rowSlots), wasmgen.I32Add, card, limit, rt.text(),
			key, keyLength, rt.compareText(), wasmgen.Tee(order), wasmgen.I32Eqz)
		f.If()
		f.Do(row, wasmgen.Return)
		f.End()
		f.Do(order, wasmgen.Int32(0), wasmgen.I32LtS)
		f.If()
		f.Do(mid, wasmgen.Int32(1), wasmgen.I32Add, wasmgen.Set(low))
		f.Else()
		f.Do(mid, wasmgen.Set(high))
		f.End()
		f.Do(wasmgen.Br(next))
		f.End()
		f.End()
		f.Do(wasmgen.Int32(0))
	})
}

// typed(row, type) is the row of a custom field if it holds that type, else a row of zeroes.
func (rt *runtime) typed() *wasmgen.Func {
	zero := rt.g.zeroed(rowSlots + 8*rt.g.most["Field"])
	return rt.fn("typed", sig(i32, i64), sig(i32), func(f *wasmgen.Func) {
		row, code := f.Param(0), f.Param(1)
		f.Do(row)
		f.If()
		f.Do(row, wasmgen.I64Load(rowSlots+8*abi.SlotFieldType), code, wasmgen.I64Eq)
		f.If()
		f.Do(row, wasmgen.Return)
		f.End()
		f.End()
		f.Do(zero)
	})
}

// widenCard(card, limit, to, need) copies the header and slots of a card with fewer than need
// slots, or less than a header, and returns to; slots that are not there are zero and not present.
func (rt *runtime) widenCard() *wasmgen.Func {
	return rt.fn("widenCard", sig(i32, i64, i32, i32), sig(i32), func(f *wasmgen.Func) {
		card, limit, to, need := f.Param(0), f.Param(1), f.Param(2), f.Param(3)
		slots, room := f.Local(i32), f.Local(i32)
		f.Do(to, wasmgen.Int32(0), need, wasmgen.Int32(8), wasmgen.I32Mul, wasmgen.Int32(abi.HeaderSize), wasmgen.I32Add, wasmgen.MemoryFill)
		f.Do(limit, wasmgen.Int64(abi.HeaderSize), wasmgen.I64LtU)
		f.If()
		f.Do(to, wasmgen.Return)
		f.End()
		f.Do(card, wasmgen.I32Load16U(placeSlots), wasmgen.Set(slots))
		f.Do(limit, wasmgen.I32WrapI64, wasmgen.Int32(abi.HeaderSize), wasmgen.I32Sub, wasmgen.Int32(3), wasmgen.I32ShrU, wasmgen.Set(room))
		smaller(f, slots, room)
		smaller(f, slots, need)
		f.Do(to, card, slots, wasmgen.Int32(8), wasmgen.I32Mul, wasmgen.Int32(abi.HeaderSize), wasmgen.I32Add, wasmgen.MemoryCopy)
		f.Do(to, slots, wasmgen.Int32(placeBitmap), rt.maskBits(), to, slots, wasmgen.Int32(64), wasmgen.I32Sub, wasmgen.Int32(placeBitmap+8), rt.maskBits(), to)
	})
}

// smaller makes a the smaller of a and b.
func smaller(f *wasmgen.Func, a, b wasmgen.Local) {
	f.Do(a, b, a, b, wasmgen.I32LtU, wasmgen.Select, wasmgen.Set(a))
}

// maskBits(address, bits, offset) clears all but the low bits of the word at address+offset.
func (rt *runtime) maskBits() *wasmgen.Func {
	return rt.fn("maskBits", sig(i32, i32, i32), nil, func(f *wasmgen.Func) {
		address, bits, offset := f.Param(0), f.Param(1), f.Param(2)
		f.Do(bits, wasmgen.Int32(64), wasmgen.I32GeS)
		f.If()
		f.Do(wasmgen.Return)
		f.End()
		f.Do(bits, wasmgen.Int32(0), bits, wasmgen.Int32(0), wasmgen.I32GtS, wasmgen.Select, wasmgen.Set(bits))
		f.Do(address, offset, wasmgen.I32Add, wasmgen.Tee(address), address, wasmgen.I64Load(0),
			wasmgen.Int64(1), bits, wasmgen.I64ExtendI32U, wasmgen.I64Shl, wasmgen.Int64(1), wasmgen.I64Sub, wasmgen.I64And,
			wasmgen.I64Store(0))
	})
}

// widenRow(row, stride, to, size) copies a row that is smaller than size and returns to; slots
// that are not there are zero and not present.
func (rt *runtime) widenRow() *wasmgen.Func {
	return rt.fn("widenRow", sig(i32, i32, i32, i32), sig(i32), func(f *wasmgen.Func) {
		row, stride, to, size := f.Param(0), f.Param(1), f.Param(2), f.Param(3)
		f.Do(to, wasmgen.Int32(0), size, wasmgen.MemoryFill, to, row, stride, wasmgen.MemoryCopy)
		f.Do(to, stride, wasmgen.Int32(3), wasmgen.I32ShrU, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.Int32(0), rt.maskBits(), to)
	})
}
