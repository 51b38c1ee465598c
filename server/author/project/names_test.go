package project_test

import (
	"errors"
	"strings"
	"testing"

	"assay/server/author/project"
)

// TestNamesOfFunctions: what each compiler is told so that a profile can tell functions by their names.
func TestNamesOfFunctions(t *testing.T) {
	libraries := folder(t, map[string]string{"libcore-1.rlib": ""})
	fails := func(version string) string {
		return "#!/bin/sh\ncase $1 in\nversion|--version) echo '" + version + "' ;;\n*) exit 1 ;;\nesac\n"
	}
	programs := folder(t, map[string]string{
		"go":    fails("go version go1.26.0 linux/amd64"),
		"cargo": fails("cargo 1.80.0"),
		"rustc": "#!/bin/sh\ncase $1 in\n--version) echo rustc 1.80.0 ;;\n*) echo " + libraries + " ;;\nesac\n",
		"node":  lie("v20.0.0"), "asc": fails("Version 0.28.20"),
	})
	defer project.Usual()()
	for _, tt := range []struct {
		language    project.Language
		named, bare string // flags
	}{
		{project.Go, "-ldflags=-w -o", "-ldflags=-s -w -o"},
		{project.Rust, `--config profile.release.strip="debuginfo"`, ""},
		{project.AssemblyScript, "--debug", ""},
	} {
		p, err := project.Open(folder(t, map[string]string{"assay.yaml": "language: " + string(tt.language) + "\nmodule: rule.wasm\n", "go.mod": "module x\n\ngo 1.24\n", "asconfig.json": "{}"}))
		if err != nil {
			t.Fatal(err)
		}
		for _, names := range []bool{true, false} {
			_, err = p.Build(t.Context(), project.Options{Getenv: variables(map[string]string{"PATH": programs}), Names: names})
			var broken *project.CompileError
			if !errors.As(err, &broken) {
				t.Fatalf("%s: %v", tt.language, err)
			}
			if has := strings.Contains(broken.Command, tt.named); has != names {
				t.Errorf("%s, names %v: `%s`", tt.language, names, broken.Command)
			}
			if !names && !strings.Contains(broken.Command, tt.bare) {
				t.Errorf("%s: `%s` lacks %s", tt.language, broken.Command, tt.bare)
			}
		}
	}
}
