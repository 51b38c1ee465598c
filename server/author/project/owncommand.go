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
	"unicode"

	"assay/rules"
	"assay/server/author"
)

// ownCommand runs the command of assay.yaml, which writes the module itself. When it fails, the module that was there
// before comes back; where it finds nothing to do, as make may, and nothing is newer, that is the module.
func (w *work) ownCommand(ctx context.Context) (compiled, error) {
	p := w.project
	program, err := w.ownProgram()
	if err != nil {
		return compiled{}, err
	}
	before, err := w.folder.ReadFile(p.Module)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return compiled{}, fmt.Errorf("read %s: %w", p.ModulePath(), cause(err))
	}
	w.undo = func() error { return w.restore(before) }
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
	if err == nil && string(wasm) == string(before) {
		err = w.needFresh()
	}
	return compiled{wasm, strings.Join(p.Command[:1], " ")}, err
}

// needFresh refuses the module that was there before where it is older than what it is made of: the command writes another file, or nothing.
func (w *work) needFresh() error {
	p := w.project
	_, err := author.ReadModule(p.Dir, p.ModulePath())
	if old, is := errors.AsType[*author.BuildError](err); is {
		return fmt.Errorf("`%s` ended well and left %s as it was, which is older than %s: `module` in assay.yaml must name the file that it writes", strings.Join(p.Command, " "), p.ModulePath(), old.Newer)
	}
	return err
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

// restore writes a module that was there before a build, unless it is still there.
func (w *work) restore(before []byte) error {
	now, err := w.folder.ReadFile(w.project.Module)
	switch {
	case before == nil && errors.Is(err, fs.ErrNotExist), err == nil && before != nil && string(now) == string(before):
		return nil
	case before == nil:
		return w.folder.Remove(w.project.Module)
	}
	return w.writeModule(before)
}
