package cel

import (
	"fmt"
	"strings"

	"assay/rules/cel/internal/ir"
	"assay/sdk/abi"
)

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
		w.absent("severityBy", c.SeverityBy != "", why)
		w.absent("suggest", c.Suggest != "", why)
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
	w.severity()
	w.suggestion()
	w.params("message", c.Message)
}

func (w *compilation) segmentation() {
	if w.check.Label == "" {
		w.report("label", "is missing: give an expression whose text is the label")
	} else if n := w.expression("label", w.check.Label, 1, 1); n != nil {
		if n.Kind == ir.Dyn {
			n = ir.ConvertOf(ir.Pos{Field: "label", Line: 1, Column: 1}, ir.String, n)
		}
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
	if n != nil && n.Kind == ir.Dyn {
		n = ir.ConvertOf(ir.Pos{Field: field, Line: 1, Column: 1}, ir.Bool, n)
	}
	if n != nil && n.Kind != ir.Bool {
		w.wrongKind(field, n, "true or false")
		return nil
	}
	return n
}

func (w *compilation) wrongKind(field string, n *ir.Node, want string) {
	hint := ""
	if n.Kind == ir.Optional {
		hint = ": say with .orValue(…) what it is when there is none"
	}
	w.problems = append(w.problems, Problem{Field: field, Line: 1, Column: 1,
		Message: fmt.Sprintf("the expression gives %s and must give %s%s", article(n.Kind), want, hint)})
}

// article is the kind as a noun of a sentence.
func article(k ir.Kind) string {
	if k == ir.Int || k == ir.Optional {
		return "an " + k.String()
	}
	return "a " + k.String()
}

// forEach sets the list and its variable.
func (w *compilation) forEach() {
	c := &w.check
	if c.ForEachIn == "" && c.ForEachAs == "" {
		return
	}
	w.noRow = true
	switch {
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
	w.noRow = false
	w.out.List = list
	w.out.Var = &ir.Var{Name: c.ForEachAs, Kind: ir.Row, Row: list.Row}
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
		w.target, w.found = w.walkPath(path)
	}
}
