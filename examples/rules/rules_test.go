// Package rules_test builds every rule project here and tries it on its cases, with the program that authors use.
package rules_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryExampleKeepsItsCases(t *testing.T) {
	assay := filepath.Join(t.TempDir(), "assay")
	run(t, "../..", "go", "build", "-buildvcs=false", "-o", assay, "./cmd/assay")
	projects, err := filepath.Glob("*/assay.yaml")
	if err != nil {
		t.Fatal(err)
	}
	below, err := filepath.Glob("*/*/assay.yaml")
	if err != nil {
		t.Fatal(err)
	}
	projects = append(projects, below...)
	if len(projects) < 6 {
		t.Fatalf("found %d projects: %q", len(projects), projects)
	}
	for _, file := range projects {
		dir := filepath.Dir(file)
		t.Run(filepath.ToSlash(dir), func(t *testing.T) {
			run(t, dir, assay, "rule", "build")
			said := run(t, dir, assay, "rule", "test")
			if !strings.Contains(said, " passed, 0 failed") || strings.Contains(said, "\n0 passed") || strings.HasPrefix(said, "0 passed") {
				t.Errorf("assay rule test says\n%s", said)
			}
		})
	}
}

// run returns what a command wrote, and fails the test with it when the command failed.
func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	command := exec.Command(name, args...)
	command.Dir = dir
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s in %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), dir, err, out)
	}
	return string(out)
}
