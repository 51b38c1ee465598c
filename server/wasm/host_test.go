package wasm_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/wasm"
)

//go:generate sh -c "for f in testdata/*.wat testdata/*/*.wat; do wat2wasm ${DOLLAR}f -o ${DOLLAR}{f%.wat}.wasm || exit 1; done"
//go:generate sh -c "sed 's/^package .*/package wasm_test/' ../../sdk/abi/project_gen_test.go > project_gen_test.go"
//go:generate sh -c "sed 's/^package .*/package main/' ../../sdk/go/project_gen_test.go > testdata/reader/project_gen.go"

// cacheDir is shared by the tests of this run, as servers share theirs between starts.
var cacheDir string

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "compile-module" { // this test's own compiling process
		os.Exit(wasm.CompileMain(os.Args[2:], os.Stdin, os.Stdout))
	}
	dir, err := os.MkdirTemp("", "assay-wasm-")
	if err != nil {
		panic(err)
	}
	cacheDir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func newHost(t testing.TB, log *slog.Logger) *wasm.Host {
	t.Helper()
	h, err := wasm.New(t.Context(), wasm.Config{CacheDir: cacheDir, Log: log, ClientJSON: clientJSON})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return h
}

// clientJSON writes the client of a card as a server does. Most tests' cards are none, for the host does not look
// into them: the name of their client is the card, and so is "hex", in hexadecimal. One that begins with ! cannot
// be written.
func clientJSON(dst, card []byte) ([]byte, error) {
	if client, err := crm.DecodeCard(card); err == nil {
		text, err := json.Marshal(client)
		return append(dst, text...), err
	}
	if len(card) > 0 && card[0] == '!' {
		return nil, errors.New("not a card")
	}
	name, err := json.Marshal(string(card))
	return fmt.Appendf(dst, `{"name":%s,"hex":"%x"}`, name, card), err
}

func readGuest(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", path))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func load(t testing.TB, h *wasm.Host, guest []byte) *wasm.Module {
	t.Helper()
	m, err := h.Load(t.Context(), guest)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCheckedInGuestsAreCompiledFromTheirSource(t *testing.T) {
	sources, err := filepath.Glob("testdata/*.wat")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("testdata/*/*.wat")
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range append(sources, more...) {
		out := filepath.Join(t.TempDir(), "guest.wasm")
		if text, err := exec.Command("wat2wasm", source, "-o", out).CombinedOutput(); err != nil {
			t.Fatalf("wat2wasm %s (Debian package wabt): %v\n%s", source, err, text)
		}
		want, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(strings.TrimSuffix(source, ".wat") + ".wasm")
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: the .wasm beside it is of another age: go generate ./server/wasm (%v)", source, err)
		}
	}
}

func wantLoadError(t *testing.T, err error, code wasm.LoadCode) {
	t.Helper()
	var refused *wasm.LoadError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a LoadError", err)
	}
	if refused.Code != code {
		t.Errorf("code %s, want %s: %s", refused.Code, code, refused.Detail)
	}
	if len(refused.Detail) < 20 {
		t.Errorf("detail says too little: %q", refused.Detail)
	}
	t.Log(refused.Detail)
}

func TestLoadRefusesBytesThatAreNoModule(t *testing.T) {
	h := newHost(t, nil)
	good := readGuest(t, "load/good.wasm")
	tests := map[string]struct {
		wasm []byte
		code wasm.LoadCode
	}{
		"empty":     {nil, wasm.CodeNotWasm},
		"text":      {[]byte("(module)"), wasm.CodeNotWasm},
		"zip":       {[]byte("PK\x03\x04abcdefgh"), wasm.CodeNotWasm},
		"component": {[]byte("\x00asm\x0d\x00\x01\x00"), wasm.CodeComponent},
		"version 2": {[]byte("\x00asm\x02\x00\x00\x00"), wasm.CodeInvalidModule},
		"cut off":   {good[:len(good)-5], wasm.CodeInvalidModule},
		"too large": {make([]byte, abi.MaxModuleBytes+1), wasm.CodeTooLarge},
		"trailing":  {append(append([]byte(nil), good...), 99, 0), wasm.CodeInvalidModule},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := h.Load(t.Context(), test.wasm)
			wantLoadError(t, err, test.code)
			if cut := strings.Contains(err.Error(), "send it whole"); cut != (name == "cut off") {
				t.Errorf("the advice is %v", err)
			}
		})
	}
}

