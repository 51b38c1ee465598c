package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/server/author/project"
)

// TestLinksLeadNowhere: what is read and written of a project lies in it, whatever links there are.
func TestLinksLeadNowhere(t *testing.T) {
	const ofOut = "language: stdio\nmodule: out/sub/rule.wasm\nbuild: {command: [./make.sh]}\n"
	const described = "language: stdio\nmodule: rule.wasm\ndescription: description.json\nbuild: {command: [./make.sh]}\n"
	for _, tt := range []struct {
		name, yaml, script, link, want string
	}{
		{"the module's folder", ofOut, "cp in.wasm out/sub/rule.wasm", "out", "assay.yaml: module: out/sub is no folder of this project: path escapes from parent"},
		{"the module's folder, made late", ofOut, "rmdir out; ln -s $OUTSIDE out; cp in.wasm out/sub/rule.wasm", "", "escapes from parent"},
		{"the description", described, "cp in.wasm rule.wasm", "description.json", "assay.yaml: description: description.json: path escapes from parent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			outside := folder(t, map[string]string{"sub/kept.txt": "mine"})
			target := outside
			if tt.link == "description.json" {
				target = filepath.Join(outside, "sub", "kept.txt")
			}
			yaml := strings.Replace(tt.yaml, "command: [./make.sh]", "command: [./make.sh], environment: {OUTSIDE: "+outside+"}", 1)
			dir := folder(t, map[string]string{"assay.yaml": yaml, "make.sh": "#!/bin/sh\nset -e\n" + tt.script + "\n", "in.wasm": command})
			var err error
			if tt.link != "" {
				err = os.Symlink(target, filepath.Join(dir, tt.link))
			} else {
				err = os.Mkdir(filepath.Join(dir, "out"), 0o755)
			}
			if err != nil {
				t.Fatal(err)
			}
			p, err := project.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			_, err = p.Build(t.Context(), project.Options{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
			if _, err := os.Stat(filepath.Join(outside, "sub", "rule.wasm")); tt.link != "" && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a module outside: %v", err)
			}
		})
	}
}
