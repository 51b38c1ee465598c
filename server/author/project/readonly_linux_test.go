package project_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"assay/server/author/project"
)

// asNobody does something for a user without rights, whoever runs the test.
func asNobody(do func() error) error {
	ended := make(chan error)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with this
		if err := syscall.Setfsuid(65534); err != nil {
			ended <- err
			return
		}
		ended <- do()
	}()
	return <-ended
}

// TestAFolderThatCannotBeWritten is said to be so before a compiler runs, which would be blamed for it.
func TestAFolderThatCannotBeWritten(t *testing.T) {
	for _, module := range []string{"rule.wasm", "out/rule.wasm", "new/rule.wasm"} {
		dir := folder(t, map[string]string{"assay.yaml": "language: stdio\nmodule: " + module + "\nbuild: {command: [./make.sh]}\n", "make.sh": "#!/bin/sh\nexit 1\n", "out/README": ""})
		p, err := project.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		temp := t.TempDir()
		for _, each := range []struct {
			dir  string
			mode os.FileMode
		}{{dir, 0o555}, {filepath.Join(dir, "out"), 0o555}, {filepath.Dir(dir), 0o755}, {temp, 0o777}} {
			if err := os.Chmod(each.dir, each.mode); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("TMPDIR", temp)
		err = asNobody(func() error {
			_, err := p.Build(t.Context(), project.Options{})
			return err
		})
		in := strings.TrimSuffix(filepath.Dir(p.ModulePath()), string(filepath.Separator)+"new")
		if err == nil || !strings.HasPrefix(err.Error(), "nothing can be written in "+in+": permission denied; ") {
			t.Errorf("%s: %v", module, err)
		}
		if err := os.Chmod(dir, 0o755); err != nil { // so that it can be removed
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(dir, "out"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}
