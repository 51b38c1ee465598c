package cel

import (
	"slices"

	"cel.dev/cel-go/common/ast"

	"assay/rules/cel/internal/ir"
)

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
		return l.refuse(e, "choosing between %s and %s is not supported yet: write the test for each", article(a.Kind), article(b.Kind))
	}
	return ir.CondOf(args[0], a, b)
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
		return l.refuse(e, "comparing %s with %s is not supported: convert one of them, int(…)", article(a.Kind), article(b.Kind)), bad
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

func (l *lowering) index(e ast.Expr, list, i *ir.Node) *ir.Node {
	switch {
	case list.Kind == ir.Map:
		return ir.LookupOf(l.pos(e), list, textual(i))
	case list.Kind.List():
		return ir.IndexOf(l.pos(e), list, i)
	}
	return l.refuse(e, "a %s has no elements", list.Kind)
}
