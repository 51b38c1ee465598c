package codegen

import (
	"math"

	"assay/rules/cel/internal/wasmgen"
)

// doubleText(x) writes a double for people: decimal, at most 15 significant digits, the
// shortest that reads back as x where 15 are enough; with an exponent from 1e18 on.
func (rt *runtime) doubleText() *wasmgen.Func {
	return rt.fn("doubleText", sig(f64), sig(i32, i32), func(f *wasmgen.Func) {
		x := f.Param(0)
		a := f.Local(f64)
		exponent := f.Local(i32)
		f.Do(x, x, wasmgen.F64Ne)
		f.If()
		rt.g.returnText(f, "NaN")
		f.End()
		f.Do(x, wasmgen.F64Abs, wasmgen.Tee(a), wasmgen.Float64(math.Inf(1)), wasmgen.F64Eq)
		f.If()
		f.Do(x, wasmgen.Float64(0), wasmgen.F64Lt)
		f.If()
		rt.g.returnText(f, "-Infinity")
		f.End()
		rt.g.returnText(f, "Infinity")
		f.End()
		// From 1e18 on the number is scaled down to one digit before the point.
		f.Do(a, wasmgen.Float64(1e18), wasmgen.F64Ge)
		f.If()
		next := f.Loop()
		f.Do(a, wasmgen.Float64(10), wasmgen.F64Div, wasmgen.Set(a))
		step(f, 1, exponent)
		f.Do(a, wasmgen.Float64(10), wasmgen.F64Ge, wasmgen.BrIf(next))
		f.End()
		f.End()
		f.Do(a, exponent, x, wasmgen.Float64(0), wasmgen.F64Lt, rt.decimalText())
	})
}

// returnText returns a constant string.
func (g *generator) returnText(f *wasmgen.Func, s string) {
	f.Do(wasmgen.Int32(g.data.put(s)), wasmgen.Int32(len(s)), wasmgen.Return)
}

// decimalText(a, exponent, negative) writes a ≥ 0, "e+" and the exponent if it is not 0.
func (rt *runtime) decimalText() *wasmgen.Func {
	const room = 48
	return rt.fn("decimalText", sig(f64, i32, i32), sig(i32, i32), func(f *wasmgen.Func) {
		a, exponent, negative := f.Param(0), f.Param(1), f.Param(2)
		p, end, places := f.Local(i32), f.Local(i32), f.Local(i32)
		power := f.Local(f64)
		digits := f.Local(i64)
		f.Do(wasmgen.Int32(room), rt.arenaAlloc(), wasmgen.Tee(p), wasmgen.I32Eqz)
		f.If()
		f.Do(wasmgen.Int32(0), wasmgen.Int32(0), wasmgen.Return)
		f.End()
		rt.findPlaces(f, a, power, digits, places)
		// The text is written from its end.
		f.Do(p, wasmgen.Int32(room), wasmgen.I32Add, wasmgen.Tee(p), wasmgen.Set(end))
		f.Do(exponent)
		f.If()
		rt.putDigit(f, p, exponent)
		rt.putDigit(f, p, exponent)
		f.Do(exponent)
		f.If()
		rt.putDigit(f, p, exponent)
		f.End()
		putByte(f, p, '+')
		putByte(f, p, 'e')
		f.End()
		next := f.Loop()
		step(f, -1, p)
		f.Do(p, digits, wasmgen.Int64(10), wasmgen.I64RemU, wasmgen.I32WrapI64, wasmgen.Int32('0'), wasmgen.I32Add, wasmgen.I32Store8(0),
			digits, wasmgen.Int64(10), wasmgen.I64DivU, wasmgen.Set(digits))
		f.Do(places, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.Tee(places), wasmgen.I32Eqz)
		f.If()
		putByte(f, p, '.')
		f.End()
		f.Do(places, wasmgen.Int32(0), wasmgen.I32GeS, digits, wasmgen.I64Eqz, wasmgen.I32Eqz, wasmgen.I32Or, wasmgen.BrIf(next))
		f.End()
		f.Do(negative)
		f.If()
		putByte(f, p, '-')
		f.End()
		f.Do(p, end, p, wasmgen.I32Sub)
	})
}

// findPlaces finds digits and places so that digits / 10^places is a, with the fewest places
// or with 15 digits. A power of ten up to 10^22 and digits below 2^53 are exact, so that the
// division tells whether the digits read back as a.
func (rt *runtime) findPlaces(f *wasmgen.Func, a, power wasmgen.Local, digits, places wasmgen.Local) {
	scaled := f.Local(f64)
	f.Do(wasmgen.Float64(1), wasmgen.Set(power), wasmgen.Int32(0), wasmgen.Set(places))
	found := f.Block()
	next := f.Loop()
	f.Do(a, power, wasmgen.F64Mul, wasmgen.F64Nearest, wasmgen.Tee(scaled), power, wasmgen.F64Div, a, wasmgen.F64Eq, wasmgen.BrIf(found))
	f.Do(a, power, wasmgen.F64Mul, wasmgen.Float64(1e14), wasmgen.F64Ge, wasmgen.BrIf(found))
	f.Do(places, wasmgen.Int32(22), wasmgen.I32Eq, wasmgen.BrIf(found))
	f.Do(power, wasmgen.Float64(10), wasmgen.F64Mul, wasmgen.Set(power))
	step(f, 1, places)
	f.Do(wasmgen.Br(next))
	f.End()
	f.End()
	f.Do(scaled, wasmgen.I64TruncF64U, wasmgen.Set(digits))
	// Zeroes at the end of a fraction that was cut off are dropped.
	end := f.Block()
	strip := f.Loop()
	f.Do(places, wasmgen.I32Eqz, digits, wasmgen.Int64(10), wasmgen.I64RemU, wasmgen.I64Eqz, wasmgen.I32Eqz, wasmgen.I32Or, wasmgen.BrIf(end))
	f.Do(digits, wasmgen.Int64(10), wasmgen.I64DivU, wasmgen.Set(digits))
	step(f, -1, places)
	f.Do(wasmgen.Br(strip))
	f.End()
	f.End()
}

// putByte writes a byte before p.
func putByte(f *wasmgen.Func, p wasmgen.Local, b byte) {
	step(f, -1, p)
	f.Do(p, wasmgen.Int32(b), wasmgen.I32Store8(0))
}

// putDigit writes the last digit of v before p and takes it from v.
func (rt *runtime) putDigit(f *wasmgen.Func, p, v wasmgen.Local) {
	step(f, -1, p)
	f.Do(p, v, wasmgen.Int32(10), wasmgen.I32RemU, wasmgen.Int32('0'), wasmgen.I32Add, wasmgen.I32Store8(0),
		v, wasmgen.Int32(10), wasmgen.I32DivU, wasmgen.Set(v))
}
