package rules_test

import (
	"io/fs"
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

func TestManifestFilesOfProjects(t *testing.T) {
	folder := fstest.MapFS{}
	for _, name := range []string{
		"a.yaml", "licence/assay.yaml", "licence/rule.yaml", "licence/cases.yaml", "licence/package.json", "licence/other.yaml", "licence/sdk/x.yaml",
		"licence/node_modules/y/package.json", "licence-2/rule.yaml", "made/assay.yaml", "made/more/assay.yaml", "made/more/rule.yaml",
	} {
		folder[name] = &fstest.MapFile{Data: []byte("name: something\n")}
	}
	folder["licence/fields.yaml"] = &fstest.MapFile{Data: []byte("# of pharmacies\napiVersion: assay/v1\nkind: Field\n")}
	folder["licence/more.json"] = &fstest.MapFile{Data: []byte("{\"apiVersion\": \"assay/v1\"}")}
	folder["licence/deploy.yaml"] = &fstest.MapFile{Data: []byte("apiVersion: apps/v1\nkind: Deployment\n")}
	for _, tt := range []struct {
		at   string
		want []string
	}{
		{".", []string{"a.yaml", "licence/fields.yaml", "licence/more.json", "licence/rule.yaml", "licence-2/rule.yaml"}},
		{"licence", []string{"fields.yaml", "more.json", "rule.yaml"}},
		{"made", nil},
		{"made/more", []string{"rule.yaml"}},
	} {
		at, err := fs.Sub(folder, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		got, err := rules.ManifestFiles(at)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v %v, want %v", tt.at, got, err, tt.want)
		}
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
