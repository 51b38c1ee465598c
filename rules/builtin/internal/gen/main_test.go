package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestCommittedModulesAreThoseOfTheirManifests(t *testing.T) {
	manifests, err := filepath.Glob(filepath.Join("..", "..", "*", "rule.yaml"))
	if err != nil || len(manifests) == 0 {
		t.Fatalf("no manifests: %v", err)
	}
	for _, manifest := range manifests {
		t.Run(filepath.Base(filepath.Dir(manifest)), func(t *testing.T) {
			want, err := compile(manifest)
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(modulePath(manifest))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is not what its manifest compiles to; run go generate ./rules/builtin", modulePath(manifest))
			}
		})
	}
}

func TestGenerateSaysWhatIsWrong(t *testing.T) {
	if err := generate(t.TempDir()); err == nil {
		t.Error("an empty folder is generated from")
	}
	root := t.TempDir()
	folder := filepath.Join(root, "bad")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"kind: Rule", "apiVersion: assay/v1\nkind: Field\nmetadata: {name: a}\nspec: {type: date}\n"} {
		if err := os.WriteFile(filepath.Join(folder, "rule.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := generate(root); err == nil {
			t.Errorf("%q is generated from", text)
		}
	}
}
