package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"assay/rules"
	"assay/server/api"
	"assay/server/author"
	"assay/server/crm"
)

// manifestPlace is where the server found something in the text it was sent.
var manifestPlace = regexp.MustCompile(`^(?:manifest )?line (\d+), column (\d+): `)

// refused says of a manifest what is wrong with it. What the server says gets its place in the file, a line a problem.
func (m *manifest) refused(err error) error {
	p, is := errors.AsType[*api.Problem](err)
	if !is || p.Code != api.CodeInvalid || len(p.Errors) == 0 {
		return fmt.Errorf("%s in %s: %w", m.ref(), m.where, err)
	}
	lines := make([]string, len(p.Errors))
	for i, e := range p.Errors {
		lines[i] = fmt.Sprintf("%s in %s: %s", m.ref(), m.where, m.placed(e))
	}
	return errors.New(strings.Join(lines, "\n"))
}

// refusedModule says what the server refuses of the module that the manifest names, and, in a rule project, how to
// make a good one.
func (m *manifest) refusedModule(path string, err error) error {
	p, is := errors.AsType[*api.Problem](err)
	if !is || p.Code != api.CodeInvalid && p.Code != api.CodeMalformed {
		return fmt.Errorf("upload %s: %w", path, err)
	}
	reasons := []string{p.Detail}
	if len(p.Errors) > 0 {
		reasons = nil
	}
	for _, e := range p.Errors {
		reasons = append(reasons, e.Code+": "+e.Message)
	}
	text := path + ": the module is refused: " + strings.Join(reasons, "; ")
	dir := filepath.Dir(m.file)
	if _, err := os.Stat(filepath.Join(dir, rules.ProjectFile)); err == nil {
		text += "; build it anew: `" + author.BuildCommand(dir) + "`"
	}
	place := rules.Problem{Path: "spec.module.path", Message: text}
	if line, column, ok := rules.Locate(m.text, place.Path); ok {
		place.Line, place.Column = m.line-1+line, column
	}
	return errors.New(place.String())
}

// placed finds in the file what the server found in what it was sent: one document of the file, or, where that
// names a module by its path, another text.
func (m *manifest) placed(e crm.Problem) rules.Problem {
	out := rules.Problem{Path: e.Field, Message: e.Message}
	place := manifestPlace.FindStringSubmatch(e.Message)
	if place == nil {
		return out
	}
	out.Message = e.Message[len(place[0]):]
	if m.Spec.Module.Path != "" {
		out.Line, out.Column, _ = rules.Locate(m.text, e.Field)
	} else {
		out.Line, _ = strconv.Atoi(place[1]) // digits both
		out.Column, _ = strconv.Atoi(place[2])
	}
	if out.Line > 0 {
		out.Line += m.line - 1
	}
	return out
}
