package project_test

import (
	"strings"
	"testing"

	"assay/server/author/project"
)

// TestNamesOfSourcesAreNoArguments: a project's file is compiled, whatever it is called. What clang takes for arguments could
// have it load a program.
func TestNamesOfSourcesAreNoArguments(t *testing.T) {
	module := read(t, "../../../cmd/assay/testdata/script", "rule-build.txtar")
	_, module, _ = strings.Cut(module, "-- has-manager/has-manager.c --\n")
	module, _, _ = strings.Cut(module, "-- broken.c --\n")
	dir := folder(t, map[string]string{"assay.yaml": "language: c\nmodule: rule.wasm\n", "@x.c": module, "-x.c": "int of_a_dash;\n", "src/-x.c": "int of_src;\n", "-x_test.c": "no C"})
	p, err := project.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	built, err := p.Build(t.Context(), project.Options{Said: &said})
	if err != nil || built.Module.Checks[0].Name != "has-manager" {
		t.Errorf("%+v, %v\n%s", built, err, &said)
	}
}
