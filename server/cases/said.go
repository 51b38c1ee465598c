package cases

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"assay/rules"
	"assay/server/crm"
	"assay/server/engine"
)

// Severity is the finding's own, or that of the rule.
func Severity(r *engine.Rule, f *crm.Finding) rules.Severity {
	return rules.Severity(cmp.Or(f.Severity, crm.Severity(r.Spec.Severity)))
}

// Message is what people read of a finding in a language.
func Message(r *engine.Rule, f *crm.Finding, language string) string {
	if template := rules.Text(r.Texts(f.Code), language); template != "" {
		return render(template, f.Params)
	}
	return f.Code
}

// Reason is what people read of why a client has its label, in a language.
func Reason(r *engine.Rule, v *engine.Verdict, language string) string {
	return render(rules.Text(r.Texts(v.Label), language), v.Reason)
}

func render(template string, params []crm.Param) string {
	return rules.Render(template, func(key string) (string, bool) {
		i := slices.IndexFunc(params, func(p crm.Param) bool { return p.Key == key })
		if i < 0 {
			return "", false
		}
		return params[i].Value, true
	})
}

// Say tells a verdict in a line.
func Say(r *engine.Rule, v *engine.Verdict) string {
	var parts []string
	for i := range v.Findings {
		f := &v.Findings[i]
		parts = append(parts, name(f.Code, f.Path)+" ("+found(r, f)+")")
	}
	if v.Label != "" {
		parts = append(parts, strings.TrimSpace("the label "+v.Label+" "+Reason(r, v, "en")))
	}
	for _, measure := range slices.Sorted(maps.Keys(v.Measures)) {
		parts = append(parts, fmt.Sprintf("%s = %d", measure, v.Measures[measure]))
	}
	if v.Error != "" {
		parts = append(parts, "the error "+v.Error)
	}
	if parts == nil {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// name names a finding in a sentence: "tax-id at taxId".
func name(code, path string) string {
	if path == "" {
		return code
	}
	return code + " at " + path
}

func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}
