package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// types returns the WebAssembly values that hold a value of kind k.
func types(k ir.Kind) []wasmgen.Type {
	switch k {
	case ir.Bool, ir.Row, ir.Dyn:
		return []wasmgen.Type{i32}
	case ir.Double:
		return []wasmgen.Type{f64}
	case ir.String, ir.Strings, ir.List:
		return []wasmgen.Type{i32, i32}
	case ir.Time:
		return []wasmgen.Type{i64, i32}
	case ir.Rows, ir.Map:
		return []wasmgen.Type{i32, i32, i32}
	}
	return []wasmgen.Type{i64}
}

// emit leaves the value of n on the stack, or branches to the handler with the error set.
func (g *generator) emit(n *ir.Node) {
	f := g.f
	if n.Pos.Line > 0 {
		defer func(outer ir.Pos) { g.pos = outer }(g.pos)
		g.pos = n.Pos
	}
	switch n.Op {
	case ir.Const:
		g.emitConst(n)
	case ir.Field:
		g.emitField(n)
	case ir.Has:
		g.emitHas(n)
	case ir.CustomRow:
		g.emitCustomRow(n)
	case ir.Lookup, ir.HasKey:
		g.emitLookup(n)
	case ir.Now:
		f.Do(g.rt.now())
	case ir.Use:
		g.emitUse(n)
	case ir.Not:
		g.emit(n.Args[0])
		f.Do(wasmgen.I32Eqz)
	case ir.And, ir.Or:
		g.emitLogic(n)
	case ir.Cond:
		g.emitCond(n)
	case ir.Compare:
		g.emitCompare(n)
	case ir.Add, ir.Sub, ir.Mul, ir.Div, ir.Mod, ir.Neg:
		g.emitArithmetic(n)
	case ir.Concat:
		g.emitArgs(n)
		f.Do(g.rt.c("rt_concat"))
		g.madeText(n.Pos)
	case ir.StartsWith, ir.EndsWith, ir.Contains:
		g.emitArgs(n)
		f.Do(g.rt.textTest(n.Op))
	case ir.Matches:
		g.emitMatches(n)
	case ir.Size:
		g.emitSize(n)
	case ir.In:
		g.emitIn(n)
	case ir.InList:
		g.emitArgs(n)
		f.Do(g.card, g.limit, g.rt.inList())
	case ir.MakeList:
		g.emitList(n)
	case ir.MakeMap:
		g.emitMap(n)
	case ir.Collect:
		g.emitCollect(n)
	case ir.CollectMap:
		g.emitCollectMap(n)
	case ir.Let:
		g.emitLet(n)
	case ir.Once:
		g.emitOnce(n)
	case ir.Call:
		g.emitCall(n)
	case ir.Index:
		g.emitIndex(n)
	case ir.All, ir.Exists:
		g.emitQuantifier(n)
	case ir.ExistsOne:
		g.emitExistsOne(n)
	case ir.Convert:
		g.emitConvert(n)
	case ir.Getter:
		g.emitGetter(n)
	case ir.Present:
		g.emit(n.Args[0])
		f.Do(wasmgen.I32Eqz, wasmgen.BrIf(g.none))
		g.emit(n.Args[1])
	case ir.Open:
		g.emitOpen(n)
	case ir.OrElse:
		g.orElse(types(n.Kind), n.Args[0], func() { g.emit(n.Args[1]) })
	case ir.Given:
		g.emitGiven(n)
	case ir.Gather:
		g.emitGather(n)
	case ir.Fail:
		f.Do(g.errorOf(n.Pos, n.Text), wasmgen.Set(g.failed), wasmgen.Br(g.handler))
	}
}

func (g *generator) emitArgs(n *ir.Node) {
	for _, a := range n.Args {
		g.emit(a)
	}
}

func (g *generator) emitConst(n *ir.Node) {
	switch n.Kind {
	case ir.Bool:
		g.f.Do(wasmgen.Int32(n.Int))
	case ir.Double:
		g.f.Do(wasmgen.Float64(n.Float))
	case ir.String:
		g.f.Do(wasmgen.Int32(g.data.put(n.Text)), wasmgen.Int32(len(n.Text)))
	case ir.Time:
		g.f.Do(wasmgen.Int64(n.Int), wasmgen.Int32(n.Nanos))
	case ir.Dyn:
		g.f.Do(wasmgen.Int32(g.data.putAligned(g.constBox(n))))
	default:
		g.f.Do(wasmgen.Int64(n.Int))
	}
}

// failIf branches to the handler when the i32 on the stack is not zero.
func (g *generator) failIf(pos ir.Pos, text string) {
	g.f.Do(g.errorOf(pos, text), wasmgen.Set(g.failed), wasmgen.BrIf(g.handler))
}

// mayHaveFailed branches to the handler when the function of the runtime that was called last failed.
func (g *generator) mayHaveFailed(pos ir.Pos) {
	g.checks++
	g.f.Do(wasmgen.Int64(g.placeOf(pos)), wasmgen.Set(g.failed), g.rt.failed(), wasmgen.I32Load(0), wasmgen.BrIf(g.handler))
}

// catch stands where a handler begins: it completes the error of a function of the runtime, if one
// was called since there were so many checks.
func (g *generator) catch(checks int) {
	if g.checks == checks {
		return
	}
	g.f.Do(g.rt.c("rt_take_error"), g.failed, wasmgen.I64Or, wasmgen.Set(g.failed))
}

// rethrow branches to the handler when an error was waiting.
func (g *generator) rethrow(waiting wasmgen.Local) {
	g.f.Do(waiting, wasmgen.Tee(g.failed), wasmgen.Int64(0), wasmgen.I64Ne, wasmgen.BrIf(g.handler))
}

// madeText leaves the pointer and length of a text that a function of the runtime made.
func (g *generator) madeText(pos ir.Pos) {
	g.mayHaveFailed(pos)
	g.unpack()
}

// unpack leaves the pointer and length of a packed text.
func (g *generator) unpack() {
	text := g.f.Local(i64)
	g.f.Do(wasmgen.Tee(text), wasmgen.I32WrapI64, text, wasmgen.Int64(32), wasmgen.I64ShrU, wasmgen.I32WrapI64)
	g.f.Release(text)
}

// save moves a value of kind k from the stack into new locals.
func (g *generator) save(k ir.Kind) []wasmgen.Local {
	list := types(k)
	locals := make([]wasmgen.Local, len(list))
	for i, t := range list {
		locals[i] = g.f.Local(t)
	}
	g.setAll(locals)
	return locals
}

func (g *generator) setAll(locals []wasmgen.Local) {
	for i := len(locals) - 1; i >= 0; i-- {
		g.f.Do(wasmgen.Set(locals[i]))
	}
}

func (g *generator) load(locals []wasmgen.Local) {
	for _, l := range locals {
		g.f.Do(l)
	}
}
