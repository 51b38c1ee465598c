//go:build !race

package command_test

import (
	"path/filepath"
	"testing"
)

// TestLanguages runs ../testdata/language/*.txtar: a rule in each language from `rule new` to a finding on a server, and what compiles so many
// modules that the race detector would make minutes of it.
func TestLanguages(t *testing.T) {
	scripts(t, filepath.Join("..", "testdata", "language"))
}
