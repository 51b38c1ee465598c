package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"assay/rules"
)

// specLines say in words what an object asks for; of a kind there are no words for, its spec as YAML.
func specLines(o rules.Object, object json.RawMessage, language string) ([]line, error) {
	switch o := o.(type) {
	case *rules.Rule:
		return ruleLines(o, language), nil
	case *rules.Field:
		return fieldLines(o, language), nil
	case *rules.Dictionary:
		return dictionaryLines(o, language), nil
	}
	var raw struct {
		Spec json.RawMessage `json:"spec"`
	}
	if err := json.Unmarshal(object, &raw); err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	text, err := rules.YAML(raw.Spec)
	return []line{{"", string(text)}}, err
}

// modeWords say what a rule's results lead to.
var modeWords = map[rules.Mode]string{
	rules.Shadow:  "Shadow: it is evaluated, and reports do not show it",
	rules.Monitor: "Monitor: reports show what it finds",
	rules.Enforce: "Enforce: reports show what it finds, and a write that would bring a finding in is refused",
}

// policyWords say what an enforcing rule does with a write that it could not judge.
var policyWords = map[rules.FailurePolicy]string{
	rules.Allow:  "a write that it cannot judge is let through",
	rules.Refuse: "a write that it cannot judge is refused",
}

func ruleLines(r *rules.Rule, language string) []line {
	s := &r.Spec
	lines := []line{{"Type", string(s.Type) + ": " + map[rules.RuleType]string{rules.Quality: "it finds what is wrong with a client", rules.Segmentation: "it gives a client a label"}[s.Type]}, {"Mode", modeOf(s)}}
	if s.Type == rules.Quality {
		lines = append(lines, line{"Severity", string(s.Severity)}, line{"Severity by", s.SeverityBy})
	}
	lines = append(lines, line{"Judges", judges(s)})
	switch {
	case s.Module != nil:
		lines = append(lines, line{"Runs", moduleWords(s.Module)})
	case s.Library != "":
		lines = append(lines, line{"Runs", "the ready rule " + s.Library + " (assay get library)"})
	}
	lines = append(lines, line{"Settings", compact(s.Settings)})
	if s.ForEach != nil {
		lines = append(lines, line{"For each", s.ForEach.As + " of " + s.ForEach.In})
	}
	lines = append(lines, line{"Requires", s.Require}, line{"Place", s.Path}, line{"Suggests", s.Suggest}, line{"Message", rules.Text(s.Message, language)},
		line{"Label", s.Label}, line{"Labels", labelWords(s.Labels, language)}, line{"Reason", rules.Text(s.Reason, language)})
	return append(lines, line{"Limits", limitWords(s.Limits)}, line{"Isolation", string(s.Isolation)}, line{"Cases", caseWords(len(s.Cases))})
}

func modeOf(s *rules.RuleSpec) string {
	words := modeWords[s.Mode]
	if s.Type == rules.Segmentation {
		words = map[rules.Mode]string{rules.Shadow: "Shadow: it is evaluated, and the labels are not shown", rules.Monitor: "Monitor: the labels are shown"}[s.Mode]
	}
	if s.Mode == rules.Enforce {
		words += "; " + policyWords[s.FailurePolicy]
	}
	return words
}

func judges(s *rules.RuleSpec) string {
	if s.Match == "" {
		return "every client"
	}
	return "clients for which " + s.Match
}

func moduleWords(m *rules.Module) string {
	check := "its only check"
	if m.Check != "" {
		check = "the check " + m.Check
	}
	return check + " of the module " + m.Digest
}

func labelWords(labels map[string]rules.Label, language string) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if title := rules.Text(labels[name].Title, language); title != "" && title != name {
			name += " (" + title + ")"
		}
		list = append(list, name)
	}
	return strings.Join(list, ", ")
}

func limitWords(l *rules.Limits) string {
	if l == nil {
		return ""
	}
	var list []string
	if l.Fuel > 0 {
		list = append(list, grouped(l.Fuel)+" units of fuel a client")
	}
	if l.Memory != "" {
		list = append(list, l.Memory+" of memory")
	}
	return strings.Join(list, ", ")
}

func caseWords(n int) string {
	if n == 0 {
		return ""
	}
	return plural(int64(n), "example that must hold", "examples that must hold")
}

func compact(text json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, text) != nil {
		return "" // there is none
	}
	return b.String()
}

func fieldLines(f *rules.Field, language string) []line {
	lines := []line{{"Holds", string(f.Spec.Type)}, {"Called", f.Title(language)}, {"Description", f.Spec.Description}, {"In CEL", "client.fields." + f.Metadata.Name}}
	if rule, ok := f.RequiredRule(); ok {
		who := "clients for which " + f.Spec.RequiredFor
		if f.Spec.RequiredFor == "true" {
			who = "every client"
		}
		lines = append(lines, line{"Required of", who}, line{"By the rule", rule.Metadata.Name + " (assay describe rule " + rule.Metadata.Name + ")"})
	}
	return lines
}

// mostValues is how many values of a dictionary are listed.
const mostValues = 30

func dictionaryLines(d *rules.Dictionary, language string) []line {
	lines := []line{{"Closes", d.Spec.Of + ": a write with another value is refused"}, {"Values", fmt.Sprint(len(d.Spec.Values))}}
	for i, v := range d.Spec.Values {
		if i == mostValues {
			return append(lines, line{"", fmt.Sprintf("and %d more: assay get dictionary %s -o yaml", len(d.Spec.Values)-i, d.Metadata.Name)})
		}
		text := v.Value
		if title := rules.Text(v.Title, language); title != "" && title != text {
			text += "  " + title
		}
		lines = append(lines, line{"", text})
	}
	return lines
}
