//go:build race

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestMain has the tests run without the race detector, against a program that has it: what there is to watch is the
// program, and the tests count and compare for themselves, which the detector makes several times as long.
// Flags of go test that change a build, such as -cover and -tags, do not reach them.
func TestMain(*testing.M) {
	os.Exit(runPlain())
}

func runPlain() int {
	dir, err := os.MkdirTemp("", "assay-e2e-")
	if err != nil {
		return failed("make a folder for the tests", err, nil)
	}
	defer os.RemoveAll(dir)
	tests := filepath.Join(dir, "tests")
	if out, err := exec.Command("go", "test", "-race=false", "-vet=off", "-c", "-o", tests, ".").CombinedOutput(); err != nil {
		return failed("build the tests", err, out)
	}
	plain := exec.Command(tests, os.Args[1:]...)
	plain.Env = append(os.Environ(), raceVariable+"=1")
	plain.Stdout, plain.Stderr = os.Stdout, os.Stderr
	if err := plain.Run(); err != nil {
		return failed("the tests against a program with the race detector", err, nil)
	}
	return 0
}

func failed(what string, err error, out []byte) int {
	fmt.Fprintf(os.Stderr, "%s: %v\n%s", what, err, out)
	return 1
}
