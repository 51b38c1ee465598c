package wasm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tetratelabs/wazero"
)

// cache is the folder of compiled modules. wazero keeps an entry a module in a folder of its own version, trusts most
// of what stands there and says of the rest that the module is not valid. So there is a note on each entry: what it
// is called and its sum. An entry is made elsewhere, put in its place with its note, and read only as long as
// the note is right; of what is damaged, missing or another version's the entry is made again. What has
// not been used for longest goes when there is too much.
//
// Any number of processes may use a folder: entries and notes appear whole.
type cache struct {
	dir     string // "": nothing is kept
	version string // wazero's folder in it
	kind    string // how modules are compiled, beyond their bytes
}

// Names in the folder, beside wazero's.
const (
	notesName   = "notes"
	fillingName = "filling-" // begins that of a folder in which an entry is made
)

// A cacheError is no fault of a module.
type cacheError struct {
	dir string
	err error
}

func (e *cacheError) Error() string { return fmt.Sprintf("compilation cache %s: %v", e.dir, e.err) }

func (e *cacheError) Unwrap() error { return e.err }

// openCache makes the folder.
func openCache(dir string, profile bool) (*cache, error) {
	c := &cache{dir: dir, kind: fmt.Sprint("profile ", profile)}
	if dir == "" {
		return c, nil
	}
	if err := c.open(); err != nil {
		return nil, &cacheError{dir, err}
	}
	return c, nil
}

func (c *cache) open() error {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	// MkdirAll leaves a directory that was there as it was.
	if err := os.Chmod(c.dir, 0o700); err != nil {
		return err
	}
	probe, err := os.MkdirTemp(c.dir, fillingName)
	if err != nil {
		return err
	}
	defer os.RemoveAll(probe)
	if _, err := wazero.NewCompilationCacheWithDir(probe); err != nil {
		return err
	}
	folders, err := os.ReadDir(probe)
	if err != nil || len(folders) != 1 {
		return errors.Join(err, fmt.Errorf("wazero made %d folders, want 1", len(folders)))
	}
	c.version = folders[0].Name()
	return c.prune(maxKept)
}

// wazero opens the folder for a runtime.
func (c *cache) wazero() (wazero.CompilationCache, error) {
	if c.dir == "" {
		return wazero.NewCompilationCache(), nil
	}
	opened, err := wazero.NewCompilationCacheWithDir(c.dir)
	if err != nil {
		return nil, &cacheError{c.dir, err}
	}
	return opened, nil
}

// ensure makes sure that there is a sound entry of a module, which compile makes in a folder.
func (c *cache) ensure(module []byte, compile func(dir string) error) error {
	if c.dir == "" {
		return nil
	}
	note := c.note(module)
	if c.sound(note) {
		used(note)
		return nil
	}
	filling, err := c.fillingFolder()
	if err != nil {
		return &cacheError{c.dir, err}
	}
	defer os.RemoveAll(filling)
	if err := compile(filling); err != nil {
		return err
	}
	if err := c.adopt(filling, note); err != nil {
		return &cacheError{c.dir, err}
	}
	return nil
}

// note is the path of a module's note.
func (c *cache) note(module []byte) string {
	sum := sha256.New()
	sum.Write(module)
	fmt.Fprint(sum, c.version, c.kind)
	return filepath.Join(c.dir, notesName, hex.EncodeToString(sum.Sum(nil)))
}

// sound says whether a note's entry is as it was when the note was written.
func (c *cache) sound(note string) bool {
	entry, sum, err := c.noted(note)
	if err != nil {
		return false
	}
	is, err := sumOf(entry)
	return err == nil && is == sum
}

// noted reads a note: where its entry is, and its sum.
func (c *cache) noted(note string) (entry, sum string, err error) {
	text, err := os.ReadFile(note)
	if err != nil {
		return "", "", err
	}
	if _, err := fmt.Sscan(string(text), &entry, &sum); err != nil {
		return "", "", err
	}
	if !filepath.IsLocal(entry) {
		return "", "", fmt.Errorf("note %s leads out of the cache", note)
	}
	return filepath.Join(c.dir, entry), sum, nil
}

// sumOf is a sum against damage: whoever can write in the folder can run code anyhow.
func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	size, err := io.Copy(sum, f)
	return fmt.Sprintf("%d-%08x", size, sum.Sum32()), err
}

// fillingFolder makes a folder to make an entry in, and those to keep it in, which somebody may have removed.
func (c *cache) fillingFolder() (string, error) {
	for _, name := range []string{notesName, c.version} {
		if err := os.MkdirAll(filepath.Join(c.dir, name), 0o700); err != nil {
			return "", err
		}
	}
	return os.MkdirTemp(c.dir, fillingName)
}

// adopt puts the entry that was made in a folder in its place, and a note on it.
func (c *cache) adopt(filling, note string) error {
	list, err := os.ReadDir(filepath.Join(filling, c.version))
	if err != nil || len(list) != 1 {
		return errors.Join(err, fmt.Errorf("the compiler left %d entries, want 1", len(list)))
	}
	entry := filepath.Join(c.version, list[0].Name())
	made := filepath.Join(filling, entry)
	sum, err := sumOf(made)
	if err != nil {
		return err
	}
	written := filepath.Join(filling, "note")
	if err := os.WriteFile(written, []byte(entry+" "+sum+"\n"), 0o600); err != nil {
		return err
	}
	if err := replace(made, filepath.Join(c.dir, entry)); err != nil {
		return err
	}
	return replace(written, note)
}

// replace moves a file to where another may be, or even a folder.
func replace(from, to string) error {
	if os.Rename(from, to) == nil {
		return nil
	}
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

// compile validates and compiles a module, by way of the cache.
func (h *Host) compile(ctx context.Context, instrumented []byte, apart bool) (wazero.CompiledModule, error) {
	err := h.kept.ensure(instrumented, func(dir string) error {
		if apart {
			return h.compileElsewhere(ctx, dir, instrumented)
		}
		return compileInto(ctx, dir, instrumented)
	})
	if err != nil {
		return nil, err
	}
	return recovered(func() (wazero.CompiledModule, error) { return h.runtime.CompileModule(ctx, instrumented) })
}

// ofCache says whether compiling ended in an error of files, and not of the module.
func ofCache(err error) bool {
	_, path := errors.AsType[*fs.PathError](err)
	_, link := errors.AsType[*os.LinkError](err)
	return path || link
}
