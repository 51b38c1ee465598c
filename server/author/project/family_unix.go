//go:build unix

package project

import (
	"os/exec"
	"syscall"
)

// together has a command and all that it starts end together: they are a group of processes, which is asked to end when the context is done.
// A terminal interrupts this process alone then, so that none of them ends first and is taken for one that failed.
func together(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
}

// endAll ends what is left of a command's group.
func endAll(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // nothing is left, mostly
	}
}
