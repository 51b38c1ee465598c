package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/server/author/project"
)

// TestModulesAreCompiledWithinBounds: by the program that the options name, into their folder.
func TestModulesAreCompiledWithinBounds(t *testing.T) {
	const data = "\x0b\x88\xc0\x02\x01\x00\x41\x00\x0b\x80\xc0\x02" // 40 KiB: small modules are compiled at once
	dir := folder(t, map[string]string{"assay.yaml": "language: stdio\nmodule: rule.wasm\nbuild: {command: [./make.sh]}\n",
		"make.sh": "#!/bin/sh\ncp in.wasm rule.wasm\n", "in.wasm": command + data + strings.Repeat("\x00", 40<<10)})
	p, err := project.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Build(t.Context(), project.Options{Cache: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	fails := folder(t, map[string]string{"compiler": "#!/bin/sh\nexit 9\n"})
	var refused *project.ModuleError
	_, err = p.Build(t.Context(), project.Options{Cache: t.TempDir(), Compiler: []string{filepath.Join(fails, "compiler")}})
	if !errors.As(err, &refused) || refused.Code != "compile_limit" {
		t.Errorf("the compiler is not asked: %v", err)
	}
}

func TestWhatIsCompiledIsKept(t *testing.T) {
	for _, language := range []project.Language{project.CEL, project.Stdio} {
		dir := folder(t, map[string]string{"assay.yaml": "language: stdio\nmodule: rule.wasm\nbuild: {command: [./make.sh]}\n", "make.sh": "#!/bin/sh\ncp in.wasm rule.wasm\n", "in.wasm": command})
		p, err := project.Open(dir)
		if language == project.CEL {
			p, err = project.Create(filepath.Join(dir, "made"), "next-contact", project.CEL)
		}
		if err != nil {
			t.Fatal(err)
		}
		cache := t.TempDir()
		if _, err := p.Build(t.Context(), project.Options{Cache: cache}); err != nil {
			t.Fatal(err)
		}
		if kept, err := os.ReadDir(cache); err != nil || len(kept) == 0 {
			t.Errorf("%s: nothing is kept: %v", language, err)
		}
	}
}
