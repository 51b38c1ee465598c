package author_test

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"assay/server/author"
)

// TestALinkIsLookedThrough: a source that is a link changes with the file that it leads to.
func TestALinkIsLookedThrough(t *testing.T) {
	dir := folder(t, map[string]string{"assay.yaml": "language: c\nmodule: built.wasm\n"})
	elsewhere := folder(t, map[string]string{"rule.c": ""})
	if err := os.Symlink(filepath.Join(elsewhere, "rule.c"), filepath.Join(dir, "rule.c")); err != nil {
		t.Fatal(err)
	}
	before := author.LookAt(dir)
	write(t, elsewhere, "rule.c", "int a;")
	if maps.EqualFunc(before, author.LookAt(dir), author.Seen.Equal) {
		t.Error("nothing is seen of it")
	}
}