func TestDigestIsOfTheBytesThatWereLoaded(t *testing.T) {
	h := newHost(t, nil)
	guest := readGuest(t, "guest.wasm")
	sum := sha256.Sum256(guest)
	m := load(t, h, guest)
	if want := "sha256:" + hex.EncodeToString(sum[:]); m.Digest() != want {
		t.Errorf("digest %s, want %s", m.Digest(), want)
	}
	if got := len(m.Description().Checks); got != 2 {
		t.Errorf("%d checks", got)
	}
}

func TestEqualBytesAreOneModule(t *testing.T) {
	h := newHost(t, nil)
	guest := readGuest(t, "guest.wasm")
	first := load(t, h, guest)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			m, err := h.Load(context.Background(), guest)
			if err != nil || m != first {
				t.Errorf("module %p, want %p: %v", m, first, err)
				return
			}
			if err := m.Close(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := first.Configure(t.Context(), abi.Configured{Check: "quality"}); err != nil {
		t.Errorf("closed while in use: %v", err)
	}
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := first.Configure(t.Context(), abi.Configured{Check: "quality"}); !errors.Is(err, wasm.ErrClosed) {
		t.Errorf("after the last close: %v, want ErrClosed", err)
	}
	again := load(t, h, guest)
	if err := again.Configure(t.Context(), abi.Configured{Check: "quality"}); err != nil {
		t.Errorf("loaded again: %v", err)
	}
}

func TestClosedHostSaysSo(t *testing.T) {
	h, err := wasm.New(t.Context(), wasm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	m := load(t, h, readGuest(t, "guest.wasm"))
	for range 2 {
		if err := h.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Load(t.Context(), readGuest(t, "guest.wasm")); !errors.Is(err, wasm.ErrClosed) {
		t.Errorf("Load: %v", err)
	}
	if err := m.Configure(t.Context(), abi.Configured{Check: "quality"}); !errors.Is(err, wasm.ErrClosed) {
		t.Errorf("Configure: %v", err)
	}
	if err := m.Close(t.Context()); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestCacheIsKeptOnDiskForTheOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "modules")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	h, err := wasm.New(t.Context(), wasm.Config{CacheDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	load(t, h, readGuest(t, "guest.wasm"))
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	files := 0
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files++
		}
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("%d files in the cache, %v", files, err)
	}
}

func TestNewRefusesAnImpossibleConfig(t *testing.T) {
	if _, err := wasm.New(t.Context(), wasm.Config{MemoryPages: 65536}); err == nil {
		t.Error("4 GiB of memory were accepted")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := wasm.New(t.Context(), wasm.Config{CacheDir: file}); err == nil {
		t.Error("a file was accepted as the cache's directory")
	}
}

func TestConfigure(t *testing.T) {
	m := load(t, newHost(t, nil), readGuest(t, "guest.wasm"))
	refusal := func(text string) func(error) bool {
		return func(err error) bool {
			var r *wasm.SettingsError
			return errors.As(err, &r) && strings.Contains(r.Text, text)
		}
	}
	fault := func(kind wasm.FaultKind) func(error) bool {
		return func(err error) bool {
			var f *wasm.Fault
			return errors.As(err, &f) && f.Kind == kind
		}
	}
	good := func(err error) bool { return err == nil }
	tests := map[string]struct {
		check, settings string
		want            func(error) bool
	}{
		"none":       {"quality", "", good},
		"accepted":   {"segment", `{"a":1}`, good},
		"refused":    {"quality", `{r}`, refusal("I do not like them")},
		"no check":   {"nothing", "", refusal("no check")},
		"too large":  {"quality", strings.Repeat("x", abi.MaxSettingsBytes+1), refusal("at most")},
		"trap":       {"quality", `{t}`, fault(wasm.FaultTrap)},
		"wild":       {"quality", `{p}`, fault(wasm.FaultBadPointer)},
		"good again": {"quality", `{}`, good},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if err := m.Configure(t.Context(), abi.Configured{Check: test.check, Settings: test.settings}); !test.want(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}
