package project_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/author"
	"assay/server/author/project"
)

// taxID is a module of the ABI with one check.
func taxID(t *testing.T) string {
	t.Helper()
	wasm, err := os.ReadFile(filepath.Join("..", "..", "..", "rules", "builtin", "tax-id", "tax-id.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	return string(wasm)
}

// command is the smallest module of the stdio ABI: it exports a memory and an empty _start.
const command = "\x00asm\x01\x00\x00\x00" + "\x01\x04\x01\x60\x00\x00" + "\x03\x02\x01\x00" + "\x05\x03\x01\x00\x01" +
	"\x07\x13\x02\x06memory\x02\x00\x06_start\x00\x00" + "\x0a\x04\x01\x02\x00\x0b"

// build opens and builds a project of stdio whose make.sh is the script.
func build(t *testing.T, script string, files map[string]string) (dir string, built *project.Built, said string, err error) {
	t.Helper()
	dir = folder(t, files)
	write(t, dir, map[string]string{"make.sh": "#!/bin/sh\n" + script})
	if files["assay.yaml"] == "" {
		write(t, dir, map[string]string{"assay.yaml": "language: stdio\nmodule: rule.wasm\nbuild: {command: [./make.sh], environment: {GREETING: hello}}\n"})
	}
	p, err := project.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	built, err = p.Build(t.Context(), project.Options{Said: &out})
	return dir, built, out.String(), err
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestOwnCommand(t *testing.T) {
	t.Setenv("ASSAY_TOKEN", "of the one who builds") // and nothing of the project's
	dir, built, said, err := build(t, "echo $GREETING $GOPROXY $ASSAY_TOKEN; cp in.wasm rule.wasm\n", map[string]string{"in.wasm": taxID(t)})
	if err != nil {
		t.Fatal(err)
	}
	if said != "running `./make.sh`, as "+filepath.Join(dir, "assay.yaml")+" says\nhello off\n" {
		t.Errorf("it says %q", said)
	}
	wasm := read(t, dir, "rule.wasm")
	described, err := abi.CustomSections([]byte(wasm), abi.DescriptionSection)
	if err != nil || len(described) != 1 {
		t.Fatalf("%d descriptions in it, %v", len(described), err)
	}
	d, err := abi.ParseDescription(described[0])
	if err != nil || len(d.Checks) != 1 || d.Checks[0].Name != "tax-id" {
		t.Errorf("%s, %v", described[0], err)
	}
	if stale, err := author.Stale(dir, built.Module.Path); err != nil || stale != nil {
		t.Errorf("it is said to be of other sources: %v, %v", stale, err)
	}
	m := built.Module
	if m.Size != int64(len(wasm)) || len(m.Checks) != 1 || m.Checks[0].Name != "tax-id" || !strings.HasPrefix(m.Digest, "sha256:") || filepath.FromSlash(m.Path) != filepath.Join(dir, "rule.wasm") {
		t.Errorf("%+v", m)
	}
}

// TestNothingToDo: make leaves a module alone that is newer than its sources, and it is one of ours already.
func TestNothingToDo(t *testing.T) {
	dir, first, _, err := build(t, "[ -e rule.wasm ] || cp in.wasm rule.wasm\n", map[string]string{"in.wasm": taxID(t)})
	if err != nil {
		t.Fatal(err)
	}
	p, err := project.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := p.Build(t.Context(), project.Options{})
	if err != nil || second.Module.Digest != first.Module.Digest {
		t.Errorf("%v, %+v, %+v", err, first.Module, second)
	}
}

// TestAModuleThatWasNotWritten: a command that ends well and writes another file has built nothing, and what it leaves is what was there.
func TestAModuleThatWasNotWritten(t *testing.T) {
	dir, _, _, err := build(t, "[ -e other.wasm ] || cp in.wasm rule.wasm; cp in.wasm other.wasm\n", map[string]string{"in.wasm": taxID(t), "rule.go": "package main"})
	if err != nil {
		t.Fatal(err)
	}
	before := read(t, dir, "rule.wasm")
	write(t, dir, map[string]string{"rule.go": "package other"})
	p, err := project.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Build(t.Context(), project.Options{}); err == nil || !strings.Contains(err.Error(), "`./make.sh` ended well, and there is no "+p.ModulePath()) {
		t.Errorf("got %v", err)
	}
	if read(t, dir, "rule.wasm") != before {
		t.Error("the module of before is not there")
	}
}

// TestAnOldModuleStaysOld: a build that fails does not make a module look newer than it is.
func TestAnOldModuleStaysOld(t *testing.T) {
	for _, script := range []string{"exit 1\n", "cp rule.wasm x.wasm; cp x.wasm rule.wasm; exit 1\n"} {
		dir := folder(t, map[string]string{"rule.wasm": taxID(t), "assay.yaml": "language: stdio\nmodule: rule.wasm\nbuild: {command: [./make.sh]}\n", "make.sh": "#!/bin/sh\n" + script})
		old := time.Now().Add(-time.Hour)
		if err := os.Chtimes(filepath.Join(dir, "rule.wasm"), old, old); err != nil {
			t.Fatal(err)
		}
		p, err := project.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Build(t.Context(), project.Options{}); err == nil {
			t.Error("it is built")
		}
		if stale, err := author.Stale(dir, p.ModulePath()); err != nil || stale == nil {
			t.Errorf("it is taken for what the sources make: %v", err)
		}
	}
}

// TestWhatACommandWrites beside the module is no reason to build it again: neither what is new, nor what it writes anew, nor what it removes.
func TestWhatACommandWrites(t *testing.T) {
	dir, built, _, err := build(t, "cp in.wasm rule.wasm; cat rule.c > rule.o; echo x >> log; rm -f draft\n", map[string]string{"in.wasm": taxID(t), "rule.c": "int a;", "draft": ""})
	if err != nil {
		t.Fatal(err)
	}
	needsNoBuild(t, dir, built)
	write(t, dir, map[string]string{"rule.c": "int b;", "draft": "again"})
	p, err := project.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if built, err = p.Build(t.Context(), project.Options{}); err != nil {
		t.Fatal(err)
	}
	needsNoBuild(t, dir, built)
	write(t, dir, map[string]string{"rule.c": "int c;"})
	if stale, err := author.Stale(dir, p.ModulePath()); err != nil || stale == nil || stale.Why != "was built before rule.c changed" {
		t.Errorf("with a source that changed: %v, %v", stale, err)
	}
}

func needsNoBuild(t *testing.T, dir string, built *project.Built) {
	t.Helper()
	if stale, err := author.Stale(dir, built.Module.Path); err != nil || stale != nil {
		t.Errorf("straight after a build: %v, %v", stale, err)
	}
}

// TestWhatACompilerWrites: cargo makes Cargo.lock, and makes it anew when Cargo.toml asks for something else.
func TestWhatACompilerWrites(t *testing.T) {
	p, err := project.Create(filepath.Join(t.TempDir(), "licence"), "licence", project.Rust)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(p.Path("Cargo.lock")); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, version := range []string{`"0.1.0"`, `"7.8.9"`} {
		toml := regexp.MustCompile(`(?m)^version = ".*"`).ReplaceAllString(read(t, p.Dir, "Cargo.toml"), "version = "+version)
		write(t, p.Dir, map[string]string{"Cargo.toml": toml})
		built, err := p.Build(t.Context(), project.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if lock := read(t, p.Dir, "Cargo.lock"); !strings.Contains(lock, version) {
			t.Fatalf("cargo made %s, without %s", lock, version)
		}
		needsNoBuild(t, p.Dir, built)
	}
}

func TestAFailedBuildLeavesTheModuleOfBefore(t *testing.T) {
	for _, tt := range []struct {
		name, script string
		want         func(error) bool
	}{
		{"the command fails when it has written", "cp broken.wasm rule.wasm; exit 1\n", func(err error) bool {
			var e *project.CompileError
			return errors.As(err, &e) && strings.HasSuffix(e.Error(), ": exit status 1")
		}},
		{"the module is refused", "cp broken.wasm rule.wasm\n", func(err error) bool {
			var e *project.ModuleError
			return errors.As(err, &e) && e.Code == "invalid_module"
		}},
		{"the module is taken away", "rm -f rule.wasm\n", func(err error) bool {
			return err != nil && strings.Contains(err.Error(), "`./make.sh` ended well, and there is no ")
		}},
	} {
		files := map[string]string{"rule.wasm": taxID(t), "broken.wasm": "\x00asm\x01\x00\x00\x00\x01"}
		dir, _, _, err := build(t, tt.script, files)
		if !tt.want(err) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if _, err := os.Stat(filepath.Join(dir, "rule.wasm")); err != nil || read(t, dir, "rule.wasm") != files["rule.wasm"] {
			t.Errorf("%s: the module of before is not there: %v", tt.name, err)
		}
		delete(files, "rule.wasm")
		dir, _, _, err = build(t, tt.script, files)
		if _, missing := os.Stat(filepath.Join(dir, "rule.wasm")); err == nil || missing == nil {
			t.Errorf("%s, with none before: %v, and there is a module", tt.name, err)
		}
	}
}

func TestCommandsWithAndWithoutADescription(t *testing.T) {
	_, built, _, err := build(t, "cp in.wasm rule.wasm\n", map[string]string{"in.wasm": command})
	if err != nil || len(built.Module.Checks) != 1 || built.Module.Checks[0].Type != "" {
		t.Errorf("without: %+v, %v", built, err)
	}
	described := "language: stdio\nmodule: rule.wasm\ndescription: description.json\nbuild: {command: [./make.sh]}\n"
	for _, tt := range []struct{ name, module, description, want string }{
		{"good", command, `{"abi": 1, "checks": [{"name": "x", "type": "Quality", "settings": {"type": "object"}}]}`, ""},
		{"wrong", command, `{"abi": 1, "checks": []}`, "description.json: checks is empty"},
		{"with a default out of bounds", command, `{"abi": 1, "checks": [{"name": "x", "type": "Quality", "settings": {"properties": {"n": {"maximum": 1, "default": 2}}}}]}`,
			"description.json: check x: the default of setting n is 2; at most 1 is allowed"},
		{"of two checks", command, `{"abi": 1, "checks": [{"name": "x", "type": "Quality"}, {"name": "y", "type": "Quality"}]}`, "it describes 2 checks, a command has one"},
		{"none", command, "", "assay.yaml: description: description.json: no such file or directory"},
		{"of another system's program", "\x7fELF", `{"abi": 1, "checks": [{"name": "x", "type": "Quality"}]}`,
			"not_wasm: what `./make.sh` wrote is no WebAssembly module; have it compiled for wasip1, as Go does with `environment: {GOOS: wasip1, GOARCH: wasm}`"},
		{"of a module that describes itself", taxID(t), `{"abi": 1, "checks": [{"name": "x", "type": "Quality"}]}`, "the module describes itself, so that description.json does not count"},
	} {
		files := map[string]string{"in.wasm": tt.module, "assay.yaml": described}
		if tt.description != "" {
			files["description.json"] = tt.description
		}
		_, built, _, err := build(t, "cp in.wasm rule.wasm\n", files)
		switch {
		case tt.want == "" && (err != nil || built.Module.Checks[0].Name != "x"):
			t.Errorf("%s: %+v, %v", tt.name, built, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}
