package cel

import (
	"fmt"
	"strings"

	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"assay/rules/cel/internal/ir"
	"assay/sdk/abi"
)

// lowering turns one checked expression into the typed tree. What is not supported is
// reported at its place and becomes bad, which nothing reports again.
type lowering struct {
	w            *compilation
	field        string
	line, column int // of the expression's first character in the field
	tree         *ast.AST
	source       *ast.SourceInfo
	vars         map[string]*ir.Node // what names stand for besides client and now
}

// bad stands for an expression that was reported.
var bad = &ir.Node{Op: ir.Field, Kind: ir.Bad}

// expression parses, checks and lowers an expression that stands at a place of a field; nil
// when problems were reported.
func (w *compilation) expression(field, text string, line, column int) *ir.Node {
	env, err := w.language()
	if err != nil {
		w.report(field, "%v", err)
		return nil
	}
	checked := w.typeCheck(env, field, text, line, column)
	if checked == nil {
		return nil
	}
	before := len(w.problems)
	l := &lowering{w: w, field: field, line: line, column: column, tree: checked.NativeRep(),
		source: checked.NativeRep().SourceInfo(), vars: map[string]*ir.Node{}}
	if v := w.out.Var; v != nil {
		l.vars[v.Name] = ir.UseOf(v)
	}
	n := l.lower(l.tree.Expr())
	if len(w.problems) > before {
		return nil
	}
	if n = l.opened(l.tree.Expr(), n); n.Kind == ir.Record || n.Kind == ir.Optional && n.Args[0].Kind == ir.Record {
		w.problems = append(w.problems, Problem{Field: field, Line: line, Column: column,
			Message: "the expression gives a record: name one of its fields"})
		return nil
	}
	return n
}

// language is the environment with the forEach variable, once it is known.
func (w *compilation) language() (*celgo.Env, error) {
	if w.out.Var == nil {
		return w.env.base, nil
	}
	return w.env.with(variable{w.out.Var.Name, rowType(w.out.Var.Row)})
}

// pos is the place of an expression in the field.
func (l *lowering) pos(e ast.Expr) ir.Pos {
	start := l.source.GetStartLocation(e.ID())
	line, column := shift(start.Line(), start.Column()-nameLength(e), l.line, l.column)
	return ir.Pos{Field: l.field, Line: line, Column: column}
}

// nameLength is the length of a called function's name: cel-go's place of a call is its
// parenthesis, people look for the name before it.
func nameLength(e ast.Expr) int {
	if e.Kind() != ast.CallKind {
		return 0
	}
	name := e.AsCall().FunctionName()
	if strings.ContainsAny(name, "_@") { // an operator
		return 0
	}
	return len(name)
}

// shift moves cel-go's place (line from 1, column from 0) in an expression that begins at a
// place of a longer text.
func shift(line, column, startLine, startColumn int) (int, int) {
	if line <= 1 {
		return startLine, startColumn + max(column, 0)
	}
	return startLine + line - 1, column + 1
}

// refuse reports an expression.
func (l *lowering) refuse(e ast.Expr, format string, args ...any) *ir.Node {
	p := l.pos(e)
	l.w.problems = append(l.w.problems, Problem{Field: l.field, Line: p.Line, Column: p.Column,
		Message: fmt.Sprintf(format, args...)})
	return bad
}

// lower returns the tree of an expression. Kinds that have no value of their own (records) are
// for the caller to select from.
func (l *lowering) lower(e ast.Expr) *ir.Node {
	n := l.lowered(e)
	if n.Pos.Line == 0 && n != bad && !n.IsConst() {
		n.Pos = l.pos(e)
	}
	return n
}

func (l *lowering) lowered(e ast.Expr) *ir.Node {
	switch e.Kind() {
	case ast.LiteralKind:
		return l.literal(e)
	case ast.IdentKind:
		return l.ident(e)
	case ast.SelectKind:
		return l.selection(e)
	case ast.CallKind:
		return l.call(e)
	case ast.ListKind:
		return l.list(e)
	case ast.ComprehensionKind:
		return l.comprehension(e)
	case ast.MapKind:
		return l.mapLiteral(e)
	}
	return l.refuse(e, "making records is not supported: rules read clients, they do not make them")
}

