package cel

import (
	"strings"
	"unicode"

	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"
)

// Equality says that a text field of the client has one of some values, or a list of texts
// holds one of them; Not turns it round. Reading it never fails.
type Equality struct {
	Field  string
	Values []string // at least one
	Not    bool
}

// Split is a filter taken apart: it holds for the clients for which every equality and the rest
// hold. That is so with errors too, for `a && b` is false when either is.
type Split struct {
	Equalities []Equality
	// Rest is the filter with `true` in the place of each equality, so that what is left stands
	// where its author wrote it; "" when nothing is left.
	Rest string
	// Residue is the expression that is left, to be shown; "" when nothing is.
	Residue string
}

// SplitFilter takes the equalities of the fields out of the conjunction that a filter is. lists
// names the fields and tells which are lists of texts. A filter that CompileFilter refuses is
// not taken apart.
func SplitFilter(expr string, lists map[string]bool) Split {
	whole := Split{Rest: expr, Residue: expr}
	// Without macros: `exists` and `has` are seen as they were written.
	p, err := parser.NewParser(parser.ExpressionSizeCodePointLimit(MaxExpression), parser.EnableOptionalSyntax(true))
	if err != nil {
		return whole
	}
	tree, faults := p.Parse(common.NewTextSource(expr))
	if faults != nil && len(faults.GetErrors()) > 0 {
		return whole
	}
	s := splitter{lists: lists, parser: p, info: tree.SourceInfo(), text: []rune(expr)}
	s.conjunct(tree.Expr(), 0, len(s.text))
	if len(s.split.Equalities) == 0 {
		return whole
	}
	if len(s.left) > 0 {
		s.split.Residue = s.residue()
		s.split.Rest = string(s.text)
		if s.lost {
			s.split.Rest = s.split.Residue
		}
	}
	return s.split
}

// splitter walks the conjunction of one filter.
type splitter struct {
	lists  map[string]bool
	parser *parser.Parser
	info   *ast.SourceInfo
	text   []rune // of the filter; equalities that were taken are blotted out
	split  Split
	left   []ast.Expr
	lost   bool // a piece of text was not found, as with comments behind parentheses
}

// conjunct takes e apart, which the text from start to end is.
func (s *splitter) conjunct(e ast.Expr, start, end int) {
	if args, ok := isCall(e, operators.LogicalAnd, 2); ok {
		start, end = s.unwrap(start, end)
		at := int(s.info.OffsetRanges()[e.ID()].Start)
		if at < start || at+2 > end {
			s.lost, at, end = true, start, start+2
		}
		s.conjunct(args[0], start, at)
		s.conjunct(args[1], at+2, end)
		return
	}
	q, ok := s.equality(e)
	if !ok {
		s.left = append(s.left, e)
		return
	}
	s.split.Equalities = append(s.split.Equalities, q)
	s.blot(start, end)
}

// maxParentheses bounds the parentheses around one conjunction, each of which costs a parse.
const maxParentheses = 8

// unwrap narrows a piece of text to what is inside the parentheses around all of it.
func (s *splitter) unwrap(start, end int) (int, int) {
	for range maxParentheses {
		if s.lost {
			break
		}
		from, to := start, end
		for from < to && unicode.IsSpace(s.text[from]) {
			from++
		}
		for to > from && unicode.IsSpace(s.text[to-1]) {
			to--
		}
		if to-from < 2 || s.text[from] != '(' || s.text[to-1] != ')' {
			return start, end
		}
		if !s.parses(from+1, to-1) {
			return start, end
		}
		start, end = from+1, to-1
	}
	return start, end
}

// parses reports whether a piece of text is an expression.
func (s *splitter) parses(start, end int) bool {
	_, faults := s.parser.Parse(common.NewTextSource(string(s.text[start:end])))
	return faults == nil || len(faults.GetErrors()) == 0
}

// blot writes true over an expression and keeps its lines.
func (s *splitter) blot(start, end int) {
	if s.lost || !s.parses(start, end) {
		s.lost = true
		return
	}
	const name = "client" // stands in every equality, in one piece
	at := start + len([]rune(string(s.text[start:end])[:strings.LastIndex(string(s.text[start:end]), name)]))
	for i := start; i < end; i++ {
		if s.text[i] != '\n' && s.text[i] != '\r' {
			s.text[i] = ' '
		}
	}
	copy(s.text[at:], []rune("true"))
}

// residue writes what is left as one expression.
func (s *splitter) residue() string {
	factory := ast.NewExprFactory()
	all := s.left[0]
	for _, e := range s.left[1:] {
		all = factory.NewCall(0, operators.LogicalAnd, all, e)
	}
	text, err := parser.Unparse(all, s.info, parser.EscapeIdentifiers(true))
	if err != nil {
		return strings.TrimSpace(string(s.text))
	}
	return text
}

