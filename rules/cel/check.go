package cel

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"assay/rules/cel/internal/codegen"
	"assay/rules/cel/internal/ir"
	"assay/sdk/abi"
)

// Check is one rule, as its manifest says it. The fields of the other type must be empty.
type Check struct {
	Name string // of the rule; the code of its findings
	Type string // Quality | Segmentation

	// Match limits the check to clients for which it is true; "" means all.
	Match string

	// Quality: a finding for each row of ForEachIn that does not satisfy Require, or for the
	// client when ForEachIn is empty.
	ForEachIn string // a list of rows, client.contacts
	ForEachAs string // the name of the row in Require and Message
	Require   string
	Path      string            // "taxId", "contacts[].jobTitle": [] is replaced by the row's index
	Message   map[string]string // by language, with {{ CEL }} placeholders

	// Segmentation: the label of a client, no label when it is "".
	Label  string
	Reason map[string]string            // by language, with {{ CEL }} placeholders
	Labels map[string]map[string]string // titles by label and language, copied to the description
}

// Compiled is the module of a check.
type Compiled struct {
	// Wasm has one check, called as the rule is.
	Wasm []byte
	// UsesNow says that results depend on the evaluation time.
	UsesNow bool
}

// FilterLabel is the label that the module of a filter gives to a client that passes.
const FilterLabel = "match"

// compilation is the work on one check.
type compilation struct {
	env      *Env
	check    Check
	out      ir.Check
	problems []Problem
}

// Compile type-checks a check and writes its module. The error is an *Error when the
// check is at fault.
func (e *Env) Compile(c Check) (*Compiled, error) {
	w := &compilation{env: e, check: c}
	w.checkHead()
	w.out.Match = w.predicate("match", c.Match)
	switch c.Type {
	case abi.TypeQuality:
		w.quality()
	case abi.TypeSegmentation:
		w.segmentation()
	}
	return w.finish()
}

// CompileFilter compiles a predicate as a segmentation named "filter" that gives the label
// FilterLabel where it is true. The error is an *Error with field "filter" when the
// expression is at fault.
func (e *Env) CompileFilter(expr string) (*Compiled, error) {
	w := &compilation{env: e, check: Check{Name: "filter", Type: abi.TypeSegmentation}}
	test := w.predicate("filter", expr)
	if test == nil && len(w.problems) == 0 {
		w.report("filter", "the expression is empty")
	}
	if test != nil {
		w.out.Label = ir.CondOf(test, ir.TextOf(FilterLabel), ir.TextOf(""))
	}
	return w.finish()
}

func (w *compilation) finish() (*Compiled, error) {
	if len(w.problems) == 0 {
		w.describe()
	}
	if len(w.problems) > 0 {
		return nil, &Error{Problems: w.problems}
	}
	return &Compiled{Wasm: codegen.Write(&w.out), UsesNow: usesNow(&w.out)}, nil
}

func usesNow(c *ir.Check) bool {
	found := false
	for _, root := range c.Roots() {
		root.Walk(func(n *ir.Node) { found = found || n.Op == ir.Now })
	}
	return found
}

// report adds a problem that has no place in an expression.
func (w *compilation) report(field, format string, args ...any) {
	w.problems = append(w.problems, Problem{Field: field, Message: fmt.Sprintf(format, args...)})
}

func (w *compilation) checkHead() {
	c := &w.check
	if !abi.IsName(c.Name) {
		w.report("name", "%q is not a name: small letters, digits and inner hyphens, at most %d", c.Name, abi.MaxNameBytes)
	}
	switch c.Type {
	case abi.TypeQuality:
		const why = "belongs to Segmentation rules: remove it"
		w.absent("label", c.Label != "", why)
		w.absent("reason", len(c.Reason) > 0, why)
		w.absent("labels", len(c.Labels) > 0, why)
	case abi.TypeSegmentation:
		const why = "belongs to Quality rules: remove it"
		w.absent("forEach", c.ForEachIn != "" || c.ForEachAs != "", why)
		w.absent("require", c.Require != "", why)
		w.absent("path", c.Path != "", why)
		w.absent("message", len(c.Message) > 0, why)
	default:
		w.report("type", "%q is unknown, want %s or %s", c.Type, abi.TypeQuality, abi.TypeSegmentation)
	}
}

func (w *compilation) absent(field string, given bool, why string) {
	if given {
		w.report(field, "%s", why)
	}
}

func (w *compilation) quality() {
	c := &w.check
	w.out.Code, w.out.Path = c.Name, c.Path
	w.forEach()
	w.checkPath()
	switch c.Require {
	case "":
		w.report("require", "is missing: give an expression that is true for a client in order")
	default:
		w.out.Require = w.predicate("require", c.Require)
	}
	w.params("message", c.Message)
}

func (w *compilation) segmentation() {
	if w.check.Label == "" {
		w.report("label", "is missing: give an expression whose text is the label")
	} else if n := w.expression("label", w.check.Label, 1, 1); n != nil {
		if n.Kind != ir.String && n.Kind != ir.Enum {
			w.wrongKind("label", n, `a text, such as client.companySize == "large" ? "large" : ""`)
		}
		w.out.Label = ir.ConvertOf(n.Pos, ir.String, n)
	}
	w.params("reason", w.check.Reason)
}

