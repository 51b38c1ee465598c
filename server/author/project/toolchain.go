package project

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"assay/server/modules"
)

// ToolchainError is a compiler that is missing, or of a version that will not do. Nothing was built.
type ToolchainError struct {
	Language Language
	Found    string // what is there, "" for nothing
	Wanted   string // what must be there
	Install  string // how to get it
	Step     string // a command in the project that gets it, "" for none
}

func (e *ToolchainError) Error() string {
	found := "there is none on PATH"
	if e.Found != "" {
		found = e.Found
	}
	return fmt.Sprintf("a project in %s is built with %s; %s.\n%s", e.Language.Title(), e.Wanted, found, e.Install)
}

// CompileError is a project that does not compile. The compiler itself has said why.
type CompileError struct {
	Command string // what was run
	Dir     string // where: the compiler's paths are relative to it
	Err     error
}

func (e *CompileError) Error() string {
	return fmt.Sprintf("the project does not compile: `%s` in %s: %v", e.Command, e.Dir, e.Err)
}

func (e *CompileError) Unwrap() error { return e.Err }

// work is a build under way.
type work struct {
	project  *Project
	folder   *os.Root // of the project
	getenv   func(string) string
	said     io.Writer // gets what compilers say
	names    bool      // of functions stay in the module
	announce bool      // what is built, and with what
	temp     string    // a folder for what they write
	host     modules.Config
	undo     func() error // brings back the module that was there before
}

// compiled is what came of a compiler.
type compiled struct {
	wasm      []byte
	toolchain string // for people: go1.26.8
}

// compilers build projects, by their language; stdio has none of its own.
var compilers = map[Language]func(*work, context.Context) (compiled, error){
	Go: (*work).goBuild, Rust: (*work).cargoBuild, AssemblyScript: (*work).ascBuild, C: (*work).clangBuild,
}

// compile runs the project's own command where it has one, else the language's compiler.
func (w *work) compile(ctx context.Context) (compiled, error) {
	if len(w.project.Command) > 0 {
		return w.ownCommand(ctx)
	}
	return compilers[w.project.Language](w, ctx)
}

// path is where programs are looked for.
func (w *work) path() string { return w.getenv("PATH") }

// run runs a compiler in the project's folder; what it says is for people. It returns a *CompileError when it fails.
func (w *work) run(ctx context.Context, environment []string, stdout io.Writer, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = w.project.Dir, environment
	cmd.Stdout, cmd.Stderr = stdout, w.said
	err := runToEnd(ctx, cmd)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		said := strings.Join(append([]string{filepath.Base(program)}, args...), " ")
		return &CompileError{Command: strings.ReplaceAll(said, w.out(), w.project.Module), Dir: w.project.Dir, Err: err}
	}
	return nil
}

// stopTime is how long a command may take to end when it is asked to.
const stopTime = time.Second

// runToEnd runs a command, and leaves nothing of it running when the context is done.
func runToEnd(ctx context.Context, cmd *exec.Cmd) error {
	together(cmd)
	cmd.WaitDelay = stopTime
	err := cmd.Run()
	if ctx.Err() != nil {
		endAll(cmd)
	}
	return err
}

// ask returns what a program says on its standard output, such as its version; "" when it fails.
func (w *work) ask(ctx context.Context, environment []string, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = w.project.Dir, environment
	var out, failed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failed
	if err := runToEnd(ctx, cmd); err != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(failed.String()), "\n")
		if line == "" {
			line = err.Error()
		}
		return "", errors.New(line)
	}
	return strings.TrimSpace(out.String()), nil
}

// begin says what is built, and with what, if that was asked for.
func (w *work) begin(toolchain string) error {
	if !w.announce {
		return nil
	}
	what := "building " + w.project.ModulePath() + " with " + toolchain
	if w.names {
		what += ", with the names of its functions"
	}
	_, err := fmt.Fprintln(w.said, what)
	return err
}

// out is where a compiler is to write the module.
func (w *work) out() string { return filepath.Join(w.temp, "module.wasm") }
