package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// missing says which peers are not installed, before anything is measured: none is left out.
func missing() error {
	if _, err := os.Stat("guests"); err != nil {
		return errors.New("run it in examples/bench, or by make bench")
	}
	var all []error
	for _, name := range []string{"go", "node", "clang", "wasm-ld", filepath.Join(postgresBin, "initdb"), filepath.Join(postgresBin, "pg_ctl")} {
		if _, err := exec.LookPath(name); err != nil {
			all = append(all, fmt.Errorf("%s is missing", name))
		}
	}
	for _, folder := range []string{filepath.Join("duckdb", "node_modules", "@duckdb", "node-api"), filepath.Join(repository, "sdk", "assemblyscript", "node_modules", "assemblyscript")} {
		if _, err := os.Stat(folder); err != nil {
			all = append(all, fmt.Errorf("%s is missing", filepath.Clean(folder)))
		}
	}
	if len(all) > 0 {
		all = append(all, errors.New("`.ci/need bench` in the repository's folder installs it"))
	}
	return errors.Join(all...)
}
