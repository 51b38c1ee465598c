package conformance_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"assay/server/wasm"
)

const sdkDir = "../../../sdk"

// languages returns those with a folder conformance.
func languages(t *testing.T) (names []string) {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(sdkDir, "*", "conformance", "assay.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		names = append(names, filepath.Base(filepath.Dir(filepath.Dir(f))))
	}
	return names
}

// load builds a project of a language and loads its module.
func load(t *testing.T, host *wasm.Host, language, project string) *wasm.Module {
	t.Helper()
	dir := filepath.Join(sdkDir, language, project)
	build := exec.Command("sh", "-c", map[string]string{
		"go":             `GOOS=wasip1 GOARCH=wasm GOFLAGS=-mod=mod GOPROXY=off GOWORK=off go build -buildmode=c-shared -trimpath -buildvcs=false -ldflags="-s -w" -o $0.wasm .`,
		"rust":           `RUSTC=/usr/bin/rustc /usr/bin/cargo build --offline --release --target wasm32-unknown-unknown && cp target/wasm32-unknown-unknown/release/$0.wasm .`,
		"assemblyscript": `npx asc main.ts -o $0.wasm`,
		"c":              `clang --target=wasm32 -std=c11 -Xclang -O2 -mbulk-memory -nostdlib -ffreestanding -Wall -Wextra -Werror -Wl,--no-entry -Wl,--stack-first -Wl,-z,stack-size=16384 -o $0.wasm *.c`,
	}[language], project)
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", dir, err, strings.TrimSpace(string(out)))
	}
	wasm, err := os.ReadFile(filepath.Join(dir, project+".wasm"))
	if err != nil {
		t.Fatal(err)
	}
	module, err := host.Load(t.Context(), wasm)
	if err != nil {
		t.Fatal(err)
	}
	return module
}
