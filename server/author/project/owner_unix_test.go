//go:build unix

package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/server/author"
	"assay/server/author/project"
)

// TestProjectsOfOtherUsers: one found above is not built unseen, and none is built unasked; one that is named is.
func TestProjectsOfOtherUsers(t *testing.T) {
	dir := folder(t, map[string]string{"assay.yaml": "language: stdio\nmodule: rule.wasm\nbuild: {command: [make]}\n", "mine/notes.txt": ""})
	mine := filepath.Join(dir, "mine")
	if _, err := project.Open(mine); err != nil {
		t.Errorf("one's own, from within: %v", err)
	}
	stale, err := author.Stale(dir, filepath.Join(dir, "rule.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	if p, err := project.OpenStale(stale); err != nil || p.Dir != dir {
		t.Errorf("one's own, to be built: %+v, %v", p, err)
	}
	defer project.ActAs(os.Geteuid() + 1)()
	var refused *project.RefusedError
	if _, err := project.Open(mine); !errors.As(err, &refused) || !strings.Contains(err.Error(), "belongs to another user") {
		t.Errorf("another's, from within: %v", err)
	}
	if _, err := project.Open(dir); err != nil {
		t.Errorf("another's, named: %v", err)
	}
	_, err = project.OpenStale(stale)
	if _, is := errors.AsType[*author.BuildError](err); !is || !strings.Contains(err.Error(), "rule.wasm is not built yet, and "+filepath.Join(dir, "assay.yaml")+" belongs to another user (") ||
		!strings.HasSuffix(err.Error(), "whose commands are not run unasked: run `assay rule build "+dir+"`") {
		t.Errorf("another's, to be built unasked: %v", err)
	}
}
