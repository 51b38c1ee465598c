package codegen

import (
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// The memory holds, from 0 on: data, scratch, the variables of package runtime, what assay_alloc gave, and then what a
// record fills: first results, the arena, the room of results that exceed the first, and in a fused module that of what
// its members said. What lies behind the first results is memory only once a record reaches there, so that a module starts with a
// page and one that judges usual clients keeps it. assay_alloc moves all of it up: it is called between records only.
//
// A record finds the same room whether the memory was grown before or not, and growing is counted for none.

// Sizes of what a record fills, in bytes.
const (
	firstResults = 8 << 10 // some hundred rows
	arenaRoom    = 1 << 20 // for values made for a record; what exceeds it is an error
	errorRoom    = 1 << 10 // of the room for results, for an error row
)

// Places in rt_memory.
const (
	memoryBase = 0
	memoryNext = 4
	memoryEnd  = 8
)

// memory is what the module's code knows of its memory. Its functions get their code last, when it is known what the checks use.
type memory struct {
	heap  *wasmgen.Global // i32: the first byte that is not for good, at a multiple of 8
	arena *wasmgen.Symbol // rt_memory, nil until it is asked for

	alloc, reach, more *wasmgen.Func // nil until they are asked for
}

// alloc(size) is assay_alloc: memory for good at a multiple of 8, 0 when there is none.
func (rt *runtime) alloc() *wasmgen.Func {
	if rt.memory.alloc == nil {
		rt.memory.alloc = rt.g.m.Func(sig(i32), sig(i32))
		rt.memory.alloc.SetName(abi.ExportAlloc)
	}
	return rt.memory.alloc
}

// reach(size) is reach of memory.c.
func (rt *runtime) reach() *wasmgen.Func {
	if rt.memory.reach == nil {
		rt.memory.reach = rt.g.m.Func(sig(i32), sig(i32))
		rt.memory.reach.SetName("reach")
	}
	return rt.memory.reach
}

// moreResults(n) moves the results to where there is more room, and says whether n bytes more fit there.
func (rt *runtime) moreResults() *wasmgen.Func {
	if rt.memory.more == nil {
		rt.memory.more = rt.g.m.Func(sig(i32), sig(i32))
		rt.memory.more.SetName("more")
	}
	return rt.memory.more
}

// arena returns what rt_memory says of the memory.
func (rt *runtime) arena() *wasmgen.Symbol {
	if rt.memory.arena == nil {
		rt.memory.arena = rt.link.Data("rt_memory")
	}
	return rt.memory.arena
}

// makes says whether the module makes values for a record.
func (rt *runtime) makes() bool { return rt.link.Has("rt_alloc") }

// arenaAt, moreAt and fusedAt are where parts begin behind the heap, known when all code of the checks is written.
func (rt *runtime) arenaAt() int32 {
	if rt.results == nil {
		return 0
	}
	return firstResults
}

func (rt *runtime) moreAt() int32 {
	if !rt.makes() {
		return rt.arenaAt()
	}
	return rt.arenaAt() + arenaRoom
}

func (rt *runtime) fusedAt() int32 {
	if rt.results == nil {
		return rt.moreAt()
	}
	return rt.moreAt() + abi.MaxResultsBytes
}

// grow(end) makes the memory reach up to an address, and says whether it could.
func (rt *runtime) grow() *wasmgen.Func {
	return rt.fn("grow", sig(i64), sig(i32), func(f *wasmgen.Func) {
		more := f.Local(i32)
		f.Do(f.Param(0), wasmgen.Int64(wasmgen.PageSize-1), wasmgen.I64Add, wasmgen.Int64(16), wasmgen.I64ShrU, wasmgen.I32WrapI64,
			wasmgen.MemorySize, wasmgen.I32Sub, wasmgen.Tee(more), wasmgen.Int32(0), wasmgen.I32LeS)
		f.If(i32)
		f.Do(wasmgen.Int32(1))
		f.Else()
		f.Do(more, wasmgen.MemoryGrow, wasmgen.Int32(-1), wasmgen.I32Ne)
		f.End()
	})
}

// writeMemory writes the functions that depend on what the checks use of the memory.
func (rt *runtime) writeMemory() {
	if rt.memory.reach != nil {
		rt.writeReach()
	}
	if rt.memory.more != nil {
		rt.writeMoreResults()
	}
	rt.writeAlloc()
}

func (rt *runtime) writeReach() {
	f, m := rt.memory.reach, rt.arena()
	size, next := f.Param(0), f.Local(i32)
	f.Do(size, m, wasmgen.I32Load(memoryBase), wasmgen.Int32(arenaRoom), wasmgen.I32Add, m, wasmgen.I32Load(memoryNext), wasmgen.Tee(next), wasmgen.I32Sub,
		wasmgen.I32LeU)
	f.If(i32)
	f.Do(next, wasmgen.I64ExtendI32U, size, wasmgen.I64ExtendI32U, wasmgen.I64Add, rt.grow())
	f.Else()
	f.Do(wasmgen.Int32(0))
	f.End()
	f.Do(rt.arenaEnd())
}

// arenaEnd() notes how far the arena reaches in the memory as it is.
func (rt *runtime) arenaEnd() *wasmgen.Func {
	return rt.fn("arenaEnd", nil, nil, func(f *wasmgen.Func) {
		m, room, have := rt.arena(), f.Local(i64), f.Local(i64)
		f.Do(m, m, wasmgen.I32Load(memoryBase), wasmgen.I64ExtendI32U, wasmgen.Int64(arenaRoom), wasmgen.I64Add, wasmgen.Tee(room),
			wasmgen.MemorySize, wasmgen.I64ExtendI32U, wasmgen.Int64(16), wasmgen.I64Shl, wasmgen.Tee(have),
			room, have, wasmgen.I64LtU, wasmgen.Select, wasmgen.I32WrapI64, wasmgen.I32Store(memoryEnd))
	})
}

// writeMoreResults leaves the results where they are when they were moved before: then they are full.
func (rt *runtime) writeMoreResults() {
	f, r, heap := rt.memory.more, rt.results, rt.memory.heap
	to := f.Local(i32)
	f.Do(r.base, heap, wasmgen.I32Ne)
	f.If()
	f.Do(wasmgen.Int32(0), wasmgen.Return)
	f.End()
	f.Do(heap, wasmgen.Int32(rt.moreAt()), wasmgen.I32Add, wasmgen.Tee(to), wasmgen.I64ExtendI32U, wasmgen.Int64(abi.MaxResultsBytes), wasmgen.I64Add,
		rt.grow(), wasmgen.I32Eqz)
	f.If()
	f.Do(wasmgen.Int32(limited), wasmgen.SetGlobal(r.full), wasmgen.Int32(0), wasmgen.Return)
	f.End()
	f.Do(to, r.base, r.next, r.base, wasmgen.I32Sub, wasmgen.MemoryCopy)
	f.Do(to, r.next, r.base, wasmgen.I32Sub, wasmgen.I32Add, wasmgen.SetGlobal(r.next), to, wasmgen.SetGlobal(r.base))
	f.Do(to, wasmgen.Int32(abi.MaxResultsBytes-errorRoom), wasmgen.I32Add, wasmgen.SetGlobal(r.end))
	f.Do(f.Param(0), r.end, r.next, wasmgen.I32Sub, wasmgen.I32LeU)
}

// writeAlloc writes assay_alloc. There is memory for the first results afterwards; each record begins them and the arena anew.
func (rt *runtime) writeAlloc() {
	f, heap := rt.alloc(), rt.memory.heap
	start, end := f.Local(i32), f.Local(i64)
	f.Do(heap, wasmgen.Tee(start), wasmgen.I64ExtendI32U, f.Param(0), wasmgen.I64ExtendI32U, wasmgen.I64Add,
		wasmgen.Int64(7), wasmgen.I64Add, wasmgen.Int64(-8), wasmgen.I64And, wasmgen.Tee(end),
		wasmgen.Int64(rt.arenaAt()), wasmgen.I64Add, rt.grow(), wasmgen.I32Eqz)
	f.If()
	f.Do(wasmgen.Int32(0), wasmgen.Return)
	f.End()
	f.Do(end, wasmgen.I32WrapI64, wasmgen.SetGlobal(heap))
	if r := rt.results; r != nil {
		f.Do(heap, wasmgen.SetGlobal(r.base), heap, wasmgen.Int32(firstResults-errorRoom), wasmgen.I32Add, wasmgen.SetGlobal(r.end))
	}
	if rt.makes() {
		f.Do(rt.arena(), heap, wasmgen.Int32(rt.arenaAt()), wasmgen.I32Add, wasmgen.I32Store(memoryBase), rt.arenaEnd())
	}
	f.Do(start)
}

// layOut decides the places in memory.
func (g *generator) layOut() {
	rt := &g.rt
	rt.writeHostCall()
	rt.writeMemory()
	at := (dataStart + uint32(len(g.data.bytes)) + 7) &^ 7
	for _, s := range g.spaces {
		s.symbol.Address = at + s.offset
	}
	at += g.scratch
	at = (rt.link.Place(at) + 7) &^ 7
	rt.memory.heap.Init = int64(at)
	if r := rt.results; r != nil {
		r.base.Init, r.next.Init, r.end.Init = int64(at), int64(at), int64(at+firstResults-errorRoom)
	}
	at += uint32(rt.arenaAt())
	g.m.Pages = (at + wasmgen.PageSize - 1) / wasmgen.PageSize
	if rt.makes() {
		rt.link.Set(rt.arena(), at, at, min(at+arenaRoom, g.m.Pages*wasmgen.PageSize))
	}
	g.m.Data(dataStart, g.data.bytes)
	rt.link.Emit()
}
