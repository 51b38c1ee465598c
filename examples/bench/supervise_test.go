package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// orphan starts a shell that leaves a process behind which ignores SIGINT, as a shell's background jobs do; returned is the shell, still
// running, and the orphan to be.
func orphan(t *testing.T) (*exec.Cmd, int) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("sh", "-c", "trap 'exit 3' INT; setsid sleep 1000 >/dev/null & echo $!; while :; do read never || sleep 0.01; done")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return c, pid
}

// However a run ends, what it started ends too.
func TestNothingIsLeftRunning(t *testing.T) {
	for name, end := range map[string]func(*exec.Cmd, chan os.Signal) error{
		"interrupted": func(c *exec.Cmd, signals chan os.Signal) error { signals <- os.Interrupt; return nil },
		"killed":      func(c *exec.Cmd, _ chan os.Signal) error { return c.Process.Kill() },
	} {
		t.Run(name, func(t *testing.T) {
			c, left := orphan(t)
			signals := make(chan os.Signal, 16)
			signal.Notify(signals, syscall.SIGCHLD)
			defer signal.Stop(signals)
			if err := end(c, signals); err != nil {
				t.Fatal(err)
			}
			err := awaited(c, signals)
			var code exitCode
			if name == "interrupted" && (!errors.As(err, &code) || code != 3) {
				t.Errorf("the run said %v", err)
			}
			if name == "killed" && err == nil {
				t.Error("a killed run is no success")
			}
			if syscall.Kill(left, 0) != nil {
				t.Fatal("the orphan ended by itself, so that nothing is tested")
			}
			if err := endDescendants(100 * time.Millisecond); err != nil {
				t.Error(err)
			}
			if err := syscall.Kill(left, 0); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("process %d is left: %v", left, err)
			}
		})
	}
}
