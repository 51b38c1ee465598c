package rules

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Languages returns the languages of messages, in the order in which one
// stands in for another.
func Languages() []string { return []string{"en", "ru", "uk"} }

// Text returns the text in the language; failing that the English one,
// failing that any (en, ru, uk); "" when there is none.
func Text(texts map[string]string, lang string) string {
	for _, l := range append([]string{lang}, Languages()...) {
		if text := texts[l]; text != "" {
			return text
		}
	}
	return ""
}

// Placeholder is one {{ key }} of a template and its place, in bytes.
type Placeholder struct {
	Key   string // the trimmed text between the braces
	Start int    // of the first brace
	KeyAt int    // where Key begins
	End   int    // after the last brace
}

// TemplateError says where a template is broken.
type TemplateError struct {
	Offset int // in bytes
	At     int // in characters, from 1
	Reason string
}

// Error returns the reason and the place.
func (e *TemplateError) Error() string { return fmt.Sprintf("%s (at character %d)", e.Reason, e.At) }

// Scan returns the placeholders of a template in their order. A key may be a
// CEL expression: braces and quoted text inside are skipped over. The error is
// a *TemplateError.
func Scan(template string) ([]Placeholder, error) {
	var list []Placeholder
	for at := 0; ; {
		p, broken := next(template, at)
		end := len(template)
		if p != nil {
			end = p.Start
		} else if broken != nil {
			end = broken.Offset
		}
		if stray := strings.Index(template[at:end], "}}"); stray >= 0 {
			return list, broke(template, at+stray, `"}}" has no "{{" before it`)
		}
		switch {
		case broken != nil:
			return list, broken
		case p == nil:
			return list, nil
		case p.Key == "":
			return list, broke(template, p.Start, "the placeholder is empty: write {{ expression }}")
		}
		list = append(list, *p)
		at = p.End
	}
}

func broke(template string, offset int, reason string) *TemplateError {
	return &TemplateError{Offset: offset, At: utf8.RuneCountInString(template[:offset]) + 1, Reason: reason}
}

// Unfilled stands in a rendered text where a parameter is unknown.
const Unfilled = "…"

// Render replaces every {{ key }} by the parameter of that key, and by
// [Unfilled] when there is none. What is broken is copied as it is.
func Render(template string, params func(key string) (string, bool)) string {
	p, _ := next(template, 0)
	if p == nil {
		return template
	}
	var b strings.Builder
	at := 0
	for ; p != nil; p, _ = next(template, at) {
		b.WriteString(template[at:p.Start])
		value, known := params(p.Key)
		if !known {
			value = Unfilled
		}
		b.WriteString(value)
		at = p.End
	}
	b.WriteString(template[at:])
	return b.String()
}

// next returns the first placeholder from at on, nil when there is none, and
// why the text from at on is broken.
func next(template string, at int) (*Placeholder, *TemplateError) {
	open := strings.Index(template[at:], "{{")
	if open < 0 {
		return nil, nil
	}
	start := at + open
	inside := start + len("{{")
	length := closing(template[inside:])
	if length < 0 {
		return nil, broke(template, start, `"{{" is not closed: write {{ expression }}`)
	}
	text := template[inside : inside+length]
	key := strings.TrimSpace(text)
	return &Placeholder{Key: key, Start: start, KeyAt: inside + strings.Index(text, key), End: inside + length + len("}}")}, nil
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
