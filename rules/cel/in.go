package cel

import (
	"slices"

	"cel.dev/cel-go/common/ast"

	"assay/rules/cel/internal/ir"
)

// inLiteral is x in [a, b].
func (l *lowering) inLiteral(e ast.Expr, parts []ast.Expr) *ir.Node {
	x := l.lower(parts[0])
	elems, kind := l.elements(parts[1])
	if x.Kind == ir.Bad || kind == ir.Bad {
		return bad
	}
	if !x.Kind.Scalar() {
		return l.refuse(parts[0], "looking for a %s in a list is not supported", x.Kind)
	}
	if x.Kind == ir.Enum {
		if codes := enumCodes(x.Names, elems); codes != nil {
			return ir.InOf(x, codes)
		}
		x = textual(x)
	}
	for i := range elems {
		if x.Kind == ir.Millis && kind == ir.Time {
			x = ir.ConvertOf(l.pos(e), ir.Time, x)
		}
		if x.Kind == ir.Time {
			elems[i] = ir.ConvertOf(l.pos(e), ir.Time, elems[i])
		}
		if x.Kind != elems[i].Kind {
			return l.refuse(e, "looking for a %s in a list of %ss is not supported", x.Kind, elems[i].Kind)
		}
	}
	return ir.InOf(x, elems)
}

// enumCodes returns the codes of constant texts, without those that are no text of the enum;
// nil when an element is not constant.
func enumCodes(names []string, elems []*ir.Node) []*ir.Node {
	codes := []*ir.Node{}
	for _, e := range elems {
		if !e.IsConst() {
			return nil
		}
		if code := slices.Index(names, e.Text); code >= 0 {
			codes = append(codes, ir.EnumOf(names, code))
		}
	}
	return codes
}

// inValue is x in a list of the card or in the properties.
func (l *lowering) inValue(e ast.Expr, x, list *ir.Node) *ir.Node {
	x = textual(x)
	switch list.Kind {
	case ir.Strings:
		return ir.InListOf(x, list)
	case ir.Map:
		return ir.HasKeyOf(list, x)
	}
	return l.refuse(e, "looking for a %s in this list is not supported yet: use exists(…)", x.Kind)
}
