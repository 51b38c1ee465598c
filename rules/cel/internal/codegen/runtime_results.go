package codegen

import (
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// reserve(n) is room for n bytes of results, 0 when there is none: then full is set, and the
// open row and those after it are dropped.
func (rt *runtime) reserve() *wasmgen.Func {
	r := rt.resultsGlobals()
	return rt.fn("reserve", sig(i32), sig(i32), func(f *wasmgen.Func) {
		n := f.Param(0)
		none := f.Block()
		f.Do(r.full, wasmgen.BrIf(none))
		f.Do(n, r.end, r.next, wasmgen.I32Sub, wasmgen.I32GtU)
		f.If()
		f.Do(n, rt.moreResults(), wasmgen.I32Eqz, wasmgen.BrIf(none))
		f.End()
		f.Do(r.next, r.next, n, wasmgen.I32Add, wasmgen.SetGlobal(r.next), wasmgen.Return)
		f.End()
		f.Do(r.full, wasmgen.Int32(1), wasmgen.I32Or, wasmgen.SetGlobal(r.full), wasmgen.Int32(0))
	})
}

// write(p, n) appends bytes.
func (rt *runtime) write() *wasmgen.Func {
	return rt.fn("write", sig(i32, i32), nil, func(f *wasmgen.Func) {
		p, n := f.Param(0), f.Param(1)
		to := f.Local(i32)
		f.Do(n, rt.reserve(), wasmgen.Tee(to))
		f.If()
		f.Do(to, p, n, wasmgen.MemoryCopy)
		f.End()
	})
}

// beginRow(kind) opens a row. The last row the ABI allows is kept for an error.
func (rt *runtime) beginRow() *wasmgen.Func {
	r := rt.resultsGlobals()
	return rt.fn("beginRow", sig(i32), nil, func(f *wasmgen.Func) {
		kind, to := f.Param(0), f.Local(i32)
		f.Do(r.next, r.base, wasmgen.I32Sub, wasmgen.SetGlobal(r.at))
		f.Do(r.rows, wasmgen.Int32(abi.MaxResultRows-1), wasmgen.I32GeU)
		f.If()
		f.Do(wasmgen.Int32(1), wasmgen.SetGlobal(r.full))
		f.End()
		f.Do(wasmgen.Int32(5), rt.reserve(), wasmgen.Tee(to))
		f.If()
		f.Do(to, kind, wasmgen.I32Store8(4))
		f.End()
	})
}

// endRow() writes the row's size, or takes back a row that did not fit. Where the limit of memory is the reason, an error
// row says so in the room kept for one.
func (rt *runtime) endRow() *wasmgen.Func {
	r := rt.resultsGlobals()
	return rt.fn("endRow", nil, nil, func(f *wasmgen.Func) {
		start := f.Local(i32)
		f.Do(r.base, r.at, wasmgen.I32Add, wasmgen.Set(start), r.full)
		f.If()
		f.Do(start, wasmgen.SetGlobal(r.next))
		f.Do(r.full, wasmgen.Int32(limited), wasmgen.I32And)
		f.If()
		row := abi.AppendResult(nil, abi.ResultRow{Kind: abi.ResultError, Error: "the results of this record exceed spec.limits.memory"})
		f.Do(start, wasmgen.Int32(rt.g.data.put(string(row))), wasmgen.Int32(len(row)), wasmgen.MemoryCopy,
			start, wasmgen.Int32(len(row)), wasmgen.I32Add, wasmgen.SetGlobal(r.next), wasmgen.Int32(1), wasmgen.SetGlobal(r.full))
		f.End()
		f.Else()
		f.Do(start, r.next, start, wasmgen.I32Sub, wasmgen.Int32(4), wasmgen.I32Sub, wasmgen.I32Store(0))
		f.Do(r.rows, wasmgen.Int32(1), wasmgen.I32Add, wasmgen.SetGlobal(r.rows))
		f.End()
	})
}

// field(tag, p, n) writes a field.
func (rt *runtime) field() *wasmgen.Func {
	return rt.fn("field", sig(i32, i32, i32), nil, func(f *wasmgen.Func) {
		tag, p, n := f.Param(0), f.Param(1), f.Param(2)
		to := f.Local(i32)
		f.Do(n, wasmgen.Int32(5), wasmgen.I32Add, rt.reserve(), wasmgen.Tee(to))
		f.If()
		f.Do(to, tag, wasmgen.I32Store8(0), to, n, wasmgen.I32Store(1), to, wasmgen.Int32(5), wasmgen.I32Add, p, n, wasmgen.MemoryCopy)
		f.End()
	})
}

// param(p, n) writes a parameter's value, cut between two characters when it is longer than MaxParam.
func (rt *runtime) param() *wasmgen.Func {
	return rt.fn("param", sig(i32, i32), nil, func(f *wasmgen.Func) {
		p, n := f.Param(0), f.Param(1)
		f.Do(n, wasmgen.Int32(MaxParam), wasmgen.I32GtU)
		f.If()
		f.Do(wasmgen.Int32(MaxParam+1), wasmgen.Set(n))
		next := f.Loop()
		f.Do(p, n, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.Tee(n), wasmgen.I32Add, wasmgen.I32Load8U(0),
			wasmgen.Int32(0xc0), wasmgen.I32And, wasmgen.Int32(0x80), wasmgen.I32Eq, n, wasmgen.Int32(0), wasmgen.I32Ne, wasmgen.I32And, wasmgen.BrIf(next))
		f.End()
		f.End()
		f.Do(wasmgen.Int32(abi.TagParamValue), p, n, rt.field())
	})
}

// rowID(p, n) writes a row's id unless it is empty or longer than the ABI allows.
func (rt *runtime) rowID() *wasmgen.Func {
	return rt.fn("rowID", sig(i32, i32), nil, func(f *wasmgen.Func) {
		p, n := f.Param(0), f.Param(1)
		f.Do(n, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.Int32(abi.MaxIdentBytes), wasmgen.I32LtU)
		f.If()
		f.Do(wasmgen.Int32(abi.TagRowID), p, n, rt.field())
		f.End()
	})
}

// path(before, n, index, after, k) writes the path with the index between two texts.
func (rt *runtime) path() *wasmgen.Func {
	return rt.fn("path", sig(i32, i32, i32, i32, i32), nil, func(f *wasmgen.Func) {
		before, n, index, after, k := f.Param(0), f.Param(1), f.Param(2), f.Param(3), f.Param(4)
		number, length, to := f.Local(i32), f.Local(i32), f.Local(i32)
		text := f.Local(i64)
		f.Do(index, wasmgen.I64ExtendI32U, wasmgen.Int32(0), rt.c("rt_int_text"), wasmgen.Tee(text), wasmgen.I32WrapI64, wasmgen.Set(number),
			text, wasmgen.Int64(32), wasmgen.I64ShrU, wasmgen.I32WrapI64, wasmgen.Set(length),
			rt.failed(), wasmgen.Int32(0), wasmgen.I32Store(0)) // without memory there is no number
		f.Do(n, k, wasmgen.I32Add, length, wasmgen.I32Add, wasmgen.Int32(5), wasmgen.I32Add, rt.reserve(), wasmgen.Tee(to))
		f.If()
		f.Do(to, wasmgen.Int32(abi.TagPath), wasmgen.I32Store8(0),
			to, n, k, wasmgen.I32Add, length, wasmgen.I32Add, wasmgen.I32Store(1))
		f.Do(to, wasmgen.Int32(5), wasmgen.I32Add, wasmgen.Tee(to), before, n, wasmgen.MemoryCopy)
		f.Do(to, n, wasmgen.I32Add, wasmgen.Tee(to), number, length, wasmgen.MemoryCopy)
		f.Do(to, length, wasmgen.I32Add, after, k, wasmgen.MemoryCopy)
		f.End()
	})
}

// errorRow(failed) writes an error row into the room kept for it.
func (rt *runtime) errorRow() *wasmgen.Func {
	r := rt.resultsGlobals()
	return rt.fn("errorRow", sig(i64), nil, func(f *wasmgen.Func) {
		f.Do(r.next, r.next)
		putError(f, f.Param(0))
		f.Do(rt.c("rt_error_row"), wasmgen.I32Add, wasmgen.SetGlobal(r.next))
	})
}

// putError leaves the two texts of an error: why, and where.
func putError(f *wasmgen.Func, failed wasmgen.Local) {
	f.Do(failed, wasmgen.Int64(32), wasmgen.I64ShrU, wasmgen.I32WrapI64, failed, wasmgen.I32WrapI64)
}
