package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"assay/rules"
	"assay/server/author"
)

// ownCommand runs the command of assay.yaml, which writes the module itself. A module that is not what the sources make is taken
// away first, so that the command makes it anew whatever the times of files say, and is not taken for what was built when it writes
// another file. One that is stays, and where the command finds nothing to do, as make may, that is the module. When the command fails, the
// module that was there before comes back.
func (w *work) ownCommand(ctx context.Context) (compiled, error) {
	p := w.project
	program, err := w.ownProgram()
	if err != nil {
		return compiled{}, err
	}
	if err := w.takeAway(); err != nil {
		return compiled{}, err
	}
	env := environment(w.getenv, map[string]string{"GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "-buildvcs=false", "CARGO_NET_OFFLINE": "true"}, p.Environment)
	if _, err := fmt.Fprintf(w.said, "running `%s`, as %s says\n", shown(p.Command), p.Path(rules.ProjectFile)); err != nil {
		return compiled{}, err
	}
	if err := w.run(ctx, env, w.said, program, p.Command[1:]...); err != nil {
		return compiled{}, err
	}
	wasm, err := w.folder.ReadFile(p.Module)
	if errors.Is(err, fs.ErrNotExist) {
		return compiled{}, fmt.Errorf("`%s` ended well, and there is no %s: `module` in assay.yaml must name the file that it writes", strings.Join(p.Command, " "), p.ModulePath())
	}
	return compiled{wasm, strings.Join(p.Command[:1], " ")}, err
}

// takeAway removes the module if it is not what the sources make, and has it come back when the build fails.
func (w *work) takeAway() error {
	p := w.project
	before, err := w.folder.ReadFile(p.Module)
	if errors.Is(err, fs.ErrNotExist) {
		w.undo = func() error { return w.putBack(nil, time.Time{}) }
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", p.ModulePath(), cause(err))
	}
	stat, err := w.folder.Stat(p.Module)
	if err != nil {
		return fmt.Errorf("read %s: %w", p.ModulePath(), cause(err))
	}
	w.undo = func() error { return w.putBack(before, stat.ModTime()) }
	stale, err := author.Stale(p.Dir, p.ModulePath())
	if err != nil || stale == nil {
		return err
	}
	if err := w.folder.Remove(p.Module); err != nil {
		return fmt.Errorf("remove %s, to build it anew: %w", p.ModulePath(), cause(err))
	}
	return nil
}

// shown is a command for people: what could hide a part of it in a terminal is quoted.
func shown(command []string) string {
	words := slices.Clone(command)
	for i, word := range words {
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) {
			words[i] = strconv.Quote(word)
		}
	}
	return strings.Join(words, " ")
}

// ownProgram finds the program of the command: on PATH, or in the project when its name has a slash.
func (w *work) ownProgram() (string, error) {
	name := w.project.Command[0]
	program := onPath(w.path(), name)
	if strings.ContainsRune(name, '/') {
		program = w.project.Path(name)
		if filepath.IsAbs(name) {
			program = name
		}
		if !isProgram(program) {
			program = ""
		}
	}
	if program == "" {
		return "", &ToolchainError{Language: w.project.Language, Wanted: fmt.Sprintf("%q, as assay.yaml says in build.command", name),
			Install: "Install it and put it on PATH, or name another command"}
	}
	return filepath.Abs(program)
}

// putBack has the module be as it was before a build.
func (w *work) putBack(before []byte, at time.Time) error {
	if err := w.restore(before, at); err != nil {
		return fmt.Errorf("put %s back as it was before the build: %w", w.project.ModulePath(), cause(err))
	}
	return nil
}

// restore writes a module that was there before a build, unless it is still there, with the time at which it was written: it is no newer than it was.
func (w *work) restore(before []byte, at time.Time) error {
	now, err := w.folder.ReadFile(w.project.Module)
	if before == nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return w.folder.Remove(w.project.Module)
	}
	if err != nil || string(now) != string(before) {
		if err := w.writeModule(before); err != nil {
			return err
		}
	}
	return w.folder.Chtimes(w.project.Module, at, at)
}
