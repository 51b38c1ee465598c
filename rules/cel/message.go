package cel

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"assay/rules/cel/internal/ir"
	"assay/sdk/abi"
)

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
			Message: fmt.Sprintf("%s cannot be shown in a message: name a text, number, time or truth value of it", article(n.Kind))})
		return false
	}
	w.out.Params = append(w.out.Params, ir.Param{Key: p.key, Value: n, Given: ir.GivenOf(n), As: as})
	return true
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
