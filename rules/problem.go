package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a manifest.
type Problem struct {
	Line    int    `json:"line,omitempty"`   // from 1; 0 when the object came from no file
	Column  int    `json:"column,omitempty"` // from 1, in characters
	Path    string `json:"path,omitempty"`   // such as spec.cases[0].client
	Message string `json:"message"`          // what is wrong and what to do
}

// String returns "line 3, column 5: spec.mode: …".
func (p Problem) String() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d, column %d: ", p.Line, p.Column)
	}
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	return b.String() + p.Message
}

// ParseError lists everything that is wrong with the text given to [Parse].
type ParseError struct {
	Problems []Problem // in the order of the text; never empty
}

// Error returns the problems, one a line.
func (e *ParseError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// maxProblems bounds the list: whoever has more reads it no further.
const maxProblems = 100

// problems collects what is wrong with a text, document by document.
type problems struct {
	root   *node // the document at hand, for the places of paths
	list   []Problem
	more   int      // problems beyond maxProblems
	blamed []string // paths in the document at hand that need no further complaint
}

// begin makes doc the document at hand.
func (ps *problems) begin(doc document) {
	ps.root, ps.blamed = doc.root, nil
	for _, p := range doc.problems {
		ps.put(p)
	}
}

func (ps *problems) put(p Problem) {
	ps.blame(p.Path)
	if len(ps.list) == maxProblems {
		ps.more++
		return
	}
	ps.list = append(ps.list, p)
}

// blame keeps validation from complaining about a path, what encloses it and what it
// encloses. A missing "require" behind a mistyped "requre" is one mistake, not two.
func (ps *problems) blame(path string) {
	if len(ps.blamed) < 2*maxProblems {
		ps.blamed = append(ps.blamed, path)
	}
}

// at notes a problem at a node.
func (ps *problems) at(n *node, path, format string, args ...any) {
	ps.put(Problem{Line: n.line, Column: n.column, Path: path, Message: fmt.Sprintf(format, args...)})
}

// addEmpty notes that a text without problems has nothing in it either.
func (ps *problems) addEmpty(message string) {
	if len(ps.list) == 0 {
		ps.put(Problem{Line: 1, Column: 1, Message: message})
	}
}

// check adds what validation found, each at its place in the document, but
// for what is blamed already.
func (ps *problems) check(found []Problem) {
	blamed := ps.blamed
	for _, p := range found {
		related := func(path string) bool { return encloses(p.Path, path) || encloses(path, p.Path) }
		if slices.ContainsFunc(blamed, related) {
			continue
		}
		if len(ps.list) < maxProblems { // the rest is only counted
			n := ps.root.find(p.Path)
			p.Line, p.Column = n.line, n.column
		}
		ps.put(p)
	}
}

// encloses reports whether the outer path is the inner one or leads to it.
func encloses(outer, inner string) bool {
	rest, ok := strings.CutPrefix(inner, outer)
	return ok && (rest == "" || outer == "" || rest[0] == '.' || rest[0] == '[')
}

// err returns the problems as an error, nil when there are none.
func (ps *problems) err() error {
	if len(ps.list) == 0 {
		return nil
	}
	slices.SortStableFunc(ps.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if ps.more > 0 {
		ps.list = append(ps.list, Problem{Message: fmt.Sprintf("and %d more problems", ps.more)})
	}
	return &ParseError{Problems: ps.list}
}

// key returns the path of a key under a path.
func key(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// index returns the path of an item of the list at a path.
func index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
