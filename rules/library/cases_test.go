package library_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/rules"
	"assay/rules/library"
	"assay/sdk/abi"
	"assay/server/canon"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/wasm"
)

// declared are the custom fields of the base in which the cases happen.
var declared = map[string]crm.FieldType{"gln": crm.FieldString, "staff": crm.FieldInteger, "score": crm.FieldNumber, "licenceUntil": crm.FieldDate}

var compiler *engine.Compiler

func TestMain(m *testing.M) {
	ctx := context.Background()
	host, err := wasm.New(ctx, wasm.Config{Phone: canon.ValidPhone})
	if err != nil {
		panic(err)
	}
	compiler, err = engine.NewCompiler(declared, func(ctx context.Context, bytes []byte) (engine.Module, error) {
		m, err := host.Load(ctx, bytes)
		return hosted{m}, err
	}, nil)
	if err != nil {
		panic(err)
	}
	code := m.Run()
	_ = host.Close(ctx)
	os.Exit(code)
}

// hosted is a module of the host in the engine's terms.
type hosted struct{ *wasm.Module }

func (h hosted) Evaluate(ctx context.Context, now time.Time, checks []abi.Configured, batch *abi.Batch, to abi.Receiver) error {
	return h.Module.Measure(ctx, now, checks, batch, to)
}

// enable returns the manifest of a rule of the library, as a user would write it.
func enable(t testing.TB, name string, settings []byte, more string) *rules.Rule {
	t.Helper()
	text := fmt.Sprintf(`{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"a-rule"},"spec":{"library":%q%s`, name, more)
	if settings != nil {
		text += `,"settings":` + string(settings)
	}
	o, err := rules.ParseOne([]byte(text+"}}"), rules.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return o.(*rules.Rule)
}

func compile(t testing.TB, r *rules.Rule) *engine.Rule {
	t.Helper()
	compiled, err := compiler.Compile(t.Context(), r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Spec.Library, r.Spec.Settings, err)
	}
	t.Cleanup(func() { _ = compiled.Close(context.Background()) })
	return compiled
}

// judge returns what a rule finds about a client.
func judge(t testing.TB, r *engine.Rule, now time.Time, client *crm.Client) []crm.Finding {
	t.Helper()
	card, err := crm.EncodeCard(nil, client)
	if err != nil {
		t.Fatal(err)
	}
	results, _, err := engine.NewSet(0, []*engine.Rule{r}, declared, nil).EvaluateOne(t.Context(), now, card)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) == 0 {
		return nil
	}
	if results[0].Error != "" {
		t.Fatalf("%s: %s", r.Spec.Library, results[0].Error)
	}
	return results[0].Findings
}

func clientOf(t testing.TB, text []byte) *crm.Client {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	client := &crm.Client{}
	if err := decoder.Decode(client); err != nil {
		t.Fatalf("client %s: %v", text, err)
	}
	for name, v := range client.Fields { // JSON has no dates and no integers
		switch declared[name] {
		case crm.FieldDate:
			day, err := time.Parse(time.DateOnly, v.Text)
			if err != nil {
				t.Fatal(err)
			}
			client.Fields[name] = crm.Value{Type: crm.FieldDate, Integer: day.UnixMilli()}
		case crm.FieldInteger:
			client.Fields[name] = crm.Value{Type: crm.FieldInteger, Integer: int64(v.Number)}
		}
	}
	return client
}

func text(r *engine.Rule, f crm.Finding, lang string) string {
	return rules.Render(rules.Text(r.Spec.Message, lang), func(key string) (string, bool) {
		i := slices.IndexFunc(f.Params, func(p crm.Param) bool { return p.Key == key })
		if i < 0 {
			return "", false
		}
		return f.Params[i].Value, true
	})
}

// TestCases runs every case of every rule through its compiled module.
func TestCases(t *testing.T) {
	for _, e := range library.All() {
		t.Run(e.Name, func(t *testing.T) {
			cases, err := rules.ParseCases(e.Cases)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cases {
				t.Run(c.Name, func(t *testing.T) { runCase(t, e, c) })
			}
		})
	}
}

func runCase(t *testing.T, e *library.Entry, c rules.Case) {
	rule := compile(t, enable(t, e.Name, c.Settings, ""))
	got := judge(t, rule, cmp.Or(c.Now, time.Now()), clientOf(t, c.Client))
	if len(got) != len(c.Findings) {
		t.Fatalf("got %d findings, want %d: %+v", len(got), len(c.Findings), got)
	}
	for _, want := range c.Findings {
		i := slices.IndexFunc(got, func(f crm.Finding) bool { return f.Path == want.Path })
		if i < 0 {
			t.Fatalf("no finding at %s: %+v", want.Path, got)
		}
		f := got[i]
		if f.Code != "a-rule" || want.RowID != "" && f.RowID != want.RowID {
			t.Errorf("finding %+v, want row %q and the rule's name as code", f, want.RowID)
		}
		if severity := rules.Severity(cmp.Or(f.Severity, crm.Severity(rule.Spec.Severity))); want.Severity != "" && severity != want.Severity {
			t.Errorf("severity %s, want %s", severity, want.Severity)
		}
		if want.Suggest != nil && !sameJSON(want.Suggest, f.Suggest) {
			t.Errorf("suggests %s, want %s", f.Suggest, want.Suggest)
		}
		for lang, message := range want.Message {
			if said := text(rule, f, lang); said != message {
				t.Errorf("says in %s\n     %s\nwant %s", lang, said, message)
			}
		}
	}
}

func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// TestCasesShowBothSides holds that a rule's examples have clients with findings and without, that each language
// is rendered once, and that each setting is given.
func TestCasesShowBothSides(t *testing.T) {
	for _, e := range library.All() {
		cases, err := rules.ParseCases(e.Cases)
		if err != nil {
			t.Fatalf("%s: %v", e.Name, err)
		}
		var with, without int
		names, said, given := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for _, c := range cases {
			if strings.TrimSpace(c.Name) == "" || names[c.Name] {
				t.Errorf("%s: the case %q has no name of its own", e.Name, c.Name)
			}
			names[c.Name] = true
			if len(c.Findings) > 0 {
				with++
			} else {
				without++
			}
			for _, f := range c.Findings {
				maps.Insert(said, maps.All(asSet(f.Message)))
			}
			maps.Insert(given, maps.All(asSet(object(t, c.Settings))))
		}
		if with < 2 || without < 2 || len(said) != len(rules.Languages()) {
			t.Errorf("%s: %d cases with findings, %d without, messages in %v", e.Name, with, without, said)
		}
		for name := range properties(t, e) {
			if !given[name] {
				t.Errorf("%s: no case gives the setting %s", e.Name, name)
			}
		}
	}
}

func asSet[V any](m map[string]V) map[string]bool {
	set := map[string]bool{}
	for k := range m {
		set[k] = true
	}
	return set
}

func object(t *testing.T, text []byte) map[string]json.RawMessage {
	t.Helper()
	if text == nil {
		return nil
	}
	var o map[string]json.RawMessage
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	return o
}
