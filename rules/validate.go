package rules

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The bounds of names and texts, in bytes where not said otherwise.
const (
	maxNameLength       = 63
	maxExpressionLength = 16 << 10
	maxTextLength       = 4 << 10
	maxAnnotations      = 64 << 10
	maxDictionaryValues = 10_000
)

var (
	namePattern       = regexp.MustCompile(NamePattern)
	identifierPattern = regexp.MustCompile(IdentifierPattern)
	labelKeyPattern   = regexp.MustCompile(LabelKeyPattern)
	labelValuePattern = regexp.MustCompile(LabelValuePattern)
	pathPattern       = regexp.MustCompile(PathPattern)
	digestPattern     = regexp.MustCompile(DigestPattern)
)

// celWords cannot be names in CEL: the literals, the operator in, and the words
// the language reserves (language definition, "Syntax").
var celWords = []string{
	"true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import",
	"let", "loop", "package", "namespace", "return", "var", "void", "while",
}

// validator lists the problems of one object.
type validator struct{ found []Problem }

func (v *validator) add(path, format string, args ...any) {
	v.found = append(v.found, Problem{Path: path, Message: fmt.Sprintf(format, args...)})
}

// head checks what all kinds have.
func (v *validator) head(version, kind, wantKind string, m *Metadata) {
	if version != APIVersion {
		v.add("apiVersion", "must be %s", APIVersion)
	}
	if kind != wantKind {
		v.add("kind", "must be %s", wantKind)
	}
	for _, k := range slices.Sorted(maps.Keys(m.Labels)) {
		if !labelKeyPattern.MatchString(k) || len(k) > maxNameLength {
			v.add(key("metadata.labels", k), "a label's key has letters, digits and . _ / - between them, at most %d", maxNameLength)
		}
		if value := m.Labels[k]; !labelValuePattern.MatchString(value) || len(value) > maxNameLength {
			v.add(key("metadata.labels", k), "a label's value has letters, digits and . _ - between them, at most %d", maxNameLength)
		}
	}
	size := 0
	for k, value := range m.Annotations {
		size += len(k) + len(value)
	}
	if size > maxAnnotations {
		v.add("metadata.annotations", "have %d bytes and at most %d are kept", size, maxAnnotations)
	}
}

// name checks the name of a rule or a dictionary.
func (v *validator) name(name string) {
	switch {
	case name == "":
		v.add("metadata.name", "is missing; give the object a name such as licence-until")
	case len(name) > maxNameLength:
		v.add("metadata.name", "has %d characters and at most %d are allowed", len(name), maxNameLength)
	case !namePattern.MatchString(name):
		v.add("metadata.name", "%q has something else than lower-case letters, digits, - and . between them", name)
	}
}

// identifier checks a name that CEL expressions use.
func (v *validator) identifier(path, name string) {
	switch {
	case name == "":
		v.add(path, "is missing; give a name such as licenceUntil")
	case len(name) > maxNameLength:
		v.add(path, "has %d characters and at most %d are allowed", len(name), maxNameLength)
	case !identifierPattern.MatchString(name):
		v.add(path, "%q is not a name for CEL: begin with a letter, go on with letters, digits and _", name)
	case slices.Contains(celWords, name):
		v.add(path, "%q is a word of CEL itself; choose another name", name)
	}
}

// choice checks a value out of a few.
func choice[T ~string](v *validator, path string, value T, known ...T) {
	if slices.Contains(known, value) {
		return
	}
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	if value == "" {
		v.add(path, "is missing; known are %s", strings.Join(names, ", "))
		return
	}
	_, hint := nearest(string(value), slices.Values(names))
	v.add(path, "%q is not known here%s", string(value), hint)
}

// texts checks texts by language.
func (v *validator) texts(path string, texts map[string]string) {
	for _, lang := range slices.Sorted(maps.Keys(texts)) {
		at := key(path, lang)
		if !slices.Contains(Languages(), lang) {
			v.add(at, "%q is not a language of Assay; known are %s", lang, strings.Join(Languages(), ", "))
			continue
		}
		text := texts[lang]
		if strings.TrimSpace(text) == "" {
			v.add(at, "is empty; fill it in or remove it")
		}
		if len(text) > maxTextLength {
			v.add(at, "has %d bytes and at most %d are allowed", len(text), maxTextLength)
		}
	}
}

// templates checks texts with placeholders, by language.
func (v *validator) templates(path string, texts map[string]string) {
	v.texts(path, texts)
	for _, lang := range Languages() {
		if _, err := Scan(texts[lang]); err != nil {
			v.add(key(path, lang), "%v", err)
		}
	}
}

// titles checks texts that are shown as they are.
func (v *validator) titles(path string, texts map[string]string) {
	v.texts(path, texts)
	for _, lang := range Languages() {
		if text := texts[lang]; strings.Contains(text, "{{") || strings.Contains(text, "}}") {
			v.add(key(path, lang), "{{ }} has no meaning here; remove it")
		}
	}
}

// expression checks what is common to all CEL; its sense is checked by package rules/cel.
func (v *validator) expression(path, cel string) {
	switch {
	case cel != "" && strings.TrimSpace(cel) == "":
		v.add(path, "is blank; write a CEL expression or remove it")
	case len(cel) > maxExpressionLength:
		v.add(path, "has %d bytes and at most %d are allowed", len(cel), maxExpressionLength)
	}
}

// word checks a name that people made up: a label, a value of a dictionary.
func (v *validator) word(path, what, word string, longest int) {
	switch {
	case word == "":
		v.add(path, "%s is empty", what)
	case strings.TrimSpace(word) != word:
		v.add(path, "%s %q begins or ends with a space", what, word)
	case utf8.RuneCountInString(word) > longest:
		v.add(path, "%s has more than %d characters", what, longest)
	case strings.ContainsFunc(word, unicode.IsControl):
		v.add(path, "%s %q has a control character in it", what, word)
	}
}
