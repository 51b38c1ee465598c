package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// exportEvaluate writes assay_evaluate(handle, card, length): what the check says about a record.
func (g *generator) exportEvaluate() {
	f := g.m.Func([]wasmgen.Type{i32, i32, i32}, []wasmgen.Type{i64})
	g.f, g.card, g.slots = f, f.Param(1), f.Param(1)
	if g.forwards != nil {
		f.Through = g.through
	}
	g.limit, g.failed = f.OwnLocal(i64), f.OwnLocal(i64)
	f.Do(f.Param(2), wasmgen.I64ExtendI32U, wasmgen.Set(g.limit))
	g.widen(g.need[""])
	g.judge()
	g.m.Export(abi.ExportEvaluate, f)
	if c := g.rt.clock; c != nil {
		f.Insert(wasmgen.Mark{}, wasmgen.Int64(unasked), wasmgen.SetGlobal(c))
	}
}

// judge leaves the packed results of the check, in memory that the next check uses again.
func (g *generator) judge() (cost checkCost) {
	f := g.f
	start, result := f.Mark(), f.Local(i64)
	g.rt.touched, g.checks = touched{}, 0
	cost = costOfCheck(g.check)
	g.done = f.Block(i64)
	g.over = f.Block()
	// Everything below branches to done from inside; what falls out of the block is an error.
	g.handler = f.Block()
	g.turns = cost.turns
	if g.matched {
		g.setCost(cost, cost.first+cost.matched)
		g.stopIfOver(cost.first+cost.matched, false)
	} else {
		g.chargeFirst(cost)
	}
	if g.check.Match != nil && !g.matched {
		g.emit(g.check.Match)
		f.Do(wasmgen.I32Eqz)
		g.returnNothing()
		g.chargeMatched(cost)
	}
	switch {
	case g.check.Label != nil:
		g.evaluateLabel(cost)
	case g.check.List != nil:
		g.evaluateRows()
	default:
		g.evaluateClient(cost)
	}
	f.End()
	g.returnError()
	f.Do(wasmgen.Br(g.done))
	f.End()
	f.Do(g.overspent())
	f.End()
	if cost.open {
		f.Do(wasmgen.Set(result), g.overspent(), result)
		g.loadOver()
		f.Do(wasmgen.Select)
	}
	f.Release(result)
	f.Insert(start, g.reset()...)
	return cost
}

// widen makes g.slots an address where every slot the check reads lies: the card itself, or,
// for a card with fewer slots or a card that is cut off, a copy with zeroes behind.
func (g *generator) widen(need int) {
	if need == 0 {
		return
	}
	f := g.f
	size := abi.HeaderSize + 8*need
	g.slots = f.OwnLocal(i32)
	f.Do(g.card, wasmgen.Set(g.slots))
	f.Do(g.limit, wasmgen.Int64(size), wasmgen.I64LtU)
	f.If(i32)
	f.Do(wasmgen.Int32(1))
	f.Else()
	f.Do(g.card, wasmgen.I32Load16U(placeSlots), wasmgen.Int32(need), wasmgen.I32LtU)
	f.End()
	f.If()
	f.Do(g.card, g.limit, g.zeroed(size), wasmgen.Int32(need), g.rt.widenCard(), wasmgen.Set(g.slots))
	f.End()
}

// returnNothing returns "nothing to say" when the i32 on the stack is not zero.
func (g *generator) returnNothing() {
	g.f.If()
	g.f.Do(wasmgen.Int64(0), wasmgen.Br(g.done))
	g.f.End()
}

// answer returns rows that are known now. A fused check says that it has its constant answer.
func (g *generator) answer(rows []byte) {
	if g.costAt != nil {
		g.constant = rows
		g.f.Do(wasmgen.Int64(constantAnswer), wasmgen.Br(g.done))
		return
	}
	g.f.Do(packed(g.data.put(string(rows)), len(rows)), wasmgen.Br(g.done))
}

// returnError leaves the error row as the result.
func (g *generator) returnError() {
	if !g.fails() {
		g.f.Do(wasmgen.Int64(0))
		return
	}
	g.catch(0)
	if g.errorAt == nil {
		g.errorAt = g.zeroed(errorRoom)
	}
	room := g.errorAt
	g.f.Do(room, wasmgen.I64ExtendI32U, wasmgen.Int64(32), wasmgen.I64Shl, room)
	putError(g.f, g.failed)
	g.f.Do(g.rt.c("rt_error_row"), wasmgen.I64ExtendI32U, wasmgen.I64Or)
}

// fails says whether the check can end in an error.
func (g *generator) fails() bool {
	if g.check.Label != nil {
		return true
	}
	for _, root := range []*ir.Node{g.check.Match, g.check.List, g.check.Require} {
		if root != nil && root.Fails {
			return true
		}
	}
	return false
}

// reset returns code that empties what the check fills whose code has just been written: only then is it
// known what that is.
func (g *generator) reset() (list []wasmgen.Instr) {
	if g.rt.touched.c && g.rt.makes() {
		m := g.rt.arena()
		list = append(list, m, m, wasmgen.I32Load(memoryBase), wasmgen.I32Store(memoryNext))
	}
	if r := g.rt.results; r != nil && g.rt.touched.results {
		list = append(list, r.base, wasmgen.SetGlobal(r.next),
			wasmgen.Int32(0), wasmgen.SetGlobal(r.full), wasmgen.Int32(0), wasmgen.SetGlobal(r.rows))
	}
	return list
}

