package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/server/author/project"
)

// folder writes files into a new folder, executable those that begin with #!, and returns it.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, files)
	return dir
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		mode := os.FileMode(0o644)
		if strings.HasPrefix(text, "#!") {
			mode = 0o755
		}
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), mode)); err != nil {
			t.Fatal(err)
		}
	}
}

// names are the paths of all files below a folder.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(dir, file)
			list = append(list, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestOpen(t *testing.T) {
	dir := folder(t, map[string]string{
		"assay.yaml":     "language: stdio\nmodule: out/rule.wasm\ndescription: description.json\nbuild: {command: [make, all], environment: {ZIG: /opt/zig}}\n",
		"src/deep/x.zig": "",
	})
	for _, below := range []string{"", "src", "src/deep"} {
		p, err := project.Open(filepath.Join(dir, below))
		if err != nil {
			t.Fatal(err)
		}
		if p.Dir != dir || p.Language != project.Stdio || p.ModulePath() != filepath.Join(dir, "out", "rule.wasm") || p.Description != "description.json" ||
			!slices.Equal(p.Command, []string{"make", "all"}) || p.Environment["ZIG"] != "/opt/zig" {
			t.Errorf("from %q: %+v", below, p)
		}
	}
	_, err := project.Open(t.TempDir())
	if !errors.Is(err, project.ErrNone) {
		t.Errorf("a folder in no project: %v", err)
	}
}

func TestOpenListsEveryProblem(t *testing.T) {
	dir := folder(t, map[string]string{"assay.yaml": "module: rule.so\nlanguage: go\nbuild: {command: [go, \"\"]}\n"})
	var bad *project.InvalidError
	if _, err := project.Open(dir); !errors.As(err, &bad) || len(bad.Problems) != 2 {
		t.Fatalf("%v", err)
	}
	if p := bad.Problems[0]; p.Line != 1 || p.Column != 9 || p.Path != "module" {
		t.Errorf("%+v", p)
	}
	if p := bad.Problems[1]; p.Line != 3 || p.Path != "build.command" {
		t.Errorf("%+v", p)
	}
}

func TestVariablesThatAProjectCannotSet(t *testing.T) {
	for name, settable := range map[string]bool{"GOOS": true, "GOWORK": true, "CGO_ENABLED": true, "ZIG": true, "PATH": false, "Path": false, "HOME": false, "LD_PRELOAD": false,
		"GOPROXY": false, "GOFLAGS": false, "GOPRIVATE": false, "GOTOOLCHAIN": false, "RUSTC_WRAPPER": false, "CARGO_NET_OFFLINE": false, "npm_config_offline": false, "NODE_OPTIONS": false} {
		var bad *project.InvalidError
		_, err := project.Open(folder(t, map[string]string{"assay.yaml": "language: go\nmodule: rule.wasm\nbuild:\n  environment:\n    " + name + ": x\n"}))
		switch {
		case settable && err == nil:
		case !settable && errors.As(err, &bad) && len(bad.Problems) == 1 && bad.Problems[0].Path == "build.environment."+name && bad.Problems[0].Line == 5:
		default:
			t.Errorf("%s: %v", name, err)
		}
	}
}
