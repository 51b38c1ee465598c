//go:build race

package cel_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// left are the tests that compilesMuch skipped.
var left []string

// compilesMuch skips a test of one goroutine that compiles many modules, which takes several times as long with the race
// detector. runLeft runs it.
func compilesMuch(t testing.TB) {
	if strings.Contains(t.Name(), "/") {
		t.Fatal("only whole tests can be run by their name")
	}
	left = append(left, t.Name())
	t.Skip("it runs without the race detector when the others have ended")
}

// runLeft runs what was skipped without the race detector, and returns the exit code.
func runLeft() int {
	if len(left) == 0 {
		return 0
	}
	out, err := exec.Command("go", "test", "-race=false", "-count=1", "-run=^("+strings.Join(left, "|")+")$", ".").CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "without the race detector: %v\n%s", err, out)
		return 1
	}
	return 0
}
