package cel

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"assay/rules/cel/internal/ir"
)

// bound is body with the value it is given evaluated once.
func bound(value *ir.Node, body func(*ir.Node) *ir.Node) *ir.Node {
	if value.Kind == ir.Record || value.IsConst() || value.Op == ir.Use && !value.Fails {
		return body(value)
	}
	v := &ir.Var{Kind: value.Kind, Row: value.Row, Elem: value.Elem, Names: value.Names}
	n := body(ir.UseOf(v))
	if n.Kind == ir.Bad {
		return bad
	}
	if n.Kind == ir.Record {
		return n
	}
	return ir.BindOf(v, value, n)
}

// maybeOf is an optional value, unless what it holds was reported.
func maybeOf(value *ir.Node) *ir.Node {
	if value.Kind == ir.Bad {
		return bad
	}
	return ir.MaybeOf(value)
}

// optionalSelection is operand.?field.
func (l *lowering) optionalSelection(e ast.Expr, args []ast.Expr) *ir.Node {
	name, ok := args[1].AsLiteral().(types.String)
	if !ok {
		return l.refuse(e, "what follows .? must be a name")
	}
	return maybeOf(l.partIf(e, args[0], l.lower(args[0]), string(name)))
}

// anySelection is operand.field, or has(operand.field), where the operand is an optional value or
// may be one.
func (l *lowering) anySelection(e ast.Expr, operand *ir.Node) *ir.Node {
	s := e.AsSelect()
	if operand.Kind == ir.Dyn && !s.IsTestOnly() {
		return l.run(e, fnGet, operand, l.box(e, ir.TextOf(s.FieldName())))
	}
	found := maybeOf(l.partIf(e, s.Operand(), operand, s.FieldName()))
	if found.Kind != ir.Bad && s.IsTestOnly() {
		return ir.HasValueOf(found)
	}
	return found
}

// partIf is the field of an operand if it is there.
func (l *lowering) partIf(e, of ast.Expr, operand *ir.Node, name string) *ir.Node {
	operand = l.opened(of, operand)
	if operand.Kind == ir.Bad {
		return bad
	}
	if operand.Kind == ir.Optional {
		return bound(operand.Args[0], func(v *ir.Node) *ir.Node { return l.part(e, of, v, name) })
	}
	if operand.Kind == ir.Dyn && l.mayBeOptional(of) {
		operand = ir.IfAnyOf(l.run(e, fnInner, operand))
	}
	return bound(operand, func(v *ir.Node) *ir.Node { return l.part(e, of, v, name) })
}

// part is the field of a value that is no optional one, if it is there.
func (l *lowering) part(e, of ast.Expr, v *ir.Node, name string) *ir.Node {
	switch v.Kind {
	case ir.Map:
		return ir.IfAnyOf(ir.LookupOf(l.pos(e), v, ir.TextOf(name)))
	case ir.Row:
		return l.memberIf(v, rowType(v.Row), name)
	case ir.Record:
		return l.memberIf(nil, v.Text, name)
	}
	if row := l.rowType(of); row != "" {
		return bound(ir.RowOf(l.pos(e), row, l.box(of, v)), func(v *ir.Node) *ir.Node { return l.memberIf(v, rowType(row), name) })
	}
	return ir.IfAnyOf(l.run(e, fnGetIf, l.box(of, v), l.box(e, ir.TextOf(name))))
}

// memberIf reads a member of an object type if has() finds it.
func (l *lowering) memberIf(row *ir.Node, object, name string) *ir.Node {
	m := l.w.env.schema[object][name]
	switch m.kind {
	case memberGroup, memberFields:
		return recordOf(m.celType.TypeName())
	case memberMap:
		return ir.PresentOf(ir.HasOf(row, m.slot), ir.MapOf(m.slot))
	case memberCustom:
		return bound(ir.CustomRowOf(name, m.custom), func(row *ir.Node) *ir.Node { return slotIf(row, m) })
	}
	return slotIf(row, m)
}

func slotIf(row *ir.Node, m member) *ir.Node {
	if m.celType.Kind() == types.TimestampKind {
		return ir.PresentOf(ir.HasTimeOf(row, m.slot), ir.FieldOf(row, m.slot))
	}
	return ir.PresentOf(ir.HasOf(row, m.slot), ir.FieldOf(row, m.slot))
}

// optionalIndex is container[?key].
func (l *lowering) optionalIndex(e ast.Expr, args []ast.Expr) *ir.Node {
	container, key := l.opened(args[0], l.lower(args[0])), l.lower(args[1])
	if container.Kind == ir.Bad || key.Kind == ir.Bad {
		return bad
	}
	if container.Kind == ir.Dyn && l.mayBeOptional(args[0]) {
		container = maybeOf(ir.IfAnyOf(l.run(e, fnInner, container)))
	}
	return maybeOf(l.elementIf(e, container, key))
}

// elementIf is the element or entry of a container, or of what one that is optional holds, if it
// is there. The key is not looked at when there is no container.
func (l *lowering) elementIf(e ast.Expr, container, key *ir.Node) *ir.Node {
	key = textual(key)
	if container.Kind == ir.Optional {
		container = container.Args[0]
	}
	switch {
	case container.Kind == ir.Map && key.Kind == ir.String:
		return ir.IfAnyOf(ir.LookupOf(l.pos(e), container, key))
	case container.Kind.List() && key.Kind == ir.Int:
		return ir.IfAnyOf(ir.IndexOf(l.pos(e), container, key))
	}
	container, key = l.box(e, container), l.box(e, key)
	if container.Kind == ir.Bad || key.Kind == ir.Bad {
		return bad
	}
	return ir.IfAnyOf(l.run(e, fnGetIf, container, key))
}

// anyIndex is container[key] where the container may be an optional value.
func (l *lowering) anyIndex(e ast.Expr, container, key *ir.Node) *ir.Node {
	if !key.Fails {
		return l.run(e, fnGet, container, l.box(e, key))
	}
	return bound(container, func(v *ir.Node) *ir.Node {
		if key = l.box(e, key); key.Kind == ir.Bad {
			return bad
		}
		return ir.CondOf(l.run(e, fnIsNone, v), v, l.run(e, fnGet, v, key))
	})
}
