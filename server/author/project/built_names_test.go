package project_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/server/author/project"
)

// TestNames: a module with the names of its functions is made beside the one in the project, which stays, and what is built with what is said.
func TestNames(t *testing.T) {
	p, err := project.Create(filepath.Join(t.TempDir(), "licence"), "licence", project.Go)
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	o := project.Options{Said: &said, Announce: true}
	if _, err := p.Build(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	before := read(t, p.Dir, p.Module)
	named, err := p.BuildWithNames(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if read(t, p.Dir, p.Module) != before {
		t.Error("the module in the project is another one")
	}
	for _, tt := range []struct {
		wasm string
		want int
	}{{before, 0}, {string(named), 1}} {
		names, err := abi.CustomSections([]byte(tt.wasm), "name")
		if err != nil || len(names) != tt.want {
			t.Errorf("%d sections with names, want %d: %v", len(names), tt.want, err)
		}
	}
	if lines := strings.SplitAfter(said.String(), "building "+p.ModulePath()+" with go"); len(lines) != 3 {
		t.Errorf("it says %q", said.String())
	}
}

// TestNamesThatNobodyKeeps: where --names has no effect, it is refused before anything is built.
func TestNamesThatNobodyKeeps(t *testing.T) {
	inCEL, err := project.Create(filepath.Join(t.TempDir(), "a"), "a", project.CEL)
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t, map[string]string{"assay.yaml": "language: c\nmodule: rule.wasm\nbuild: {command: [make, all]}\n"})
	byCommand, err := project.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for want, p := range map[string]*project.Project{"rules in CEL have no functions": inCEL, "the module is built by `make all`, as ": byCommand} {
		_, plain := p.Build(t.Context(), project.Options{Names: true})
		_, named := p.BuildWithNames(t.Context(), project.Options{})
		for _, err := range []error{plain, named} {
			if refused, is := errors.AsType[*project.RefusedError](err); !is || !strings.HasPrefix(refused.Reason, want) {
				t.Errorf("%v, want %s", err, want)
			}
		}
	}
}
