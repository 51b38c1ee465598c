package codegen

import (
	"math"

	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// checked names the runtime function of an integer operation: (a, b) to the result and
// whether it overflowed.
func (rt *runtime) checked(op ir.Op, unsigned bool) *wasmgen.Func {
	name := map[ir.Op]string{ir.Add: "add", ir.Sub: "sub", ir.Mul: "mul"}[op]
	if unsigned {
		name += "U"
	}
	return rt.fn(name, sig(i64, i64), sig(i64, i32), func(f *wasmgen.Func) {
		a, b, r := f.Param(0), f.Param(1), f.Local(i64)
		f.Do(a, b, map[ir.Op]wasmgen.Op{ir.Add: wasmgen.I64Add, ir.Sub: wasmgen.I64Sub, ir.Mul: wasmgen.I64Mul}[op],
			wasmgen.Tee(r))
		switch {
		case op == ir.Mul:
			mulOverflow(f, a, b, r, unsigned)
		case unsigned && op == ir.Add:
			f.Do(r, a, wasmgen.I64LtU)
		case unsigned:
			f.Do(a, b, wasmgen.I64LtU)
		case op == ir.Add:
			f.Do(a, r, wasmgen.I64Xor, b, r, wasmgen.I64Xor, wasmgen.I64And, wasmgen.Int64(0), wasmgen.I64LtS)
		default:
			f.Do(a, b, wasmgen.I64Xor, a, r, wasmgen.I64Xor, wasmgen.I64And, wasmgen.Int64(0), wasmgen.I64LtS)
		}
	})
}

// mulOverflow leaves whether r = a*b lost bits. Division by -1 is kept apart: it may trap.
func mulOverflow(f *wasmgen.Func, a, b, r wasmgen.Local, unsigned bool) {
	f.Do(b, wasmgen.I64Eqz)
	f.If(i32)
	f.Do(wasmgen.Int32(0))
	f.Else()
	if unsigned {
		f.Do(r, b, wasmgen.I64DivU, a, wasmgen.I64Ne)
		f.End()
		return
	}
	f.Do(b, wasmgen.Int64(-1), wasmgen.I64Eq)
	f.If(i32)
	f.Do(a, wasmgen.Int64(math.MinInt64), wasmgen.I64Eq)
	f.Else()
	f.Do(r, b, wasmgen.I64DivS, a, wasmgen.I64Ne)
	f.End()
	f.End()
}

// floorDiv(a, b) rounds down; b is above 0.
func (rt *runtime) floorDiv() *wasmgen.Func {
	return rt.fn("floorDiv", sig(i64, i64), sig(i64), func(f *wasmgen.Func) {
		a, b := f.Param(0), f.Param(1)
		f.Do(a, b, wasmgen.I64DivS, a, b, wasmgen.I64RemS, wasmgen.Int64(0), wasmgen.I64LtS,
			wasmgen.I64ExtendI32U, wasmgen.I64Sub)
	})
}

// floorMod(a, b) is a - b*floorDiv(a, b).
func (rt *runtime) floorMod() *wasmgen.Func {
	return rt.fn("floorMod", sig(i64, i64), sig(i64), func(f *wasmgen.Func) {
		a, b := f.Param(0), f.Param(1)
		f.Do(a, a, b, rt.floorDiv(), b, wasmgen.I64Mul, wasmgen.I64Sub)
	})
}

// intText(v, signed) writes an integer in the arena: a null pointer when it is used up.
func (rt *runtime) intText() *wasmgen.Func {
	const room = 24
	return rt.fn("intText", sig(i64, i32), sig(i32, i32), func(f *wasmgen.Func) {
		v, negative := f.Param(0), f.Param(1)
		end, p := f.Local(i32), f.Local(i32)
		f.Do(wasmgen.Int32(room), rt.arenaAlloc(), wasmgen.Tee(p), wasmgen.I32Eqz)
		f.If()
		f.Do(wasmgen.Int32(0), wasmgen.Int32(0), wasmgen.Return)
		f.End()
		f.Do(p, wasmgen.Int32(room), wasmgen.I32Add, wasmgen.Tee(p), wasmgen.Set(end))
		f.Do(negative, v, wasmgen.Int64(0), wasmgen.I64LtS, wasmgen.I32And, wasmgen.Tee(negative))
		f.If()
		f.Do(wasmgen.Int64(0), v, wasmgen.I64Sub, wasmgen.Set(v))
		f.End()
		next := f.Loop()
		step(f, -1, p)
		f.Do(p, v, wasmgen.Int64(10), wasmgen.I64RemU, wasmgen.I32WrapI64, wasmgen.Int32('0'), wasmgen.I32Add, wasmgen.I32Store8(0))
		f.Do(v, wasmgen.Int64(10), wasmgen.I64DivU, wasmgen.Tee(v), wasmgen.I64Eqz, wasmgen.I32Eqz, wasmgen.BrIf(next))
		f.End()
		f.Do(negative)
		f.If()
		step(f, -1, p)
		f.Do(p, wasmgen.Int32('-'), wasmgen.I32Store8(0))
		f.End()
		f.Do(p, end, p, wasmgen.I32Sub)
	})
}

// parseInt(p, n) reads a decimal integer with an optional sign: its value and whether it is none.
func (rt *runtime) parseInt() *wasmgen.Func {
	return rt.fn("parseInt", sig(i32, i32), sig(i64, i32), func(f *wasmgen.Func) {
		p, n := f.Param(0), f.Param(1)
		v, digit, negative := f.Local(i64), f.Local(i64), f.Local(i64)
		bad := f.Block()
		f.Do(n, wasmgen.I32Eqz, wasmgen.BrIf(bad))
		f.Do(p, wasmgen.I32Load8U(0), wasmgen.Int32('-'), wasmgen.I32Eq, wasmgen.I64ExtendI32U, wasmgen.Set(negative))
		f.Do(negative, wasmgen.I32WrapI64, p, wasmgen.I32Load8U(0), wasmgen.Int32('+'), wasmgen.I32Eq, wasmgen.I32Or)
		f.If()
		step(f, 1, p)
		f.Do(n, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.Tee(n), wasmgen.I32Eqz, wasmgen.BrIf(bad))
		f.End()
		next := f.Loop()
		f.Do(p, wasmgen.I32Load8U(0), wasmgen.Int32('0'), wasmgen.I32Sub, wasmgen.I64ExtendI32U, wasmgen.Tee(digit),
			wasmgen.Int64(9), wasmgen.I64GtU, wasmgen.BrIf(bad))
		f.Do(v, wasmgen.Int64(math.MaxInt64/10), wasmgen.I64GtU, wasmgen.BrIf(bad))
		f.Do(v, wasmgen.Int64(10), wasmgen.I64Mul, digit, wasmgen.I64Add, wasmgen.Tee(v),
			wasmgen.Int64(math.MaxInt64), negative, wasmgen.I64Add, wasmgen.I64GtU, wasmgen.BrIf(bad))
		step(f, 1, p)
		f.Do(n, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.Tee(n), wasmgen.BrIf(next))
		f.End()
		f.Do(wasmgen.Int64(0), v, wasmgen.I64Sub, v, negative, wasmgen.I32WrapI64, wasmgen.Select, wasmgen.Int32(0), wasmgen.Return)
		f.End()
		f.Do(wasmgen.Int64(0), wasmgen.Int32(1))
	})
}
