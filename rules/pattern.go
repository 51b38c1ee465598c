package rules

import "slices"

// The forms of names and of other short texts, as regular expressions that RE2 and
// ECMAScript read alike. At most 63 characters where they are names.
const (
	NamePattern       = `^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$` // of rules and dictionaries
	IdentifierPattern = `^[A-Za-z][A-Za-z0-9_]*$`          // of fields and variables, besides [ReservedWords]
	LabelKeyPattern   = `^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$`
	LabelValuePattern = `^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_])?)?$`
	PathPattern       = `^[A-Za-z][A-Za-z0-9_]*(\[\])?(\.[A-Za-z0-9_-]+(\[\])?)*$` // of a place in a client
	DigestPattern     = `^sha256:[0-9a-f]{64}$`
)

// ReservedWords returns the words of CEL, which are no names.
func ReservedWords() []string { return slices.Clone(celWords) }
