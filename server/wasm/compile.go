package wasm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// Compile says how strangers' modules are compiled: in a process of their own, which fills the
// cache on disk. A compiler is no place for bytes of strangers: there are always some that take it more
// than linear time or memory, and it cannot be stopped.
type Compile struct {
	// Command is a program, with arguments, that calls CompileMain; the host adds the arguments of
	// that. It inherits nothing. Nil: every module is compiled in this process.
	Command []string
	Time    time.Duration // of a processor, in whole seconds on Linux, after which it is killed; 0: 20 s. On a busy machine it may take busyTimes as long
	Memory  int64         // bytes that it may write to; 0: 1 GiB
}

const (
	compileTime   = 20 * time.Second
	compileMemory = 1 << 30

	busyTimes = 6 // the child stands back behind others: what it may take by the clock, in times of what it may take of a processor
)

// Modules up to these bounds are compiled in this process, in at most a few tenths of a second: those made of
// CEL are among them.
const (
	smallModule  = 32 << 10 // bytes
	smallReloads = 100_000
)

// compileElsewhere has another process compile a module into a folder, one at a time.
func (h *Host) compileElsewhere(ctx context.Context, dir string, instrumented []byte) error {
	c := h.config.Compile
	cache, err := filepath.Abs(dir) // the child works elsewhere
	if err != nil {
		return err
	}
	h.compiling <- struct{}{}
	defer func() { <-h.compiling }()
	ctx, cancel := context.WithTimeout(ctx, busyTimes*c.Time)
	defer cancel()
	args := append(c.Command[1:len(c.Command):len(c.Command)], cache, strconv.FormatInt(c.Memory, 10), strconv.FormatInt(seconds(c.Time), 10))
	child := exec.CommandContext(ctx, c.Command[0], args...)
	child.Env = []string{"GOMAXPROCS=1", "GOTRACEBACK=none"}
	child.Dir = "/"
	child.Stdin = bytes.NewReader(instrumented)
	child.WaitDelay = time.Second
	var said, failed bytes.Buffer
	child.Stdout, child.Stderr = &limitedBuffer{b: &said}, &limitedBuffer{b: &failed}
	isolate(child)
	err = child.Run()
	switch {
	case err == nil:
		return nil
	case child.ProcessState == nil:
		return fmt.Errorf("start the compiler %s: %w", c.Command[0], err)
	case ctx.Err() != nil, child.ProcessState.UserTime()+child.ProcessState.SystemTime() >= c.Time:
		return &LoadError{Code: CodeCompileLimit, Detail: fmt.Sprintf("the module does not compile within %v; split its large functions", c.Time), Err: err}
	case child.ProcessState.ExitCode() == exitInvalid:
		return errors.New(strings.TrimSpace(said.String()))
	case child.ProcessState.ExitCode() == exitCache:
		return &cacheError{dir, errors.New(strings.TrimSpace(said.String()))}
	default:
		return &LoadError{Code: CodeCompileLimit, Err: err, Detail: fmt.Sprintf(
			"the module does not compile within %d MiB of memory: the compiler ended with %v; split its large functions", c.Memory>>20, err)}
	}
}

// seconds are those of a duration, and one more for what is left of it.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

// limitedBuffer keeps the beginning of what a child says.
type limitedBuffer struct{ b *bytes.Buffer }

func (l *limitedBuffer) Write(p []byte) (int, error) {
	l.b.Write(p[:min(len(p), max(0, 4096-l.b.Len()))])
	return len(p), nil
}

// Exit codes of CompileMain.
const (
	exitInvalid = 3 // the module is not valid
	exitCache   = 4 // what was compiled cannot be written
)

// CompileMain is the compiling process: it reads a module from stdin and compiles it into a folder. Its
// arguments are the folder, the bytes of memory and the seconds of a processor it may use. It returns the
// exit code, and says on stdout what is wrong with the module or the folder.
func CompileMain(args []string, stdin io.Reader, stdout io.Writer) int {
	if len(args) != 3 {
		return 2
	}
	memory, err := strconv.ParseInt(args[1], 10, 64)
	if err != nil {
		return 2
	}
	processor, err := strconv.ParseUint(args[2], 10, 32)
	if err != nil {
		return 2
	}
	if err := confine(memory, processor); err != nil {
		fmt.Fprintln(stdout, err)
		return 2
	}
	module, err := io.ReadAll(stdin)
	if err != nil {
		return 2
	}
	err = compileInto(context.Background(), args[0], module)
	if err == nil {
		return 0
	}
	fmt.Fprintln(stdout, err)
	if _, cache := errors.AsType[*cacheError](err); cache {
		return exitCache
	}
	return exitInvalid
}

// compileInto compiles a module into a folder.
func compileInto(ctx context.Context, dir string, module []byte) error {
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		return &cacheError{dir, err}
	}
	defer cache.Close(ctx)
	r := wazero.NewRuntimeWithConfig(ctx, runtimeConfig(cache))
	defer r.Close(ctx)
	_, err = recovered(func() (wazero.CompiledModule, error) { return r.CompileModule(ctx, module) })
	if ofCache(err) {
		return &cacheError{dir, err}
	}
	return err
}

// recovered compiles. An internal error of the compiler, which panics, is an error of the module that found it.
func recovered(compile func() (wazero.CompiledModule, error)) (compiled wazero.CompiledModule, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the compiler failed: %v", r)
		}
	}()
	return compile()
}

// runtimeConfig is what decides how a module is compiled.
func runtimeConfig(cache wazero.CompilationCache) wazero.RuntimeConfig {
	return wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2).
		WithCompilationCache(cache).
		WithDebugInfoEnabled(false) // DWARF of strangers is not worth parsing
}
