package wasm_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/wasm"
	"assay/server/wasm/hostile"
)

// What is too much of is refused before it is compiled, by name and number.
func TestTooMuchOfAnythingIsRefused(t *testing.T) {
	h := newHost(t, nil)
	figures := map[string]string{
		"bomb-types":            "5005 types, at most 5000",
		"bomb-imports":          "1001 imports, at most 1000",
		"bomb-functions":        "50005 functions, at most 50000",
		"bomb-function-bytes":   "300002 bytes of code in a function, at most 262144",
		"bomb-locals":           "5001 locals in a function, at most 5000",
		"bomb-locals-4-billion": "4294967295 locals in a function",
		"bomb-nesting":          "1001 blocks inside one another, at most 1000",
		"bomb-loops":            "1001 loops in a function, at most 1000",
		"bomb-br-table":         "5001 br_table targets in a function, at most 5000",
		"bomb-tables":           "11 tables, at most 10",
		"bomb-globals":          "1001 globals, at most 1000",
		"bomb-exports":          "5006 exports, at most 5000",
		"bomb-elements":         "1001 element segments, at most 1000",
		"bomb-data":             "100003 data segments, at most 100000",
		"bomb-reloads":          "10047028 reloads of mutable globals after calls, at most 5000000",
		"bomb-frame":            "bytes of native stack in the frame of a function, at most 2097152",
	}
	for _, bomb := range hostile.Bombs() {
		if bomb.Refused != string(wasm.CodeLimitExceeded) {
			continue
		}
		t.Run(bomb.Name, func(t *testing.T) {
			_, err := h.Load(t.Context(), bomb.Wasm)
			wantLoadError(t, err, wasm.CodeLimitExceeded)
			if figure := figures[bomb.Name]; figure == "" || !strings.Contains(err.Error(), figure) {
				t.Errorf("got %v, want %q", err, figure)
			}
			delete(figures, bomb.Name)
		})
	}
	if len(figures) > 0 {
		t.Errorf("no bombs %v", figures)
	}
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
	module := hostile.CompileBomb()
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
	h, err := wasm.New(t.Context(), wasm.Config{CacheDir: "cache", Compile: wasm.Compile{Command: []string{self, "compile-module"}, Time: 5 * time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close(context.Background())
	m := load(t, h, guest)
	if got := said(t, m, []abi.Configured{{Check: "tax-id"}}, batchOf(cardOf(company, "", "", "", 0))); len(got) != 1 || got[0] != "0/0: tax-id bytes*1" {
		t.Errorf("got %q", got)
	}
	_, err = newCompilingHost(t, wasm.Compile{}).Load(t.Context(), hostile.InvalidBomb())
	wantLoadError(t, err, wasm.CodeInvalidModule)
	if !strings.Contains(err.Error(), "invalid function[5]") {
		t.Errorf("got %v", err)
	}
	if _, err := wasm.New(t.Context(), wasm.Config{Compile: wasm.Compile{Command: []string{"x"}}}); err == nil {
		t.Error("a compiling process without a cache was accepted")
	}
}
