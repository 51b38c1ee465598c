package cel

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"assay/rules/cel/internal/ir"
)

// optionalFunctions are those of cel.OptionalTypes on lists of optional values.
var optionalFunctions = map[string][]*ir.Fn{
	"optional.unwrap": {{Name: "rt_unwrap", Params: dyn(1), Result: ir.Dyn, Fails: true, Makes: true}},
	"unwrapOpt":       {{Name: "rt_unwrap", Params: dyn(1), Result: ir.Dyn, Fails: true, Makes: true}},
}

// Functions of the runtime for values that may be optional ones.
var (
	fnGetIf  = &ir.Fn{Name: "rt_get_if", Params: dyn(2), Result: ir.Dyn, Fails: true}
	fnGet    = &ir.Fn{Name: "rt_get", Params: dyn(2), Result: ir.Dyn, Fails: true, Makes: true}
	fnInner  = &ir.Fn{Name: "rt_inner", Params: dyn(1), Result: ir.Dyn}
	fnIsNone = &ir.Fn{Name: "rt_is_none", Params: dyn(1), Result: ir.Bool}
	fnIsZero = &ir.Fn{Name: "rt_is_zero", Params: dyn(1), Result: ir.Bool}
	fnFirst  = &ir.Fn{Name: "rt_first", Params: dyn(1), Result: ir.Dyn, Fails: true}
	fnLast   = &ir.Fn{Name: "rt_last", Params: dyn(1), Result: ir.Dyn, Fails: true}
)

// optionalCalls are operators and functions that do not evaluate all of their arguments, or whose
// result is optional. The receiver is the first argument.
var optionalCalls map[string]func(l *lowering, e ast.Expr, args []ast.Expr) *ir.Node

func init() { // they lower their arguments, which may be such calls
	optionalCalls = map[string]func(*lowering, ast.Expr, []ast.Expr) *ir.Node{
		"_?._":                    (*lowering).optionalSelection,
		"_[?_]":                   (*lowering).optionalIndex,
		"optional.none":           func(*lowering, ast.Expr, []ast.Expr) *ir.Node { return ir.NoneOf() },
		"optional.of":             (*lowering).optionalOf,
		"optional.ofNonZeroValue": (*lowering).ofNonZeroValue,
		"hasValue":                (*lowering).hasValue,
		"value":                   (*lowering).valueOf,
		"or":                      (*lowering).or,
		"orValue":                 (*lowering).orValue,
		"first":                   (*lowering).firstOrLast,
		"last":                    (*lowering).firstOrLast,
	}
}

// maybe is an expression that must give an optional value, as a Maybe.
func (l *lowering) maybe(e ast.Expr, n *ir.Node) *ir.Node {
	if n.Kind == ir.Optional || n.Kind == ir.Bad {
		return n
	}
	if n = l.box(e, n); n.Kind == ir.Bad {
		return bad
	}
	value := ir.OpenOf(l.pos(e), n)
	if t := l.tree.GetType(e.ID()); isOptional(t) {
		if k, ok := scalarKinds[t.Parameters()[0].Kind()]; ok {
			value = ir.ConvertOf(l.pos(e), k, value)
		}
	}
	return ir.MaybeOf(value)
}

// scalarKinds are the kinds of values by the type that the type checker found.
var scalarKinds = map[types.Kind]ir.Kind{types.BoolKind: ir.Bool, types.IntKind: ir.Int, types.UintKind: ir.Uint, types.DoubleKind: ir.Double,
	types.StringKind: ir.String, types.TimestampKind: ir.Time, types.DurationKind: ir.Duration}

func isOptional(t *types.Type) bool {
	return t != nil && t.Kind() == types.OpaqueKind && t.TypeName() == "optional_type"
}

// mayBeOptional says whether a boxed value can turn out to be an optional one.
func (l *lowering) mayBeOptional(e ast.Expr) bool {
	t := l.tree.GetType(e.ID())
	return t == nil || t.Kind() == types.DynKind || isOptional(t)
}

// opened makes a value whose type is known to be optional a Maybe.
func (l *lowering) opened(e ast.Expr, n *ir.Node) *ir.Node {
	if n.Kind == ir.Dyn && isOptional(l.tree.GetType(e.ID())) {
		return l.maybe(e, n)
	}
	return n
}

// optionalOf is optional.of(x).
func (l *lowering) optionalOf(_ ast.Expr, args []ast.Expr) *ir.Node { return maybeOf(l.held(args[0])) }

// held is a value that an optional value can hold.
func (l *lowering) held(e ast.Expr) *ir.Node {
	n := textual(l.lower(e))
	if n.Kind == ir.Optional {
		return l.box(e, n)
	}
	return n
}