// equality reads e as an equality.
func (s *splitter) equality(e ast.Expr) (Equality, bool) {
	if args, ok := isCall(e, operators.LogicalNot, 1); ok {
		q, ok := s.equality(args[0])
		q.Not = !q.Not
		return q, ok
	}
	if args, ok := isCall(e, operators.Equals, 2); ok {
		return s.equals(args)
	}
	if args, ok := isCall(e, operators.NotEquals, 2); ok {
		q, ok := s.equals(args)
		q.Not = true
		return q, ok
	}
	if args, ok := isCall(e, operators.In, 2); ok {
		return s.in(args)
	}
	if args, ok := isCall(e, operators.LogicalOr, 2); ok {
		return s.either(args)
	}
	if args, ok := isCall(e, operators.Has, 1); ok {
		field, ok := s.field(args[0], false)
		return Equality{Field: field, Values: []string{""}, Not: true}, ok
	}
	return s.exists(e)
}

// equals reads `client.stage == "new"`, either way round.
func (s *splitter) equals(args []ast.Expr) (Equality, bool) {
	for i, arg := range args {
		field, ok := s.field(arg, false)
		if value, text := textOf(args[1-i]); ok && text {
			return Equality{Field: field, Values: []string{value}}, true
		}
	}
	return Equality{}, false
}

// in reads `client.stage in ["new", "lead"]` and `"vip" in client.tags`.
func (s *splitter) in(args []ast.Expr) (Equality, bool) {
	if value, ok := textOf(args[0]); ok {
		field, ok := s.field(args[1], true)
		return holding(field, value, ok)
	}
	field, ok := s.field(args[0], false)
	if !ok || args[1].Kind() != ast.ListKind {
		return Equality{}, false
	}
	q := Equality{Field: field}
	for _, e := range args[1].AsList().Elements() {
		value, ok := textOf(e)
		if !ok {
			return Equality{}, false
		}
		q.Values = append(q.Values, value)
	}
	return q, len(q.Values) > 0
}

// exists reads `client.tags.exists(t, t == "vip")`.
func (s *splitter) exists(e ast.Expr) (Equality, bool) {
	if e.Kind() != ast.CallKind || !e.AsCall().IsMemberFunction() || e.AsCall().FunctionName() != "exists" {
		return Equality{}, false
	}
	call := e.AsCall()
	field, ok := s.field(call.Target(), true)
	args := call.Args()
	if !ok || len(args) != 2 || args[0].Kind() != ast.IdentKind {
		return Equality{}, false
	}
	sides, ok := isCall(args[1], operators.Equals, 2)
	if !ok {
		return Equality{}, false
	}
	for i, side := range sides {
		value, text := textOf(sides[1-i])
		if text && side.Kind() == ast.IdentKind && side.AsIdent() == args[0].AsIdent() {
			return holding(field, value, true)
		}
	}
	return Equality{}, false
}

// holding says that a list holds a value. A list without values counts as holding "" where
// equalities are looked up, so "" itself is not asked for there.
func holding(field, value string, ok bool) (Equality, bool) {
	return Equality{Field: field, Values: []string{value}}, ok && value != ""
}

// either reads `client.stage == "new" || client.stage == "lead"`.
func (s *splitter) either(args []ast.Expr) (Equality, bool) {
	a, ok := s.equality(args[0])
	if !ok {
		return a, false
	}
	b, ok := s.equality(args[1])
	if !ok || a.Not || b.Not || a.Field != b.Field {
		return Equality{}, false
	}
	a.Values = append(a.Values, b.Values...)
	return a, true
}

// field reads client.<name>, one of the fields that are asked for.
func (s *splitter) field(e ast.Expr, list bool) (string, bool) {
	if e.Kind() != ast.SelectKind || e.AsSelect().IsTestOnly() {
		return "", false
	}
	of := e.AsSelect().Operand()
	if of.Kind() != ast.IdentKind || of.AsIdent() != "client" {
		return "", false
	}
	name := e.AsSelect().FieldName()
	isList, known := s.lists[name]
	return name, known && isList == list
}

func isCall(e ast.Expr, function string, args int) ([]ast.Expr, bool) {
	if e.Kind() != ast.CallKind {
		return nil, false
	}
	call := e.AsCall()
	return call.Args(), !call.IsMemberFunction() && call.FunctionName() == function && len(call.Args()) == args
}

// textOf reads a constant text.
func textOf(e ast.Expr) (string, bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	s, ok := e.AsLiteral().(types.String)
	return string(s), ok
}
