package cel

import (
	"errors"
	"strings"

	"cel.dev/cel-go/common/ast"

	"assay/rules/cel/internal/ir"
	"assay/sdk/abi"
	"assay/sdk/abi/pattern"
)

// Operators by the name cel-go gives their function.
var (
	comparisons = map[string]ir.Cmp{"_==_": ir.Eq, "_!=_": ir.Ne, "_<_": ir.Lt, "_<=_": ir.Le, "_>_": ir.Gt, "_>=_": ir.Ge}
	arithmetic  = map[string]ir.Op{"_+_": ir.Add, "_-_": ir.Sub, "_*_": ir.Mul, "_/_": ir.Div, "_%_": ir.Mod}
	textTests   = map[string]ir.Op{"startsWith": ir.StartsWith, "endsWith": ir.EndsWith, "contains": ir.Contains}
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
	if name == "cel.@block" {
		return l.block(parts[0].AsList().Elements(), 0, parts[1])
	}
	if lower := optionalCalls[name]; lower != nil {
		return lower(l, e, parts)
	}
	if name == "_?_:_" {
		if n := l.optMap(parts); n != nil {
			return n
		}
	}
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
		return ir.TestOf(op, l.as(e, ir.String, args[0]), l.as(e, ir.String, args[1]))
	}
	if _, ok := conversions[name]; ok {
		return l.conversion(e, name, args[0])
	}
	if _, ok := timeParts[name]; ok {
		return l.getter(e, name, parts, args)
	}
	return l.otherCall(e, name, args)
}

func (l *lowering) otherCall(e ast.Expr, name string, args []*ir.Node) *ir.Node {
	switch name {
	case "!_":
		return ir.NotOf(l.truth(e, args[0]))
	case "_&&_":
		return ir.AndOf(l.truth(e, args[0]), l.truth(e, args[1]))
	case "_||_":
		return ir.OrOf(l.truth(e, args[0]), l.truth(e, args[1]))
	case "_?_:_":
		return l.ternary(e, args)
	case "@not_strictly_false": // in a loop's condition, which is not looked at
		return args[0]
	case "-_":
		return l.negative(e, args[0])
	case "@in":
		return l.inValue(e, args[0], args[1])
	case "_[_]":
		return l.index(e, args[0], args[1])
	case "size":
		return l.size(e, args[0])
	case "dyn":
		return l.box(e, args[0])
	case "matches":
		return l.matches(e, args[0], args[1])
	case "format":
		if n := l.format(e, args[0], args[1]); n != nil {
			return n
		}
	case "days":
		if n := l.days(e, args[0]); n != nil {
			return n
		}
	}
	return l.libraryCall(e, name, args)
}

func (l *lowering) size(e ast.Expr, a *ir.Node) *ir.Node {
	a = textual(a)
	if a.Kind == ir.String || a.Kind.List() || a.Kind == ir.Map {
		return ir.SizeOf(l.pos(e), a)
	}
	return ir.SizeOf(l.pos(e), l.box(e, a))
}

func (l *lowering) matches(e ast.Expr, text, expression *ir.Node) *ir.Node {
	if expression.IsConst() && expression.Kind == ir.String {
		if len(expression.Text) > abi.MaxPatternBytes {
			return l.refuse(e, "the pattern of matches() is %d bytes long, at most %d are allowed", len(expression.Text), abi.MaxPatternBytes)
		}
		_, err := pattern.Size(expression.Text)
		if errors.Is(err, pattern.ErrTooLarge) {
			return l.refuse(e, "the pattern of matches() is too large when compiled: have fewer repetitions, "+
				"\\p classes and wide ranges under (?i) in it, or groups less deep inside one another")
		}
		if err != nil {
			return l.refuse(e, "the pattern of matches() is wrong: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
	}
	text, expression = l.as(e, ir.String, text), l.as(e, ir.String, expression)
	if text.Kind == ir.Bad || expression.Kind == ir.Bad {
		return bad
	}
	return ir.MatchesOf(l.pos(e), text, expression)
}
