package author

import (
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Look is what there was to see of what lies at a path: two are equal while no file has changed that a test depends on.
type Look map[string]Seen

// Seen is as much of a file as changes with it.
type Seen struct {
	Size int64
	At   time.Time
}

// Equal reports whether the file has not changed.
func (s Seen) Equal(o Seen) bool { return s.Size == o.Size && s.At.Equal(o.At) }

// LookAt looks at a manifest, a module or a project: at the files of its folder, and of the folders below it that
// may hold sources.
func LookAt(path string) Look {
	look := Look{}
	note := func(file string, stat fs.FileInfo) { look[file] = Seen{stat.Size(), stat.ModTime()} }
	dir := path
	if stat, err := os.Stat(path); err == nil && !stat.IsDir() {
		dir = filepath.Dir(path)
	}
	f := newFolder(dir)
	// What cannot be read now is seen when it can.
	_ = filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case file != dir && entry.IsDir() && (f.passesOver(file) || !isProject(dir)):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		if stat, err := os.Stat(file); err == nil { // what a link leads to
			note(file, stat)
		}
		return nil
	})
	return look
}

// Renew has the look show a file as it is now.
func (l Look) Renew(file string) {
	if stat, err := os.Stat(file); err == nil {
		l[filepath.Clean(file)] = Seen{stat.Size(), stat.ModTime()}
	}
}
