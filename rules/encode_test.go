package rules_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"assay/rules"
)

var update = flag.Bool("update", false, "write the golden files")

// stamped returns a rule with everything a server adds to it.
func stamped(t *testing.T) *rules.Rule {
	t.Helper()
	object, err := rules.ParseOne([]byte(jobTitle), rules.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2027, 1, 31, 9, 30, 0, 0, time.UTC)
	rule := object.(*rules.Rule)
	rule.Metadata.Generation, rule.Metadata.ResourceVersion, rule.Metadata.CreationTimestamp = 3, "17", at
	rule.Metadata.Annotations = map[string]string{"note": "two\nlines & <more>"}
	rule.Status = rules.RuleStatus{
		Status: rules.Status{ObservedGeneration: 3}, Module: "sha256:00", Evaluated: 10, Violating: 2,
		Sweep: &rules.Sweep{Done: 5, Total: 10, StartedAt: at}, LastError: "division by zero",
	}
	rule.Status.SetCondition(rules.Condition{Type: rules.Ready, Status: rules.True, Reason: "Compiled"}, at)
	return rule
}

func TestEncodeIsTheSameEveryTime(t *testing.T) {
	objects, err := rules.Parse([]byte(jobTitle+"---\n"+module+"---\n"+licence+"---\n"+sizes), rules.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	objects[0] = stamped(t)
	golden(t, "encoded.yaml", writeYAML(t, objects...))
	line, err := rules.EncodeJSON(objects[0])
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "encoded.json", append(line, '\n'))
}

// writeYAML writes objects one after the other, as a file of manifests.
func writeYAML(t *testing.T, objects ...rules.Object) []byte {
	t.Helper()
	var docs [][]byte
	for _, o := range objects {
		line, err := rules.EncodeJSON(o)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := rules.YAML(line)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	return bytes.Join(docs, []byte("---\n"))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs (go test -update writes it anew); got\n%s", path, got)
	}
}

func TestDecodeReadsWhatEncodeWrote(t *testing.T) {
	want := stamped(t)
	data, err := rules.EncodeJSON(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := rules.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, rules.Object(want)) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for _, bad := range []string{"", "{", `{"kind":"Pod"}`, `{"kind":"Rule","spec":5}`} {
		if object, err := rules.Decode([]byte(bad)); err == nil {
			t.Errorf("%s: got %v", bad, object)
		}
	}
}

func TestSameSpec(t *testing.T) {
	parse := func(text string) rules.Object {
		object, err := rules.ParseOne([]byte(text), rules.ParseOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return object
	}
	cases := []struct {
		name string
		a, b string
		want bool
	}{
		{"itself", module, module, true},
		{"other labels", sizes, edit(sizes, "{name: sizes}", "{name: sizes, labels: {a: b}}"), true},
		{"other order in settings", module, edit(module, `days: 30, list: [a, 1, true, null, 1.5]`, `list: [a, 1, true, null, 1.5], days: 30`), true},
		{"defaults written out", jobTitle, edit(jobTitle, "  path:", "  mode: Monitor\n  severity: warning\n  failurePolicy: Allow\n  path:"), true},
		{"other settings", module, edit(module, "days: 30", "days: 31"), false},
		{"other mode", module, edit(module, "mode: Enforce", "mode: Shadow"), false},
		{"other type of field", licence, edit(licence, "type: date", "type: time"), false},
		{"other values", sizes, edit(sizes, "value: large", "value: huge"), false},
		{"other kinds", sizes, licence, false},
	}
	for _, c := range cases {
		if got := rules.SameSpec(parse(c.a), parse(c.b)); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

// TestYAMLQuotesWhatOthersMisread has texts that YAML 1.1 takes for booleans, numbers and merge keys.
func TestYAMLQuotesWhatOthersMisread(t *testing.T) {
	for _, text := range []string{"yes", "No", "on", "y", "1:20", "<<", "true", "null", "0x1F", "2027-01-01", "1e3"} {
		field := &rules.Field{Metadata: rules.Metadata{Name: "f"}, Spec: rules.FieldSpec{Type: rules.FieldString, Description: text}}
		field.SetDefaults()
		written := writeYAML(t, field)
		if want := `description: "` + text + `"`; !strings.Contains(string(written), want) {
			t.Errorf("%s is written as\n%s", text, written)
		}
	}
}
