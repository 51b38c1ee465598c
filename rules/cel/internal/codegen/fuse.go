package codegen

import (
	"slices"

	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// fused is what a module of many checks has besides them.
type fused struct {
	g         *generator
	out       *wasmgen.Symbol // the costs of all checks, then the rows of those that have some
	members   int
	constants [][]byte
	lists     []int // slots that are resolved once

	// The answer, as the parts write it: i32s.
	base *wasmgen.Global // out, or where there is more room for rows
	next *wasmgen.Global // behind the rows so far, 0 when there was no room for some
	end  *wasmgen.Global // of the room for rows
	more *wasmgen.Func   // moreRows
}

// firstRows is the room for what members say that is memory from the start; more is at fusedAt.
const firstRows = 8 << 10

// functionSize is the code of checks, in bytes, from which on the next check begins a new function: large
// functions are slow to compile.
const functionSize = 8 << 10

// constantAnswer are packed results of no bytes, at an address where none are.
const constantAnswer = 1 << 32

// Fuse returns one module of all checks, see abi.FusedCheck, and the constant answers of those that have one. Each
// judges as in a module of its own.
func Fuse(checks []*ir.Check) (module []byte, constants [][]byte) {
	g := newGenerator()
	x := &fused{g: g, members: len(checks), constants: make([][]byte, len(checks)),
		base: g.m.Global(i32, 0), next: g.m.Global(i32, 0), end: g.m.Global(i32, 0), more: g.m.Func(sig(i32), sig(i32))}
	x.out = g.zeroed(4*len(checks) + firstRows)
	g.most = map[string]int{}
	needs := make([]map[string]int, len(checks))
	checks = slices.Clone(checks)
	for i, c := range checks {
		c = ir.Hoist(c)
		checks[i] = c
		needs[i] = slotsUsed(c)
		for row, n := range needs[i] {
			g.most[row] = max(g.most[row], n)
		}
	}
	g.m.ExportMemory(abi.ExportMemory)
	g.exportABI()
	g.exportDescribe(`{"abi":1,"checks":[{"name":"` + abi.FusedCheck + `","type":"Quality"}]}`)
	x.shareLists(checks)
	x.exportConfigure()
	x.exportEvaluate(x.parts(checks, needs))
	x.writeMoreRows()
	g.m.Export(abi.ExportAlloc, g.rt.alloc())
	g.layOut()
	return g.m.Encode(), x.constants
}

// exportConfigure keeps the settings, which say whom to ask; the handle is where.
func (x *fused) exportConfigure() {
	const refusal = "\x01\x00\x00\x00\x00\x00\x00\x00the settings have a byte for each rule, and there must be room for them"
	g := x.g
	answer := g.zeroed(abi.ConfigureHeader)
	f := g.m.Func([]wasmgen.Type{i32, i32, i32}, []wasmgen.Type{i64})
	to := f.OwnLocal(i32)
	f.Do(f.Param(2), wasmgen.Int32(x.members), wasmgen.I32Eq)
	f.If()
	f.Do(f.Param(2), g.rt.alloc(), wasmgen.Tee(to))
	f.If()
	f.Do(to, f.Param(1), f.Param(2), wasmgen.MemoryCopy, answer, to, wasmgen.I32Store(4))
	f.Do(answer, wasmgen.I64ExtendI32U, wasmgen.Int64(32), wasmgen.I64Shl, wasmgen.Int64(abi.ConfigureHeader), wasmgen.I64Or, wasmgen.Return)
	f.End()
	f.End()
	f.Do(packed(g.data.put(refusal), len(refusal)))
	g.m.Export(abi.ExportConfigure, f)
}

// exportEvaluate calls the parts one after the other.
func (x *fused) exportEvaluate(parts []*wasmgen.Func) {
	g := x.g
	f := g.m.Func([]wasmgen.Type{i32, i32, i32}, []wasmgen.Type{i64})
	g.f, g.card, g.slots, g.limit = f, f.Param(1), f.Param(1), f.OwnLocal(i64)
	f.Do(f.Param(2), wasmgen.I64ExtendI32U, wasmgen.Set(g.limit))
	if c := g.rt.clock; c != nil {
		f.Do(wasmgen.Int64(unasked), wasmgen.SetGlobal(c))
	}
	f.Do(x.out, wasmgen.SetGlobal(x.base), x.out, wasmgen.Int32(4*x.members), wasmgen.I32Add, wasmgen.SetGlobal(x.next),
		x.out, wasmgen.Int32(4*x.members+firstRows), wasmgen.I32Add, wasmgen.SetGlobal(x.end))
	g.widen(g.most[""])
	x.resolveLists()
	for _, part := range parts {
		f.Do(f.Param(0), g.card, g.slots, g.limit, part)
	}
	f.Do(x.next, wasmgen.I32Eqz)
	f.If()
	f.Do(wasmgen.Int64(0), wasmgen.Return)
	f.End()
	f.Do(x.base, x.out, wasmgen.I32Ne)
	f.If()
	f.Do(x.base, x.out, wasmgen.Int32(4*x.members), wasmgen.MemoryCopy)
	f.End()
	f.Do(x.base, wasmgen.I64ExtendI32U, wasmgen.Int64(32), wasmgen.I64Shl,
		x.next, x.base, wasmgen.I32Sub, wasmgen.I64ExtendI32U, wasmgen.I64Or)
	g.m.Export(abi.ExportEvaluate, f)
}

// parts writes the checks as functions (asked, card, slots, limit).
func (x *fused) parts(checks []*ir.Check, needs []map[string]int) (list []*wasmgen.Func) {
	g := x.g
	for _, group := range grouped(checks) {
		if len(list) == 0 || g.f.Size() > functionSize {
			g.f = g.m.Func(sig(i32, i32, i32, i64), nil)
			g.card, g.slots, g.limit = g.f.Param(1), g.f.Param(2), g.f.Param(3)
			g.failed = g.f.OwnLocal(i64)
			list = append(list, g.f)
		}
		x.group(group, checks, needs)
	}
	return list
}

// group writes checks that share work, or one.
func (x *fused) group(members []int, checks []*ir.Check, needs []map[string]int) {
	g, f := x.g, x.g.f
	if len(members) == 1 {
		x.member(members[0], checks, needs)
		return
	}
	if checks[members[0]].Match == nil {
		x.quiet(members, checks, needs)
		return
	}
	g.check, g.need = checks[members[0]], needs[members[0]]
	g.emit(g.check.Match)
	f.If()
	g.matched = true
	for _, i := range members {
		x.member(i, checks, needs)
	}
	g.matched = false
	f.Else()
	for _, i := range members {
		g.check = checks[i]
		first := costOfCheck(g.check).first
		if first <= g.fuel() {
			f.Do(x.out, wasmgen.Int32(first), wasmgen.I32Store(uint32(4*i)))
			continue
		}
		x.member(i, checks, needs) // over its budget before it looks
	}
	f.End()
}

// member writes a check: if it is asked, what it costs and says is noted.
func (x *fused) member(i int, checks []*ir.Check, needs []map[string]int) {
	g, f := x.g, x.g.f
	g.check, g.need = checks[i], needs[i]
	f.Do(f.Param(0), wasmgen.I32Load8U(uint32(i)), wasmgen.Int32('1'), wasmgen.I32Eq)
	f.If()
	g.costAt, g.costOffset = x.out, uint32(4*i)
	g.constant = nil
	cost := g.judge()
	x.constants[i] = g.constant
	said := f.Local(i64)
	f.Do(wasmgen.Tee(said), wasmgen.I64Eqz, wasmgen.I32Eqz)
	f.If()
	f.Do(wasmgen.Int32(i), said, x.append())
	f.End()
	if cost.open {
		f.Do(x.out, g.rt.cost, wasmgen.I32WrapI64, wasmgen.I32Store(uint32(4*i)))
	}
	f.Release(said)
	f.End()
}

// append(member, packed) puts a check's rows behind those of the others.
func (x *fused) append() *wasmgen.Func {
	g := x.g
	return g.rt.fn("append", sig(i32, i64), nil, func(f *wasmgen.Func) {
		member, said, next, n := f.Param(0), f.Param(1), f.Local(i32), f.Local(i32)
		f.Do(x.next, wasmgen.Tee(next), wasmgen.I32Eqz)
		f.If()
		f.Do(wasmgen.Return)
		f.End()
		f.Do(said, wasmgen.I32WrapI64, wasmgen.Tee(n), wasmgen.Int32(abi.MemberHeader), wasmgen.I32Add,
			x.end, next, wasmgen.I32Sub, wasmgen.I32GtU)
		f.If()
		f.Do(n, wasmgen.Int32(abi.MemberHeader), wasmgen.I32Add, x.more, wasmgen.Tee(next), wasmgen.I32Eqz)
		f.If()
		f.Do(wasmgen.Int32(0), wasmgen.SetGlobal(x.next), wasmgen.Return)
		f.End()
		f.End()
		f.Do(next, wasmgen.Int32(abi.MemberHeader-4), wasmgen.I32Store(0),
			next, wasmgen.Int32(abi.ResultMember), wasmgen.I32Store8(4), next, member, wasmgen.I32Store16(5),
			next, wasmgen.Int32(abi.MemberHeader), wasmgen.I32Add, wasmgen.Tee(next),
			said, wasmgen.Int64(32), wasmgen.I64ShrU, wasmgen.I32WrapI64, n, wasmgen.MemoryCopy,
			next, n, wasmgen.I32Add, wasmgen.SetGlobal(x.next))
	})
}

// writeMoreRows writes moreRows(n): it moves the rows to where there is more room and returns where the next n bytes
// go, 0 when they do not fit there. The costs come last, see exportEvaluate.
func (x *fused) writeMoreRows() {
	f, rt := x.more, &x.g.rt
	to, costs := f.Local(i32), 4*x.members
	none := f.Block()
	f.Do(x.base, x.out, wasmgen.I32Ne, wasmgen.BrIf(none))
	f.Do(rt.memory.heap, wasmgen.Int32(rt.fusedAt()), wasmgen.I32Add, wasmgen.Tee(to), wasmgen.I64ExtendI32U,
		wasmgen.Int64(costs+abi.MaxFusedBytes), wasmgen.I64Add, rt.grow(), wasmgen.I32Eqz, wasmgen.BrIf(none))
	f.Do(to, x.out, x.next, x.out, wasmgen.I32Sub, wasmgen.MemoryCopy, to, wasmgen.SetGlobal(x.base))
	f.Do(to, x.next, x.out, wasmgen.I32Sub, wasmgen.I32Add, wasmgen.SetGlobal(x.next))
	f.Do(to, wasmgen.Int32(costs+abi.MaxFusedBytes), wasmgen.I32Add, wasmgen.SetGlobal(x.end))
	f.Do(f.Param(0), x.end, x.next, wasmgen.I32Sub, wasmgen.I32GtU, wasmgen.BrIf(none), x.next, wasmgen.Return)
	f.End()
	f.Do(wasmgen.Int32(0))
}
