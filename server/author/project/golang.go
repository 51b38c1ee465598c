package project

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// leastGo is the oldest Go that makes reactors (go:wasmexport, -buildmode=c-shared for wasip1).
var leastGo = version{1, 24}

// goEnvironment keeps the settings of the machine out of the build, and the build off the network.
var goEnvironment = map[string]string{
	"GOOS": "wasip1", "GOARCH": "wasm", "GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOWORK": "off", "GOENV": "off", "GOTOOLCHAIN": "local",
}

func (w *work) goBuild(ctx context.Context) (compiled, error) {
	env := environment(w.getenv, goEnvironment, w.goCache(), w.project.Environment)
	program, said, err := w.findGo(ctx, env)
	if err != nil {
		return compiled{}, err
	}
	if err := w.begin(said); err != nil {
		return compiled{}, err
	}
	if err := w.run(ctx, env, w.said, program, "build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", w.goLinking(), "-o", w.out(), "."); err != nil {
		return compiled{}, err
	}
	wasm, err := os.ReadFile(w.out())
	return compiled{wasm, said}, err
}

// goLinking leaves out what a module is not run with; -s leaves out names, too.
func (w *work) goLinking() string {
	if w.names {
		return "-ldflags=-w"
	}
	return "-ldflags=-s -w"
}

// goCache gives go a cache where the environment gives none.
func (w *work) goCache() map[string]string {
	for _, name := range []string{"GOCACHE", "XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"} {
		if w.getenv(name) != "" {
			return nil
		}
	}
	return map[string]string{"GOCACHE": filepath.Join(w.temp, "go-build"), "GOPATH": filepath.Join(w.temp, "go")}
}

// findGo returns the program and its version.
func (w *work) findGo(ctx context.Context, env []string) (program, said string, err error) {
	least := w.goWanted()
	missing := &ToolchainError{Language: Go, Wanted: fmt.Sprintf("Go %d.%d or newer", least[0], least[1]),
		Install: "Install it from https://go.dev/dl and put its folder bin on PATH; no network is needed after that"}
	program = onPath(w.path(), "go")
	if program == "" {
		return "", "", missing
	}
	out, err := w.ask(ctx, env, program, "version")
	_, rest, _ := strings.Cut(out, " version ") // go version go1.26.8 linux/amd64
	v, ok := versionIn(rest)
	switch {
	case err != nil:
		missing.Found = fmt.Sprintf("%s does not run: %v", program, err)
	case !ok:
		missing.Found = fmt.Sprintf("%s says %q of its version", program, out)
	case v.less(least):
		missing.Found = fmt.Sprintf("%s is %s", program, strings.Fields(rest)[0])
	default:
		return program, strings.Fields(rest)[0], nil
	}
	return "", "", missing
}

var goLine = regexp.MustCompile(`(?m)^go (\S+)`)

// goWanted returns the version that the project and its SDK ask for.
func (w *work) goWanted() version {
	least := leastGo
	for _, name := range []string{"go.mod", sdkFolder + "/go.mod"} {
		text, err := os.ReadFile(w.project.Path(name))
		if err != nil {
			continue // go itself says what is wrong
		}
		if line := goLine.FindSubmatch(text); line != nil {
			if v, ok := versionIn(string(line[1])); ok && least.less(v) {
				least = v
			}
		}
	}
	return least
}
