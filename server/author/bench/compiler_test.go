package bench_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"assay/server/author"
	"assay/server/author/bench"
	"assay/server/modules"
)

// compileVerb has this test be the process that modules are compiled in. It notes in a file that it was.
const compileVerb = "compile-module"

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == compileVerb {
		notes, err := os.OpenFile(os.Args[2], os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, err = notes.WriteString("x")
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(modules.Compile(os.Args[3:], os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// large is the smallest command of the stdio ABI with so many bytes of data that it is compiled apart.
func large() []byte {
	const data = 40 << 10
	const size = "\x80\xc0\x02"
	module := "\x00asm\x01\x00\x00\x00" + "\x01\x04\x01\x60\x00\x00" + "\x03\x02\x01\x00" + "\x05\x03\x01\x00\x01" +
		"\x07\x13\x02\x06memory\x02\x00\x06_start\x00\x00" + "\x0a\x04\x01\x02\x00\x0b" + "\x0b\x88\xc0\x02\x01\x00\x41\x00\x0b" + size
	return append([]byte(module), make([]byte, data)...)
}

// TestModulesAreCompiledApart: who measures and profiles a module compiles it within the bounds of a server.
func TestModulesAreCompiledApart(t *testing.T) {
	dir := t.TempDir()
	notes, module := filepath.Join(dir, "notes"), filepath.Join(dir, "large.wasm")
	for file, text := range map[string][]byte{notes: nil, module: large()} {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p, err := author.Open(t.Context(), module, author.Options{CacheDir: t.TempDir(), Compiler: []string{self, compileVerb, notes}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	compiled := func() int64 {
		stat, err := os.Stat(notes)
		if err != nil {
			t.Fatal(err)
		}
		return stat.Size()
	}
	opened := compiled()
	measured(t, p, corpusOf(t, p, 10))
	measuredAt := compiled()
	if _, err := bench.Profiles(t.Context(), p, corpusOf(t, p, 10)); err != nil {
		t.Fatal(err)
	}
	if profiled := compiled(); opened == 0 || measuredAt <= opened || profiled <= measuredAt {
		t.Errorf("compiled apart %d times to open, %d to measure, %d to profile", opened, measuredAt-opened, profiled-measuredAt)
	}
}
