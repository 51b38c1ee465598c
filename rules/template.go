package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
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

// Placeholders returns the distinct keys between {{ and }}, trimmed, in the
// order of their first appearance, or an error that says how the template is
// broken. A key may be a CEL expression: braces and quoted text in it are skipped over.
func Placeholders(template string) ([]string, error) {
	var keys []string
	err := scan(template, func(string) {}, func(key string) {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	})
	return keys, err
}

// AllPlaceholders returns the distinct keys of all templates, those of en first, then ru, then uk.
func AllPlaceholders(templates map[string]string) ([]string, error) {
	var all []string
	for _, lang := range Languages() {
		keys, err := Placeholders(templates[lang])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", lang, err)
		}
		for _, key := range keys {
			if !slices.Contains(all, key) {
				all = append(all, key)
			}
		}
	}
	return all, nil
}

// Unfilled stands in a rendered text where a parameter is unknown.
const Unfilled = "…"

// Render replaces every {{ key }} by the parameter of that key, and by
// [Unfilled] when there is none. From a place where the template is broken, it is copied as it is.
func Render(template string, params func(key string) (string, bool)) string {
	if !strings.Contains(template, "{{") {
		return template
	}
	var b strings.Builder
	_ = scan(template, func(text string) { b.WriteString(text) }, func(key string) {
		value, ok := params(key)
		if !ok {
			value = Unfilled
		}
		b.WriteString(value)
	})
	return b.String()
}

var errEmptyPlaceholder = errors.New("{{ }} has nothing between its braces")

// scan walks a template, handing over its pieces of text and its keys. On an
// error the rest of the template has been handed over as text.
func scan(template string, text, placeholder func(string)) error {
	rest := template
	for {
		before, after, found := strings.Cut(rest, "{{")
		if stray := strings.Index(before, "}}"); stray >= 0 {
			text(rest)
			return fmt.Errorf("}} without {{ before it at character %d", charAt(template, len(template)-len(rest)+stray))
		}
		text(before)
		if !found {
			return nil
		}
		open := len(template) - len(after) - len("{{")
		end := closing(after)
		if end < 0 {
			text(template[open:])
			return fmt.Errorf("{{ at character %d is not closed by }}", charAt(template, open))
		}
		key := strings.TrimSpace(after[:end])
		if key == "" {
			text(template[open:])
			return errEmptyPlaceholder
		}
		placeholder(key)
		rest = after[end+len("}}"):]
	}
}

func charAt(s string, offset int) int { return len([]rune(s[:offset])) + 1 }

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
			if depth == 0 {
				return -1
			}
			depth--
		}
	}
	return -1
}

// quoted returns the offset of the quote that ends the text literal at the start of s.
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
