package wholefile_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"assay/server/wholefile"
)

// content is what lies in a folder: the texts of files by their names.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[entry.Name()] = string(text)
	}
	return all
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.txt")
	for _, tt := range []struct {
		text string
		mode fs.FileMode // that the file has before; 0: there is none
		want fs.FileMode
	}{{"new", 0, 0o600}, {"other", 0o640, 0o640}, {"", 0o444, 0o444}} {
		if tt.mode != 0 {
			if err := os.Chmod(file, tt.mode); err != nil {
				t.Fatal(err)
			}
		}
		if err := wholefile.Write(file, 0o600, wholefile.Text([]byte(tt.text))); err != nil {
			t.Fatal(err)
		}
		stat, err := os.Stat(file)
		if got := content(t, dir); err != nil || len(got) != 1 || got["a.txt"] != tt.text || stat.Mode() != tt.want {
			t.Errorf("%v, mode %v, %v; want %+v", got, stat.Mode(), err, tt)
		}
	}
}

func TestWhatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.txt")
	if err := os.WriteFile(file, []byte("of before"), 0o644); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := wholefile.Write(file, 0o644, func(w io.Writer) error {
		_, err := io.WriteString(w, "half")
		return errors.Join(err, broken)
	})
	if got := content(t, dir); !errors.Is(err, broken) || len(got) != 1 || got["a.txt"] != "of before" {
		t.Errorf("%v, %v", got, err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := wholefile.Write(filepath.Join(dir, "folder"), 0o644, wholefile.Text(nil)); err == nil {
		t.Error("a folder is replaced")
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestLinksAreNotFollowed: what lies in a folder cannot have another file written over.
func TestLinksAreNotFollowed(t *testing.T) {
	mine := t.TempDir()
	precious := filepath.Join(mine, "precious")
	dir := t.TempDir()
	err := errors.Join(os.WriteFile(precious, []byte("mine"), 0o644), os.Symlink(precious, filepath.Join(dir, "a.txt")), os.Symlink(mine, filepath.Join(dir, "out")))
	if err != nil {
		t.Fatal(err)
	}
	if err := wholefile.Write(filepath.Join(dir, "a.txt"), 0o644, wholefile.Text([]byte("new"))); err != nil {
		t.Error(err)
	}
	folder, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	if err := wholefile.WriteIn(folder, "out/precious", 0o644, wholefile.Text([]byte("new"))); err == nil {
		t.Error("written through a link that leads out of the folder")
	}
	if got := content(t, mine); len(got) != 1 || got["precious"] != "mine" {
		t.Errorf("outside: %v", got)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "a.txt")); err != nil || string(text) != "new" {
		t.Errorf("inside: %q, %v", text, err)
	}
}
