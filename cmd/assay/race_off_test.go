//go:build !race

package main_test

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMain(m *testing.M) {
	if os.Getenv(raceVariable) != "" {
		built.flags = []string{"-race"}
	}
	code := m.Run()
	for _, path := range []string{built.path, builtPlain.path} {
		if path != "" {
			_ = os.RemoveAll(filepath.Dir(path))
		}
	}
	os.Exit(code)
}
