package assay_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	"assay/sdk/go"
)

// A project made of the template passes its own tests and builds, with no network and nothing but what is embedded.
func TestNewProjectBuildsAndPasses(t *testing.T) {
	t.Run("Quality", func(t *testing.T) { buildNew(t, "template") })
	t.Run("Segmentation", func(t *testing.T) { buildNew(t, "template", "segmentation") })
}

// buildNew makes a project of folders of Template, each laid over those before it, and tries it.
func buildNew(t *testing.T, folders ...string) {
	dir := t.TempDir()
	name := struct {
		Name         string
		Segmentation bool
	}{"type", len(folders) > 1} // any name will do, a word of the language too
	for _, folder := range folders {
		write(t, assay.Template, folder, dir, func(path, text string) (string, string) {
			var out strings.Builder
			if err := template.Must(template.New(path).Option("missingkey=error").Parse(text)).Execute(&out, name); err != nil {
				t.Fatal(err)
			}
			return strings.TrimSuffix(path, ".tmpl"), out.String()
		})
	}
	write(t, assay.Source, ".", filepath.Join(dir, "sdk"), func(path, text string) (string, string) { return path, text })
	offline(t, dir, nil, "gofmt", "-l", ".")
	offline(t, dir, nil, "go", "vet", "./...")
	offline(t, dir, nil, "go", "test", "./...")
	offline(t, dir, []string{"GOOS=wasip1", "GOARCH=wasm"}, "go", "build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", "rule.wasm", ".")
	if module, err := os.Stat(filepath.Join(dir, "rule.wasm")); err != nil || module.Size() > 2_200_000 {
		t.Errorf("the module: %v, %v; a lean one has 2.1 MB", module, err)
	}
}

// write copies the files of a folder as change makes them.
func write(t *testing.T, from fs.FS, folder, to string, change func(path, text string) (string, string)) {
	t.Helper()
	from, err := fs.Sub(from, folder)
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(from, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(from, path)
		if err != nil {
			return err
		}
		path, text := change(path, string(content))
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, path)), 0o755); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, path), []byte(text), 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// offline runs a command that must end well and, if it is gofmt, say nothing.
func offline(t *testing.T, dir string, environment []string, command ...string) {
	t.Helper()
	run := exec.Command(command[0], command[1:]...)
	run.Dir = dir
	run.Env = append(append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off"), environment...)
	out, err := run.CombinedOutput()
	if err != nil || command[0] == "gofmt" && len(out) > 0 {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
}
