package wasm

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// bounds are the most that a cache keeps when a host opens it; until the next one does it may have more.
type bounds struct {
	modules int
	bytes   int64 // of their entries
}

var maxKept = bounds{modules: 500, bytes: 1 << 30}

// abandonedAfter is the age from which nobody is at work on what no note leads to.
const abandonedAfter = 24 * time.Hour

// used notes that a module is used: the time of a note is that of the last use.
func used(note string) {
	now := time.Now()
	_ = os.Chtimes(note, now, now)
}

// prune removes the modules that have not been used for longest, as many as are too many, and what was left behind. A module that
// another process was about to read is compiled by it again.
func (c *cache) prune(most bounds) error {
	notes, err := filesLike(c.dir, notesName+"/*")
	if err != nil {
		return err
	}
	slices.SortStableFunc(notes, func(a, b file) int { return b.used.Compare(a.used) })
	kept := map[string]bool{}
	for _, note := range notes {
		entry, _, err := c.noted(note.path)
		if info, missing := os.Stat(entry); err == nil && missing == nil {
			most.bytes -= info.Size()
			most.modules--
		}
		if err == nil && most.bytes >= 0 && most.modules >= 0 {
			kept[entry] = true
			continue
		}
		err = removeAll(note.path)
		if entry != "" && !kept[entry] {
			err = cmp.Or(err, removeAll(entry))
		}
		if err != nil {
			return err
		}
	}
	return c.removeAbandoned(kept)
}

// removeAbandoned removes old entries without a note, of whatever version, and old folders of compilers that were killed.
func (c *cache) removeAbandoned(kept map[string]bool) error {
	entries, err := filesLike(c.dir, "wazero-*/*")
	if err != nil {
		return err
	}
	filling, err := filesLike(c.dir, fillingName+"*")
	if err != nil {
		return err
	}
	for _, f := range append(entries, filling...) {
		if kept[f.path] || time.Since(f.used) < abandonedAfter {
			continue
		}
		if err := removeAll(f.path); err != nil {
			return err
		}
	}
	return nil
}

// removeAll does not mind what another process removes at the same time.
func removeAll(path string) error {
	err := os.RemoveAll(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// file is one of the cache, or a folder.
type file struct {
	path string
	used time.Time
}

// filesLike lists what in a folder has a name of this form, without what goes meanwhile.
func filesLike(dir, form string) (files []file, err error) {
	names, err := fs.Glob(os.DirFS(dir), form)
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if info, err := os.Lstat(path); err == nil {
			files = append(files, file{path, info.ModTime()})
		}
	}
	return files, err
}
