package folder

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"time"

	"assay/rules"
)

// maxModule is the most bytes that a module's file may have: as many as an upload.
const maxModule = 32 << 20

// maxManifest is the most bytes of a manifest that are read; more is refused by package rules anyway.
const maxManifest = 1<<20 + 1

// listing is what a look at the folder saw: a digest, or what kept from reading, by
// the path of each file in the folder. The key "" says why the folder cannot be listed.
type listing map[string]string

func (l listing) same(m listing) bool { return maps.Equal(l, m) }

// files reads a folder.
type files struct {
	dir     string
	modules map[string]bool // paths of the modules that the manifests name
	known   map[string]read
}

// read is a file that was read, and what it was then.
type read struct {
	info   fs.FileInfo
	at     time.Time
	digest string
	text   []byte // of a manifest
}

func newFiles(dir string) *files { return &files{dir: dir, known: map[string]read{}} }

// list looks at every file. Those that did not change since they were read are not read again.
func (f *files) list() listing {
	manifests, err := rules.ManifestFiles(os.DirFS(f.dir))
	if err != nil {
		return listing{"": err.Error()}
	}
	l := make(listing, len(manifests)+len(f.modules))
	for _, name := range manifests {
		l[name] = f.look(name, maxManifest)
	}
	for name := range f.modules {
		l[name] = f.look(name, maxModule)
	}
	maps.DeleteFunc(f.known, func(name string, _ read) bool { return l[name] == "" })
	return l
}

// racy is how fresh a change may be to hide another one within the same tick of the
// file system's clock; Git knows the problem by this name.
const racy = 2 * time.Second

func (f *files) look(name string, limit int64) string {
	info, err := os.Stat(f.path(name))
	if err != nil {
		delete(f.known, name)
		return cause(err)
	}
	was, ok := f.known[name]
	if ok && os.SameFile(was.info, info) && was.info.Size() == info.Size() && was.info.ModTime().Equal(info.ModTime()) && was.at.Sub(info.ModTime()) > racy {
		return was.digest
	}
	at := time.Now() // the file system's time, which is no part of what is tested with a clock
	text, err := f.read(name, limit)
	if err != nil {
		delete(f.known, name)
		return err.Error()
	}
	now := read{info: info, at: at, digest: digestOf(text)}
	if !f.modules[name] {
		now.text = text
	}
	f.known[name] = now
	return now.digest
}

// read returns the bytes of a regular file that is not too large.
func (f *files) read(name string, limit int64) ([]byte, error) {
	info, err := os.Stat(f.path(name))
	switch {
	case err != nil:
		return nil, errors.New(cause(err))
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("it is no file but a %s", info.Mode().Type())
	case info.Size() > limit:
		return nil, fmt.Errorf("it has %d bytes and at most %d are read", info.Size(), limit)
	}
	text, err := os.ReadFile(f.path(name))
	if err != nil {
		return nil, errors.New(cause(err))
	}
	return text, nil
}

func (f *files) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// cause is what keeps from reading a file, without the file's name.
func cause(err error) string {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err.Error()
	}
	return err.Error()
}

// digestOf returns the digest of a text as modules are named by it.
func digestOf(text []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(text)) }

// besides returns the path in the folder of a file that a manifest names.
func besides(manifest, file string) string {
	return path.Join(path.Dir(manifest), filepath.ToSlash(file))
}
