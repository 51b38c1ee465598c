package cel

import (
	"slices"

	"cel.dev/cel-go/common/ast"

	"assay/rules/cel/internal/ir"
)

// list is a list literal.
func (l *lowering) list(e ast.Expr) *ir.Node {
	if len(e.AsList().OptionalIndices()) > 0 {
		return l.gathered(e)
	}
	elems, kind := l.elements(e)
	if kind == ir.Bad {
		return bad
	}
	return ir.ListOf(kind, elems)
}

// gathered is a list literal with optional elements, [?x].
func (l *lowering) gathered(e ast.Expr) *ir.Node {
	var args []*ir.Node
	wrong := false
	for i, part := range e.AsList().Elements() {
		n := l.boxedIf(part, l.lower(part), slices.Contains(e.AsList().OptionalIndices(), int32(i)))
		wrong = wrong || n.Kind == ir.Bad
		args = append(args, n)
	}
	if wrong {
		return bad
	}
	return ir.GatherOf(l.pos(e), args)
}

// boxedIf boxes a value, or what it holds if it stands in the place of an optional one.
func (l *lowering) boxedIf(e ast.Expr, n *ir.Node, optional bool) *ir.Node {
	if !optional {
		return l.box(e, n)
	}
	if n = l.maybe(e, n); n.Kind == ir.Bad {
		return bad
	}
	return maybeOf(l.box(e, n.Args[0]))
}

// elements lowers the elements of a list literal and makes them of one kind.
func (l *lowering) elements(e ast.Expr) ([]*ir.Node, ir.Kind) {
	parts := e.AsList().Elements()
	nodes := make([]*ir.Node, len(parts))
	kind := ir.Dyn
	for i, part := range parts {
		nodes[i] = l.element(part, l.lower(part))
		if nodes[i].Kind == ir.Bad {
			return nil, ir.Bad
		}
		kind = commonKind(nodes[:i+1], kind)
	}
	for i, part := range parts {
		if kind == ir.Dyn {
			nodes[i] = l.box(part, nodes[i])
		} else {
			nodes[i] = ir.ConvertOf(l.pos(part), kind, nodes[i])
		}
	}
	return nodes, kind
}

// commonKind is the kind that all of nodes can have, when it was kind for all but the last.
func commonKind(nodes []*ir.Node, kind ir.Kind) ir.Kind {
	last := nodes[len(nodes)-1]
	switch {
	case len(nodes) == 1:
		return last.Kind
	case last.Kind == ir.Row && last.Row != nodes[0].Row:
		return ir.Dyn
	case kind == ir.Millis && last.Kind == ir.Time || kind == ir.Time && last.Kind == ir.Millis:
		return ir.Time
	case kind != last.Kind:
		return ir.Dyn
	}
	return kind
}

// mapLiteral is {key: value}.
func (l *lowering) mapLiteral(e ast.Expr) *ir.Node {
	var args []*ir.Node
	wrong := false
	for _, entry := range e.AsMap().Entries() {
		m := entry.AsMapEntry()
		key, value := l.box(m.Key(), l.lower(m.Key())), l.boxedIf(m.Value(), l.lower(m.Value()), m.IsOptional())
		wrong = wrong || key.Kind == ir.Bad || value.Kind == ir.Bad
		args = append(args, key, value)
	}
	if wrong {
		return bad
	}
	return ir.MapLiteralOf(l.pos(e), args)
}

// inLiteral is x in [a, b].
func (l *lowering) inLiteral(e ast.Expr, parts []ast.Expr) *ir.Node {
	x := l.lower(parts[0])
	list := l.list(parts[1])
	if x.Kind == ir.Bad || list.Kind == ir.Bad {
		return bad
	}
	if list.Op != ir.MakeList {
		return l.inValue(e, x, list)
	}
	elems := slices.Clone(list.Args)
	if x.Kind == ir.Enum {
		if codes := enumCodes(x.Names, elems); codes != nil {
			return ir.InOf(x, codes)
		}
		x = textual(x)
	}
	for i := range elems {
		if x.Kind == ir.Millis && list.Elem == ir.Time {
			x = ir.ConvertOf(l.pos(e), ir.Time, x)
		}
		if x.Kind == ir.Time {
			elems[i] = l.as(parts[1], ir.Time, elems[i])
		}
	}
	if len(elems) > 0 && (!x.Kind.Scalar() || x.Kind != elems[0].Kind) {
		return l.inValue(e, x, list)
	}
	return ir.InOf(x, elems)
}

// enumCodes returns the codes of constant texts, without those that are no text of the enum;
// nil when an element is not one.
func enumCodes(names []string, elems []*ir.Node) []*ir.Node {
	codes := []*ir.Node{}
	for _, e := range elems {
		if !e.IsConst() || e.Kind != ir.String {
			return nil
		}
		if code := slices.Index(names, e.Text); code >= 0 {
			codes = append(codes, ir.EnumOf(names, code))
		}
	}
	return codes
}

// inValue is x in a list or map.
func (l *lowering) inValue(e ast.Expr, x, list *ir.Node) *ir.Node {
	x = textual(x)
	switch {
	case list.Kind == ir.Strings && x.Kind == ir.String:
		return ir.InListOf(x, list)
	case list.Kind == ir.Map && x.Kind == ir.String:
		return ir.HasKeyOf(list, x)
	case x.Kind == ir.Row:
		return l.refuse(e, "looking for a row in a list is not supported: use exists(…)")
	}
	if list.Kind == ir.List && list.Elem == ir.String && x.Kind == ir.String {
		return l.run(e, fnInTexts, x, list)
	}
	return l.run(e, fnIn, l.box(e, x), l.box(e, list))
}
