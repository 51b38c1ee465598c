package codegen

import (
	"encoding/binary"

	"assay/rules/cel/internal/wasmgen"
)

// same(p, q, n) says whether n bytes are equal.
func (rt *runtime) same() *wasmgen.Func {
	return rt.fn("same", sig(i32, i32, i32), sig(i32), func(f *wasmgen.Func) {
		p, q, n := f.Param(0), f.Param(1), f.Param(2)
		words := f.Block()
		nextWord := f.Loop()
		f.Do(n, wasmgen.Int32(8), wasmgen.I32LtU, wasmgen.BrIf(words))
		f.Do(p, wasmgen.I64Load(0), q, wasmgen.I64Load(0), wasmgen.I64Ne)
		f.If()
		f.Do(wasmgen.Int32(0), wasmgen.Return)
		f.End()
		step(f, 8, p, q)
		f.Do(n, wasmgen.Int32(8), wasmgen.I32Sub, wasmgen.Set(n), wasmgen.Br(nextWord))
		f.End()
		f.End()
		end := f.Block()
		next := f.Loop()
		f.Do(n, wasmgen.I32Eqz, wasmgen.BrIf(end))
		f.Do(p, wasmgen.I32Load8U(0), q, wasmgen.I32Load8U(0), wasmgen.I32Ne)
		f.If()
		f.Do(wasmgen.Int32(0), wasmgen.Return)
		f.End()
		step(f, 1, p, q)
		f.Do(n, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.Set(n), wasmgen.Br(next))
		f.End()
		f.End()
		f.Do(wasmgen.Int32(1))
	})
}

// step adds n to locals.
func step(f *wasmgen.Func, n int32, locals ...wasmgen.Local) {
	for _, l := range locals {
		f.Do(l, wasmgen.Int32(n), wasmgen.I32Add, wasmgen.Set(l))
	}
}

// equalText(p, n, q, k) says whether two strings are equal.
func (rt *runtime) equalText() *wasmgen.Func {
	return rt.fn("equalText", sig(i32, i32, i32, i32), sig(i32), func(f *wasmgen.Func) {
		p, n, q, k := f.Param(0), f.Param(1), f.Param(2), f.Param(3)
		f.Do(n, k, wasmgen.I32Eq)
		f.If(i32)
		f.Do(p, q, n, rt.same())
		f.Else()
		f.Do(wasmgen.Int32(0))
		f.End()
	})
}

// compareText(p, n, q, k) orders two strings by bytes: below 0, 0, above 0.
func (rt *runtime) compareText() *wasmgen.Func {
	return rt.fn("compareText", sig(i32, i32, i32, i32), sig(i32), func(f *wasmgen.Func) {
		p, n, q, k := f.Param(0), f.Param(1), f.Param(2), f.Param(3)
		left, order := f.Local(i32), f.Local(i32)
		f.Do(n, k, n, k, wasmgen.I32LtU, wasmgen.Select, wasmgen.Set(left))
		end := f.Block()
		next := f.Loop()
		f.Do(left, wasmgen.I32Eqz, wasmgen.BrIf(end))
		f.Do(p, wasmgen.I32Load8U(0), q, wasmgen.I32Load8U(0), wasmgen.I32Sub, wasmgen.Tee(order))
		f.If()
		f.Do(order, wasmgen.Return)
		f.End()
		step(f, 1, p, q)
		f.Do(left, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.Set(left), wasmgen.Br(next))
		f.End()
		f.End()
		f.Do(n, k, wasmgen.I32GtU, n, k, wasmgen.I32LtU, wasmgen.I32Sub)
	})
}

func (rt *runtime) startsWith() *wasmgen.Func {
	return rt.fn("startsWith", sig(i32, i32, i32, i32), sig(i32), func(f *wasmgen.Func) {
		p, n, q, k := f.Param(0), f.Param(1), f.Param(2), f.Param(3)
		f.Do(n, k, wasmgen.I32GeU)
		f.If(i32)
		f.Do(p, q, k, rt.same())
		f.Else()
		f.Do(wasmgen.Int32(0))
		f.End()
	})
}

