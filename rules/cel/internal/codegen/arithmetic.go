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
