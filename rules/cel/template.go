package cel

import "strings"

// placeholder is a {{ CEL }} of a message.
type placeholder struct {
	key          string // the trimmed text between the braces
	line, column int    // where key begins in the message
}

// placeholders lists the placeholders of a message, in the way package rules finds them when it
// renders the message: braces and quoted text inside a placeholder are skipped over.
func placeholders(message string) ([]placeholder, *Problem) {
	var list []placeholder
	for at := 0; ; {
		open := strings.Index(message[at:], "{{")
		if open < 0 {
			return list, nil
		}
		open += at
		inside := open + len("{{")
		length := closing(message[inside:])
		if length < 0 {
			return list, problemAt(message, open, `"{{" is not closed: write {{ expression }}`)
		}
		text := message[inside : inside+length]
		p := placeholder{key: strings.TrimSpace(text)}
		if p.key == "" {
			return list, problemAt(message, open, "the placeholder is empty: write {{ expression }}")
		}
		p.line, p.column = place(message, inside+strings.Index(text, p.key))
		list = append(list, p)
		at = inside + length + len("}}")
	}
}

// closing returns the offset of the }} that ends a placeholder, -1 if none does.
func closing(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"', '\'':
			end := quoted(s[i:])
			if end < 0 {
				return -1
			}
			i += end
		case '{':
			depth++
		case '}':
			if depth == 0 {
				if strings.HasPrefix(s[i:], "}}") {
					return i
				}
				return -1
			}
			depth--
		}
	}
	return -1
}

// quoted returns the offset of the quote that ends the text literal at the start of s, -1 if none does.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i
		}
	}
	return -1
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