func (l *lowering) literal(e ast.Expr) *ir.Node {
	switch v := e.AsLiteral().(type) {
	case types.Bool:
		return ir.BoolOf(bool(v))
	case types.Int:
		return ir.IntOf(ir.Int, int64(v))
	case types.Uint:
		return ir.IntOf(ir.Uint, int64(v))
	case types.Double:
		return ir.DoubleOf(float64(v))
	case types.String:
		return ir.TextOf(string(v))
	case types.Bytes:
		return ir.BytesOf(string(v))
	case types.Null:
		return ir.NullOf()
	}
	return l.refuse(e, "%s values are not supported", e.AsLiteral().Type().TypeName())
}

// recordOf is a node for an object type without a value of its own.
func recordOf(object string) *ir.Node { return &ir.Node{Op: ir.Field, Kind: ir.Record, Text: object} }

func (l *lowering) ident(e ast.Expr) *ir.Node {
	name := e.AsIdent()
	if n, ok := l.vars[name]; ok {
		return n
	}
	switch name {
	case "client":
		return recordOf(clientType)
	case "now":
		return ir.NowOf()
	}
	return l.refuse(e, "%s is not a value: types are not supported in expressions", name)
}

// selection is operand.field, or has(operand.field).
func (l *lowering) selection(e ast.Expr) *ir.Node {
	s := e.AsSelect()
	operand := l.opened(s.Operand(), l.lower(s.Operand()))
	if operand.Kind == ir.Optional || operand.Kind == ir.Dyn && l.mayBeOptional(s.Operand()) {
		return l.anySelection(e, operand)
	}
	switch operand.Kind {
	case ir.Bad:
		return bad
	case ir.Map:
		key := ir.TextOf(s.FieldName())
		if s.IsTestOnly() {
			return ir.HasKeyOf(operand, key)
		}
		return ir.LookupOf(l.pos(e), operand, key)
	case ir.Row:
		return l.member(e, operand, rowType(operand.Row))
	case ir.Record:
		return l.member(e, nil, operand.Text)
	}
	if row := l.rowType(s.Operand()); row != "" {
		return l.member(e, ir.RowOf(l.pos(e), row, l.box(s.Operand(), operand)), rowType(row))
	}
	key := l.box(e, ir.TextOf(s.FieldName()))
	if s.IsTestOnly() {
		return l.run(e, fnHasKey, l.box(s.Operand(), operand), key)
	}
	return l.run(e, fnField, l.box(s.Operand(), operand), key)
}

// rowType is the type of row that the type checker found an expression to be, or to hold if it is
// optional, "" when it is none.
func (l *lowering) rowType(e ast.Expr) string {
	t := l.tree.GetType(e.ID())
	if isOptional(t) {
		t = t.Parameters()[0]
	}
	if t == nil || t.Kind() != types.StructKind {
		return ""
	}
	for row := range abi.Rows {
		if rowType(row) == t.TypeName() {
			return row
		}
	}
	return ""
}

// member reads or tests a member of an object type; row is nil for the client.
func (l *lowering) member(e ast.Expr, row *ir.Node, object string) *ir.Node {
	s := e.AsSelect()
	m := l.w.env.schema[object][s.FieldName()]
	switch m.kind {
	case memberGroup, memberFields:
		if s.IsTestOnly() {
			return l.refuse(e, "has() of %s is not supported: ask for one of its fields, has(client.%s.…)", s.FieldName(), s.FieldName())
		}
		return recordOf(m.celType.TypeName())
	case memberCustom:
		row = ir.CustomRowOf(s.FieldName(), m.custom)
	case memberMap:
		if !s.IsTestOnly() {
			return ir.MapOf(m.slot)
		}
	}
	if s.IsTestOnly() {
		if m.celType.Kind() == types.TimestampKind {
			return ir.HasTimeOf(row, m.slot)
		}
		return ir.HasOf(row, m.slot)
	}
	return ir.FieldOf(row, m.slot)
}

// textual makes an enum the string it is to expressions.
func textual(n *ir.Node) *ir.Node {
	if n.Kind == ir.Enum {
		return ir.ConvertOf(n.Pos, ir.String, n)
	}
	return n
}
