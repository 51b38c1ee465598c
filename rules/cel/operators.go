package cel

import (
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"assay/rules/cel/internal/ir"
)

func (l *lowering) ternary(e ast.Expr, args []*ir.Node) *ir.Node {
	test, a, b := l.truth(e, args[0]), args[1], args[2]
	if a.Kind == ir.Record || b.Kind == ir.Record {
		return l.refuse(e, "choosing between records is not supported: choose between their fields")
	}
	if a, b = l.alike(e, a, b); a.Kind == ir.Bad || b.Kind == ir.Bad {
		return bad
	}
	return ir.CondOf(test, a, b)
}

// alike makes two values of which one will be taken of one kind.
func (l *lowering) alike(e ast.Expr, a, b *ir.Node) (*ir.Node, *ir.Node) {
	if a.Kind == ir.Enum || b.Kind == ir.Enum {
		a, b = textual(a), textual(b)
	}
	a, b = l.sameTime(e, a, b)
	if a.Kind != b.Kind || a.Elem != b.Elem || a.Row != b.Row || a.Kind == ir.Optional || a.Kind == ir.Record {
		a, b = l.box(e, a), l.box(e, b)
	}
	return a, b
}

func (l *lowering) comparison(e ast.Expr, cmp ir.Cmp, a, b *ir.Node) *ir.Node {
	for _, n := range []*ir.Node{a, b} {
		if n.Kind == ir.Row || n.Kind == ir.Rows || n.Kind == ir.Record || n.Kind == ir.List && n.Elem == ir.Row {
			return l.refuse(e, "comparing a %s is not supported: compare its %s", n.Kind, partsOf(n.Kind))
		}
	}
	if !isNone(a) && !isNone(b) && slices.ContainsFunc(e.AsCall().Args(), l.holdsRecords) {
		return l.refuse(e, "comparing what holds rows is not supported: compare the fields of the rows")
	}
	if a.Kind == ir.Enum || b.Kind == ir.Enum {
		if cmp <= ir.Ne {
			a, b = enumPair(a, b)
		} else {
			a, b = textual(a), textual(b)
		}
	}
	a, b = l.sameTime(e, a, b)
	switch {
	case a.Kind == ir.Double && isNumber(b.Kind):
		return ir.CompareOf(cmp, a, ir.ConvertOf(l.pos(e), ir.Double, b))
	case b.Kind == ir.Double && isNumber(a.Kind):
		return ir.CompareOf(cmp, ir.ConvertOf(l.pos(e), ir.Double, a), b)
	case a.Kind == b.Kind && a.Kind.Scalar():
		return ir.CompareOf(cmp, a, b)
	}
	a, b = l.box(e, a), l.box(e, b)
	switch cmp {
	case ir.Eq:
		return l.run(e, fnEqual, a, b)
	case ir.Ne:
		return ir.NotOf(l.run(e, fnEqual, a, b))
	}
	return l.run(e, fnOrder[cmp], a, b)
}

func isNone(n *ir.Node) bool { return n.IsConst() && n.Kind == ir.Dyn && n.Elem == ir.Optional }

// holdsRecords says whether a value is one, or a list, map or optional value, of rows or records.
func (l *lowering) holdsRecords(e ast.Expr) bool { return typeHoldsRecords(l.tree.GetType(e.ID())) }

func typeHoldsRecords(t *types.Type) bool {
	return t != nil && (t.Kind() == types.StructKind || slices.ContainsFunc(t.Parameters(), typeHoldsRecords))
}

func isNumber(k ir.Kind) bool { return k == ir.Int || k == ir.Uint || k == ir.Double }

func partsOf(k ir.Kind) string {
	if k.List() {
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
	case a.Kind == ir.String && b.Kind == ir.String && op == ir.Add:
		return ir.ConcatOf(pos, a, b)
	case a.Kind == ir.Duration && isTime(b) && op == ir.Add:
		return ir.ArithmeticOf(pos, op, b, a)
	case isTime(a) && b.Kind == ir.Duration && op == ir.Sub:
		return ir.ArithmeticOf(pos, ir.Add, a, ir.NegOf(pos, b))
	case isTime(a) && b.Kind == ir.Duration && op == ir.Add:
		return ir.ArithmeticOf(pos, op, a, b)
	case isTime(a) && isTime(b) && op == ir.Sub:
		a, b = l.sameTime(e, a, b)
		return ir.ArithmeticOf(pos, op, a, b)
	case a.Kind == b.Kind && (a.Kind == ir.Int || a.Kind == ir.Uint):
		return ir.ArithmeticOf(pos, op, a, b)
	case a.Kind == b.Kind && a.Kind == ir.Double && op != ir.Mod:
		return ir.ArithmeticOf(pos, op, a, b)
	case a.Kind == b.Kind && a.Kind == ir.Duration && (op == ir.Add || op == ir.Sub):
		return ir.ArithmeticOf(pos, op, a, b)
	}
	if a.Kind.List() && b.Kind.List() && op == ir.Add {
		return l.join(e, a, b)
	}
	return l.run(e, fnArithmetic[op], l.box(e, a), l.box(e, b))
}

// join is the list of the elements of two lists.
func (l *lowering) join(e ast.Expr, a, b *ir.Node) *ir.Node {
	a, b = l.as(e, ir.List, a), l.as(e, ir.List, b)
	n := l.run(e, fnJoin, a, b)
	if a.Elem != b.Elem || a.Row != b.Row {
		n.Elem, n.Row = ir.Dyn, ""
	}
	return n
}

func (l *lowering) negative(e ast.Expr, a *ir.Node) *ir.Node {
	if a.Kind == ir.Int || a.Kind == ir.Double || a.Kind == ir.Duration {
		return ir.NegOf(l.pos(e), a)
	}
	return l.run(e, fnNegative, l.box(e, a))
}

func (l *lowering) index(e ast.Expr, list, i *ir.Node) *ir.Node {
	i = textual(i)
	if list = l.opened(e.AsCall().Args()[0], list); list.Kind == ir.Bad {
		return bad
	}
	switch {
	case list.Kind == ir.Optional:
		return maybeOf(l.elementIf(e, list, i))
	case list.Kind == ir.Dyn && l.mayBeOptional(e.AsCall().Args()[0]):
		return l.anyIndex(e, list, i)
	case list.Kind == ir.Map && i.Kind == ir.String:
		return ir.LookupOf(l.pos(e), list, i)
	case list.Kind.List() && i.Kind == ir.Int:
		return ir.IndexOf(l.pos(e), list, i)
	}
	return l.run(e, fnIndex, l.box(e, list), l.box(e, i))
}
