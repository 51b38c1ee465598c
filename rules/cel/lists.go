package cel

import (
	"cel.dev/cel-go/common/ast"

	"assay/rules/cel/internal/ir"
)

// list is a list literal of scalars of one kind.
func (l *lowering) list(e ast.Expr) *ir.Node {
	elems, kind := l.elements(e)
	if kind == ir.Bad {
		return bad
	}
	return ir.ListOf(kind, elems)
}

// elements lowers the elements of a list literal and makes them of one kind.
func (l *lowering) elements(e ast.Expr) ([]*ir.Node, ir.Kind) {
	parts := e.AsList().Elements()
	nodes := make([]*ir.Node, len(parts))
	kind := ir.Kind(0)
	for i, part := range parts {
		nodes[i] = l.lower(part)
		switch k := textual(nodes[i]).Kind; {
		case k == ir.Bad:
			return nil, ir.Bad
		case !k.Scalar():
			l.refuse(part, "a list cannot hold a %s yet: lists hold texts, numbers, truth values and times", nodes[i].Kind)
			return nil, ir.Bad
		case kind == 0 || kind == ir.Millis && k == ir.Time:
			kind = k
		case k != kind && !(kind == ir.Time && k == ir.Millis):
			l.refuse(part, "the list mixes %s and %s", kind, k)
			return nil, ir.Bad
		}
	}
	if len(parts) == 0 {
		kind = ir.Int // of no element
	}
	for i := range nodes {
		nodes[i] = ir.ConvertOf(l.pos(e), kind, nodes[i])
	}
	return nodes, kind
}

// quantifier is all, exists or exists_one, as their macros write them.
func (l *lowering) quantifier(e ast.Expr) *ir.Node {
	c := e.AsComprehension()
	list := l.lower(c.IterRange())
	if list.Kind == ir.Bad {
		return bad
	}
	v := &ir.Var{Name: c.IterVar(), Row: list.Row}
	switch list.Kind {
	case ir.Rows:
		v.Kind = ir.Row
	case ir.Strings, ir.Map:
		v.Kind = ir.String
	case ir.Literal:
		v.Kind = list.Elem
	default:
		return l.refuse(e, "a %s has no elements", list.Kind)
	}
	op, body := quantifierOf(c)
	if body == nil {
		return l.refuse(e, "this macro is not supported yet: use all(), exists() or exists_one()")
	}
	outer, shadowed := l.vars[v.Name]
	l.vars[v.Name] = v
	test := l.lower(body)
	delete(l.vars, v.Name)
	if shadowed {
		l.vars[v.Name] = outer
	}
	if test.Kind == ir.Bad {
		return bad
	}
	return ir.QuantifyOf(op, v, list, test)
}

// quantifierOf recognises the comprehension of a macro by its step.
func quantifierOf(c ast.ComprehensionExpr) (ir.Op, ast.Expr) {
	step := c.LoopStep()
	if step.Kind() != ast.CallKind {
		return 0, nil
	}
	args := step.AsCall().Args()
	switch step.AsCall().FunctionName() {
	case "_&&_":
		return ir.All, args[1]
	case "_||_":
		return ir.Exists, args[1]
	case "_?_:_":
		if c.AccuInit().Kind() == ast.LiteralKind {
			return ir.ExistsOne, args[0]
		}
	}
	return 0, nil
}
