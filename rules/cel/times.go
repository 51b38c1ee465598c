package cel

import (
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones are known at apply where the system has none

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"assay/rules/cel/internal/ir"
	"assay/sdk/abi"
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

// constantTime is timestamp("…") or duration("…") of a constant.
func (l *lowering) constantTime(e ast.Expr, k ir.Kind, text string) *ir.Node {
	if k == ir.Duration {
		d, err := time.ParseDuration(text)
		if err != nil {
			return l.refuse(e, `%q is not a duration such as "720h" or "90m"; units are h, m, s, ms, us, ns`, text)
		}
		return ir.IntOf(ir.Duration, int64(d))
	}
	t, ok := types.String(text).ConvertToType(types.TimestampType).(types.Timestamp)
	if !ok {
		return l.refuse(e, "%q is not a time such as 2027-01-31T09:30:00Z, of the years 1 to 9999", text)
	}
	return ir.TimeOf(t.UnixMilli(), int32(t.Nanosecond()%1e6))
}

// fnLocal is a timestamp as the clocks of a zone show it.
var fnLocal = &ir.Fn{Name: "rt_local", Params: []ir.Kind{ir.Time, ir.String}, Result: ir.Millis, Fails: true}

// clockParts are the getters that durations have as well, by number for rt_clock.
var clockParts = map[string]int32{"getHours": 0, "getMinutes": 1, "getSeconds": 2, "getMilliseconds": 3}

// getter is a part of a timestamp, in UTC or the zone that is the second argument, or of a duration.
func (l *lowering) getter(e ast.Expr, name string, parts []ast.Expr, args []*ir.Node) *ir.Node {
	of, a := parts[0], args[0]
	if part, ok := clockParts[name]; ok && len(args) == 1 && a.Kind == ir.Dyn {
		return l.run(e, &ir.Fn{Name: "rt_clock", Extra: []int32{part}, Result: ir.Int, Fails: true}, a)
	}
	if part, ok := durationParts[name]; ok && len(args) == 1 && a.Kind == ir.Duration {
		return ir.GetterOf(part, a)
	}
	if a.Kind != ir.Millis {
		a = l.as(of, ir.Time, a)
	}
	if len(args) == 2 {
		a = l.inZone(parts[1], a, args[1])
	}
	if a.Kind == ir.Bad {
		return bad
	}
	return ir.GetterOf(timeParts[name], a)
}

// inZone is a timestamp as the clocks of a zone show it, for getters only.
func (l *lowering) inZone(e ast.Expr, t, zone *ir.Node) *ir.Node {
	zone = l.as(e, ir.String, zone)
	if zone.IsConst() {
		offset, fixed := zoneOffset(zone.Text)
		switch {
		case fixed && offset == 0:
			return t
		case fixed:
			return l.run(e, &ir.Fn{Name: "rt_moved", Extra: []int32{offset}, Result: ir.Millis}, l.as(e, ir.Time, t))
		case !isZone(zone.Text):
			return l.refuse(e, `%q is not a time zone such as "Europe/Kyiv" or "+02:00"`, zone.Text)
		}
	}
	return l.run(e, fnLocal, l.as(e, ir.Time, t), zone)
}

// isZone says whether the time zone database has a zone of a name.
func isZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && abi.IsZoneName(name)
}

// zoneOffset is the offset in seconds that a text says by itself, as cel-go reads it.
func zoneOffset(zone string) (int32, bool) {
	before, after, found := strings.Cut(zone, ":")
	if !found {
		return 0, zone == "" || zone == "UTC"
	}
	hours, err := strconv.Atoi(before)
	minutes, err2 := strconv.Atoi(after)
	if err != nil || err2 != nil || hours < -23 || hours > 23 || minutes < 0 || minutes > 59 {
		return 0, false
	}
	if zone[0] == '-' {
		minutes = -minutes
	}
	return int32(hours*3600 + minutes*60), true
}