// predicate compiles an expression that must be true or false; nil when it is empty or wrong.
func (w *compilation) predicate(field, expr string) *ir.Node {
	if expr == "" {
		return nil
	}
	n := w.expression(field, expr, 1, 1)
	if n != nil && n.Kind != ir.Bool {
		w.wrongKind(field, n, "true or false")
		return nil
	}
	return n
}

func (w *compilation) wrongKind(field string, n *ir.Node, want string) {
	w.problems = append(w.problems, Problem{Field: field, Line: 1, Column: 1,
		Message: fmt.Sprintf("the expression gives %s and must give %s", article(n.Kind), want)})
}

// article is the kind as a noun of a sentence.
func article(k ir.Kind) string {
	if k == ir.Int {
		return "an int"
	}
	return "a " + k.String()
}

// forEach sets the list and its variable.
func (w *compilation) forEach() {
	c := &w.check
	switch {
	case c.ForEachIn == "" && c.ForEachAs == "":
		return
	case c.ForEachIn == "":
		w.report("forEach.in", "is missing: name a list of rows such as client.contacts")
		return
	case !isIdentifier(c.ForEachAs):
		w.report("forEach.as", "%q is not a variable name: letters, digits and _, not a digit first, and no word of the language", c.ForEachAs)
		return
	case c.ForEachAs == "client" || c.ForEachAs == "now":
		w.report("forEach.as", "%q is taken: choose another name", c.ForEachAs)
		return
	}
	list := w.expression("forEach.in", c.ForEachIn, 1, 1)
	if list == nil {
		return
	}
	if list.Kind != ir.Rows {
		w.wrongKind("forEach.in", list, "a list of rows, such as client.contacts")
		return
	}
	w.out.List = list
	w.out.Var = &ir.Var{Name: c.ForEachAs, Kind: ir.Row, Row: list.Row}
}

// params compiles the placeholders of a message. A placeholder that several languages share
// is compiled once.
func (w *compilation) params(field string, texts map[string]string) {
	known := map[string]bool{}
	for _, language := range slices.SortedFunc(maps.Keys(texts), byLanguage) {
		at := field + "." + language
		list, problem := placeholders(texts[language])
		for _, p := range list {
			if known[p.key] {
				continue
			}
			if w.param(at, p) {
				known[p.key] = true
			}
		}
		if problem != nil {
			problem.Field = at
			w.problems = append(w.problems, *problem)
		}
	}
}

// byLanguage puts English first, since its placeholders are the ones people read.
func byLanguage(a, b string) int {
	english := func(s string) int {
		if s == "en" {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(english(a), english(b)), cmp.Compare(a, b))
}

// param says whether the placeholder is in order.
func (w *compilation) param(field string, p placeholder) bool {
	n := w.expression(field, p.key, p.line, p.column)
	if n == nil {
		return false
	}
	as := ir.AsText
	switch n.Kind {
	case ir.Bool, ir.Int, ir.Uint, ir.Double, ir.String, ir.Enum:
	case ir.Millis, ir.Time:
		if n.Op == ir.Field && n.Slot.Kind == abi.KindDate {
			as = ir.AsDate
		}
	default:
		w.problems = append(w.problems, Problem{Field: field, Line: p.line, Column: p.column,
			Message: fmt.Sprintf("a %s cannot be shown in a message: name a text, number, time or truth value of it", n.Kind)})
		return false
	}
	w.out.Params = append(w.out.Params, ir.Param{Key: p.key, Value: n, Given: ir.GivenOf(n), As: as})
	return true
}

// checkPath checks that the path leads to something in the client's JSON form.
func (w *compilation) checkPath() {
	path := w.check.Path
	if path == "" {
		return
	}
	switch rows := strings.Count(path, "[]"); {
	case rows > 1:
		w.report("path", "[] stands twice, and forEach walks one list")
	case rows == 1 && w.check.ForEachIn == "":
		w.report("path", "[] stands for the row of forEach, and there is no forEach")
	default:
		w.walkPath(path)
	}
}

// describe sets the description that the module gives of itself.
func (w *compilation) describe() {
	c := &w.check
	d := abi.CheckDescription{Name: c.Name, Type: c.Type}
	if len(c.Message) > 0 {
		d.Messages = map[string]map[string]string{c.Name: c.Message}
	}
	for label, title := range c.Labels {
		if d.Labels == nil {
			d.Labels, d.Messages = map[string]abi.LabelDescription{}, map[string]map[string]string{}
		}
		d.Labels[label] = abi.LabelDescription{Title: title}
		if len(c.Reason) > 0 {
			d.Messages[label] = c.Reason
		}
	}
	text, err := json.Marshal(abi.Description{ABI: abi.ModuleVersion, Checks: []abi.CheckDescription{d}})
	if err == nil {
		_, err = abi.ParseDescription(text)
	}
	if err != nil {
		w.report("message", "the module cannot describe itself: %v", err)
		return
	}
	w.out.Description = text
}
