//go:build unix

package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/server/author/project"
)

// TestProjectsOfOtherUsers: one found above is not built unseen, one that is named is.
func TestProjectsOfOtherUsers(t *testing.T) {
	dir := folder(t, map[string]string{"assay.yaml": "language: stdio\nmodule: rule.wasm\nbuild: {command: [make]}\n", "mine/notes.txt": ""})
	mine := filepath.Join(dir, "mine")
	if _, err := project.Open(mine); err != nil {
		t.Errorf("one's own, from within: %v", err)
	}
	defer project.ActAs(os.Geteuid() + 1)()
	var refused *project.RefusedError
	if _, err := project.Open(mine); !errors.As(err, &refused) || !strings.Contains(err.Error(), "belongs to another user") {
		t.Errorf("another's, from within: %v", err)
	}
	if _, err := project.Open(dir); err != nil {
		t.Errorf("another's, named: %v", err)
	}
}
