package cel

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"assay/rules/cel/internal/ir"
	"assay/sdk/abi"
)

// Operators by the name cel-go gives their function.
var (
	comparisons = map[string]ir.Cmp{"_==_": ir.Eq, "_!=_": ir.Ne, "_<_": ir.Lt, "_<=_": ir.Le, "_>_": ir.Gt, "_>=_": ir.Ge}
	arithmetic  = map[string]ir.Op{"_+_": ir.Add, "_-_": ir.Sub, "_*_": ir.Mul, "_/_": ir.Div, "_%_": ir.Mod}
	textTests   = map[string]ir.Op{"startsWith": ir.StartsWith, "endsWith": ir.EndsWith, "contains": ir.Contains}
	conversions = map[string]ir.Kind{"int": ir.Int, "uint": ir.Uint, "double": ir.Double, "string": ir.String, "bool": ir.Bool}
	timeParts   = map[string]ir.Part{"getFullYear": ir.FullYear, "getMonth": ir.Month, "getDate": ir.Date,
		"getDayOfMonth": ir.DayOfMonth, "getDayOfWeek": ir.DayOfWeek, "getDayOfYear": ir.DayOfYear,
		"getHours": ir.Hours, "getMinutes": ir.Minutes, "getSeconds": ir.Seconds, "getMilliseconds": ir.Milliseconds}
	durationParts = map[string]ir.Part{"getHours": ir.TotalHours, "getMinutes": ir.TotalMinutes,
		"getSeconds": ir.TotalSeconds, "getMilliseconds": ir.TotalMilliseconds}
)

// call is an operator or function.
func (l *lowering) call(e ast.Expr) *ir.Node {
	c := e.AsCall()
	parts := c.Args()
	if c.IsMemberFunction() {
		parts = append([]ast.Expr{c.Target()}, parts...)
	}
	name := c.FunctionName()
	if name == "@in" && parts[1].Kind() == ast.ListKind {
		return l.inLiteral(e, parts)
	}
	args := make([]*ir.Node, len(parts))
	for i, p := range parts {
		if args[i] = l.lower(p); args[i].Kind == ir.Bad {
			// The other operands may be wrong as well, and all is reported.
			for _, rest := range parts[i+1:] {
				l.lower(rest)
			}
			return bad
		}
	}
	if cmp, ok := comparisons[name]; ok {
		return l.comparison(e, cmp, args[0], args[1])
	}
	if op, ok := arithmetic[name]; ok {
		return l.arithmetic(e, op, args[0], args[1])
	}
	if op, ok := textTests[name]; ok {
		return ir.TestOf(op, textual(args[0]), textual(args[1]))
	}
	if kind, ok := conversions[name]; ok {
		return l.conversion(e, kind, args[0])
	}
	if _, ok := timeParts[name]; ok {
		return l.getter(e, name, args)
	}
	return l.otherCall(e, name, args)
}

func (l *lowering) otherCall(e ast.Expr, name string, args []*ir.Node) *ir.Node {
	switch name {
	case "!_":
		return ir.NotOf(args[0])
	case "_&&_":
		return ir.AndOf(args[0], args[1])
	case "_||_":
		return ir.OrOf(args[0], args[1])
	case "_?_:_":
		return l.ternary(e, args)
	case "-_":
		return ir.NegOf(l.pos(e), args[0])
	case "@in":
		return l.inValue(e, args[0], args[1])
	case "_[_]":
		return l.index(e, args[0], args[1])
	case "size":
		return ir.SizeOf(textual(args[0]))
	case "matches":
		return l.matches(e, args[0], args[1])
	case "timestamp":
		return l.timestamp(e, args[0])
	case "duration":
		return l.duration(e, args[0])
	}
	return l.refuse(e, "%s() is not supported yet", strings.Trim(name, "_@"))
}

func (l *lowering) ternary(e ast.Expr, args []*ir.Node) *ir.Node {
	a, b := args[1], args[2]
	if a.Kind == ir.Record {
		return l.refuse(e, "choosing between records is not supported: choose between their fields")
	}
	if a.Kind == ir.Enum || b.Kind == ir.Enum {
		a, b = textual(a), textual(b)
	}
	a, b = l.sameTime(e, a, b)
	if a.Kind != b.Kind || a.Kind == ir.Literal && a.Elem != b.Elem {
		return l.refuse(e, "choosing between a %s and a %s is not supported yet: write the test for each", a.Kind, b.Kind)
	}
	return ir.CondOf(args[0], a, b)
}

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

