package command_test

import (
	"os/exec"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// withoutNetwork is what a command is called by to be without a network, "" where the system does not allow that.
var withoutNetwork = sync.OnceValue(func() string {
	for _, by := range []string{"unshare --net", "unshare --map-root-user --net"} {
		words := append(strings.Fields(by), "true")
		if exec.Command(words[0], words[1:]...).Run() == nil {
			return by
		}
	}
	return ""
})

// offline runs a command as exec does, with no network but the one that the settings of go, cargo and npm deny anyway.
func offline(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: offline COMMAND ARGS…")
	}
	words := append(strings.Fields(withoutNetwork()), args...)
	if err := ts.Exec(words[0], words[1:]...); (err != nil) != neg {
		ts.Fatalf("%s: %v", strings.Join(args, " "), err)
	}
}
