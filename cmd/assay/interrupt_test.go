package main_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	signals "os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestABuildThatIsInterrupted: it says so in one line, ends all that it started, and leaves what was there.
func TestABuildThatIsInterrupted(t *testing.T) {
	const goesOn = "(trap '' TERM INT; echo going on; sleep 120; echo survived) & wait\n"
	for _, tt := range []struct {
		verb   string
		signal syscall.Signal
	}{{"build", syscall.SIGINT}, {"build", syscall.SIGTERM}, {"build", syscall.SIGHUP}, {"test", syscall.SIGINT}, {"bench", syscall.SIGTERM}} {
		t.Run(tt.verb+" "+tt.signal.String(), func(t *testing.T) {
			dir, temp := t.TempDir(), t.TempDir()
			files := map[string]string{"assay.yaml": "language: stdio\nmodule: rule.wasm\nbuild: {command: [./make.sh]}\n", "make.sh": "#!/bin/sh\necho half > rule.wasm\n" + goesOn,
				"rule.yaml": "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: a}\nspec: {type: Quality, module: {path: rule.wasm}}\n", "rule.wasm": "of before"}
			for name, text := range files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chtimes(filepath.Join(dir, "rule.wasm"), time.Unix(1, 0), time.Unix(1, 0)); err != nil {
				t.Fatal(err)
			}
			args := []string{"rule", tt.verb, dir}
			if tt.verb == "test" {
				args = append(args, dir) // which is not tried any more
			}
			said, code := interrupt(t, tt.signal, temp, "going on\n", args...)
			if want := "running `./make.sh`, as " + filepath.Join(dir, "assay.yaml") + " says\ngoing on\nassay: interrupted\n"; said != want || code != 130 {
				t.Errorf("it ends with %d and says %q, want %q", code, said, want)
			}
			if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
				t.Errorf("left in the folder for temporary files: %v (%v)", left, err)
			}
			entries, err := os.ReadDir(dir)
			if err != nil || len(entries) != len(files) {
				t.Errorf("%v (%v)", entries, err)
			}
			for name, want := range files {
				if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(text) != want {
					t.Errorf("%s is %q (%v)", name, text, err)
				}
			}
		})
	}
}

// TestABuildThatLeavesSomethingBehind: what cannot be put back is said of an interruption, too.
func TestABuildThatLeavesSomethingBehind(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\nrm -f rule.wasm; mkdir rule.wasm; echo x > rule.wasm/x; echo going on; exec sleep 120\n"
	for name, text := range map[string]string{"assay.yaml": "language: stdio\nmodule: rule.wasm\nbuild: {command: [./make.sh]}\n", "make.sh": script, "rule.wasm": "of before"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	said, code := interrupt(t, syscall.SIGINT, t.TempDir(), "going on\n", "rule", "build", dir)
	if want := "going on\nassay: interrupted\nassay: put " + filepath.Join(dir, "rule.wasm") + " back as it was before the build: "; !strings.Contains(said, want) || code != 130 {
		t.Errorf("it ends with %d and says %s, want %s", code, said, want)
	}
}

// TestAClosedTerminalThatIsIgnored: under nohup a command goes on.
func TestAClosedTerminalThatIsIgnored(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"assay.yaml": "language: stdio\nmodule: rule.wasm\nbuild: {command: [./make.sh]}\n", "make.sh": "#!/bin/sh\nkill -HUP $PPID; echo going on\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("sh", "-c", `trap "" HUP; exec "$@"`, "sh", binary(t), "rule", "build", dir)
	said, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(string(said), "going on\nassay: `./make.sh` ended well, and there is no ") {
		t.Errorf("it ends with %d and says %s", code, said)
	}
}

// TestASecondInterruption ends a command that waits for standard input, and does not hear of the first.
func TestASecondInterruption(t *testing.T) {
	cmd := exec.Command(binary(t), "rule", "run", filepath.Join("..", "..", "rules", "builtin", "tax-id", "tax-id.wasm"), "--clients", "-", "--format", "ndjson")
	cmd.Env = append(os.Environ(), "ASSAY_CACHE="+t.TempDir())
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }()
	if _, err := io.WriteString(in, "nobody\n"); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(said).ReadString('\n'); err != nil || !strings.HasPrefix(line, "standard input: line 1") { // and reads on
		t.Fatalf("it says %q (%v)", line, err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // says how it ended, which is by a signal
	}()
	for range 300 {
		_ = cmd.Process.Signal(syscall.SIGINT)
		select {
		case <-ended:
			return
		case <-time.After(100 * time.Millisecond): // an impatient user's
		}
	}
	t.Error("it waits for more, however often it is interrupted")
}

// interrupt sends a signal to a command once it has written a line, and returns all that it and those that it started write until
// the last of them has ended.
func interrupt(t *testing.T, signal os.Signal, temp, when string, args ...string) (said string, code int) {
	t.Helper()
	cmd := exec.Command(binary(t), args...)
	cmd.Env = append(os.Environ(), "TMPDIR="+temp, "ASSAY_CACHE="+t.TempDir())
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	cmd.Stderr = in
	caught := make(chan os.Signal, 1) // under nohup it would be ignored here, and so in what is started
	signals.Notify(caught, signal)
	defer signals.Stop(caught)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	var text strings.Builder
	lines := bufio.NewReader(out)
	for !strings.HasSuffix(text.String(), when) {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("it ends before: %s%s (%v)", text.String(), line, err)
		}
		text.WriteString(line)
	}
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	return text.String() + string(rest), cmd.ProcessState.ExitCode()
}
