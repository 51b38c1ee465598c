package cel

import (
	"maps"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
)

// scope says what the names in an expression stand for, as far as it matters for suggestions.
type scope struct {
	schema schema
	vars   map[string]*types.Type
}

func (w *compilation) scope() scope {
	vars := map[string]*types.Type{"client": types.NewObjectType(clientType), "now": types.TimestampType}
	if v := w.out.Var; v != nil {
		vars[v.Name] = types.NewObjectType(rowType(v.Row))
	}
	return scope{w.env.schema, vars}
}

// typeOf is the type of names, fields and elements; nil for all else.
func (s scope) typeOf(e ast.Expr) *types.Type {
	switch e.Kind() {
	case ast.IdentKind:
		return s.vars[e.AsIdent()]
	case ast.SelectKind:
		return s.typeOfMember(e)
	case ast.CallKind:
		switch c := e.AsCall(); c.FunctionName() {
		case "_[_]", "_[?_]":
			return elementOf(s.typeOf(c.Args()[0]))
		case "_?._":
			return s.typeOfMember(e)
		}
	case ast.ComprehensionKind:
		return s.typeOfLoop(e.AsComprehension())
	}
	return nil
}

// typeOfMember is the type of operand.field and operand.?field: what an optional value holds.
func (s scope) typeOfMember(e ast.Expr) *types.Type {
	operand, name := selected(e)
	if t := s.typeOf(operand); t != nil && t.Kind() == types.StructKind {
		return s.schema[t.TypeName()][name].celType
	}
	return nil
}

// selected is the operand and the field of operand.field and operand.?field, nil for all else.
func selected(e ast.Expr) (ast.Expr, string) {
	if e.Kind() == ast.SelectKind {
		return e.AsSelect().Operand(), e.AsSelect().FieldName()
	}
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != "_?._" {
		return nil, ""
	}
	name, _ := e.AsCall().Args()[1].AsLiteral().(types.String)
	return e.AsCall().Args()[0], string(name)
}

// typeOfLoop is the type of filter(…) and of map(…) to a part of the element.
func (s scope) typeOfLoop(c ast.ComprehensionExpr) *types.Type {
	step := c.LoopStep()
	if step.Kind() == ast.CallKind && step.AsCall().FunctionName() == "_?_:_" {
		step = step.AsCall().Args()[1]
	}
	if step.Kind() != ast.CallKind || step.AsCall().FunctionName() != "_+_" || step.AsCall().Args()[1].Kind() != ast.ListKind {
		return nil
	}
	inner := scope{s.schema, maps.Clone(s.vars)}
	inner.vars[c.IterVar()] = elementOf(s.typeOf(c.IterRange()))
	if t := inner.typeOf(step.AsCall().Args()[1].AsList().Elements()[0]); t != nil {
		return types.NewListType(t)
	}
	return nil
}

func elementOf(t *types.Type) *types.Type {
	if t != nil && t.Kind() == types.ListKind {
		return t.Parameters()[0]
	}
	return nil
}

// walk visits e and all below with the names that are known there.
func (s scope) walk(e ast.Expr, visit func(ast.Expr, scope)) {
	visit(e, s)
	switch e.Kind() {
	case ast.SelectKind:
		s.walk(e.AsSelect().Operand(), visit)
	case ast.CallKind:
		if c := e.AsCall(); c.IsMemberFunction() {
			s.walk(c.Target(), visit)
		}
		for _, a := range e.AsCall().Args() {
			s.walk(a, visit)
		}
	case ast.ListKind:
		for _, a := range e.AsList().Elements() {
			s.walk(a, visit)
		}
	case ast.ComprehensionKind:
		c := e.AsComprehension()
		s.walk(c.IterRange(), visit)
		s.walk(c.AccuInit(), visit)
		inner := scope{s.schema, maps.Clone(s.vars)}
		inner.vars[c.AccuVar()] = s.typeOf(c.AccuInit())
		element := c.IterVar()
		if c.HasIterVar2() {
			inner.vars[element], element = nil, c.IterVar2()
		}
		inner.vars[element] = elementOf(s.typeOf(c.IterRange()))
		inner.walk(c.LoopStep(), visit)
		inner.walk(c.Result(), visit)
	case ast.MapKind:
		for _, entry := range e.AsMap().Entries() {
			s.walk(entry.AsMapEntry().Key(), visit)
			s.walk(entry.AsMapEntry().Value(), visit)
		}
	}
}
