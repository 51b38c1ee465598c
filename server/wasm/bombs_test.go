package wasm_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/wasm"
)

// u32 is unsigned LEB128.
func u32(v int) []byte { return binary.AppendUvarint(nil, uint64(v)) }

func list(entries ...[]byte) []byte { return append(u32(len(entries)), bytes.Join(entries, nil)...) }

func sized(b []byte) []byte { return append(u32(len(b)), b...) }

func section(id byte, payload []byte) []byte { return append([]byte{id}, sized(payload)...) }

func times(n int, entry ...byte) []byte { return bytes.Repeat(entry, n) }

// bomb is a module that costs much to compile, around a rule module that does nothing.
type bomb struct {
	types, imports, functions, tables, globals, exports, elements, data int // more of each
	locals                                                              int // of each additional function
	body                                                                []byte
}

func (b bomb) module() []byte {
	types := [][]byte{
		{0x60, 0, 1, 0x7f}, {0x60, 1, 0x7f, 1, 0x7f}, {0x60, 0, 1, 0x7e}, {0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7e}, {0x60, 0, 0},
	}
	for range b.types {
		types = append(types, []byte{0x60, 0, 0})
	}
	functions := append([]byte{0, 1, 2, 3, 3}, times(b.functions, 4)...)
	export := func(name string, kind byte, index int) []byte {
		return append(append(sized([]byte(name)), kind), u32(index)...)
	}
	exports := [][]byte{export("memory", 2, 0)}
	for i, name := range []string{"assay_abi", "assay_alloc", "assay_describe", "assay_configure", "assay_evaluate"} {
		exports = append(exports, export(name, 0, b.imports+i))
	}
	for i := range b.exports {
		exports = append(exports, export("x"+string(u32(i)), 2, 0))
	}
	code := [][]byte{
		{0, 0x41, 1, 0x0b}, {0, 0x41, 0x80, 0x20, 0x0b}, {0, 0x42, 0, 0x0b}, {0, 0x42, 0, 0x0b}, {0, 0x42, 0, 0x0b},
	}
	for i := range code {
		code[i] = sized(code[i])
	}
	locals := []byte{0}
	if b.locals > 0 {
		locals = append(append([]byte{1}, u32(b.locals)...), 0x7f)
	}
	for range b.functions {
		code = append(code, sized(append(append([]byte(nil), locals...), append(b.body, 0x0b)...)))
	}
	imports := make([][]byte, b.imports)
	for i := range imports {
		imports[i] = []byte("\x05assay\x03log\x00\x05")
	}
	if b.imports > 0 {
		types = append(types[:5], []byte{0x60, 2, 0x7f, 0x7f, 0})
	}
	var module []byte
	module = append(module, "\x00asm\x01\x00\x00\x00"...)
	module = append(module, section(1, list(types...))...)
	module = append(module, section(2, list(imports...))...)
	module = append(module, section(3, append(u32(len(functions)), functions...))...)
	module = append(module, section(4, append(u32(b.tables), times(b.tables, 0x70, 0, 1)...))...)
	module = append(module, section(5, []byte{1, 0, 1})...)
	module = append(module, section(6, append(u32(b.globals), times(b.globals, 0x7f, 1, 0x41, 0, 0x0b)...))...)
	module = append(module, section(7, list(exports...))...)
	module = append(module, section(9, append(u32(b.elements), times(b.elements, 1, 0, 0)...))...)
	module = append(module, section(10, list(code...))...)
	return append(module, section(11, append(u32(b.data), times(b.data, 1, 0)...))...)
}

func nested(n int, open, inside []byte) []byte {
	return append(append(bytes.Repeat(open, n), inside...), times(n, 0x0b)...)
}

