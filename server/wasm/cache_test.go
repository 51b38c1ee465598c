package wasm_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/wasm"
)

// openHost is a host on a folder of compiled modules; with a command, a process of its own compiles for it.
func openHost(t *testing.T, dir string, command []string) *wasm.Host {
	t.Helper()
	h, err := wasm.New(t.Context(), wasm.Config{CacheDir: dir, Compile: wasm.Compile{Command: command}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close(context.Background()) })
	return h
}

// filesIn are the files below a folder.
func filesIn(t *testing.T, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// flip changes a byte of a file.
func flip(path string, at int) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	b[at%len(b)] ^= 0xff
	return os.WriteFile(path, b, 0o600)
}

// large32K adds a custom section to a module, that it is large enough for a process of its own.
func large32K(module []byte) []byte {
	const size = 33 << 10
	section := append([]byte{0}, binary.AppendUvarint(nil, size)...)
	return append(append(slices.Clone(module), section...), append([]byte("\x03pad"), make([]byte, size-4)...)...)
}

// Whatever became of the folder of compiled modules, a module in it is compiled again, by whoever compiles it.
func TestADamagedCacheIsMended(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	damage := map[string]func(path string) error{
		"cut":     func(path string) error { return os.Truncate(path, 10) },
		"emptied": func(path string) error { return os.Truncate(path, 0) },
		"removed": os.Remove,
		"a folder": func(path string) error {
			return errors.Join(os.Remove(path), os.MkdirAll(filepath.Join(path, "x"), 0o700))
		},
		"longer": func(path string) error { return os.Truncate(path, 1<<20) },
	}
	for name, at := range map[string]int{"magic": 0, "version": 7, "functions": 12, "offsets": 20, "code": 2000, "end": 1<<20 - 1} {
		damage["garbled "+name] = func(path string) error { return flip(path, at) }
	}
	module, cards := large32K(readGuest(t, "guest.wasm")), batchOf("f")
	for compiler, command := range map[string][]string{"this process": nil, "another process": {self, "compile-module"}} {
		dir := t.TempDir()
		first := load(t, openHost(t, dir, command), module)
		if apart := first.Costs().Apart; apart != (command != nil) {
			t.Fatalf("%s: compiled apart: %v", compiler, apart)
		}
		want := said(t, first, []abi.Configured{quality}, cards)
		sound := filesIn(t, dir)
		for name, do := range damage {
			for _, path := range sound {
				if err := do(path); err != nil {
					t.Fatal(err)
				}
				m, err := openHost(t, dir, command).Load(t.Context(), module)
				if err != nil {
					t.Errorf("%s, %s %s: %v", compiler, filepath.Base(path), name, err)
					continue
				}
				if got := said(t, m, []abi.Configured{quality}, cards); !reflect.DeepEqual(got, want) {
					t.Errorf("%s, %s %s: got %q, want %q", compiler, filepath.Base(path), name, got, want)
				}
				if left := filesIn(t, dir); !reflect.DeepEqual(left, sound) {
					t.Errorf("%s, %s %s: files %q, want %q", compiler, filepath.Base(path), name, left, sound)
				}
			}
		}
	}
}

// A folder may be emptied under a running host.
func TestACacheThatGoesIsMadeAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	h := openHost(t, dir, nil)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	load(t, h, readGuest(t, "guest.wasm"))
	if files := filesIn(t, dir); len(files) != 2 {
		t.Errorf("files %q, want an entry and its note", files)
	}
}

// What cannot be written is not the module's fault.
func TestACacheThatCannotBeWrittenIsNoFaultOfTheModule(t *testing.T) {
	dir := t.TempDir()
	h := openHost(t, dir, nil)
	if err := os.WriteFile(filepath.Join(dir, "notes"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := h.Load(t.Context(), readGuest(t, "guest.wasm"))
	var refused *wasm.LoadError
	if err == nil || errors.As(err, &refused) || !strings.Contains(err.Error(), "compilation cache "+dir) {
		t.Errorf("got %v", err)
	}
}

// What was used last is kept, as much as there may be, and nothing of killed compilers; what is young may be somebody's.
func TestACacheIsBounded(t *testing.T) {
	names := []string{"guest.wasm", "large-images.wasm", "call.wasm"}
	for _, last := range names {
		t.Run(last, func(t *testing.T) { testBounds(t, names, last) })
	}
}

// testBounds fills a cache, uses one of its modules and bounds it.
func testBounds(t *testing.T, names []string, last string) {
	dir := filepath.Join(t.TempDir(), "c[a-b]*") // no pattern
	h := openHost(t, dir, nil)
	for _, name := range names {
		load(t, h, readGuest(t, name))
	}
	yesterday := time.Now().Add(-25 * time.Hour)
	version := filepath.Dir(entriesIn(t, dir)[0])
	for _, path := range []string{filepath.Join(version, "old"), filepath.Join(version, "young"), filepath.Join(dir, "filling-old", "x"), filepath.Join(dir, "filling-young", "x")} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range append(filesIn(t, dir), filepath.Join(dir, "filling-old")) {
		if filepath.Base(path) != "young" {
			if err := os.Chtimes(path, yesterday, yesterday); err != nil {
				t.Fatal(err)
			}
		}
	}
	load(t, openHost(t, dir, nil), readGuest(t, last))
	defer wasm.BoundCaches(1, 1<<30)()
	openHost(t, dir, nil)
	if entries := entriesIn(t, dir); len(entries) != 2 || filepath.Base(entries[1]) != "young" {
		t.Errorf("entries %q, want one and a young one", entries)
	}
	if _, err := os.Stat(filepath.Join(dir, "filling-old")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an old folder is there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "filling-young")); err != nil {
		t.Error(err)
	}
	before := entriesIn(t, dir)
	load(t, openHost(t, dir, nil), readGuest(t, last))
	if after := entriesIn(t, dir); !reflect.DeepEqual(before, after) {
		t.Errorf("entries %q, then %q: not the one used last was kept", before, after)
	}
	wasm.BoundCaches(10, 10)
	openHost(t, dir, nil)
	if files := filesIn(t, filepath.Join(dir, "notes")); len(files) != 0 {
		t.Errorf("notes %q of more bytes than there may be", files)
	}
}

func entriesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := fs.Glob(os.DirFS(dir), "wazero-*/*")
	if err != nil || len(entries) == 0 {
		t.Fatal(entries, err)
	}
	for i := range entries {
		entries[i] = filepath.Join(dir, entries[i])
	}
	return entries
}
