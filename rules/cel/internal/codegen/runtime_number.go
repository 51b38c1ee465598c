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
