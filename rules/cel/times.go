package cel

import (
	"time"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"assay/rules/cel/internal/ir"
)

// sameTime makes two timestamps of different precision one kind.
func (l *lowering) sameTime(e ast.Expr, a, b *ir.Node) (*ir.Node, *ir.Node) {
	if a.Kind == ir.Millis && b.Kind == ir.Time {
		return ir.ConvertOf(l.pos(e), ir.Time, a), b
	}
	if a.Kind == ir.Time && b.Kind == ir.Millis {
		return a, ir.ConvertOf(l.pos(e), ir.Time, b)
	}
	return a, b
}

// timestamp is timestamp("…") of a constant, or timestamp(seconds); nil for another.
func (l *lowering) timestamp(e ast.Expr, a *ir.Node) *ir.Node {
	switch {
	case a.Kind == ir.Millis || a.Kind == ir.Time:
		return a
	case a.Kind == ir.Int:
		return ir.ConvertOf(l.pos(e), ir.Millis, a)
	case !a.IsConst() || a.Kind != ir.String:
		return nil
	}
	t, ok := types.String(a.Text).ConvertToType(types.TimestampType).(types.Timestamp)
	if !ok {
		return l.refuse(e, "%q is not a time such as 2027-01-31T09:30:00Z, of the years 1 to 9999", a.Text)
	}
	return ir.TimeOf(t.UnixMilli(), int32(t.Nanosecond()%1e6))
}

// duration is duration("…") of a constant; nil for another.
func (l *lowering) duration(e ast.Expr, a *ir.Node) *ir.Node {
	switch {
	case a.Kind == ir.Duration:
		return a
	case !a.IsConst() || a.Kind != ir.String:
		return nil
	}
	d, err := time.ParseDuration(a.Text)
	if err != nil {
		return l.refuse(e, `%q is not a duration such as "720h" or "90m"; units are h, m, s, ms, us, ns`, a.Text)
	}
	return ir.IntOf(ir.Duration, int64(d))
}

// getter is a part of a timestamp in UTC, or of a duration.
func (l *lowering) getter(e ast.Expr, name string, of ast.Expr, a *ir.Node) *ir.Node {
	if a.Kind == ir.Dyn {
		kind := ir.Time
		if t := l.tree.GetType(of.ID()); t != nil && t.Kind() == types.DurationKind {
			kind = ir.Duration
		}
		a = l.as(of, kind, a)
	}
	if part, ok := durationParts[name]; ok && a.Kind == ir.Duration {
		return ir.GetterOf(part, a)
	}
	if a.Kind != ir.Millis {
		a = l.as(of, ir.Time, a)
	}
	return ir.GetterOf(timeParts[name], a)
}