func (l *lowering) comparison(e ast.Expr, cmp ir.Cmp, a, b *ir.Node) *ir.Node {
	a, b = l.comparable(e, a, b, cmp <= ir.Ne)
	if a.Kind == ir.Bad {
		return bad
	}
	return ir.CompareOf(cmp, a, b)
}

// comparable makes two operands one scalar kind.
func (l *lowering) comparable(e ast.Expr, a, b *ir.Node, equality bool) (*ir.Node, *ir.Node) {
	if a.Kind == ir.Enum || b.Kind == ir.Enum {
		if equality {
			a, b = enumPair(a, b)
		} else {
			a, b = textual(a), textual(b)
		}
	}
	a, b = l.sameTime(e, a, b)
	switch {
	case !a.Kind.Scalar() || !b.Kind.Scalar():
		kind := a.Kind
		if kind.Scalar() {
			kind = b.Kind
		}
		return l.refuse(e, "comparing a %s is not supported: compare its %s", kind, partsOf(kind)), bad
	case a.Kind == ir.Double:
		b = ir.ConvertOf(l.pos(e), ir.Double, b)
	case b.Kind == ir.Double:
		a = ir.ConvertOf(l.pos(e), ir.Double, a)
	case a.Kind != b.Kind:
		return l.refuse(e, "comparing a %s with a %s is not supported: convert one of them, int(…)", a.Kind, b.Kind), bad
	}
	return a, b
}

func partsOf(k ir.Kind) string {
	if k.List() || k == ir.Map {
		return "size() or its elements, all(…), exists(…)"
	}
	return "fields"
}

// enumPair compares an enum with a constant by code; what is no text of the enum stays a text.
func enumPair(a, b *ir.Node) (*ir.Node, *ir.Node) {
	if a.Kind == ir.Enum && b.IsConst() && b.Kind == ir.String {
		if code := slices.Index(a.Names, b.Text); code >= 0 {
			return a, ir.EnumOf(a.Names, code)
		}
	}
	if b.Kind == ir.Enum && a.IsConst() && a.Kind == ir.String {
		y, x := enumPair(b, a)
		return x, y
	}
	return textual(a), textual(b)
}

func (l *lowering) arithmetic(e ast.Expr, op ir.Op, a, b *ir.Node) *ir.Node {
	pos := l.pos(e)
	a, b = textual(a), textual(b)
	isTime := func(n *ir.Node) bool { return n.Kind == ir.Millis || n.Kind == ir.Time }
	switch {
	case a.Kind == ir.String:
		return ir.ConcatOf(pos, a, b)
	case a.Kind == ir.Duration && isTime(b):
		return ir.ArithmeticOf(pos, op, b, a)
	case isTime(a) && b.Kind == ir.Duration && op == ir.Sub:
		return ir.ArithmeticOf(pos, ir.Add, a, ir.NegOf(pos, b))
	case isTime(a) && b.Kind == ir.Duration:
		return ir.ArithmeticOf(pos, op, a, b)
	case isTime(a):
		a, b = l.sameTime(e, a, b)
		return ir.ArithmeticOf(pos, op, a, b)
	case a.Kind.List():
		return l.refuse(e, "joining lists is not supported yet: test them one by one with ||")
	}
	return ir.ArithmeticOf(pos, op, a, b)
}

// inLiteral is x in [a, b].
func (l *lowering) inLiteral(e ast.Expr, parts []ast.Expr) *ir.Node {
	x := l.lower(parts[0])
	elems, kind := l.elements(parts[1])
	if x.Kind == ir.Bad || kind == ir.Bad {
		return bad
	}
	if !x.Kind.Scalar() {
		return l.refuse(parts[0], "looking for a %s in a list is not supported", x.Kind)
	}
	if x.Kind == ir.Enum {
		if codes := enumCodes(x.Names, elems); codes != nil {
			return ir.InOf(x, codes)
		}
		x = textual(x)
	}
	for i := range elems {
		if x.Kind == ir.Millis && kind == ir.Time {
			x = ir.ConvertOf(l.pos(e), ir.Time, x)
		}
		if x.Kind == ir.Time {
			elems[i] = ir.ConvertOf(l.pos(e), ir.Time, elems[i])
		}
		if x.Kind != elems[i].Kind {
			return l.refuse(e, "looking for a %s in a list of %ss is not supported", x.Kind, elems[i].Kind)
		}
	}
	return ir.InOf(x, elems)
}

