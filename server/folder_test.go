package server_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/server"
)

func TestAFolderOfSomebodyElsesIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.doc"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := server.Open(context.Background(), server.Config{Data: dir})
	if err == nil {
		_ = s.Close()
		t.Fatal("a base was made among somebody's files")
	}
	if !strings.Contains(err.Error(), "thesis.doc") || !strings.Contains(err.Error(), "empty folder") {
		t.Errorf("the error does not say what to do: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("something was written there: %v", left)
	}
}
