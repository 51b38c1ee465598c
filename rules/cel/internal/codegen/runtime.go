package codegen

import (
	"sync"

	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/link"
	cruntime "assay/rules/cel/internal/runtime"
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// runtime hands out the functions and globals that a module's code shares: those of package
// runtime, and here what is to be inlined or returns several values. Each is put into the module
// when it is first asked for.
type runtime struct {
	g       *generator
	link    *link.Linker
	funcs   map[string]*wasmgen.Func
	memory  memory
	failure *wasmgen.Symbol // rt_error
	results *results
	clock   *wasmgen.Global // i64: the evaluation time, unasked at a record's start
	cost    *wasmgen.Global // i64: what the record has cost, see cost.go

	host *wasmgen.Func // hostCall, if it is called

	touched touched            // by the check whose code is being written
	touches map[string]touched // by the functions here
}

// touched is what code uses of what a record fills.
type touched struct{ c, results bool }

func (t *touched) add(u touched) { t.c, t.results = t.c || u.c, t.results || u.results }

// results is the buffer of packed results: rows counts them, at is where the open row starts from base. full is not 0
// when rows are dropped.
type results struct{ base, next, end, full, rows, at *wasmgen.Global }

// limited is a bit of full: the limit of memory is why, and nothing says so yet.
const limited = 2

// unasked is a time that no evaluation has.
const unasked = -1 << 63

// object is the runtime written in C.
var object = sync.OnceValue(func() *link.Object {
	o, err := link.Parse(cruntime.Object)
	if err != nil {
		panic(err) // it is part of this program
	}
	return o
})

func newRuntime(g *generator) runtime {
	rt := runtime{g: g, funcs: map[string]*wasmgen.Func{}, touches: map[string]touched{}, cost: g.m.Global(i64, 0)}
	g.m.ExportGlobal(abi.ExportCost, rt.cost)
	rt.memory.heap = g.m.Global(i32, 0)
	rt.link = link.New(object(), g.m, func(module, name string) *wasmgen.Func { return rt.g.rt.imported(name) })
	rt.link.Charge = func(units int64) []wasmgen.Instr { return rt.g.rt.spend(units) }
	rt.link.Size = func() *wasmgen.Func { return rt.g.rt.chargeSize() }
	return rt
}

// imported returns what the runtime in C imports.
func (rt *runtime) imported(name string) *wasmgen.Func {
	if name == "reach" {
		return rt.reach()
	}
	return rt.hostCall()
}

// c returns a function of the runtime by its name in C.
func (rt *runtime) c(name string) *wasmgen.Func {
	rt.touched.c = rt.touched.c || name != "rt_error_row"
	return rt.link.Func(name)
}

// failed returns the variable in which a function says why it failed.
func (rt *runtime) failed() *wasmgen.Symbol {
	if rt.failure == nil {
		rt.failure = rt.link.Data("rt_error")
	}
	return rt.failure
}

// fn returns the function called name, written by body at the first call.
func (rt *runtime) fn(name string, params, result []wasmgen.Type, body func(f *wasmgen.Func)) *wasmgen.Func {
	if f, ok := rt.funcs[name]; ok {
		rt.touched.add(rt.touches[name])
		return f
	}
	f := rt.g.m.Func(params, result)
	f.SetName(name)
	rt.funcs[name] = f
	f.EachTurn = rt.spend(turnCost(name))
	outer := rt.touched
	rt.touched = touched{}
	body(f)
	rt.touches[name] = rt.touched
	rt.touched.add(outer)
	return f
}

// sig makes a list of types.
func sig(types ...wasmgen.Type) []wasmgen.Type { return types }

// call is the host's assay.call(fn, ptr, len).
func (rt *runtime) call() *wasmgen.Func {
	if f, ok := rt.funcs["call"]; ok {
		return f
	}
	f := rt.g.m.Import(abi.ImportModule, abi.ImportCall, sig(i32, i32, i32), sig(i64))
	f.SetName(abi.ImportModule + "." + abi.ImportCall)
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

func (rt *runtime) resultsGlobals() *results {
	rt.touched.results = true
	if rt.results == nil {
		m := rt.g.m
		rt.results = &results{m.Global(i32, 0), m.Global(i32, 0), m.Global(i32, 0),
			m.Global(i32, 0), m.Global(i32, 0), m.Global(i32, 0)}
	}
	return rt.results
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
