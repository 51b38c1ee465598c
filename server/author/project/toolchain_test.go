package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/server/author/project"
)

// variables stand in for the environment.
func variables(all map[string]string) func(string) string {
	return func(name string) string { return all[name] }
}

// lie is a program that answers with a text whatever it is asked.
func lie(text string) string { return "#!/bin/sh\necho '" + text + "'\n" }

// TestToolchainsThatWillNotDo gives each language the programs on a path of its own.
func TestToolchainsThatWillNotDo(t *testing.T) {
	defer project.Usual()()
	const rustc = "#!/bin/sh\ncase $1 in\n--version) echo rustc 1.80.0 ;;\n*) echo /nowhere ;;\nesac\n"
	for _, tt := range []struct {
		name     string
		language project.Language
		programs map[string]string
		want     []string // in the message
	}{
		{"no go", project.Go, nil, []string{"a project in Go is built with Go 1.24 or newer; there is none on PATH.\n", "https://go.dev/dl"}},
		{"an old go", project.Go, map[string]string{"go": lie("go version go1.21.13 linux/amd64")}, []string{"go is go1.21.13.\n"}},
		{"a go that does not run", project.Go, map[string]string{"go": "#!/bin/sh\necho no memory >&2; exit 3\n"}, []string{"go does not run: no memory.\n"}},
		{"something called go", project.Go, map[string]string{"go": lie("hello")}, []string{`says "hello" of its version`}},
		{"no rust", project.Rust, nil, []string{"a project in Rust is built with cargo and rustc 1.63 or newer with the target wasm32-unknown-unknown; there is none on PATH.\n", "rustup target add", "apt-get install cargo rustc libstd-rust-dev-wasm32"}},
		{"a rust without the target", project.Rust, map[string]string{"cargo": lie("cargo 1.80.0"), "rustc": rustc}, []string{"rustc (rustc 1.80.0) has no target wasm32-unknown-unknown.\n"}},
		{"an old rust", project.Rust, map[string]string{"cargo": lie("cargo 1.48.0"), "rustc": lie("rustc 1.48.0")}, []string{"rustc is rustc 1.48.0.\n"}},
		{"a cargo alone", project.Rust, map[string]string{"cargo": lie("cargo 1.80.0")}, []string{"there is no rustc for "}},
		{"no node", project.AssemblyScript, map[string]string{"asc": lie("Version 0.28.20")}, []string{"asc 0.27 or newer and Node.js; there is no node on PATH.\n", "https://nodejs.org"}},
		{"no asc", project.AssemblyScript, map[string]string{"node": lie("")}, []string{"there is none in node_modules of the project or a folder above it, nor on PATH.\n", "npm install --global assemblyscript"}},
		{"an old asc", project.AssemblyScript, map[string]string{"node": lie(""), "asc": lie("Version 0.19.0")}, []string{"asc is Version 0.19.0.\n"}},
		{"no clang", project.C, nil, []string{"clang 13 or newer", "there is none on PATH.\n", "apt-get install clang lld"}},
		{"a clang without linker", project.C, map[string]string{"clang": "#!/bin/sh\ncase $1 in\n--version) echo clang version 16.0.1 ;;\n--print-targets) echo wasm32 ;;\n*) echo wasm-ld ;;\nesac\n"}, []string{"clang (clang 16.0.1) finds no wasm-ld.\n"}},
		{"no command", project.Stdio, nil, []string{`"make-it", as assay.yaml says in build.command; there is none on PATH.`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := "language: " + string(tt.language) + "\nmodule: rule.wasm\n"
			if tt.language == project.Stdio {
				text += "build: {command: [make-it]}\n"
			}
			dir := folder(t, map[string]string{"assay.yaml": text, "rule.wasm": "of before"})
			p, err := project.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			var missing *project.ToolchainError
			_, err = p.Build(t.Context(), project.Options{Getenv: variables(map[string]string{"PATH": folder(t, tt.programs)})})
			if !errors.As(err, &missing) {
				t.Fatalf("%v", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nlacks %q", err, want)
				}
			}
			if before, err := os.ReadFile(filepath.Join(dir, "rule.wasm")); err != nil || string(before) != "of before" {
				t.Errorf("the module of before is %q, %v", before, err)
			}
		})
	}
}

