//go:build race

package cel_test

import (
	"os/exec"
	"testing"
)

// compilesMuch skips a test of one goroutine that compiles hundreds of modules, which takes ten times as long with the
// race detector. TestWithoutRaceDetector runs it.
func compilesMuch(t *testing.T) { t.Skip("TestWithoutRaceDetector runs it") }

func TestWithoutRaceDetector(t *testing.T) {
	if out, err := exec.Command("go", "test", "-race=false", "-count=1", ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
