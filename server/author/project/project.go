package project

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"assay/rules"
)

// Project is a rule project: a folder with an assay.yaml.
type Project struct {
	Dir      string // as it was given to Open, or absolute when it is one above
	Language Language
	Module   string // the module's file, in Dir; "" for CEL

	// Description is the file in Dir with the description of a stdio module, "" for none.
	Description string
	// Command builds the module in place of the language's compiler, with its arguments and in Dir; nil for none.
	Command []string
	// Environment are variables of the compiler besides the usual ones.
	Environment map[string]string
}

// file is assay.yaml.
type file struct {
	Language    Language  `json:"language"`
	Module      string    `json:"module,omitempty"`
	Description string    `json:"description,omitempty"`
	Build       buildKeys `json:"build,omitempty"`
}

type buildKeys struct {
	Command     []string          `json:"command,omitempty"`
	Environment map[string]string `json:"environment,omitempty"`
}

// ErrNone is wrapped by the error of Open for a folder that is in no project.
var ErrNone = errors.New("no rule project")

// InvalidError is what is wrong with a project's own files.
type InvalidError struct {
	File     string // as people would name it
	Problems []rules.Problem
}

// Error returns the problems, one a line, each with the file.
func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = e.File + ": " + p.String()
	}
	return strings.Join(lines, "\n")
}

// Open reads the project of a folder: that of the folder itself or, as cargo and go do, of the nearest one above it. The error
// wraps ErrNone when there is none, is an *InvalidError when its assay.yaml is wrong, and a *RefusedError when one above belongs to another user.
func Open(dir string) (*Project, error) {
	if stat, err := os.Stat(dir); err != nil || !stat.IsDir() {
		return nil, notAFolder(dir, err)
	}
	root, err := rootOf(dir)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(root, rules.ProjectFile)
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, cause(err))
	}
	var f file
	if err := rules.DecodeDocument(text, &f); err != nil {
		return nil, invalidIn(name, err)
	}
	return &Project{Dir: root, Language: f.Language, Module: f.Module, Description: f.Description,
		Command: f.Build.Command, Environment: f.Build.Environment}, nil
}

func notAFolder(dir string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: the folder %s does not exist", ErrNone, dir)
	case err != nil:
		return fmt.Errorf("open the folder %s: %w", dir, cause(err))
	}
	return fmt.Errorf("%w: %s is a file; give the folder it is in", ErrNone, dir)
}

// rootOf returns the folder itself or the nearest one above it that has an assay.yaml.
func rootOf(dir string) (string, error) {
	if isFile(filepath.Join(dir, rules.ProjectFile)) {
		return dir, nil
	}
	at, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at != filepath.Dir(at) {
		if at = filepath.Dir(at); isFile(filepath.Join(at, rules.ProjectFile)) {
			return at, needOwn(at, dir)
		}
	}
	return "", fmt.Errorf("%w: there is no %s in %s, nor in a folder above it; `assay rule new NAME --lang LANGUAGE` makes a project", ErrNone, rules.ProjectFile, dir)
}

func isFile(name string) bool {
	stat, err := os.Stat(name)
	return err == nil && !stat.IsDir()
}

// Path returns the path of a file of the project.
func (p *Project) Path(name string) string { return filepath.Join(p.Dir, filepath.FromSlash(name)) }

// ModulePath returns where the module is written, "" for CEL.
func (p *Project) ModulePath() string {
	if p.Module == "" {
		return ""
	}
	return p.Path(p.Module)
}

// Validate implements rules.Checked.
func (f *file) Validate() (found []rules.Problem) {
	say := func(path, format string, args ...any) {
		found = append(found, rules.Problem{Path: path, Message: fmt.Sprintf(format, args...)})
	}
	if why := f.Language.invalid(); why != "" {
		say("language", "%s", why)
		return found
	}
	f.validateModule(say)
	switch {
	case f.Language == Stdio && len(f.Build.Command) == 0:
		say("build.command", "is missing; a project of stdio says what builds its module, such as [make, %s]", cmp.Or(f.Module, "rule.wasm"))
	case f.Language == CEL && (f.Build.Command != nil || f.Build.Environment != nil):
		say("build", "CEL needs no command to be built; remove it")
	case slices.Contains(f.Build.Command, ""):
		say("build.command", "an argument is empty; remove it")
	}
	return append(found, variableProblems(f.Build.Environment)...)
}

func (f *file) validateModule(say func(path, format string, args ...any)) {
	switch {
	case f.Language == CEL && f.Module != "":
		say("module", "rules in CEL have no module; remove it")
	case f.Language == CEL:
	case f.Module == "":
		say("module", "is missing; name the file that is built, such as rule.wasm")
	case !isInside(f.Module) || path.Ext(f.Module) != ".wasm":
		say("module", "%q is not a file in this folder that ends with .wasm", f.Module)
	}
	switch {
	case f.Description == "":
	case f.Language != Stdio:
		say("description", "a module of this language describes itself; remove it")
	case !isInside(f.Description):
		say("description", "%q is not a file in this folder", f.Description)
	}
}

func isInside(name string) bool { return filepath.IsLocal(filepath.FromSlash(name)) && name != "." }

// invalidIn names the file that a *rules.ParseError is about.
func invalidIn(name string, err error) error {
	var bad *rules.ParseError
	if !errors.As(err, &bad) {
		return fmt.Errorf("%s: %w", name, err)
	}
	return &InvalidError{File: name, Problems: bad.Problems}
}

// cause strips the paths that a system's error repeats.
func cause(err error) error {
	var of *fs.PathError
	var between *os.LinkError
	switch {
	case errors.As(err, &of):
		return of.Err
	case errors.As(err, &between):
		return between.Err
	}
	return err
}
