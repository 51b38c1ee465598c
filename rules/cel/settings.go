package cel

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Setting is what settings.<name> stands for in the expressions of a check. It takes its place in the
// parsed expression, so that a text is a text whatever stands in it.
type Setting struct {
	// Value is a bool, an int64, a float64, a string or a []string.
	Value any
	// Given is what has(settings.<name>) is.
	Given bool
	// Holds, when it is not "", says that Value is the name of a field of the client, such as region,
	// activity.revenue or fields.gln: client[settings.<name>] is that field.
	Holds Holds
}

// Holds is what the field may hold that a setting names.
type Holds string

// What a named field may hold.
const (
	HoldsAnything Holds = "anything"
	HoldsText     Holds = "a text"
	HoldsNumber   Holds = "a number"
	HoldsTime     Holds = "a date or time"
)

func (h Holds) takes(t *types.Type) bool {
	switch h {
	case HoldsText:
		return t.Kind() == types.StringKind
	case HoldsNumber:
		return t.Kind() == types.IntKind || t.Kind() == types.DoubleKind
	case HoldsTime:
		return t.Kind() == types.TimestampKind
	}
	return true
}

// checkSettings checks the settings that name fields and reports whether all of them can be read.
func (w *compilation) checkSettings() bool {
	before := len(w.problems)
	for _, name := range slices.Sorted(maps.Keys(w.check.Settings)) {
		if s := w.check.Settings[name]; s.Holds != "" {
			if wrong := w.env.schema.checkField(fmt.Sprint(s.Value), s.Holds); wrong != "" {
				w.report("settings."+name, "%s", wrong)
			}
		}
	}
	return len(w.problems) == before
}

// checkField says why no field of that name can be read as a value, "" when one can.
func (s schema) checkField(field string, holds Holds) string {
	object, name := clientType, field
	if group, rest, inside := strings.Cut(field, "."); inside {
		m, known := s[clientType][group]
		if !known {
			return fmt.Sprintf("there is no field %q%s", field, suggestion(group, s.names(clientType)))
		}
		if m.kind == memberMap && rest != "" {
			return s.fits(field, member{celType: types.StringType}, holds)
		}
		if object, name = m.celType.TypeName(), rest; m.kind != memberGroup && m.kind != memberFields {
			return fmt.Sprintf("%q: %s has no parts that can be named here", field, group)
		}
	}
	m, known := s[object][name]
	if !known {
		hint := suggestion(name, s.names(object))
		if object == fieldsType && hint == "" {
			hint = ": declare it as a Field first"
		}
		return fmt.Sprintf("there is no field %q%s", field, hint)
	}
	return s.fits(field, m, holds)
}

func (s schema) fits(field string, m member, holds Holds) string {
	switch {
	case m.kind == memberGroup || m.kind == memberFields || m.kind == memberMap:
		return fmt.Sprintf("%q holds several values: name one of them, %s.…", field, field)
	case !holds.takes(m.celType):
		return fmt.Sprintf("%q does not hold %s: name one that does, such as %s", field, holds, strings.Join(s.thatHold(holds), ", "))
	}
	return ""
}

// thatHold lists fields of the client, the declared ones included, that hold something.
func (s schema) thatHold(holds Holds) (list []string) {
	for prefix, object := range map[string]string{"": clientType, "activity.": groupType("activity"), "fields.": fieldsType} {
		for name, m := range s[object] {
			if holds.takes(m.celType) {
				list = append(list, prefix+name)
			}
		}
	}
	slices.Sort(list)
	return list
}

// settle puts the settings in the place of what speaks of them: settings.x, has(settings.x),
// client[settings.x] and client[?settings.x].
func (w *compilation) settle(field string, tree *ast.AST, line, column int) {
	if w.check.Settings == nil {
		return
	}
	s := settling{settings: w.check.Settings, next: ast.MaxID(tree), make: ast.NewExprFactory()}
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if unknown := s.replace(e); unknown != "" {
			start := tree.SourceInfo().GetStartLocation(e.ID())
			p := Problem{Field: field, Message: fmt.Sprintf("there is no setting %s%s", unknown, suggestion(unknown, slices.Sorted(maps.Keys(s.settings))))}
			p.Line, p.Column = shift(start.Line(), start.Column(), line, column)
			w.problems = append(w.problems, p)
		}
	}))
}

// settling makes expressions of settings.
type settling struct {
	settings map[string]Setting
	next     int64 // an id that the tree does not have
	make     ast.ExprFactory
}

func (s *settling) id() int64 {
	s.next++
	return s.next
}

// replace replaces e if it speaks of a setting, and returns the name if there is no such setting.
func (s *settling) replace(e ast.Expr) (unknown string) {
	if name, ok := settingName(e); ok {
		setting, known := s.settings[name]
		if !known {
			return name
		}
		if e.AsSelect().IsTestOnly() {
			e.SetKindCase(s.make.NewLiteral(e.ID(), types.Bool(setting.Given)))
		} else {
			e.SetKindCase(s.value(e.ID(), setting.Value))
		}
		return ""
	}
	if e.Kind() != ast.CallKind {
		return ""
	}
	c := e.AsCall()
	optional := c.FunctionName() == operators.OptIndex
	if !optional && c.FunctionName() != operators.Index {
		return ""
	}
	client, index := c.Args()[0], c.Args()[1]
	if name, ok := settingName(index); ok && client.Kind() == ast.IdentKind && client.AsIdent() == "client" && s.settings[name].Holds != "" {
		e.SetKindCase(s.field(e.ID(), client, fmt.Sprint(s.settings[name].Value), optional))
	}
	return ""
}

// settingName is x of settings.x and of has(settings.x).
func settingName(e ast.Expr) (string, bool) {
	if e.Kind() != ast.SelectKind {
		return "", false
	}
	of := e.AsSelect().Operand()
	return e.AsSelect().FieldName(), of.Kind() == ast.IdentKind && of.AsIdent() == "settings"
}

// value is a constant.
func (s *settling) value(id int64, v any) ast.Expr {
	list, ok := v.([]string)
	if !ok {
		return s.make.NewLiteral(id, literalOf(v))
	}
	elements := make([]ast.Expr, len(list))
	for i, text := range list {
		elements[i] = s.make.NewLiteral(s.id(), types.String(text))
	}
	return s.make.NewList(id, elements, nil)
}

func literalOf(v any) ref.Val {
	switch v := v.(type) {
	case bool:
		return types.Bool(v)
	case int64:
		return types.Int(v)
	case float64:
		return types.Double(v)
	}
	return types.String(fmt.Sprint(v))
}

// field is the field of the client with that name, or with optional its optional value. A property
// that is not there reads as "", as all that is absent does.
func (s *settling) field(id int64, client ast.Expr, name string, optional bool) ast.Expr {
	group, last, inside := strings.Cut(name, ".")
	if !inside {
		last = group
	} else {
		client = s.make.NewSelect(s.id(), client, group)
	}
	property := group == "properties"
	if !optional && !property {
		return s.make.NewSelect(id, client, last)
	}
	selected := func(id int64) ast.Expr {
		return s.make.NewCall(id, operators.OptSelect, client, s.make.NewLiteral(s.id(), types.String(last)))
	}
	if optional {
		return selected(id)
	}
	return s.make.NewMemberCall(id, "orValue", selected(s.id()), s.make.NewLiteral(s.id(), types.String("")))
}
