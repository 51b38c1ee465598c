package main

import (
	"strings"
	"unicode"
)

// upper returns a schema name in UpperCamelCase, as AssemblyScript and Rust write it: externalId becomes ExternalId.
func upper(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// lower returns the name of an enum or a row type in lowerCamelCase: JobTitle becomes jobTitle.
func lower(name string) string { return strings.ToLower(name[:1]) + name[1:] }

// initialisms are the words of schema names that Go writes in capitals.
var initialisms = map[string]string{"id": "ID", "bic": "BIC"}

// exported returns the Go name of a schema name: externalId becomes ExternalID.
func exported(name string) string {
	var b strings.Builder
	for _, word := range camelWords(name) {
		if initials, ok := initialisms[strings.ToLower(word)]; ok {
			b.WriteString(initials)
			continue
		}
		b.WriteString(upper(word))
	}
	return b.String()
}

// unexported returns the Go name of a row type that the package keeps to itself: Field becomes fieldRow.
func unexported(row string) string { return lower(row) + "Row" }

func camelWords(name string) []string {
	var words []string
	start := 0
	for i, r := range name {
		if i > start && unicode.IsUpper(r) {
			words = append(words, name[start:i])
			start = i
		}
	}
	return append(words, name[start:])
}

// plural returns the row type's list name in prose: Address becomes addresses.
func plural(row string) string {
	one := strings.ToLower(row)
	switch {
	case strings.HasSuffix(one, "s"):
		return one + "es"
	case strings.HasSuffix(one, "y"):
		return one[:len(one)-1] + "ies"
	}
	return one + "s"
}

// snake returns the name in C and Rust of a schema name: externalId becomes external_id.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// rustName is the accessor's name; a keyword gets an underscore behind it.
func rustName(sl slot) string {
	if sl.Name == "type" {
		return "type_"
	}
	return snake(sl.Name)
}
