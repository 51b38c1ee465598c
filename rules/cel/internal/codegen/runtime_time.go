package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// timeCompare(ms, ns, ms, ns) orders two timestamps: below 0, 0, above 0.
func (rt *runtime) timeCompare() *wasmgen.Func {
	return rt.fn("timeCompare", sig(i64, i32, i64, i32), sig(i32), func(f *wasmgen.Func) {
		a, an, b, bn := f.Param(0), f.Param(1), f.Param(2), f.Param(3)
		f.Do(an, bn, wasmgen.I32Sub, a, b, wasmgen.I64GtS, a, b, wasmgen.I64LtS, wasmgen.I32Sub, a, b, wasmgen.I64Eq, wasmgen.Select)
	})
}

// timeAdd(ms, ns, duration) is the sum and whether it is outside the years 1 to 9999.
func (rt *runtime) timeAdd() *wasmgen.Func {
	return rt.fn("timeAdd", sig(i64, i32, i64), sig(i64, i32, i32), func(f *wasmgen.Func) {
		ms, ns, d := f.Param(0), f.Param(1), f.Param(2)
		f.Do(ns, d, wasmgen.Int64(1e6), rt.floorMod(), wasmgen.I32WrapI64, wasmgen.I32Add, wasmgen.Set(ns))
		f.Do(ms, d, wasmgen.Int64(1e6), rt.floorDiv(), wasmgen.I64Add, wasmgen.Set(ms))
		f.Do(ns, wasmgen.Int32(1e6), wasmgen.I32GeS)
		f.If()
		f.Do(ns, wasmgen.Int32(1e6), wasmgen.I32Sub, wasmgen.Set(ns), ms, wasmgen.Int64(1), wasmgen.I64Add, wasmgen.Set(ms))
		f.End()
		f.Do(ms, ns, ms, wasmgen.Int64(minMillis), wasmgen.I64Sub, wasmgen.Int64(maxMillis-minMillis), wasmgen.I64GtU)
	})
}

// timeSub(ms, ns, ms, ns) is the duration between and whether it does not fit. As in cel-go
// the whole seconds must fit by themselves.
func (rt *runtime) timeSub() *wasmgen.Func {
	return rt.fn("timeSub", sig(i64, i32, i64, i32), sig(i64, i32), func(f *wasmgen.Func) {
		a, an, b, bn := f.Param(0), f.Param(1), f.Param(2), f.Param(3)
		seconds, nanos := f.Local(i64), f.Local(i64)
		const most = 9223372036 // seconds in a duration
		f.Do(a, wasmgen.Int64(1000), rt.floorDiv(), b, wasmgen.Int64(1000), rt.floorDiv(), wasmgen.I64Sub, wasmgen.Tee(seconds),
			wasmgen.Int64(most), wasmgen.I64Add, wasmgen.Int64(2*most), wasmgen.I64GtU)
		f.If()
		f.Do(wasmgen.Int64(0), wasmgen.Int32(1), wasmgen.Return)
		f.End()
		f.Do(a, wasmgen.Int64(1000), rt.floorMod(), b, wasmgen.Int64(1000), rt.floorMod(), wasmgen.I64Sub, wasmgen.Int64(1e6), wasmgen.I64Mul,
			an, bn, wasmgen.I32Sub, wasmgen.I64ExtendI32S, wasmgen.I64Add, wasmgen.Set(nanos))
		f.Do(seconds, wasmgen.Int64(1e9), wasmgen.I64Mul, nanos, rt.checked(ir.Add, false))
	})
}
