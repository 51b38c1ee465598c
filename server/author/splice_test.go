package author

import (
	"bytes"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"assay/rules"
)

// FuzzRewrite changes each case of a file: the file then says so, or is left to be changed by hand, and all other
// cases stay as they were.
func FuzzRewrite(f *testing.F) {
	for _, seed := range []string{
		"- client: {}\n", "- findings: [{path: a}]\n  client:\n    name: |\n      x\n\n      y\n\n# c\n- client: {}\n  fuel: 3 # f\n",
		"- {client: {name: \"a } b\"}, label: 'it''s'}\n", "[{\"client\": {}}]", "-   client: {}\r\n    findings:\r\n    - path: x\r\n",
		"- client: {}\n  findings:\n  - &a {path: x}\n  - *a\n", "---\n- client: {}\n---\n- client: {}\n  label: b\n", "- fuel: 1\n  ? client\n  : {}\n",
		"- label: >-\n    folded\n     more\n  client: {name: 'a\n    b'}\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		placed, err := rules.ParsePlacedCases([]byte(text))
		if err != nil {
			return
		}
		places, err := mappings([]byte(text))
		if err != nil {
			return // what reads as JSON alone
		}
		for i := range placed {
			line, column := placed[i].Place("")
			item := places[position{line, column}]
			if item == nil {
				continue
			}
			changed, err := rewrite([]byte(text), item, []change{
				{"label", func(*yaml.Node) *yaml.Node { return nil }},
				{"error", func(*yaml.Node) *yaml.Node { return nil }},
				{"reason", func(*yaml.Node) *yaml.Node { return nil }},
				{"fuel", func(was *yaml.Node) *yaml.Node { return scalar(was, "!!int", "77") }},
				{"findings", func(*yaml.Node) *yaml.Node { return jsonNode([]byte(`[{"path": "new"}]`)) }},
			})
			if err != nil || sameButExpectations(rules.ProjectCases, []byte(text), changed) != nil {
				continue // by hand
			}
			after, err := rules.ParseCases(changed)
			if err != nil {
				t.Fatal(err)
			}
			c := after[i]
			if c.Fuel != 77 || c.Label != "" || c.Error != "" || len(c.Findings) != 1 || c.Findings[0].Path != "new" {
				t.Fatalf("case %d of\n%s\nis now %+v in\n%s", i, text, c, changed)
			}
			others(t, placed, after, i)
			if n := bytes.Count(changed, []byte("#")); n < strings.Count(text, "#")-strings.Count(string(text[offset([]byte(text), line, column):]), "#") {
				t.Fatalf("a comment before case %d is gone:\n%s\nwas\n%s", i, changed, text)
			}
		}
	})
}

// others checks that the other cases expect what they expected.
func others(t *testing.T, before []rules.PlacedCase, after []rules.Case, but int) {
	t.Helper()
	for i := range before {
		a, b := before[i].Case, after[i]
		if i != but && (a.Label != b.Label || a.Fuel != b.Fuel || a.Error != b.Error || len(a.Findings) != len(b.Findings)) {
			t.Fatalf("case %d was %+v and is %+v", i, a, b)
		}
	}
}
