package cel

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/common/types"

	"assay/rules/cel/internal/ir"
	"assay/sdk/abi"
)

// severity compiles the expression of a finding's own severity. What the expression can be
// seen to give must be one; what turns out to be none leaves the rule's severity.
func (w *compilation) severity() {
	expr := w.check.SeverityBy
	if expr == "" {
		return
	}
	n := w.expression("severityBy", expr, 1, 1)
	if n == nil {
		return
	}
	if n.Kind == ir.Dyn {
		n = ir.ConvertOf(ir.Pos{Field: "severityBy", Line: 1, Column: 1}, ir.String, n)
	}
	if n.Kind != ir.String && n.Kind != ir.Enum {
		w.wrongKind("severityBy", n, `a text, such as client.kind == "company" ? "error" : "warning"`)
		return
	}
	for _, text := range outcomes(n) {
		if text != "" && !slices.Contains(abi.Severities[:], text) {
			w.problems = append(w.problems, Problem{Field: "severityBy", Line: 1, Column: 1,
				Message: fmt.Sprintf(`%q is no severity: give info, warning or error, or "" for that of the rule`, text)})
		}
	}
	w.out.Severity = ir.ConvertOf(n.Pos, ir.String, n)
}

// outcomes are the constants that an expression may give.
func outcomes(n *ir.Node) []string {
	switch n.Op {
	case ir.Const:
		return []string{n.Text}
	case ir.Cond:
		return append(outcomes(n.Args[1]), outcomes(n.Args[2])...)
	case ir.OrElse:
		return append(outcomes(n.Args[0]), outcomes(n.Args[1])...)
	}
	return nil
}

// suggestion compiles the expression of the value that a finding suggests for what the path names.
func (w *compilation) suggestion() {
	expr := w.check.Suggest
	if expr == "" {
		return
	}
	n := w.expression("suggest", expr, 1, 1)
	switch {
	case w.check.Path == "":
		w.report("suggest", "is a value for what path names, and there is no path")
		return
	case n == nil || !w.found:
		return
	}
	value := n
	if n.Kind == ir.Optional {
		value = n.Args[0]
	}
	if want := w.unfit(value); want != "" {
		w.wrongKind("suggest", value, fmt.Sprintf("%s, as %s is", want, w.check.Path))
		return
	}
	pos := ir.Pos{Field: "suggest", Line: 1, Column: 1}
	w.out.AsDates = w.target.slot.Kind == abi.KindDate
	if w.out.Suggest = ir.ConvertOf(pos, ir.Dyn, value); n.Kind == ir.Optional {
		w.out.Suggest = ir.MaybeOf(w.out.Suggest)
	}
}

// unfit says what the field of the path must be given, "" when a value of this kind can be it.
func (w *compilation) unfit(value *ir.Node) string {
	fits := func(want string, kinds ...ir.Kind) string {
		if value.Kind == ir.Dyn || slices.Contains(kinds, value.Kind) {
			return ""
		}
		return want
	}
	t := w.target.celType
	if t == nil {
		return fits("a text", ir.String, ir.Enum)
	}
	switch t.Kind() {
	case types.StringKind:
		return fits("a text", ir.String, ir.Enum)
	case types.BoolKind:
		return fits("true or false", ir.Bool)
	case types.IntKind:
		return fits("an int", ir.Int, ir.Uint)
	case types.DoubleKind:
		return fits("a number", ir.Int, ir.Uint, ir.Double)
	case types.TimestampKind:
		return fits("a timestamp or its text", ir.Millis, ir.Time, ir.String)
	case types.ListKind:
		return fits("a list", ir.Strings, ir.List)
	}
	return fits("a map", ir.Map)
}
