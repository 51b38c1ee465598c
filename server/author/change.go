package author

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"assay/server/cases"
	"assay/server/crm"
)

// change gives a key of a case another value: that for the value it has, nil for none. No new value
// takes the key out.
type change struct {
	key string
	to  func(was *yaml.Node) *yaml.Node
}

// changesOf are the changes after which a case expects what came.
func changesOf(o *Outcome) (list []change) {
	has := func(field string) bool {
		return slices.ContainsFunc(o.Differences, func(d cases.Difference) bool {
			return d.Finding == "" && (d.Field == field || strings.HasPrefix(d.Field, field+"."))
		})
	}
	if slices.ContainsFunc(o.Differences, func(d cases.Difference) bool { return d.Finding != "" }) {
		list = append(list, change{"findings", o.findings})
	}
	v := &o.Verdict
	if has("label") {
		list = append(list, change{"label", textOrNone(v.Label)})
	}
	if o.Reason != nil && (has("reason") || has("label")) {
		list = append(list, change{"reason", o.reasons})
	}
	if has("measures") {
		list = append(list, change{"measures", o.measures})
	}
	if has("error") {
		list = append(list, change{"error", textOrNone(v.Error)})
		if v.Error == "" { // it is judged now
			list = append(list, change{"findings", o.findings}, change{"label", textOrNone(v.Label)})
		}
	}
	if has("fuel") {
		list = append(list, change{"fuel", func(was *yaml.Node) *yaml.Node { return scalar(was, "!!int", strconv.FormatInt(atMost(v.Fuel), 10)) }})
	}
	return list
}

// atMost rounds fuel up to two digits: a bound is easier to read than a figure, and lasts longer.
func atMost(fuel int64) int64 {
	unit := int64(1)
	for fuel/unit >= 100 {
		unit *= 10
	}
	return (fuel + unit - 1) / unit * unit
}

func textOrNone(text string) func(*yaml.Node) *yaml.Node {
	return func(was *yaml.Node) *yaml.Node {
		if text == "" {
			return nil
		}
		return scalar(was, "!!str", text)
	}
}

// findings are those that came: the expected ones that did with what they say now, then the others.
func (o *Outcome) findings(was *yaml.Node) *yaml.Node {
	list := was
	if list == nil || list.Kind != yaml.SequenceNode {
		list = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		if len(o.Verdict.Findings) < 2 {
			list.Style = yaml.FlowStyle
		}
	}
	match := cases.Match(o.rule, o.Findings, o.Verdict.Findings)
	var items []*yaml.Node
	for i, j := range match {
		if j < 0 || i >= len(list.Content) {
			continue
		}
		o.update(list.Content[i], i, &o.Verdict.Findings[j])
		items = append(items, list.Content[i])
	}
	for j := range o.Verdict.Findings {
		if !slices.Contains(match, j) {
			items = append(items, o.expect(&o.Verdict.Findings[j]))
		}
	}
	switch list.Content = items; {
	case len(items) == 0 && was == nil:
		return nil
	case len(items) == 0:
		list.Style = yaml.FlowStyle
	}
	return list
}

// update gives the i-th expected finding what it says of the one that came.
func (o *Outcome) update(item *yaml.Node, i int, f *crm.Finding) {
	want := &o.Findings[i]
	if want.Code != "" || f.Code != o.rule.Name {
		set(item, "code", f.Code)
	}
	if want.Path != "" {
		set(item, "path", f.Path)
	}
	if want.RowID != "" {
		set(item, "rowId", f.RowID)
	}
	if want.Severity != "" {
		set(item, "severity", string(cases.Severity(o.rule, f)))
	}
	if want.Suggest != nil {
		put(item, "suggest", jsonNode(f.Suggest))
	}
	messages := valueOf(item, "message")
	for language := range want.Message {
		set(messages, language, cases.Message(o.rule, f, language))
	}
}

// expect is a finding as a case expects it: where it is, and what of it is its own.
func (o *Outcome) expect(f *crm.Finding) *yaml.Node {
	item := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}
	if f.Code != o.rule.Name || f.Path == "" {
		set(item, "code", f.Code)
	}
	for _, field := range []struct{ key, value string }{{"path", f.Path}, {"rowId", f.RowID}, {"severity", string(f.Severity)}} {
		if field.value != "" {
			set(item, field.key, field.value)
		}
	}
	if f.Suggest != nil {
		put(item, "suggest", jsonNode(f.Suggest))
	}
	return item
}

func (o *Outcome) reasons(was *yaml.Node) *yaml.Node {
	if o.Verdict.Label == "" {
		return nil
	}
	for language := range o.Reason {
		set(was, language, cases.Reason(o.rule, &o.Verdict, language))
	}
	return was
}

// measures are those that were expected and given.
func (o *Outcome) measures(was *yaml.Node) *yaml.Node {
	for name := range o.Measures {
		if n, given := o.Verdict.Measures[name]; given {
			put(was, name, scalar(valueOf(was, name), "!!int", strconv.FormatInt(n, 10)))
		} else {
			put(was, name, nil)
		}
	}
	if len(was.Content) == 0 {
		return nil
	}
	return was
}