func (rt *runtime) endsWith() *wasmgen.Func {
	return rt.fn("endsWith", sig(i32, i32, i32, i32), sig(i32), func(f *wasmgen.Func) {
		p, n, q, k := f.Param(0), f.Param(1), f.Param(2), f.Param(3)
		f.Do(n, k, wasmgen.I32GeU)
		f.If(i32)
		f.Do(p, n, wasmgen.I32Add, k, wasmgen.I32Sub, q, k, rt.same())
		f.Else()
		f.Do(wasmgen.Int32(0))
		f.End()
	})
}

// contains(p, n, q, k) looks for the second string at each place of the first.
func (rt *runtime) contains() *wasmgen.Func {
	return rt.fn("contains", sig(i32, i32, i32, i32), sig(i32), func(f *wasmgen.Func) {
		p, n, q, k := f.Param(0), f.Param(1), f.Param(2), f.Param(3)
		last, first := f.Local(i32), f.Local(i32)
		f.Do(k, wasmgen.I32Eqz)
		f.If()
		f.Do(wasmgen.Int32(1), wasmgen.Return)
		f.End()
		f.Do(n, k, wasmgen.I32LtU)
		f.If()
		f.Do(wasmgen.Int32(0), wasmgen.Return)
		f.End()
		f.Do(p, n, wasmgen.I32Add, k, wasmgen.I32Sub, wasmgen.Set(last), q, wasmgen.I32Load8U(0), wasmgen.Set(first))
		next := f.Loop()
		rt.skipWords(f, p, last, first)
		f.Do(p, wasmgen.I32Load8U(0), first, wasmgen.I32Eq)
		f.If()
		f.Do(p, q, k, rt.same())
		f.If()
		f.Do(wasmgen.Int32(1), wasmgen.Return)
		f.End()
		f.End()
		step(f, 1, p)
		f.Do(p, last, wasmgen.I32LeU, wasmgen.BrIf(next))
		f.End()
		f.Do(wasmgen.Int32(0))
	})
}

// skipWords moves p over eight bytes at a time, as long as eight more places are left up to last and none of them
// holds the byte first.
func (rt *runtime) skipWords(f *wasmgen.Func, p, last, first wasmgen.Local) {
	const ones, highs = 0x0101010101010101, -0x7f7f7f7f7f7f7f80
	word := f.Local(i64)
	found := f.Block()
	next := f.Loop()
	f.Do(p, wasmgen.Int32(8), wasmgen.I32Add, last, wasmgen.I32GtU, wasmgen.BrIf(found))
	f.Do(p, wasmgen.I64Load(0), first, wasmgen.I64ExtendI32U, wasmgen.Int64(ones), wasmgen.I64Mul, wasmgen.I64Xor, wasmgen.Tee(word),
		wasmgen.Int64(ones), wasmgen.I64Sub, word, wasmgen.Int64(-1), wasmgen.I64Xor, wasmgen.I64And,
		wasmgen.Int64(highs), wasmgen.I64And, wasmgen.Int64(0), wasmgen.I64Ne, wasmgen.BrIf(found))
	step(f, 8, p)
	f.Do(wasmgen.Br(next))
	f.End()
	f.End()
	f.Release(word)
}

// inList(p, n, list, count, card, limit) says whether a string is an element of a list in the card.
func (rt *runtime) inList() *wasmgen.Func {
	return rt.fn("inList", sig(i32, i32, i32, i32, i32, i64), sig(i32), func(f *wasmgen.Func) {
		p, n, list, count, card, limit := f.Param(0), f.Param(1), f.Param(2), f.Param(3), f.Param(4), f.Param(5)
		end := f.Block()
		next := f.Loop()
		f.Do(count, wasmgen.I32Eqz, wasmgen.BrIf(end))
		f.Do(p, n, list, card, limit, rt.text(), rt.equalText())
		f.If()
		f.Do(wasmgen.Int32(1), wasmgen.Return)
		f.End()
		step(f, 8, list)
		step(f, -1, count)
		f.Do(wasmgen.Br(next))
		f.End()
		f.End()
		f.Do(wasmgen.Int32(0))
	})
}

