package rules_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"assay/rules"
)

func TestManifestFiles(t *testing.T) {
	folder := fstest.MapFS{}
	for _, name := range []string{
		"b.yml", "a.yaml", "c/rule.json", "c/cases.yaml", "c/d/cases.json", "c/d/e.yaml", "notes.txt", "rule.wasm", ".hidden.yaml", ".git/config.yaml", "UPPER.YAML.bak",
	} {
		folder[name] = &fstest.MapFile{}
	}
	got, err := rules.ManifestFiles(folder)
	want := []string{"a.yaml", "b.yml", "c/d/e.yaml", "c/rule.json"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v %v, want %v", got, err, want)
	}
	if _, err := rules.ManifestFiles(os.DirFS("nowhere")); err == nil {
		t.Error("a folder that is not there was read")
	}
}

func TestWhatIsNoManifestIsOneProblem(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"a list, as a case file is", "- name: a case\n  client: {kind: company}\n"},
		{"a line of CSV", "name;taxId\nChamomile;7707083893\n"},
		{"a word", "hello"},
		{"something else of YAML", "services:\n  web: {image: nginx}\n"},
		{"an empty object", "{}"},
	} {
		_, err := rules.Parse([]byte(c.text), rules.ParseOptions{})
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "line 1, column 1: ") || !strings.Contains(err.Error(), "apiVersion: assay/v1") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
