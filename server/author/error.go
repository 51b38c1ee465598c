package author

import (
	"errors"
	"fmt"
	"strings"

	"assay/rules"
	"assay/server/crm"
)

// Error is what the author of a rule can mend.
type Error struct {
	File     string          // "" when it is about no file in particular
	Problems []rules.Problem // at least one
	Refused  bool            // the host refuses a module; otherwise something is written wrongly
}

// Error says the problems, one a line, each with its file.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
		if e.File != "" {
			lines[i] = e.File + ": " + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// wrongf is an Error of one problem.
func wrongf(file, format string, args ...any) *Error {
	return &Error{File: file, Problems: []rules.Problem{{Message: fmt.Sprintf(format, args...)}}}
}

// inFile says in which file a text is wrong.
func inFile(file string, err error) error {
	if bad, ok := errors.AsType[*rules.ParseError](err); ok {
		return &Error{File: file, Problems: bad.Problems}
	}
	return err
}

// inManifest says where in a manifest that stands which the engine refuses.
func inManifest(d *declared, err error) error {
	invalid, ok := errors.AsType[*crm.InvalidError](err)
	if !ok {
		return err
	}
	out := &Error{File: d.file}
	for _, p := range invalid.Problems {
		path, message := p.Field, p.Message
		if path == "module" { // the host's word on the module
			path, message = "spec.module", "the module is refused: "+p.Code+": "+message
			out.Refused = true
		}
		line, column, message := d.placed(path, message)
		out.Problems = append(out.Problems, rules.Problem{Line: line, Column: column, Path: path, Message: message})
	}
	return out
}

// BuildError says that a project's module is not what its sources make.
type BuildError struct {
	Project string // the folder
	Module  string // the file
	Why     string // is not built yet, was built before rule.c changed, …
}

const notBuilt = "is not built yet"

// BuildCommand is what builds a project for who stands in the working folder.
func BuildCommand(dir string) string {
	if dir == "." {
		return "assay rule build"
	}
	return "assay rule build " + ShellWord(dir)
}

// ShellWord is a path as a shell reads it.
func ShellWord(path string) string {
	if strings.ContainsAny(path, " \t\n'\"\\$&;()<>|*?[]#~`!{}") {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}

// Error says what to do.
func (e *BuildError) Error() string {
	return fmt.Sprintf("%s %s: run `%s`", e.Module, e.Why, BuildCommand(e.Project))
}

// inModule says what the engine refuses of a module that no manifest names.
func inModule(r *Rule, err error) error {
	invalid, ok := errors.AsType[*crm.InvalidError](err)
	if !ok {
		return err
	}
	out := &Error{File: r.File}
	for _, p := range invalid.Problems {
		path, message := strings.TrimPrefix(strings.TrimPrefix(p.Field, "spec."), "module"), p.Message
		switch {
		case p.Field == "module":
			message = "the module is refused: " + p.Code + ": " + message
			out.Refused = true
		case r.Manifest != nil:
			path = strings.TrimSuffix("check "+r.Manifest.Metadata.Name+": "+path, ": ")
		}
		out.Problems = append(out.Problems, rules.Problem{Path: path, Message: message})
	}
	return out
}
