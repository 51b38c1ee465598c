package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// Comparison instructions by ir.Cmp: Eq, Ne, Lt, Le, Gt, Ge.
var (
	compareI32S = [...]wasmgen.Op{wasmgen.I32Eq, wasmgen.I32Ne, wasmgen.I32LtS, wasmgen.I32LeS, wasmgen.I32GtS, wasmgen.I32GeS}
	compareI64S = [...]wasmgen.Op{wasmgen.I64Eq, wasmgen.I64Ne, wasmgen.I64LtS, wasmgen.I64LeS, wasmgen.I64GtS, wasmgen.I64GeS}
	compareI64U = [...]wasmgen.Op{wasmgen.I64Eq, wasmgen.I64Ne, wasmgen.I64LtU, wasmgen.I64LeU, wasmgen.I64GtU, wasmgen.I64GeU}
	compareF64  = [...]wasmgen.Op{wasmgen.F64Eq, wasmgen.F64Ne, wasmgen.F64Lt, wasmgen.F64Le, wasmgen.F64Gt, wasmgen.F64Ge}
)

func (g *generator) emitCompare(n *ir.Node) {
	f := g.f
	switch n.Args[0].Kind {
	case ir.String:
		g.compareText(n)
	case ir.Enum:
		g.compareEnum(n)
	case ir.Double:
		g.emitArgs(n)
		f.Do(compareF64[n.Cmp])
	case ir.Bool:
		g.compareBool(n)
	case ir.Uint:
		g.emitArgs(n)
		f.Do(compareI64U[n.Cmp])
	case ir.Time:
		g.emitArgs(n)
		f.Do(g.rt.timeCompare(), wasmgen.Int32(0), compareI32S[n.Cmp])
	default:
		g.emitArgs(n)
		f.Do(compareI64S[n.Cmp])
	}
}

// compareBool orders truth values by logic: wazero 1.12.0 on amd64 mistakes an ordering of the
// constant 0 with the result of an and for its mirror image (tryLowerBandToFlag).
func (g *generator) compareBool(n *ir.Node) {
	f := g.f
	g.emit(n.Args[0])
	if n.Cmp == ir.Lt || n.Cmp == ir.Le {
		f.Do(wasmgen.I32Eqz)
	}
	g.emit(n.Args[1])
	if n.Cmp == ir.Gt || n.Cmp == ir.Ge {
		f.Do(wasmgen.I32Eqz)
	}
	switch n.Cmp {
	case ir.Lt, ir.Gt:
		f.Do(wasmgen.I32And)
	case ir.Le, ir.Ge:
		f.Do(wasmgen.I32Or)
	default:
		f.Do(compareI32S[n.Cmp])
	}
}

func (g *generator) compareText(n *ir.Node) {
	f := g.f
	a, b := n.Args[0], n.Args[1]
	if a.IsConst() {
		a, b = b, a
	}
	if equality := n.Cmp <= ir.Ne; equality {
		if b.IsConst() && b.Text == "" {
			g.emitIsText(a)
		} else {
			g.emitArgs(n)
			f.Do(g.rt.equalText())
		}
		if n.Cmp == ir.Ne != (b.IsConst() && b.Text == "") {
			f.Do(wasmgen.I32Eqz)
		}
		return
	}
	g.emitArgs(n)
	f.Do(g.rt.compareText(), wasmgen.Int32(0), compareI32S[n.Cmp])
}

// emitIsText leaves whether a string is not empty.
func (g *generator) emitIsText(a *ir.Node) {
	if a.Op == ir.Field {
		place := g.locate(a)
		g.emitNotEmpty(place)
		g.leave(place)
		return
	}
	g.emit(a)
	saved := g.save(ir.String)
	g.f.Do(saved[1], wasmgen.Int32(0), wasmgen.I32Ne)
	g.f.Release(saved...)
}

// compareEnum compares codes; a code that is compared with a known one need not be checked.
func (g *generator) compareEnum(n *ir.Node) {
	for i, a := range n.Args {
		if other := n.Args[1-i]; a.Op == ir.Field && other.IsConst() && other.Int > 0 {
			raw := *a
			raw.Kind, raw.Slot.Kind = ir.Int, abi.KindInt
			a = &raw
		}
		g.emit(a)
	}
	g.f.Do(compareI64S[n.Cmp])
}

// emitMatches asks the host.
func (g *generator) emitMatches(n *ir.Node) {
	f := g.f
	g.emitArgs(n)
	pattern, text := g.save(ir.String), g.save(ir.String)
	room := g.zeroed(abi.MatchArgument)
	for i, word := range append(pattern, text...) {
		f.Do(room, word, wasmgen.I32Store(uint32(4*i)))
	}
	answer := f.Local(i64)
	f.Do(wasmgen.Int32(abi.CallMatch), room, wasmgen.Int32(abi.MatchArgument), g.rt.call(),
		wasmgen.Tee(answer), wasmgen.Int64(0), wasmgen.I64LtS)
	g.failIf(n.Pos, "the pattern of matches() is wrong, longer than 4 KiB or too large")
	g.chargeMatch(n.Args[1], pattern[1], text[1])
	f.Do(answer, wasmgen.Int64(0), wasmgen.I64Ne)
	f.Release(pattern...)
	f.Release(text...)
	f.Release(answer)
}