// codePoints(p, n) counts the bytes that begin a character, eight at a time.
func (rt *runtime) codePoints() *wasmgen.Func {
	return rt.fn("codePoints", sig(i32, i32), sig(i32), func(f *wasmgen.Func) {
		p, n := f.Param(0), f.Param(1)
		count, word := f.Local(i32), f.Local(i64)
		f.Do(n, wasmgen.Set(count)) // less the bytes that continue one
		words := f.Block()
		nextWord := f.Loop()
		f.Do(n, wasmgen.Int32(8), wasmgen.I32LtU, wasmgen.BrIf(words))
		f.Do(count, p, wasmgen.I64Load(0), wasmgen.Tee(word), wasmgen.Int64(7), wasmgen.I64ShrU,
			word, wasmgen.Int64(6), wasmgen.I64ShrU, wasmgen.Int64(-1), wasmgen.I64Xor, wasmgen.I64And,
			wasmgen.Int64(0x0101010101010101), wasmgen.I64And, wasmgen.I64Popcnt, wasmgen.I32WrapI64, wasmgen.I32Sub, wasmgen.Set(count))
		step(f, 8, p)
		step(f, -8, n)
		f.Do(wasmgen.Br(nextWord))
		f.End()
		f.End()
		end := f.Block()
		next := f.Loop()
		f.Do(n, wasmgen.I32Eqz, wasmgen.BrIf(end))
		f.Do(count, p, wasmgen.I32Load8U(0), wasmgen.Int32(0xc0), wasmgen.I32And, wasmgen.Int32(0x80), wasmgen.I32Eq,
			wasmgen.I32Sub, wasmgen.Set(count))
		step(f, 1, p)
		step(f, -1, n)
		f.Do(wasmgen.Br(next))
		f.End()
		f.End()
		f.Do(count)
	})
}

// controls(p, n) says whether a string holds control characters: U+0000 to U+001F and U+007F
// to U+009F.
func (rt *runtime) controls() *wasmgen.Func {
	return rt.fn("controls", sig(i32, i32), sig(i32), func(f *wasmgen.Func) {
		p, n := f.Param(0), f.Param(1)
		b, before := f.Local(i32), f.Local(i32)
		end := f.Block()
		next := f.Loop()
		f.Do(n, wasmgen.I32Eqz, wasmgen.BrIf(end))
		f.Do(p, wasmgen.I32Load8U(0), wasmgen.Tee(b), wasmgen.Int32(0x20), wasmgen.I32LtU,
			b, wasmgen.Int32(0x7f), wasmgen.I32Eq, wasmgen.I32Or,
			before, wasmgen.Int32(0xc2), wasmgen.I32Eq, b, wasmgen.Int32(0xa0), wasmgen.I32LtU, wasmgen.I32And, wasmgen.I32Or)
		f.If()
		f.Do(wasmgen.Int32(1), wasmgen.Return)
		f.End()
		f.Do(b, wasmgen.Set(before))
		step(f, 1, p)
		step(f, -1, n)
		f.Do(wasmgen.Br(next))
		f.End()
		f.End()
		f.Do(wasmgen.Int32(0))
	})
}

// enumText(code, table) is the text of a code below the table's length.
func (rt *runtime) enumText() *wasmgen.Func {
	return rt.fn("enumText", sig(i64, i32), sig(i32, i32), func(f *wasmgen.Func) {
		code, table := f.Param(0), f.Param(1)
		f.Do(code, wasmgen.I32WrapI64, wasmgen.Int32(8), wasmgen.I32Mul, table, wasmgen.I32Add, wasmgen.Tee(table),
			wasmgen.I32Load(0), table, wasmgen.I32Load(4))
	})
}

// enumTable returns the address of {pointer, length} by code.
func (g *generator) enumTable(names []string) uint32 {
	var b []byte
	for _, name := range names {
		b = binary.LittleEndian.AppendUint32(b, g.data.put(name))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(name)))
	}
	return g.data.put(string(b))
}
