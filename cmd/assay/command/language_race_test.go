//go:build race

package command_test

import (
	"os/exec"
	"testing"
)

// TestLanguages has the scripts run without the race detector: with it the server's host takes half a minute to compile a module in
// Go, and it sees nothing of what compilers do.
func TestLanguages(t *testing.T) {
	if out, err := exec.Command("go", "test", "-race=false", "-count=1", "-run=^TestLanguages$", ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