// enumCodes returns the codes of constant texts, without those that are no text of the enum;
// nil when an element is not constant.
func enumCodes(names []string, elems []*ir.Node) []*ir.Node {
	codes := []*ir.Node{}
	for _, e := range elems {
		if !e.IsConst() {
			return nil
		}
		if code := slices.Index(names, e.Text); code >= 0 {
			codes = append(codes, ir.EnumOf(names, code))
		}
	}
	return codes
}

// inValue is x in a list of the card or in the properties.
func (l *lowering) inValue(e ast.Expr, x, list *ir.Node) *ir.Node {
	x = textual(x)
	switch list.Kind {
	case ir.Strings:
		return ir.InListOf(x, list)
	case ir.Map:
		return ir.HasKeyOf(list, x)
	}
	return l.refuse(e, "looking for a %s in this list is not supported yet: use exists(…)", x.Kind)
}

func (l *lowering) index(e ast.Expr, list, i *ir.Node) *ir.Node {
	switch {
	case list.Kind == ir.Map:
		return ir.LookupOf(l.pos(e), list, textual(i))
	case list.Kind.List():
		return ir.IndexOf(l.pos(e), list, i)
	}
	return l.refuse(e, "a %s has no elements", list.Kind)
}

func (l *lowering) matches(e ast.Expr, text, pattern *ir.Node) *ir.Node {
	if !pattern.IsConst() {
		return l.refuse(e, "the pattern of matches() must be a constant text")
	}
	if len(pattern.Text) > abi.MaxPatternBytes {
		return l.refuse(e, "the pattern of matches() is %d bytes long, at most %d are allowed", len(pattern.Text), abi.MaxPatternBytes)
	}
	if _, err := regexp.Compile(pattern.Text); err != nil {
		return l.refuse(e, "the pattern of matches() is wrong: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return ir.MatchesOf(l.pos(e), textual(text), pattern.Text)
}

func (l *lowering) conversion(e ast.Expr, to ir.Kind, a *ir.Node) *ir.Node {
	if a.Kind == ir.Enum && to == ir.String {
		return textual(a)
	}
	a = textual(a)
	if !ir.CanConvert(a.Kind, to) {
		return l.refuse(e, "%s(…) of a %s is not supported yet", to, a.Kind)
	}
	return ir.ConvertOf(l.pos(e), to, a)
}

// timestamp is timestamp("…") of a constant, or timestamp(seconds).
func (l *lowering) timestamp(e ast.Expr, a *ir.Node) *ir.Node {
	switch {
	case a.Kind == ir.Millis || a.Kind == ir.Time:
		return a
	case a.Kind == ir.Int:
		return ir.ConvertOf(l.pos(e), ir.Millis, a)
	case !a.IsConst():
		return l.refuse(e, "timestamp(…) takes a constant text or a number of seconds: compare texts as texts, or declare a field of type time")
	}
	t, ok := types.String(a.Text).ConvertToType(types.TimestampType).(types.Timestamp)
	if !ok {
		return l.refuse(e, "%q is not a time such as 2027-01-31T09:30:00Z, of the years 1 to 9999", a.Text)
	}
	return ir.TimeOf(t.UnixMilli(), int32(t.Nanosecond()%1e6))
}

// duration is duration("…") of a constant.
func (l *lowering) duration(e ast.Expr, a *ir.Node) *ir.Node {
	switch {
	case a.Kind == ir.Duration:
		return a
	case !a.IsConst():
		return l.refuse(e, `duration(…) takes a constant text such as "720h"`)
	}
	d, err := time.ParseDuration(a.Text)
	if err != nil {
		return l.refuse(e, `%q is not a duration such as "720h" or "90m"; units are h, m, s, ms, us, ns`, a.Text)
	}
	return ir.IntOf(ir.Duration, int64(d))
}

func (l *lowering) getter(e ast.Expr, name string, args []*ir.Node) *ir.Node {
	if len(args) > 1 {
		if zone := args[1]; !zone.IsConst() || zone.Text != "UTC" {
			return l.refuse(e, `time zones are not supported yet: leave the argument of %s() out for UTC`, name)
		}
	}
	if args[0].Kind == ir.Duration {
		return ir.GetterOf(durationParts[name], args[0])
	}
	return ir.GetterOf(timeParts[name], args[0])
}
