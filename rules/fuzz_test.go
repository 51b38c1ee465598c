package rules_test

import (
	"bytes"
	"errors"
	"testing"

	"assay/rules"
)

// FuzzParse holds that any text gives objects or a list of problems with their places, and
// that objects written as YAML and as JSON read back as themselves.
func FuzzParse(f *testing.F) {
	for _, text := range []string{jobTitle, size, licence, module, sizes, sizes + "---\n" + licence, "a: &a [*a]", `{"a":[{"b":1e999}]}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		objects, err := rules.Parse(data, rules.ParseOptions{ModulePaths: true})
		if err != nil {
			checkPlaces(t, data, err)
			return
		}
		written := writeYAML(t, objects...)
		again, err := rules.Parse(written, rules.ParseOptions{ModulePaths: true})
		if err != nil {
			t.Fatalf("%v in\n%s", err, written)
		}
		for i := range objects {
			sameObject(t, objects[i], again[i])
		}
	})
}

func checkPlaces(t *testing.T, data []byte, err error) {
	t.Helper()
	var bad *rules.ParseError
	if !errors.As(err, &bad) || len(bad.Problems) == 0 {
		t.Fatalf("%T without problems: %v", err, err)
	}
	lines := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")) + bytes.Count(data, []byte("\u0085")) +
		bytes.Count(data, []byte("\u2028")) + bytes.Count(data, []byte("\u2029")) + 1
	for i, p := range bad.Problems {
		last := i == len(bad.Problems)-1 && i > 0 // "and 5 more problems"
		if (p.Line < 1 || p.Column < 1) && !last || p.Line > lines+1 || p.Message == "" {
			t.Fatalf("problem %d of %d has no place in %d lines: %+v", i, len(bad.Problems), lines, p)
		}
	}
}

func sameObject(t *testing.T, a, b rules.Object) {
	t.Helper()
	x, err := rules.EncodeJSON(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := rules.EncodeJSON(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(x, y) {
		t.Fatalf("written and read again:\n%s\n%s", x, y)
	}
	stored, err := rules.Decode(x)
	if err != nil || !rules.SameSpec(a, stored) {
		t.Fatalf("decoded: %v\n%s", err, x)
	}
}

// FuzzRender holds that templates never panic, and that one without mistakes
// gives back its text when every key stands for itself.
func FuzzRender(f *testing.F) {
	f.Add(`{{ contact.name != "" ? contact.name : "…" }} has no job title`)
	f.Add(`{{ {"a": "}}"} }}{ }} {{`)
	f.Fuzz(func(t *testing.T, template string) {
		keys, err := rules.Scan(template)
		got := rules.Render(template, func(key string) (string, bool) { return "", false })
		if err == nil && len(keys) == 0 && got != template {
			t.Errorf("%q became %q", template, got)
		}
	})
}