// ofNonZeroValue is optional.ofNonZeroValue(x). A row and a record are never zero.
func (l *lowering) ofNonZeroValue(e ast.Expr, args []ast.Expr) *ir.Node {
	value := l.held(args[0])
	if value.Kind == ir.Bad {
		return bad
	}
	return maybeOf(bound(value, func(v *ir.Node) *ir.Node { return ir.PresentOf(l.isNotZero(e, v), v) }))
}

func (l *lowering) isNotZero(e ast.Expr, v *ir.Node) *ir.Node {
	switch v.Kind {
	case ir.Record, ir.Row:
		return ir.BoolOf(true)
	case ir.Bool:
		return v
	case ir.Int, ir.Uint, ir.Duration:
		return ir.CompareOf(ir.Ne, v, ir.IntOf(v.Kind, 0))
	case ir.Double:
		return ir.CompareOf(ir.Ne, v, ir.DoubleOf(0))
	case ir.String:
		return ir.CompareOf(ir.Ne, v, ir.TextOf(""))
	case ir.Strings, ir.Rows, ir.List, ir.Map:
		return ir.CompareOf(ir.Ne, ir.SizeOf(l.pos(e), v), ir.IntOf(ir.Int, 0))
	}
	return ir.NotOf(l.run(e, fnIsZero, l.box(e, v)))
}

// hasValue is o.hasValue(), or o.hasValue(x): whether it holds a value that equals x.
func (l *lowering) hasValue(e ast.Expr, args []ast.Expr) *ir.Node {
	o := l.maybe(args[0], l.lower(args[0]))
	if o.Kind == ir.Bad {
		return bad
	}
	if len(args) == 1 {
		return ir.HasValueOf(o)
	}
	x := l.held(args[1])
	if x.Kind == ir.Bad {
		return bad
	}
	return bound(x, func(x *ir.Node) *ir.Node {
		equal := l.comparison(e, ir.Eq, o.Args[0], x)
		if equal.Kind == ir.Bad {
			return bad
		}
		return ir.OrElseOf(ir.MaybeOf(equal), ir.BoolOf(false))
	})
}

// valueOf is o.value().
func (l *lowering) valueOf(e ast.Expr, args []ast.Expr) *ir.Node {
	o := l.maybe(args[0], l.lower(args[0]))
	if o.Kind == ir.Bad {
		return bad
	}
	return ir.ValueOf(l.pos(e), o)
}

// or is a.or(b), two optional values.
func (l *lowering) or(e ast.Expr, args []ast.Expr) *ir.Node {
	a, b := l.maybe(args[0], l.lower(args[0])), l.opened(args[1], l.lower(args[1]))
	switch {
	case a.Kind == ir.Bad || b.Kind == ir.Bad:
		return bad
	case !a.Args[0].None:
		return a
	case b.Kind != ir.Optional: // what it is nobody asks
		if a, b = l.box(e, a.Args[0]), l.box(args[1], b); a.Kind == ir.Bad || b.Kind == ir.Bad {
			return bad
		}
		return ir.OrElseOf(ir.MaybeOf(ir.SomeOf(l.pos(e), a)), b)
	}
	if a, b = l.alike(e, a.Args[0], b.Args[0]); a.Kind == ir.Bad || b.Kind == ir.Bad {
		return bad
	}
	return ir.MaybeOf(ir.OrElseOf(ir.MaybeOf(a), b))
}

// orValue is o.orValue(x).
func (l *lowering) orValue(e ast.Expr, args []ast.Expr) *ir.Node {
	o, x := l.maybe(args[0], l.lower(args[0])), l.lower(args[1])
	if o.Kind == ir.Bad || x.Kind == ir.Bad {
		return bad
	}
	value := o.Args[0]
	if !value.None {
		return value
	}
	if value, x = l.alike(e, value, x); value.Kind == ir.Bad || x.Kind == ir.Bad {
		return bad
	}
	return ir.OrElseOf(ir.MaybeOf(value), x)
}

// firstOrLast is list.first() and list.last().
func (l *lowering) firstOrLast(e ast.Expr, args []ast.Expr) *ir.Node {
	list, first := l.lower(args[0]), e.AsCall().FunctionName() == "first"
	switch {
	case list.Kind.List() && first:
		return ir.MaybeOf(ir.IfAnyOf(ir.IndexOf(l.pos(e), list, ir.IntOf(ir.Int, 0))))
	case list.Kind.List():
		return ir.MaybeOf(bound(list, func(list *ir.Node) *ir.Node {
			last := ir.ArithmeticOf(l.pos(e), ir.Sub, ir.SizeOf(l.pos(e), list), ir.IntOf(ir.Int, 1))
			return ir.IfAnyOf(ir.IndexOf(l.pos(e), list, last))
		}))
	}
	fn := fnLast
	if first {
		fn = fnFirst
	}
	if list = l.box(args[0], list); list.Kind == ir.Bad {
		return bad
	}
	return ir.MaybeOf(ir.IfAnyOf(l.run(e, fn, list)))
}