// TestGoThatTheProjectAsksFor: the SDK in the project may need a newer one than the project itself.
func TestGoThatTheProjectAsksFor(t *testing.T) {
	dir := folder(t, map[string]string{"assay.yaml": "language: go\nmodule: rule.wasm\n", "go.mod": "module x\n\ngo 1.25\n", "sdk/go.mod": "module assay/sdk/go\n\ngo 1.26.0\n"})
	p, err := project.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Build(t.Context(), project.Options{Getenv: variables(map[string]string{"PATH": folder(t, map[string]string{"go": lie("go version go1.25.3 linux/amd64")})})})
	if err == nil || !strings.Contains(err.Error(), "is built with Go 1.26 or newer; ") || !strings.Contains(err.Error(), "is go1.25.3.") {
		t.Errorf("%v", err)
	}
}

// TestRustBehindAnother: the first cargo on PATH often has no WebAssembly, and the system's, behind it, has.
func TestRustBehindAnother(t *testing.T) {
	libraries := folder(t, map[string]string{"libcore-1.rlib": ""})
	first := folder(t, map[string]string{"cargo": lie("cargo 1.90.0"), "rustc": "#!/bin/sh\ncase $1 in\n--version) echo rustc 1.90.0 ;;\n*) echo /nowhere ;;\nesac\n"})
	second := folder(t, map[string]string{
		"rustc": "#!/bin/sh\ncase $1 in\n--version) echo rustc 1.63.0 ;;\n*) echo " + libraries + " ;;\nesac\n",
		"cargo": "#!/bin/sh\necho \"$RUSTC: $*\" >&2\nexit 1\n",
	})
	defer project.Usual(second)()
	p, err := project.Open(folder(t, map[string]string{"assay.yaml": "language: rust\nmodule: rule.wasm\n"}))
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	_, err = p.Build(t.Context(), project.Options{Getenv: variables(map[string]string{"PATH": first}), Said: &said})
	var broken *project.CompileError
	if !errors.As(err, &broken) || !strings.HasPrefix(said.String(), filepath.Join(second, "rustc")+": build --offline --release --target wasm32-unknown-unknown ") {
		t.Errorf("%v, cargo was called with %q", err, said.String())
	}
}

// TestLongMessagesOfCargo: cargo says what it made in lines of JSON, which grow with what a project depends on.
func TestLongMessagesOfCargo(t *testing.T) {
	defer project.Usual()()
	libraries := folder(t, map[string]string{"libcore-1.rlib": ""})
	dir := folder(t, map[string]string{"assay.yaml": "language: rust\nmodule: rule.wasm\n", "made.wasm": taxID(t)})
	programs := folder(t, map[string]string{
		"cargo": "#!/bin/sh\nhead -c 2000000 /dev/zero | tr '\\0' x\necho\necho '{\"reason\":\"compiler-artifact\",\"filenames\":[\"made.wasm\"]}'\n",
		"rustc": "#!/bin/sh\ncase $1 in\n--version) echo rustc 1.80.0 ;;\n*) echo " + libraries + " ;;\nesac\n",
	})
	p, err := project.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	if _, err := p.Build(t.Context(), project.Options{Cache: t.TempDir(), Getenv: variables(map[string]string{"PATH": programs + ":/usr/bin:/bin"})}); err != nil {
		t.Error(err)
	}
}

// TestOneLeastGo: a new project, its SDK and what is written of them ask for the same Go as the build.
func TestOneLeastGo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made")
	if _, err := project.Create(dir, "contract-ends", project.Go); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ dir, name, want string }{
		{dir, "go.mod", "\ngo " + project.LeastGo() + ".0\n"},
		{dir, "sdk/go.mod", "\ngo " + project.LeastGo() + ".0\n"},
		{dir, "README.md", "Go " + project.LeastGo() + " or newer"},
		{"../../../sdk", "PROJECT.md", "| Go " + project.LeastGo() + ", or what `go.mod` asks for |"},
	} {
		if !strings.Contains(read(t, tt.dir, tt.name), tt.want) {
			t.Errorf("%s lacks %q", tt.name, tt.want)
		}
	}
}
