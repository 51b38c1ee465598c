package conformance_test

import (
	"os"
	"path/filepath"
	"testing"

	"assay/sdk/abi"
)

// TestMemoryBesideALibrarys builds a rule in C with wasi-libc, whose malloc believes that all memory behind the static data is its own.
func TestMemoryBesideALibrarys(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/libc")); err != nil {
		t.Fatal(err)
	}
	header, err := os.ReadFile(filepath.Join(sdkDir, "c/assay.h"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "sdk"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sdk/assay.h"), header, 0o644); err != nil {
		t.Fatal(err)
	}
	host, log := newHost(t)
	g := guest{module: loadFrom(t, host, dir), log: log}
	want := func(c abi.Client) []abi.ResultRow {
		return []abi.ResultRow{finding("apart", "", abi.Param{Key: "wrong", Value: "0"}, abi.Param{Key: "name", Value: c.Name()})}
	}
	expectation{"apart", ``, want}.hold(t, g, testCards(t).demo[:50])
}