// evaluateClient is a quality check of the client as a whole.
func (g *generator) evaluateClient(cost checkCost) {
	g.emit(g.check.Require)
	g.returnNothing()
	g.chargeRow(cost)
	row := abi.ResultRow{Kind: abi.ResultFinding, Code: g.check.Code, Path: g.check.Path}
	if len(g.check.Params) == 0 && g.check.Severity == nil && g.check.Suggest == nil {
		g.answer(abi.AppendResult(nil, row))
		return
	}
	g.beginRow(abi.ResultFinding)
	g.constField(abi.TagCode, row.Code)
	if row.Path != "" {
		g.constField(abi.TagPath, row.Path)
	}
	g.writeOwn()
	g.writeParams()
	g.f.Do(g.rt.endRow())
	g.returnResults()
}

// evaluateLabel is a segmentation check.
func (g *generator) evaluateLabel(cost checkCost) {
	f := g.f
	label := g.check.Label
	if text, test := constLabel(label); text != "" && len(g.check.Params) == 0 {
		g.emit(test)
		f.Do(wasmgen.I32Eqz)
		g.returnNothing()
		g.chargeRow(cost)
		g.answer(abi.AppendResult(nil, abi.ResultRow{Kind: abi.ResultLabel, Label: text}))
		return
	}
	g.emit(label)
	length, pointer := f.Local(i32), f.Local(i32)
	defer f.Release(length, pointer)
	f.Do(wasmgen.Set(length), wasmgen.Tee(pointer), wasmgen.Drop, length, wasmgen.I32Eqz)
	g.returnNothing()
	f.Do(length, wasmgen.Int32(abi.MaxIdentBytes), wasmgen.I32GtU)
	g.failIf(label.Pos, "the label is longer than 255 bytes")
	f.Do(pointer, length, g.rt.controls())
	g.failIf(label.Pos, "the label holds control characters")
	g.chargeRow(cost)
	g.beginRow(abi.ResultLabel)
	f.Do(wasmgen.Int32(abi.TagLabel), pointer, length, g.rt.field())
	g.writeParams()
	f.Do(g.rt.endRow())
	g.returnResults()
}

// constLabel recognises test ? "text" : "".
func constLabel(n *ir.Node) (string, *ir.Node) {
	if n.Op != ir.Cond || !n.Args[1].IsConst() || !n.Args[2].IsConst() || n.Args[2].Text != "" {
		return "", nil
	}
	return n.Args[1].Text, n.Args[0]
}

// evaluateRows is a quality check of each row of a list. A row that cannot be judged does not
// hide the findings of the others; the first error is reported after them.
func (g *generator) evaluateRows() {
	f := g.f
	outer, checks := g.handler, g.checks
	g.emit(g.check.List)
	g.beginOnces(g.check.Once)
	it := g.beginEach(g.check.List, nil, g.check.Var, makes(g.check.Require))
	index, first := f.Local(i32), f.Local(i64)
	defer f.Release(index, first)
	f.Do(wasmgen.Int32(-1), wasmgen.Set(index), wasmgen.Int64(0), wasmgen.Set(first))
	end := f.Block()
	next := f.Loop()
	g.advance(it, end)
	f.Do(index, wasmgen.Int32(1), wasmgen.I32Add, wasmgen.Set(index))
	g.handler = f.Block()
	g.emit(g.check.Require)
	f.Do(wasmgen.BrIf(next))
	g.writeRowFinding(index)
	f.Do(g.rt.resultsGlobals().full, wasmgen.BrIf(end), wasmgen.Br(next))
	f.End()
	g.catch(checks)
	f.Do(first, g.failed, first, wasmgen.I64Eqz, wasmgen.I32Eqz, wasmgen.Select, wasmgen.Set(first), wasmgen.Br(next))
	f.End()
	f.End()
	g.endEach(it)
	g.endOnces(g.check.Once)
	g.handler = outer
	if g.check.Require.Fails {
		f.Do(first, wasmgen.Int64(0), wasmgen.I64Ne)
		f.If()
		f.Do(first, g.rt.errorRow())
		f.End()
	}
	g.returnResults()
}

// writeRowFinding gives up what it makes, unless that is done at the next row anyway.
func (g *generator) writeRowFinding(index wasmgen.Local) {
	if g.findingsMake() && !makes(g.check.Require) {
		mark := g.f.Local(i32)
		g.f.Do(g.rt.arena(), wasmgen.I32Load(memoryNext), wasmgen.Set(mark))
		defer func() {
			g.f.Do(mark, g.rt.c("rt_release"))
			g.f.Release(mark)
		}()
	}
	g.beginRow(abi.ResultFinding)
	g.constField(abi.TagCode, g.check.Code)
	g.writePath(index)
	id := ir.FieldOf(ir.UseOf(g.check.Var), abi.Slot{Kind: abi.KindString})
	g.emit(id)
	g.f.Do(g.rt.rowID())
	g.writeOwn()
	g.writeParams()
	g.f.Do(g.rt.endRow())
}
