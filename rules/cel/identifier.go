package cel

import (
	"regexp"
	"slices"
)

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// reserved are the words that CEL keeps for itself.
var reserved = []string{"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import",
	"in", "let", "loop", "namespace", "null", "package", "return", "true", "var", "void", "while"}

// isIdentifier says whether s can be the name of a variable.
func isIdentifier(s string) bool { return identifier.MatchString(s) && !slices.Contains(reserved, s) }
