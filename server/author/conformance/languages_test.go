package conformance_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/server/author/project"
	"assay/server/wasm"
)

const sdkDir = "../../../sdk"

// languages are those of the SDK.
var languages = []string{"assemblyscript", "c", "go", "rust"}

func TestEveryLanguageIsTried(t *testing.T) {
	for _, project := range []string{"conformance", "defaults"} {
		found, err := filepath.Glob(filepath.Join(sdkDir, "*", project, "assay.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for i, file := range found {
			found[i] = filepath.Base(filepath.Dir(filepath.Dir(file)))
		}
		if !slices.Equal(found, languages) {
			t.Errorf("%q have a project %s, the tests try %q", found, project, languages)
		}
	}
}

// load builds a project of a language and loads its module. The module that it leaves in the folder is not in git.
func load(t *testing.T, host *wasm.Host, language, name string) *wasm.Module {
	t.Helper()
	noteSources(t, filepath.Join(sdkDir, language))
	return loadFrom(t, host, filepath.Join(sdkDir, language, name))
}

// loadFrom builds the project in a folder and loads its module.
func loadFrom(t *testing.T, host *wasm.Host, dir string) *wasm.Module {
	t.Helper()
	p, err := project.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	if _, err := p.Build(t.Context(), project.Options{Said: &said}); err != nil {
		t.Fatalf("%v\n%s", err, &said)
	}
	built, err := os.ReadFile(p.ModulePath())
	if err != nil {
		t.Fatal(err)
	}
	module, err := host.Load(t.Context(), built)
	if err != nil {
		t.Fatal(err)
	}
	return module
}

// noteSources opens the folders that compilers read: go test runs a test again when what it has opened itself has changed.
func noteSources(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "target") {
			return filepath.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
