package cel

import (
	"errors"
	"strings"

	"assay/rules"
)

// placeholder is a {{ CEL }} of a message.
type placeholder struct {
	key          string // the trimmed text between the braces
	line, column int    // where key begins in the message
}

// placeholders lists the placeholders of a message.
func placeholders(message string) ([]placeholder, *Problem) {
	found, err := rules.Scan(message)
	list := make([]placeholder, len(found))
	for i, p := range found {
		list[i].key = p.Key
		list[i].line, list[i].column = place(message, p.KeyAt)
	}
	if broken, ok := errors.AsType[*rules.TemplateError](err); ok {
		return list, problemAt(message, broken.Offset, broken.Reason)
	}
	return list, nil
}

func problemAt(text string, offset int, message string) *Problem {
	line, column := place(text, offset)
	return &Problem{Line: line, Column: column, Message: message}
}

// place is the line and column of a byte offset, in code points from 1.
func place(s string, offset int) (line, column int) {
	before := s[:offset]
	line = strings.Count(before, "\n") + 1
	return line, len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
}
