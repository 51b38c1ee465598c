package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// runtime hands out the functions and globals that a module's code shares. Each is written when
// it is first asked for.
type runtime struct {
	g       *generator
	funcs   map[string]*wasmgen.Func
	heap    *wasmgen.Global // the next free byte
	arena   *arena
	results *results
	clock   *wasmgen.Global // i64: the evaluation time, unasked at a record's start
}

// arena is memory for texts made for one record.
type arena struct{ base, next, end *wasmgen.Global }

// results is the buffer of packed results: rows counts them, at is where the open row starts.
type results struct{ base, next, end, full, rows, at *wasmgen.Global }

// unasked is a time that no evaluation has.
const unasked = -1 << 63

// fn returns the function called name, written by body at the first call.
func (rt *runtime) fn(name string, params, result []wasmgen.Type, body func(f *wasmgen.Func)) *wasmgen.Func {
	if f, ok := rt.funcs[name]; ok {
		return f
	}
	if rt.funcs == nil {
		rt.funcs = map[string]*wasmgen.Func{}
	}
	f := rt.g.m.Func(params, result)
	rt.funcs[name] = f
	body(f)
	return f
}

// sig makes a list of types.
func sig(types ...wasmgen.Type) []wasmgen.Type { return types }

// call is the host's assay.call(fn, ptr, len).
func (rt *runtime) call() *wasmgen.Func {
	if f, ok := rt.funcs["call"]; ok {
		return f
	}
	if rt.funcs == nil {
		rt.funcs = map[string]*wasmgen.Func{}
	}
	f := rt.g.m.Import(abi.ImportModule, abi.ImportCall, sig(i32, i32, i32), sig(i64))
	rt.funcs["call"] = f
	return f
}

// now() asks the host once a record.
func (rt *runtime) now() *wasmgen.Func {
	return rt.fn("now", nil, sig(i64), func(f *wasmgen.Func) {
		rt.clock = rt.g.m.Global(i64, unasked)
		f.Do(rt.clock, wasmgen.Int64(unasked), wasmgen.I64Eq)
		f.If()
		f.Do(wasmgen.Int32(abi.CallNow), wasmgen.Int32(0), wasmgen.Int32(0), rt.call(), wasmgen.SetGlobal(rt.clock))
		f.End()
		f.Do(rt.clock)
	})
}

func (rt *runtime) heapGlobal() *wasmgen.Global {
	if rt.heap == nil {
		rt.heap = rt.g.m.Global(i32, 0)
	}
	return rt.heap
}

func (rt *runtime) arenaGlobals() *arena {
	if rt.arena == nil {
		m := rt.g.m
		rt.arena = &arena{m.Global(i32, 0), m.Global(i32, 0), m.Global(i32, 0)}
	}
	return rt.arena
}

func (rt *runtime) resultsGlobals() *results {
	if rt.results == nil {
		m := rt.g.m
		rt.results = &results{m.Global(i32, 0), m.Global(i32, 0), m.Global(i32, 0),
			m.Global(i32, 0), m.Global(i32, 0), m.Global(i32, 0)}
	}
	return rt.results
}

// alloc(size) is assay_alloc: memory for good at a multiple of 8, 0 when there is none.
func (rt *runtime) alloc() *wasmgen.Func {
	heap := rt.heapGlobal()
	return rt.fn("alloc", sig(i32), sig(i32), func(f *wasmgen.Func) {
		size := f.Param(0)
		start, end, have := f.Local(i32), f.Local(i64), f.Local(i64)
		f.Do(heap, wasmgen.Int32(7), wasmgen.I32Add, wasmgen.Int32(-8), wasmgen.I32And, wasmgen.Tee(start),
			wasmgen.I64ExtendI32U, size, wasmgen.I64ExtendI32U, wasmgen.I64Add, wasmgen.Tee(end),
			wasmgen.MemorySize, wasmgen.I64ExtendI32U, wasmgen.Int64(16), wasmgen.I64Shl, wasmgen.Tee(have), wasmgen.I64GtU)
		f.If()
		f.Do(end, have, wasmgen.I64Sub, wasmgen.Int64(wasmgen.PageSize-1), wasmgen.I64Add, wasmgen.Int64(16), wasmgen.I64ShrU,
			wasmgen.I32WrapI64, wasmgen.MemoryGrow, wasmgen.Int32(-1), wasmgen.I32Eq)
		f.If()
		f.Do(wasmgen.Int32(0), wasmgen.Return)
		f.End()
		f.End()
		f.Do(end, wasmgen.I32WrapI64, wasmgen.SetGlobal(heap), start)
	})
}

// arenaAlloc(size) is memory for the record, 0 when MaxText is used up.
func (rt *runtime) arenaAlloc() *wasmgen.Func {
	a := rt.arenaGlobals()
	return rt.fn("arenaAlloc", sig(i32), sig(i32), func(f *wasmgen.Func) {
		size, start := f.Param(0), f.Local(i32)
		f.Do(size, a.end, a.next, wasmgen.Tee(start), wasmgen.I32Sub, wasmgen.I32GtU)
		f.If()
		f.Do(wasmgen.Int32(0), wasmgen.Return)
		f.End()
		f.Do(start, size, wasmgen.I32Add, wasmgen.SetGlobal(a.next), start)
	})
}

// release(mark) gives up what was made since next was mark.
func (rt *runtime) release() *wasmgen.Func {
	a := rt.arenaGlobals()
	return rt.fn("release", sig(i32), nil, func(f *wasmgen.Func) {
		f.Do(f.Param(0), wasmgen.SetGlobal(a.next))
	})
}

// textTest names the runtime function of a string test.
func (rt *runtime) textTest(op ir.Op) *wasmgen.Func {
	switch op {
	case ir.StartsWith:
		return rt.startsWith()
	case ir.EndsWith:
		return rt.endsWith()
	}
	return rt.contains()
}
