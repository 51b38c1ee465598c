//go:build race

package conformance_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// TestMain has the tests run without the race detector: it sees nothing of what guests do, and with it the host takes
// half a minute to compile a module in Go.
func TestMain(*testing.M) {
	flag.Parse()
	args := []string{"test", "-race=false", "-count=1"}
	for _, name := range []string{"run", "v", "timeout"} {
		args = append(args, "-"+name+"="+flag.Lookup("test."+name).Value.String())
	}
	plain := exec.Command("go", append(args, ".")...)
	plain.Stdout, plain.Stderr = os.Stdout, os.Stderr
	if err := plain.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "the tests without the race detector:", err)
		os.Exit(1)
	}
}
