package command_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// networkVariable lets scripts that are to run without a network run with one, where the system gives no way to take it from them.
const networkVariable = "ASSAY_TEST_WITH_NETWORK"

// withoutNetwork is what a command is called by to be without a network. The error says what each way to do so says.
var withoutNetwork = sync.OnceValues(func() (by []string, err error) {
	var said []string
	for _, by := range []string{"unshare --net", "unshare --map-root-user --net"} {
		words := strings.Fields(by)
		out, err := exec.Command(words[0], append(words[1:], "true")...).CombinedOutput()
		if err == nil {
			return words, nil
		}
		said = append(said, fmt.Sprintf("`%s true`: %v %s", by, err, strings.TrimSpace(string(out))))
	}
	return nil, fmt.Errorf("this test must run without a network, and this system lets nobody be without one: %s. Allow user namespaces, or set %s=1 to prove less", strings.Join(said, "; "), networkVariable)
})

// offline runs a command as exec does, with no network.
func offline(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: offline COMMAND ARGS…")
	}
	words, err := withoutNetwork()
	if err != nil {
		if os.Getenv(networkVariable) == "" {
			ts.Fatalf("%v", err)
		}
		ts.Logf("WITH THE NETWORK ON (%s): %s", networkVariable, strings.Join(args, " "))
	}
	words = append(words[:len(words):len(words)], args...)
	if err := ts.Exec(words[0], words[1:]...); (err != nil) != neg {
		ts.Fatalf("%s: %v", strings.Join(args, " "), err)
	}
}
