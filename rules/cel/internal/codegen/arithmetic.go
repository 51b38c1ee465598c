package codegen

import (
	"math"

	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// The range of CEL timestamps: the years 1 to 9999, in unix milliseconds.
const (
	minMillis = -62135596800000
	maxMillis = 253402300799999
)

func overflow(k ir.Kind) string {
	switch k {
	case ir.Uint:
		return "unsigned integer overflow"
	case ir.Duration:
		return "duration overflow"
	case ir.Millis, ir.Time:
		return "timestamp overflow"
	}
	return "integer overflow"
}

func (g *generator) emitArithmetic(n *ir.Node) {
	switch {
	case n.Kind == ir.Double:
		g.emitArgs(n)
		g.f.Do(map[ir.Op]wasmgen.Op{ir.Add: wasmgen.F64Add, ir.Sub: wasmgen.F64Sub, ir.Mul: wasmgen.F64Mul,
			ir.Div: wasmgen.F64Div, ir.Neg: wasmgen.F64Neg}[n.Op])
	case n.Kind == ir.Millis:
		g.addMillis(n)
	case n.Kind == ir.Time:
		g.emitArgs(n)
		g.f.Do(g.rt.timeAdd())
		g.failIf(n.Pos, overflow(n.Kind))
	case n.Op == ir.Sub && n.Args[0].Kind != ir.Duration && n.Kind == ir.Duration:
		g.subtractTimes(n)
	case n.Op == ir.Neg:
		g.negate(n)
	case n.Op == ir.Div || n.Op == ir.Mod:
		g.divide(n)
	default:
		g.emitArgs(n)
		g.f.Do(g.rt.checked(n.Op, n.Kind == ir.Uint))
		g.failIf(n.Pos, overflow(n.Kind))
	}
}

// addMillis adds a constant of whole milliseconds.
func (g *generator) addMillis(n *ir.Node) {
	f := g.f
	g.emit(n.Args[0])
	sum := f.Local(i64)
	f.Do(wasmgen.Int64(n.Args[1].Int/1e6), wasmgen.I64Add, wasmgen.Tee(sum),
		wasmgen.Int64(minMillis), wasmgen.I64Sub, wasmgen.Int64(maxMillis-minMillis), wasmgen.I64GtU)
	g.failIf(n.Pos, overflow(n.Kind))
	f.Do(sum)
	f.Release(sum)
}

func (g *generator) subtractTimes(n *ir.Node) {
	for _, a := range n.Args {
		g.emit(ir.ConvertOf(n.Pos, ir.Time, a))
	}
	g.f.Do(g.rt.timeSub())
	g.failIf(n.Pos, overflow(n.Kind))
}

func (g *generator) negate(n *ir.Node) {
	f := g.f
	g.emit(n.Args[0])
	a := f.Local(i64)
	f.Do(wasmgen.Tee(a), wasmgen.Int64(math.MinInt64), wasmgen.I64Eq)
	g.failIf(n.Pos, overflow(n.Kind))
	f.Do(wasmgen.Int64(0), a, wasmgen.I64Sub)
	f.Release(a)
}

func (g *generator) divide(n *ir.Node) {
	f := g.f
	g.emitArgs(n)
	divisor := n.Args[1]
	byZero := "division by zero"
	ops := map[ir.Op][2]wasmgen.Op{ir.Div: {wasmgen.I64DivS, wasmgen.I64DivU}, ir.Mod: {wasmgen.I64RemS, wasmgen.I64RemU}}[n.Op]
	if n.Op == ir.Mod {
		byZero = "modulus by zero"
	}
	op := ops[0]
	if n.Kind == ir.Uint {
		op = ops[1]
	}
	if divisor.IsConst() && divisor.Int != 0 && (n.Kind == ir.Uint || divisor.Int != -1) {
		f.Do(op)
		return
	}
	a, b := f.Local(i64), f.Local(i64)
	f.Do(wasmgen.Set(b), wasmgen.Set(a), b, wasmgen.I64Eqz)
	g.failIf(n.Pos, byZero)
	if n.Kind != ir.Uint {
		f.Do(a, wasmgen.Int64(math.MinInt64), wasmgen.I64Eq, b, wasmgen.Int64(-1), wasmgen.I64Eq, wasmgen.I32And)
		g.failIf(n.Pos, overflow(n.Kind))
	}
	f.Do(a, b, op)
	f.Release(a, b)
}

// emitConvert is a conversion that package ir allows.
func (g *generator) emitConvert(n *ir.Node) {
	f := g.f
	a := n.Args[0]
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
		f.Do(wasmgen.Int32(1), g.rt.intText())
		g.failUnlessText(n)
	case ir.Uint:
		f.Do(wasmgen.Int32(0), g.rt.intText())
		g.failUnlessText(n)
	case ir.Millis, ir.Time:
		if a.Kind == ir.Millis {
			f.Do(wasmgen.Int32(0))
		}
		f.Do(wasmgen.Int32(ir.AsText), g.rt.timeText())
		g.failUnlessText(n)
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
		f.Do(g.rt.parseInt())
		g.failIf(n.Pos, "the text is not an integer")
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

// emitGetter is a part of a timestamp (in UTC) or duration.
func (g *generator) emitGetter(n *ir.Node) {
	f := g.f
	a := n.Args[0]
	g.emit(a)
	switch n.Part {
	case ir.TotalMilliseconds:
		f.Do(wasmgen.Int64(1e6), wasmgen.I64DivS)
	case ir.TotalHours:
		g.total(3600e9)
	case ir.TotalMinutes:
		g.total(60e9)
	case ir.TotalSeconds:
		g.total(1e9)
	default:
		if a.Kind == ir.Time {
			f.Do(wasmgen.Drop)
		}
		f.Do(g.rt.timePart(n.Part))
	}
}

// total counts whole units as cel-go does: the whole part and the fraction are added as
// doubles and cut.
func (g *generator) total(unit int64) {
	f := g.f
	d := f.Local(i64)
	f.Do(wasmgen.Tee(d), wasmgen.Int64(unit), wasmgen.I64DivS, wasmgen.F64ConvertI64S,
		d, wasmgen.Int64(unit), wasmgen.I64RemS, wasmgen.F64ConvertI64S, wasmgen.Float64(unit), wasmgen.F64Div,
		wasmgen.F64Add, wasmgen.I64TruncF64S)
	f.Release(d)
}
