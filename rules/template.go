package rules

import (
	"fmt"
	"slices"
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

// Placeholders returns the distinct keys between {{ and }}, trimmed, in the
// order of their first appearance, or an error that says how the template is
// broken. A placeholder ends at the first }} after it, as for the CEL compiler.
func Placeholders(template string) ([]string, error) {
	var keys []string
	at := 0
	for {
		p, ok := next(template, at)
		if stray := strings.Index(template[at:p.start], "}}"); stray >= 0 {
			return keys, fmt.Errorf("}} without {{ before it at character %d", charAt(template, at+stray))
		}
		switch {
		case !ok && p.start == len(template):
			return keys, nil
		case !ok:
			return keys, fmt.Errorf("{{ at character %d is not closed by }}", charAt(template, p.start))
		case p.key == "":
			return keys, fmt.Errorf("{{ }} at character %d has nothing between its braces", charAt(template, p.start))
		case !slices.Contains(keys, p.key):
			keys = append(keys, p.key)
		}
		at = p.end
	}
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
// [Unfilled] when there is none. Braces without a partner are copied as they are.
func Render(template string, params func(key string) (string, bool)) string {
	p, ok := next(template, 0)
	if !ok {
		return template
	}
	var b strings.Builder
	at := 0
	for ; ok; p, ok = next(template, at) {
		b.WriteString(template[at:p.start])
		value, known := params(p.key)
		if !known {
			value = Unfilled
		}
		b.WriteString(value)
		at = p.end
	}
	b.WriteString(template[at:])
	return b.String()
}

// placeholder is a {{ key }} and its place: the offsets of its first brace and after its last.
type placeholder struct {
	key        string
	start, end int
}

// next returns the first placeholder from at on. Without one, ok is false and start is the
// offset of a {{ that is not closed, or the length of the template.
func next(template string, at int) (p placeholder, ok bool) {
	open := strings.Index(template[at:], "{{")
	if open < 0 {
		return placeholder{start: len(template)}, false
	}
	start := at + open
	inside, _, closed := strings.Cut(template[start+len("{{"):], "}}")
	if !closed {
		return placeholder{start: start}, false
	}
	return placeholder{strings.TrimSpace(inside), start, start + len("{{") + len(inside) + len("}}")}, true
}

func charAt(s string, offset int) int { return utf8.RuneCountInString(s[:offset]) + 1 }