// What is too much of is refused before it is compiled, by name and number.
func TestTooMuchOfAnythingIsRefused(t *testing.T) {
	h := newHost(t, nil)
	table := []byte{0x41, 0, 0x0e}
	table = append(append(table, u32(5000)...), times(5001, 0)...)
	tests := map[string]struct {
		bomb bomb
		want string
	}{
		"types":            {bomb{types: 5000}, "5005 types, at most 5000"},
		"imports":          {bomb{imports: 1001}, "1001 imports, at most 1000"},
		"functions":        {bomb{functions: 50_000}, "50005 functions, at most 50000"},
		"function bytes":   {bomb{functions: 1, body: times(300_000, 0x01)}, "300002 bytes of code in a function, at most 262144"},
		"locals":           {bomb{functions: 1, locals: 5001}, "5001 locals in a function, at most 5000"},
		"locals 4 billion": {bomb{functions: 1, locals: 1<<32 - 1}, "4294967295 locals in a function"},
		"nesting":          {bomb{functions: 1, body: nested(1001, []byte{2, 0x40}, nil)}, "1001 blocks inside one another, at most 1000"},
		"br_table targets": {bomb{functions: 1, body: table}, "5001 br_table targets in a function, at most 5000"},
		"tables":           {bomb{tables: 11}, "11 tables, at most 10"},
		"globals":          {bomb{globals: 1001}, "1001 globals, at most 1000"},
		"exports":          {bomb{exports: 5000}, "5006 exports, at most 5000"},
		"element segments": {bomb{elements: 1001}, "1001 element segments, at most 1000"},
		"data segments":    {bomb{data: 100_001}, "100001 data segments, at most 100000"},
		"reloads":          {bomb{functions: 1, globals: 1000, body: times(10_000, 0x10, 0x05)}, "10030000 reloads of mutable globals after calls, at most 5000000"},
		"frame":            {bomb{functions: 1, locals: 5000, body: frameBomb(5000, 100)}, "bytes of native stack in the frame of a function, at most 2097152"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := h.Load(t.Context(), test.bomb.module())
			var refused *wasm.LoadError
			if !errors.As(err, &refused) || refused.Code != wasm.CodeLimitExceeded || !strings.Contains(refused.Detail, test.want) {
				t.Errorf("got %v, want limit_exceeded: %s", err, test.want)
			}
		})
	}
	if _, err := h.Load(t.Context(), bomb{}.module()); err == nil || !strings.Contains(err.Error(), "description") {
		t.Errorf("the module without a bomb: %v, want it to get as far as its description", err)
	}
}

// frameBomb writes every local inside many blocks, so that each may be another value behind each.
func frameBomb(locals, blocks int) []byte {
	var sets []byte
	for i := range locals {
		sets = append(append(sets, 0x41, 0, 0x21), u32(i)...)
	}
	return nested(blocks, []byte{0x41, 0, 0x04, 0x40}, sets)
}

// nestedIfs is a function of n bytes of ifs inside one another, which take the compiler's time.
func nestedIfs(n int) []byte {
	var b []byte
	for len(b) < n {
		b = append(b, nested(999, []byte{0x41, 0, 0x04, 0x40}, nil)...)
	}
	return b
}

func newCompilingHost(t *testing.T, c wasm.Compile) *wasm.Host {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c.Command = []string{self, "compile-module"}
	h, err := wasm.New(t.Context(), wasm.Config{CacheDir: t.TempDir(), Compile: c})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close(context.Background()) })
	return h
}

// A module that takes too long, or too much memory, to compile costs an error, and the next one is
// compiled as if nothing had been.
func TestACompileBombIsRefused(t *testing.T) {
	module := bomb{functions: 8, body: nestedIfs(250_000)}.module()
	tests := map[string]struct {
		compile wasm.Compile
		want    string
	}{
		"time":   {wasm.Compile{Time: 200 * time.Millisecond}, "does not compile within 200ms"},
		"memory": {wasm.Compile{Memory: 256 << 20}, "does not compile within 256 MiB"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := newCompilingHost(t, test.compile)
			_, err := h.Load(t.Context(), module)
			var refused *wasm.LoadError
			if !errors.As(err, &refused) || refused.Code != wasm.CodeCompileLimit || !strings.Contains(refused.Detail, test.want) {
				t.Errorf("got %v, want compile_limit: %s", err, test.want)
			}
			load(t, h, readGuest(t, "guest.wasm"))
		})
	}
}

// The compiling process fills the cache, and says what is wrong with a module that is not valid.
func TestAnotherProcessCompiles(t *testing.T) {
	guest, err := buildGo()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir()) // a relative folder means the same in the other process
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	h, err := wasm.New(t.Context(), wasm.Config{CacheDir: "cache", Compile: wasm.Compile{Command: []string{self, "compile-module"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close(context.Background())
	m := load(t, h, guest)
	if got := said(t, m, []abi.Configured{{Check: "tax-id"}}, batchOf(cardOf(company, "", "", "", 0))); len(got) != 1 || got[0] != "0/0: tax-id bytes*1" {
		t.Errorf("got %q", got)
	}
	invalid := append(times(40_000, 0x01), 0x1a) // drops what is not there
	_, err = newCompilingHost(t, wasm.Compile{}).Load(t.Context(), bomb{functions: 1, body: invalid}.module())
	wantLoadError(t, err, wasm.CodeInvalidModule)
	if !strings.Contains(err.Error(), "invalid function[5]") {
		t.Errorf("got %v", err)
	}
	if _, err := wasm.New(t.Context(), wasm.Config{Compile: wasm.Compile{Command: []string{"x"}}}); err == nil {
		t.Error("a compiling process without a cache was accepted")
	}
}
