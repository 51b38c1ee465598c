package codegen

import (
	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// timeParts names the runtime's functions of the parts of a timestamp.
var timeParts = map[ir.Part]string{
	ir.FullYear: "rt_full_year", ir.Month: "rt_month", ir.Date: "rt_date", ir.DayOfMonth: "rt_day_of_month",
	ir.DayOfWeek: "rt_day_of_week", ir.DayOfYear: "rt_day_of_year",
	ir.Hours: "rt_hours", ir.Minutes: "rt_minutes", ir.Seconds: "rt_seconds", ir.Milliseconds: "rt_milliseconds",
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
		f.Do(g.rt.c(timeParts[n.Part]))
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
