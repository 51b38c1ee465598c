package wasm

import (
	"fmt"
	"os/exec"
	"syscall"
)

// isolate makes a child end with this process and take no signals meant for it.
func isolate(child *exec.Cmd) {
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

// confine limits this process for good, and makes it stand back behind others.
func confine(memory int64, processor uint64) error {
	limits := []struct {
		resource int
		most     uint64
	}{
		{syscall.RLIMIT_DATA, uint64(memory)}, // of the address space a runtime in Go reserves much more than it uses
		{syscall.RLIMIT_CORE, 0},
		{syscall.RLIMIT_CPU, processor},
		{syscall.RLIMIT_FSIZE, 1 << 30},
		{syscall.RLIMIT_NOFILE, 32},
	}
	for _, l := range limits {
		if err := syscall.Setrlimit(l.resource, &syscall.Rlimit{Cur: l.most, Max: l.most}); err != nil {
			return fmt.Errorf("limit resource %d to %d: %w", l.resource, l.most, err)
		}
	}
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, 10)
	return nil
}
