package assay_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/sdk/go"
)

// A file that is left out of Source is missing in every new project.
func TestSourceIsTheWholeModule(t *testing.T) {
	want := []string{"go.mod"}
	for _, pattern := range []string{"*.go", "assaytest/*.go", "internal/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") && file != "source.go" {
				want = append(want, filepath.ToSlash(file))
			}
		}
	}
	var got []string
	err := fs.WalkDir(assay.Source, ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			got = append(got, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("Source holds\n%q\nthe module is\n%q", got, want)
	}
}

func TestTemplateIsEmbeddedWithItsHiddenFiles(t *testing.T) {
	for _, name := range []string{"template/.gitignore.tmpl", "template/.github/workflows/rule.yml.tmpl", "template/go.mod.tmpl"} {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := assay.Template.ReadFile(name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
