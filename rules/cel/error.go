package cel

import (
	"fmt"
	"strings"
)

// Error is what is wrong with a check: all problems that were found, in the order of the
// check's fields. It has at least one.
type Error struct{ Problems []Problem }

// Problem is one thing that is wrong with a check.
type Problem struct {
	// Field is the part of the manifest: "require", "forEach.in", "message.ru".
	Field string
	// Line and Column count from 1, in code points of the field's text; 0 when the problem is
	// not at a place in it.
	Line, Column int
	// Message says what is wrong and what to do.
	Message string
}

func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// String is the problem with its place, "require, line 1, column 8: …".
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.Field, p.Message)
	}
	return fmt.Sprintf("%s, line %d, column %d: %s", p.Field, p.Line, p.Column, p.Message)
}
