package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// exitCode is how a run ended that has said itself what went wrong.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit status %d", int(c)) }

// grace is how long the run, and then what it left, may take to end when asked to.
const grace = 10 * time.Second

// supervise has the suite run in a process of its own, below a temporary folder, and leaves neither a process nor a file
// of it, however it ends: PostgreSQL makes itself a child of nobody, and a run that is killed runs no deferred call.
func supervise(args []string) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "assay-bench-")
	if err != nil {
		return err
	}
	defer func() {
		if left := os.RemoveAll(dir); left != nil {
			fmt.Fprintln(os.Stderr, "bench:", left)
			err = cmp.Or(err, error(exitCode(1)))
		}
	}()
	temp := filepath.Join(dir, "tmp")
	if err := os.Mkdir(temp, 0o755); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil { // orphans become our children
		return fmt.Errorf("adopt orphans: %w", err)
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGCHLD)
	c := exec.Command(self, append([]string{runVerb, dir}, args...)...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	c.Env = append(os.Environ(), "TMPDIR="+temp)        // compilers' files too
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a terminal's Ctrl-C is passed on by us, and to the run alone
	if err := c.Start(); err != nil {
		return err
	}
	err = awaited(c, signals)
	if left := endDescendants(grace); left != nil { // the run has told its own error, and nobody this
		fmt.Fprintln(os.Stderr, "bench:", left)
		err = cmp.Or(err, error(exitCode(1)))
	}
	return err
}

// awaited returns how the command ends, which a signal asks it to do, and which is not left to it for longer than grace.
func awaited(c *exec.Cmd, signals <-chan os.Signal) error {
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	var late <-chan time.Time
	for {
		select {
		case err := <-ended:
			var exit *exec.ExitError
			if errors.As(err, &exit) && exit.Exited() {
				return exitCode(exit.ExitCode())
			}
			return err
		case s := <-signals:
			switch {
			case s == syscall.SIGCHLD:
				buryOrphans(c.Process.Pid)
			case late == nil:
				_ = c.Process.Signal(os.Interrupt)
				late = time.After(grace)
			}
		case <-late:
			_ = c.Process.Kill()
		}
	}
}

// buryOrphans takes note of the ends of orphans, without which they stay in the table of processes, and pg_ctl waits a minute for a
// PostgreSQL that has crashed. The child is its Cmd's business.
func buryOrphans(child int) {
	children, _, _ := descendants(os.Getpid())
	for _, pid := range children {
		if pid != child {
			_, _ = syscall.Wait4(pid, nil, syscall.WNOHANG, nil)
		}
	}
}

// endDescendants ends what is left of the processes that the run started. SIGINT is what PostgreSQL, node and our own servers end
// in order by; a child's own children are its business until it is gone.
func endDescendants(grace time.Duration) error {
	asked := map[int]bool{}
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		buryOrphans(0)
		children, all, err := descendants(os.Getpid())
		if err != nil || len(all) == 0 {
			return err
		}
		switch {
		case time.Since(began) > grace+time.Minute: // what is killed ends when the system gets to it
			return fmt.Errorf("processes %v do not end", all)
		case time.Since(began) > grace:
			for _, pid := range all {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		default:
			for _, pid := range children {
				if !asked[pid] {
					_ = syscall.Kill(pid, syscall.SIGINT)
				}
				asked[pid] = true
			}
		}
	}
}

// descendants returns the children of a process, and them with all of theirs.
func descendants(of int) (children, all []int, err error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, nil, err
	}
	byParent := map[int][]int{}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		rest := string(text[strings.LastIndexByte(string(text), ')')+1:]) // a program's name may hold anything
		fields := strings.Fields(rest)
		if len(fields) < 2 {
			continue // it is ending
		}
		parent, err := strconv.Atoi(fields[1])
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		byParent[parent] = append(byParent[parent], pid)
	}
	children = byParent[of]
	all = slices.Clone(children)
	for i := 0; i < len(all); i++ {
		all = append(all, byParent[all[i]]...)
	}
	return children, all, nil
}
