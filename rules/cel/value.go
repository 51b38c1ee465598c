package cel

import (
	"cel.dev/cel-go/common/ast"

	"assay/rules/cel/internal/ir"
)

// box makes a value one whose kind is known when it is used.
func (l *lowering) box(e ast.Expr, n *ir.Node) *ir.Node {
	switch n.Kind {
	case ir.Bad:
		return bad
	case ir.Record:
		return l.refuse(e, "a record is not a value: name its fields")
	}
	return ir.ConvertOf(l.pos(e), ir.Dyn, textual(n))
}

// as makes a value one of a kind: what is of another ends in an error.
func (l *lowering) as(e ast.Expr, k ir.Kind, n *ir.Node) *ir.Node {
	n = textual(n)
	if n.Kind == k || n.Kind == ir.Bad {
		return n
	}
	if n.Kind == ir.Millis && k == ir.Time || n.Kind.List() && k == ir.List {
		return ir.ConvertOf(l.pos(e), k, n)
	}
	if n = l.box(e, n); n.Kind == ir.Bad {
		return bad
	}
	return ir.ConvertOf(l.pos(e), k, n)
}

// truth makes a value a Bool.
func (l *lowering) truth(e ast.Expr, n *ir.Node) *ir.Node { return l.as(e, ir.Bool, n) }

// run calls a function of the runtime.
func (l *lowering) run(e ast.Expr, fn *ir.Fn, args ...*ir.Node) *ir.Node {
	for _, a := range args {
		if a.Kind == ir.Bad {
			return bad
		}
	}
	return ir.CallOf(l.pos(e), fn, args...)
}

// element makes a value one that a list can hold as it is.
func (l *lowering) element(e ast.Expr, n *ir.Node) *ir.Node {
	n = textual(n)
	if n.Kind.Scalar() || n.Kind == ir.Row || n.Kind == ir.Bad {
		return n
	}
	return l.box(e, n)
}
