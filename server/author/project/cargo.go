package project

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const rustTarget = "wasm32-unknown-unknown"

// leastRust is the oldest Rust that the SDK is tried with.
var leastRust = version{1, 63}

// rustc is a compiler with its cargo.
type rustc struct {
	cargo, rustc string
	version      string // rustc 1.63.0
	lacks        string // why it will not do, "" for nothing
}

func (w *work) cargoBuild(ctx context.Context) (compiled, error) {
	tools, err := w.findRust(ctx)
	if err != nil {
		return compiled{}, err
	}
	flags, err := w.rustFlags()
	if err != nil {
		return compiled{}, err
	}
	if err := w.begin(tools.version); err != nil {
		return compiled{}, err
	}
	env := environment(w.getenv, map[string]string{"RUSTC": tools.rustc, "CARGO_NET_OFFLINE": "true", "CARGO_TERM_COLOR": "never"}, w.project.Environment)
	var messages bytes.Buffer
	args := []string{"build", "--offline", "--release", "--target", rustTarget,
		"--target-dir", "target", "--config", flags, "--quiet", "--message-format=json-render-diagnostics"}
	if w.names {
		args = append(args, "--config", `profile.release.strip="debuginfo"`)
	}
	if err := w.run(ctx, env, &messages, tools.cargo, args...); err != nil {
		return compiled{}, err
	}
	module, err := moduleOf(messages.Bytes())
	if err != nil {
		return compiled{}, err
	}
	wasm, err := os.ReadFile(module)
	return compiled{wasm, tools.version}, err
}

// rustFlags is the setting of cargo that keeps the name of the project's folder out of the module. It is added to those of the
// project's own .cargo/config.toml, and takes the place of build.rustflags of anybody.
func (w *work) rustFlags() (string, error) {
	dir, err := filepath.Abs(w.project.Dir)
	if err != nil {
		return "", err
	}
	flag, err := json.Marshal("--remap-path-prefix=" + dir + "=.") // which is a string of TOML, too
	return fmt.Sprintf("target.%s.rustflags=[%s]", rustTarget, flag), err
}

// moduleOf returns the path of the module from cargo's messages.
func moduleOf(messages []byte) (module string, err error) {
	for line := range bytes.Lines(messages) { // of any length: dependencies' names and flags are in them
		var m struct {
			Reason    string   `json:"reason"`
			Filenames []string `json:"filenames"`
		}
		if json.Unmarshal(line, &m) != nil || m.Reason != "compiler-artifact" {
			continue
		}
		for _, name := range m.Filenames {
			if filepath.Ext(name) == ".wasm" {
				module = name // that of the project itself comes last
			}
		}
	}
	if module == "" {
		return "", fmt.Errorf("cargo built no module: Cargo.toml needs `crate-type = [\"cdylib\"]` in [lib]")
	}
	return module, nil
}

// usualFolders are where systems put their own Rust, which another one on PATH hides.
var usualFolders = []string{"/usr/bin", "/usr/local/bin"}

// findRust returns the first cargo and rustc, of those on PATH and in the usual folders, that compile for WebAssembly: the first on
// PATH often has no such target while another one has.
func (w *work) findRust(ctx context.Context) (*rustc, error) {
	others := usualFolders
	if home := w.getenv("HOME"); home != "" {
		others = append(slices.Clip(others), filepath.Join(home, ".cargo", "bin"))
	}
	var seen []string
	for _, cargo := range everyOn(w.path(), "cargo", others...) {
		tools := w.lookAtRust(ctx, cargo)
		if tools.lacks == "" {
			return tools, nil
		}
		seen = append(seen, tools.lacks)
	}
	return nil, &ToolchainError{Language: Rust, Found: strings.Join(seen, "; "),
		Wanted:  fmt.Sprintf("cargo and rustc %d.%d or newer with the target %s", leastRust[0], leastRust[1], rustTarget),
		Install: fmt.Sprintf("With rustup: `rustup target add %s`. On Debian and Ubuntu: `apt-get install cargo rustc libstd-rust-dev-wasm32 lld`, which is found behind another one on PATH. No network is needed after that", rustTarget)}
}

// lookAtRust looks at a cargo with the rustc beside it, or else the one on PATH.
func (w *work) lookAtRust(ctx context.Context, cargo string) *rustc {
	tools := &rustc{cargo: cargo, rustc: filepath.Join(filepath.Dir(cargo), "rustc"+filepath.Ext(cargo))}
	if !isProgram(tools.rustc) {
		tools.rustc = onPath(w.path(), "rustc")
	}
	if tools.rustc == "" {
		tools.lacks = fmt.Sprintf("there is no rustc for %s", cargo)
		return tools
	}
	env := environment(w.getenv)
	said, err := w.ask(ctx, env, tools.rustc, "--version") // rustc 1.63.0 (4b91a6ea7 2022-08-08)
	if err != nil {
		tools.lacks = fmt.Sprintf("%s does not run: %v", tools.rustc, err)
		return tools
	}
	words := strings.Fields(said)
	tools.version = strings.Join(words[:min(2, len(words))], " ")
	libraries, err := w.ask(ctx, env, tools.rustc, "--print", "target-libdir", "--target", rustTarget)
	v, ok := versionIn(said)
	switch {
	case !ok || v.less(leastRust):
		tools.lacks = fmt.Sprintf("%s is %s", tools.rustc, tools.version)
	case err != nil || !hasCore(libraries):
		tools.lacks = fmt.Sprintf("%s (%s) has no target %s", tools.rustc, tools.version, rustTarget)
	}
	return tools
}

// hasCore reports whether the libraries of a target are installed, of which rustc gives the folder in any case.
func hasCore(libraries string) bool {
	entries, err := os.ReadDir(libraries)
	return err == nil && slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), "libcore-") })
}
