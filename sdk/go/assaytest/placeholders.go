package assaytest

import "strings"

// placeholders returns the keys of a text's {{ key }}, as the server reads them: a key may be an expression, in which braces
// and quoted texts are skipped, and behind a {{ that nothing closes there are none.
func placeholders(text string) (keys []string) {
	for {
		_, behind, opened := strings.Cut(text, "{{")
		end := closing(behind)
		if !opened || end < 0 {
			return keys
		}
		keys, text = append(keys, strings.TrimSpace(behind[:end])), behind[end+len("}}"):]
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
			if depth == 0 && strings.HasPrefix(s[i:], "}}") {
				return i
			}
			if depth--; depth < 0 {
				return -1
			}
		}
	}
	return -1
}

// quoted returns the offset of the quote that ends the text at the start of s, -1 if none does.
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
