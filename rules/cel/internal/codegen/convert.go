package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// emitConvert is a conversion that package ir allows.
func (g *generator) emitConvert(n *ir.Node) {
	f := g.f
	a := n.Args[0]
	switch {
	case n.Kind == ir.Dyn:
		g.emitBox(n)
		return
	case a.Kind == ir.Dyn:
		g.emitUnbox(n)
		return
	case n.Kind == ir.List:
		g.emitAsList(n)
		return
	}
	g.emit(a)
	switch n.Kind {
	case ir.String:
		g.convertText(n)
	case ir.Time:
		f.Do(wasmgen.Int32(0))
	case ir.Double:
		if a.Kind == ir.Uint {
			f.Do(wasmgen.F64ConvertI64U)
		} else {
			f.Do(wasmgen.F64ConvertI64S)
		}
	case ir.Millis:
		g.secondsToMillis(n)
	case ir.Int, ir.Uint:
		g.convertInt(n)
	}
}

func (g *generator) convertText(n *ir.Node) {
	f := g.f
	switch a := n.Args[0]; a.Kind {
	case ir.Bool:
		f.If(i32, i32)
		g.emit(ir.TextOf("true"))
		f.Else()
		g.emit(ir.TextOf("false"))
		f.End()
	case ir.Enum:
		f.Do(wasmgen.Int32(g.enumTable(a.Names)), g.rt.enumText())
	case ir.Int:
		f.Do(wasmgen.Int32(1), g.rt.c("rt_int_text"))
		g.madeText(n.Pos)
	case ir.Uint:
		f.Do(wasmgen.Int32(0), g.rt.c("rt_int_text"))
		g.madeText(n.Pos)
	case ir.Millis, ir.Time:
		if a.Kind == ir.Millis {
			f.Do(wasmgen.Int32(0))
		}
		f.Do(wasmgen.Int32(ir.AsText), g.rt.c("rt_time_text"))
		g.madeText(n.Pos)
	}
}

// secondsToMillis is timestamp(int).
func (g *generator) secondsToMillis(n *ir.Node) {
	f := g.f
	a := f.Local(i64)
	f.Do(wasmgen.Tee(a), wasmgen.Int64(minMillis/1000), wasmgen.I64Sub,
		wasmgen.Int64((maxMillis-999-minMillis)/1000), wasmgen.I64GtU)
	g.failIf(n.Pos, overflow(ir.Millis))
	f.Do(a, wasmgen.Int64(1000), wasmgen.I64Mul)
	f.Release(a)
}

func (g *generator) convertInt(n *ir.Node) {
	f := g.f
	switch from := n.Args[0].Kind; from {
	case ir.Int, ir.Uint:
		a := f.Local(i64)
		f.Do(wasmgen.Tee(a), wasmgen.Int64(0), wasmgen.I64LtS)
		g.failIf(n.Pos, overflow(n.Kind))
		f.Do(a)
		f.Release(a)
	case ir.Double:
		g.doubleToInt(n)
	case ir.String:
		f.Do(g.rt.c("rt_parse_int"))
		g.mayHaveFailed(n.Pos)
	case ir.Duration: // nanoseconds, as they are
	case ir.Millis:
		f.Do(wasmgen.Int64(1000), g.rt.floorDiv())
	case ir.Time:
		f.Do(wasmgen.Drop, wasmgen.Int64(1000), g.rt.floorDiv())
	}
}

// doubleToInt cuts towards zero; the limits are those of cel-go.
func (g *generator) doubleToInt(n *ir.Node) {
	f := g.f
	a := f.Local(f64)
	f.Do(wasmgen.Tee(a))
	if n.Kind == ir.Uint {
		f.Do(wasmgen.Float64(0), wasmgen.F64Ge, a, wasmgen.Float64(1<<64), wasmgen.F64Lt)
	} else {
		f.Do(wasmgen.Float64(-1<<63), wasmgen.F64Gt, a, wasmgen.Float64(1<<63), wasmgen.F64Lt)
	}
	f.Do(wasmgen.I32And, wasmgen.I32Eqz)
	g.failIf(n.Pos, overflow(n.Kind))
	f.Do(a)
	if n.Kind == ir.Uint {
		f.Do(wasmgen.I64TruncF64U)
	} else {
		f.Do(wasmgen.I64TruncF64S)
	}
	f.Release(a)
}
