package cel

import (
	"fmt"

	"cel.dev/cel-go/common/ast"

	"assay/rules/cel/internal/ir"
)

// loop is what a macro over a list or map says.
type loop struct {
	key, v *ir.Var
	list   *ir.Node
}

// comprehension is what a macro expands to, recognised by its step: all and exists join truth
// values, exists_one counts, map and filter add an element, transformMap inserts an entry.
func (l *lowering) comprehension(e ast.Expr) *ir.Node {
	c := e.AsComprehension()
	if isBinding(c) {
		return l.binding(c)
	}
	list := l.lower(c.IterRange())
	if list.Kind == ir.Bad {
		return bad
	}
	w, ok := l.loopOver(e, c, list)
	if !ok {
		return bad
	}
	step := c.LoopStep()
	var test ast.Expr
	if step.Kind() == ast.CallKind && step.AsCall().FunctionName() == "_?_:_" {
		test, step = step.AsCall().Args()[0], step.AsCall().Args()[1]
	}
	result := bad
	l.within(c, w, func() {
		result = l.step(e, w, step, test)
	})
	return result
}

// isBinding says whether a comprehension is cel.bind(): a loop over nothing.
func isBinding(c ast.ComprehensionExpr) bool {
	return c.IterRange().Kind() == ast.ListKind && c.IterRange().AsList().Size() == 0 &&
		c.LoopStep().Kind() == ast.IdentKind && c.LoopStep().AsIdent() == c.AccuVar()
}

func (l *lowering) binding(c ast.ComprehensionExpr) *ir.Node {
	return l.let(c.AccuVar(), c.AccuInit(), func() *ir.Node { return l.lower(c.Result()) })
}

// block is what cel-go's optimizer makes of parts that an expression repeats.
func (l *lowering) block(parts []ast.Expr, i int, result ast.Expr) *ir.Node {
	if i == len(parts) {
		return l.lower(result)
	}
	return l.let(fmt.Sprint("@index", i), parts[i], func() *ir.Node { return l.block(parts, i+1, result) })
}

// optTarget is the name that optMap and optFlatMap give to what they are called on, and which the
// choice they expand to uses once.
const optTarget = "@target"

// let is a body in which a name stands for a value. A constant and a record stand for themselves.
func (l *lowering) let(name string, e ast.Expr, lower func() *ir.Node) *ir.Node {
	value := textual(l.lower(e))
	if value.Kind == ir.Optional && name != optTarget {
		value = l.box(e, value)
	}
	if value.Kind == ir.Record || value.Kind == ir.Optional || value.IsConst() {
		defer l.name(name, value)()
		return lower()
	}
	if value.Kind == ir.Bad {
		return bad
	}
	v := &ir.Var{Name: name, Kind: value.Kind, Row: value.Row, Elem: value.Elem, Fails: value.Fails}
	restore := l.name(name, ir.UseOf(v))
	body := lower()
	restore()
	if body.Kind == ir.Optional {
		return maybeOf(ir.LetOf(v, value, body.Args[0]))
	}
	if body.Kind == ir.Bad || body.Kind == ir.Record {
		return body
	}
	return ir.LetOf(v, value, body)
}

// name gives a name a meaning until the function it returns is called.
func (l *lowering) name(name string, n *ir.Node) func() {
	outer, shadowed := l.vars[name]
	l.vars[name] = n
	return func() {
		delete(l.vars, name)
		if shadowed {
			l.vars[name] = outer
		}
	}
}

// loopOver makes the variables of a loop.
func (l *lowering) loopOver(e ast.Expr, c ast.ComprehensionExpr, list *ir.Node) (loop, bool) {
	if list.Kind == ir.Record || list.Kind == ir.Row {
		l.refuse(e, "a %s has no elements", list.Kind)
		return loop{}, false
	}
	v := &ir.Var{Name: c.IterVar(), Kind: ir.Dyn}
	key := &ir.Var{Kind: ir.Int}
	switch list.Kind {
	case ir.Rows:
		v.Kind, v.Row = ir.Row, list.Row
	case ir.Strings:
		v.Kind = ir.String
	case ir.Map:
		v.Kind, key.Kind = ir.String, ir.String
	case ir.List:
		v.Kind, v.Row = list.Elem, list.Row
	default:
		list = l.box(e, list)
		key.Kind = ir.Dyn
	}
	if !c.HasIterVar2() {
		return loop{nil, v, list}, true
	}
	key.Name, v.Name = c.IterVar(), c.IterVar2()
	return loop{key, v, list}, true
}

// within lowers what is inside of a loop.
func (l *lowering) within(c ast.ComprehensionExpr, w loop, lower func()) {
	if w.key != nil {
		defer l.name(w.key.Name, ir.UseOf(w.key))()
	}
	defer l.name(w.v.Name, ir.UseOf(w.v))()
	lower()
}

// step lowers what a loop does for each element for which test holds; test may be nil.
func (l *lowering) step(e ast.Expr, w loop, step, test ast.Expr) *ir.Node {
	var when *ir.Node
	if test != nil {
		if when = l.truth(test, l.lower(test)); when.Kind == ir.Bad {
			return bad
		}
	}
	if step.Kind() != ast.CallKind {
		return l.refuse(e, "this macro is not supported")
	}
	args := step.AsCall().Args()
	switch step.AsCall().FunctionName() {
	case "_&&_":
		return l.quantifier(ir.All, w, args[1])
	case "_||_":
		return l.quantifier(ir.Exists, w, args[1])
	case "_+_":
		if args[1].Kind() == ast.LiteralKind {
			return ir.QuantifyOf(ir.ExistsOne, w.key, w.v, w.list, when)
		}
		part := args[1].AsList().Elements()[0]
		value := l.element(part, l.lower(part))
		if value.Kind == ir.Bad {
			return bad
		}
		return ir.CollectOf(l.pos(e), w.key, w.v, w.list, value, when)
	case "cel.@mapInsert":
		return l.insertion(e, w, args[1:], when)
	}
	return l.refuse(e, "this macro is not supported")
}

func (l *lowering) quantifier(op ir.Op, w loop, test ast.Expr) *ir.Node {
	body := l.truth(test, l.lower(test))
	if body.Kind == ir.Bad {
		return bad
	}
	return ir.QuantifyOf(op, w.key, w.v, w.list, body)
}

// insertion is a step that puts an entry, or all entries of a map, into the map that is made.
func (l *lowering) insertion(e ast.Expr, w loop, parts []ast.Expr, when *ir.Node) *ir.Node {
	args := make([]*ir.Node, len(parts))
	for i, part := range parts {
		if args[i] = l.box(part, l.lower(part)); args[i].Kind == ir.Bad {
			return bad
		}
	}
	return ir.CollectMapOf(l.pos(e), w.key, w.v, w.list, args, when)
}
