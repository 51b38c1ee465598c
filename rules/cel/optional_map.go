package cel

import (
	"cel.dev/cel-go/common/ast"

	"assay/rules/cel/internal/ir"
)

// optMap is what the macros optMap and optFlatMap expand to, an optional value's value bound to a
// name where there is one:
//
//	o.hasValue() ? optional.of(cel.bind(x, o.value(), …)) : optional.none()
//
// and optFlatMap without optional.of. It is nil for another choice.
func (l *lowering) optMap(args []ast.Expr) *ir.Node {
	o, ok := called(args[0], "hasValue")
	if !ok || o.Kind() != ast.IdentKind {
		return nil
	}
	if _, ok := called(args[2], "optional.none"); !ok {
		return nil
	}
	mapped, wrapped := called(args[1], "optional.of")
	if !wrapped {
		mapped = args[1]
	}
	if mapped.Kind() != ast.ComprehensionKind || !isBinding(mapped.AsComprehension()) {
		return nil
	}
	c := mapped.AsComprehension()
	if same, ok := called(c.AccuInit(), "value"); !ok || same.Kind() != ast.IdentKind || same.AsIdent() != o.AsIdent() {
		return nil
	}
	maybe := l.maybe(o, l.lower(o))
	if maybe.Kind == ir.Bad {
		return bad
	}
	return maybeOf(bound(maybe.Args[0], func(v *ir.Node) *ir.Node {
		defer l.name(c.AccuVar(), v)()
		if wrapped {
			return l.held(c.Result())
		}
		n := l.maybe(c.Result(), l.lower(c.Result()))
		if n.Kind == ir.Bad {
			return bad
		}
		return n.Args[0]
	}))
}

// called is the receiver or first argument of a call of a function, nil when it has none.
func called(e ast.Expr, name string) (ast.Expr, bool) {
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != name {
		return nil, false
	}
	switch c := e.AsCall(); {
	case c.IsMemberFunction() && len(c.Args()) == 0:
		return c.Target(), true
	case !c.IsMemberFunction() && len(c.Args()) == 1:
		return c.Args()[0], true
	case !c.IsMemberFunction() && len(c.Args()) == 0:
		return nil, true
	}
	return nil, false
}
