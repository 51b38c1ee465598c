//go:build !race

package command_test

import (
	"path/filepath"
	"testing"
)

// TestLanguages runs ../testdata/language/*.txtar: a rule in each language from `rule new` to a finding on a server.
func TestLanguages(t *testing.T) {
	scripts(t, filepath.Join("..", "testdata", "language"))
}
