package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// takenExamples are an example of each SDK, and the SDK.
var takenExamples = map[string]string{"go-licence": "go", "rust-requisites": "rust", "assemblyscript-name-case": "assemblyscript", "c-minimal": "c"}

// The way that examples/rules/README.md says to take an example out of the repository makes a project that builds and passes.
func TestRuleExamplesAreTakenOut(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(ruleFolder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```sh\n(.*?)```").FindSubmatch(page)
	if block == nil {
		t.Fatal("examples/rules/README.md has no commands")
	}
	for name, language := range takenExamples {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			link(t, binary(t), filepath.Join(dir, "bin", "assay"))
			link(t, filepath.Join("..", "..", "sdk", "assemblyscript", "node_modules"), filepath.Join(dir, "node_modules")) // asc is found in folders above
			copySources(t, filepath.Join(ruleFolder, name), filepath.Join(dir, "examples", "rules", name))
			script := strings.NewReplacer("go-licence", name, "--lang go", "--lang "+language).Replace(string(block[1]))
			run := exec.CommandContext(t.Context(), "sh", "-e", "-c", script)
			run.Dir = dir
			run.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))
			out, err := run.CombinedOutput()
			if err != nil || !strings.Contains(string(out), " passed, 0 failed") {
				t.Errorf("%s\n%v\n%s", script, err, out)
			}
		})
	}
}

func link(t *testing.T, to, at string) {
	t.Helper()
	to, err := filepath.Abs(to)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(at), 0o755)
	}
	if err == nil {
		err = os.Symlink(to, at)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// copySources copies what the repository has of a project, without what is built or installed.
func copySources(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	for _, made := range []string{"node_modules", "target", "build", "*.wasm"} {
		paths, err := filepath.Glob(filepath.Join(to, made))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
		}
	}
}
