package reconcile

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
)

func (r *Reconciler) prepareRule(ctx context.Context, rule *rules.Rule) (*next, error) {
	if owner := r.owner(rule.Metadata.Name); owner != "" {
		return nil, invalid("metadata.name", "name_in_use", "the rule %s belongs to the field %s; change spec.requiredFor there, or choose another name", rule.Metadata.Name, owner)
	}
	if IsSelector(rule.Metadata.Name) {
		return nil, invalid("metadata.name", "name_in_use", "rules of names like %s belong to waivers; choose another name", rule.Metadata.Name)
	}
	n := &next{affects: true}
	if err := r.add(ctx, n, r.compiler.Load(), rule); err != nil {
		return nil, err
	}
	return n, nil
}

// add compiles and tries a rule and makes it part of n.
func (r *Reconciler) add(ctx context.Context, n *next, compiler *engine.Compiler, rule *rules.Rule) error {
	compiled := r.takeReady(compiler, rule)
	if compiled == nil {
		var err error
		if compiled, err = compiler.Compile(ctx, rule); err != nil {
			return err
		}
		if err := r.try(ctx, rule, compiled, r.fields()); err != nil {
			r.closeAll(ctx, compiled.Close)
			n.discard(ctx)
			return err
		}
	}
	n.rules = append(n.rules, compiled)
	if !sameVerdicts(r.running[rule.Metadata.Name], compiled) {
		n.judge = append(n.judge, rule.Metadata.Name)
	}
	return r.keepModule(n, compiled)
}

// keepModule has the module stored that compilation made of a rule, if it made one.
func (r *Reconciler) keepModule(n *next, compiled *engine.Rule) (err error) {
	if compiled.Wasm == nil || IsSelector(compiled.Name) {
		return nil
	}
	m := r.module(compiled.Digest, compiled.Wasm)
	m.Made = true
	if check, ok := compiled.Description(); ok {
		m.Meta, err = json.Marshal(abi.Description{ABI: abi.ModuleVersion, Checks: []abi.CheckDescription{check}})
	}
	n.modules = append(n.modules, m)
	return err
}

// owner returns the field that a generated rule of that name belongs to.
func (r *Reconciler) owner(rule string) string {
	for key, o := range r.objects {
		if f, ok := o.Object.(*rules.Field); ok {
			if generated, ok := f.RequiredRule(); ok && generated.Metadata.Name == rule {
				return key.name
			}
		}
	}
	return ""
}

// tryCases runs the rule's own cases and lists every one it misses.
func tryCases(ctx context.Context, now time.Time, rule *rules.Rule, set *engine.Set) error {
	missed := &crm.InvalidError{}
	for i, c := range rule.Spec.Cases {
		field := fmt.Sprintf("spec.cases[%d]", i)
		problem := func(code, message string) {
			missed.Problems = append(missed.Problems, crm.Problem{Field: field, Code: code, Message: message})
		}
		card, err := caseCard(c, set.Fields)
		if err != nil {
			problem("invalid_case", "client: "+err.Error())
			continue
		}
		at := now
		if !c.Now.IsZero() {
			at = c.Now
		}
		results, _, err := set.EvaluateOne(ctx, at, card)
		if err != nil {
			return err
		}
		if difference := compareCase(rule, c, results); difference != "" {
			problem("case_missed", difference)
		}
	}
	if len(missed.Problems) > 0 {
		return missed
	}
	return nil
}

// caseCard returns the card of a case's client, as it would be stored where
// these custom fields are declared.
func caseCard(c rules.Case, fields map[string]crm.FieldType) ([]byte, error) {
	client := crm.Client{Kind: "company"}
	dec := json.NewDecoder(bytes.NewReader(c.Client))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&client); err != nil {
		return nil, err
	}
	for name, v := range client.Fields {
		t, declared := fields[name]
		if !declared {
			continue
		}
		typed, ok := typedAs(v, t)
		if !ok {
			return nil, fmt.Errorf("fields.%s: the value is no %s", name, t)
		}
		client.Fields[name] = typed
	}
	return crm.EncodeCard(nil, &client)
}

// typedAs gives a value read from JSON the type of a declared field: numbers
// may be integers there, and dates and times are text.
func typedAs(v crm.Value, t crm.FieldType) (crm.Value, bool) {
	if v.Type == t {
		return v, true
	}
	text, err := json.Marshal(v)
	if err != nil {
		return v, false
	}
	typed := crm.Value{Type: t}
	switch t {
	case crm.FieldInteger:
		err = json.Unmarshal(text, &typed.Integer)
	case crm.FieldDate:
		var day crm.Date
		err = day.UnmarshalJSON(text)
		typed.Integer = day.UnixMilli()
	case crm.FieldTime:
		var at crm.Time
		err = at.UnmarshalJSON(text)
		typed.Integer = at.UnixMilli()
	default:
		return v, false
	}
	return typed, err == nil
}

// compareCase says how the results differ from what the case expects, "" when they do not.
func compareCase(rule *rules.Rule, c rules.Case, results []crm.Result) string {
	var got crm.Result
	if len(results) > 0 {
		got = results[0]
	}
	if got.Error != "" {
		return "the rule failed: " + got.Error
	}
	if got.Label != c.Label {
		return fmt.Sprintf("expected the label %q, got %q", c.Label, got.Label)
	}
	left := slices.Clone(got.Findings)
	var missing []string
	for _, want := range c.Findings {
		at := slices.IndexFunc(left, func(f crm.Finding) bool { return matches(rule, want, f) && sameMessage(rule, want, f) })
		if at < 0 {
			missing = append(missing, findingText(want.Code, want.Path))
			continue
		}
		left = slices.Delete(left, at, at+1)
	}
	var parts []string
	if len(missing) > 0 {
		parts = append(parts, "expected and not found: "+strings.Join(missing, ", "))
	}
	for _, f := range left {
		parts = append(parts, "found and not expected: "+findingText(f.Code, f.Path))
	}
	return strings.Join(parts, "; ")
}

func findingText(code, path string) string { return strings.TrimSpace(code + " at " + path) }

func matches(rule *rules.Rule, want rules.CaseFinding, got crm.Finding) bool {
	code := want.Code
	if code == "" {
		code = rule.Metadata.Name
	}
	severity := rules.Severity(cmp.Or(got.Severity, crm.Severity(rule.Spec.Severity)))
	return got.Code == code && (want.Path == "" || want.Path == got.Path) && (want.RowID == "" || want.RowID == got.RowID) &&
		(want.Severity == "" || want.Severity == severity) && (want.Suggest == nil || sameJSON(want.Suggest, got.Suggest))
}

func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// sameMessage compares the texts a case expects with the rendered messages of
// the rule's manifest.
func sameMessage(rule *rules.Rule, want rules.CaseFinding, got crm.Finding) bool {
	for lang, text := range want.Message {
		rendered := rules.Render(rule.Spec.Message[lang], func(key string) (string, bool) {
			i := slices.IndexFunc(got.Params, func(p crm.Param) bool { return p.Key == key })
			if i < 0 {
				return "", false
			}
			return got.Params[i].Value, true
		})
		if rendered != text {
			return false
		}
	}
	return true
}
