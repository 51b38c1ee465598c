package cel

import (
	"regexp"
	"strings"

	"cel.dev/cel-go/common/ast"

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
