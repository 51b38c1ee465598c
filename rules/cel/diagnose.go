package cel

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
)

// typeCheck parses and checks an expression, and reports what cel-go found; nil when it did.
func (w *compilation) typeCheck(env *celgo.Env, field, text string, line, column int) *celgo.Ast {
	if length := utf8.RuneCountInString(text); length > MaxExpression {
		w.report(field, "the expression is %d characters long, at most %d are allowed", length, MaxExpression)
		return nil
	}
	parsed, issues := env.Parse(text)
	if issues.Err() != nil {
		w.reportIssues(field, line, column, issues, nil)
		return nil
	}
	before := len(w.problems)
	if w.settle(field, parsed.NativeRep(), line, column); len(w.problems) > before {
		return nil
	}
	checked, issues := env.Check(parsed)
	if issues.Err() != nil {
		w.reportIssues(field, line, column, issues, parsed.NativeRep())
		return nil
	}
	return checked
}

// reportIssues reports cel-go's findings in our words; tree is nil when the text did not parse.
func (w *compilation) reportIssues(field string, line, column int, issues *celgo.Issues, tree *ast.AST) {
	for _, issue := range issues.Errors() {
		if w.noRow && strings.HasPrefix(issue.Message, "undeclared reference to '"+w.check.ForEachAs+"'") {
			continue
		}
		p := Problem{Field: field, Line: line, Column: column, Message: tidy(issue.Message)}
		if issue.Location.Line() > 0 {
			p.Line, p.Column = shift(issue.Location.Line(), issue.Location.Column(), line, column)
		}
		if tree != nil {
			if better, back := w.explain(tree, issue.ExprID, issue.Message); better != "" {
				p.Message = better
				p.Column = max(p.Column-back, 1)
			}
		}
		w.problems = append(w.problems, p)
	}
}

var (
	expecting    = regexp.MustCompile(` expecting (\{.*\}|<EOF>)$`)
	unrecognised = regexp.MustCompile(`^Syntax error: token recognition error at: '(.*)'$`)
)

// tidy words a message of the parser for people who write rules.
func tidy(message string) string {
	if found := unrecognised.FindStringSubmatch(message); found != nil {
		switch text := strings.TrimSpace(found[1]); {
		case text == "=":
			return "= is not an operator: compare with =="
		case text == "&" || text == "|":
			return fmt.Sprintf("%s is not an operator: write %s%s", text, text, text)
		case strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "'"):
			return "the text is not closed by a quote"
		}
		return fmt.Sprintf("%s means nothing here", found[1])
	}
	message = expecting.ReplaceAllString(message, "")
	message = strings.Replace(message, "Syntax error:", "syntax error:", 1)
	message = strings.Replace(message, "mismatched input '<EOF>'", "something is missing at the end of the expression", 1)
	message = strings.Replace(message, "no viable alternative at input", "something is missing or wrong at", 1)
	message = strings.Replace(message, "mismatched input", "unexpected", 1)
	message = strings.Replace(message, "extraneous input", "unexpected", 1)
	return strings.ReplaceAll(message, "'<EOF>'", "the end of the expression")
}

// explain words a finding of the type checker with what the schema knows, "" when it has
// nothing to add, and says by how many columns its place is to be moved back.
func (w *compilation) explain(tree *ast.AST, id int64, message string) (found string, back int) {
	w.scope().walk(tree.Expr(), func(e ast.Expr, s scope) {
		if e.ID() != id || found != "" {
			return
		}
		back = nameLength(e)
		switch {
		case strings.HasPrefix(message, "undefined field"):
			found = s.explainField(e)
		case strings.HasPrefix(message, "undeclared reference"):
			found = s.explainName(e)
		case strings.HasPrefix(message, "found no matching overload"):
			found = explainOverload(e, message)
		default:
			found = explainFormat(message)
		}
	})
	return found, back
}

// explainField names the nearest field of a type.
func (s scope) explainField(e ast.Expr) string {
	operand, name := selected(e)
	if operand == nil {
		return ""
	}
	t := s.typeOf(operand)
	if t == nil || t.Kind() != types.StructKind {
		return fmt.Sprintf("there is no field %s", name)
	}
	object := t.TypeName()
	hint := suggestion(name, s.schema.names(object))
	if object == fieldsType {
		if hint == "" {
			hint = ": declare it as a Field first"
		}
		return fmt.Sprintf("there is no custom field %s%s", name, hint)
	}
	if hint == "" {
		if _, custom := s.schema[fieldsType][name]; custom {
			hint = fmt.Sprintf(": it is a custom field, write client.fields.%s", name)
		}
	}
	return fmt.Sprintf("a %s has no field %s%s", object, name, hint)
}

// explainName names the nearest variable or function.
func (s scope) explainName(e ast.Expr) string {
	switch e.Kind() {
	case ast.IdentKind:
		name := e.AsIdent()
		known := slices.Sorted(maps.Keys(s.vars))
		hint := suggestion(name, known)
		if _, field := s.schema[clientType][name]; field && hint == "" {
			hint = fmt.Sprintf(", did you mean client.%s?", name)
		}
		if hint == "" {
			hint = ": known are " + strings.Join(known, ", ")
		}
		return fmt.Sprintf("there is no variable %s%s", name, hint)
	case ast.CallKind:
		return explainCall(e.AsCall())
	}
	return ""
}

// Operators as people write them.
var operatorNames = map[string]string{"_==_": "==", "_!=_": "!=", "_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=",
	"_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/", "_%_": "%", "!_": "!", "-_": "-", "@in": "in", "_[_]": "[]", "_[?_]": "[?]", "_?_:_": "?:"}

// What people write for the functions that macros call.
var macroNames = map[string]string{"math.@max": "math.greatest", "math.@min": "math.least", "@sortByAssociatedKeys": "sortBy"}

var applied = regexp.MustCompile(`applied to '(.*)'$`)

// explainOverload says which types an operator or function does not take.
func explainOverload(e ast.Expr, message string) string {
	found := applied.FindStringSubmatch(message)
	if e.Kind() != ast.CallKind || found == nil {
		return ""
	}
	name, args := e.AsCall().FunctionName(), found[1]
	operator, isOperator := operatorNames[name]
	if written := macroNames[name]; written != "" {
		name = written
	}
	if of, values, member := strings.Cut(args, ".("); member {
		return fmt.Sprintf("%s() of %s does not take (%s", name, of, values)
	}
	if !isOperator {
		return fmt.Sprintf("%s() does not take %s", name, args)
	}
	hint := ""
	if strings.Contains(args, "int") && strings.Contains(args, "double") {
		hint = ": write the number with a point (1000.0), or convert with double(…)"
	}
	if strings.Contains(args, "null") {
		hint = ": an absent field reads as its type's default, ask has(…)"
	}
	return fmt.Sprintf("%s does not take %s%s", operator, args, hint)
}
