package project

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// leastASC is the AssemblyScript compiler that the SDK is tried with.
var leastASC = version{0, 27}

// ascConfig says what asc compiles and how.
const ascConfig = "asconfig.json"

func (w *work) ascBuild(ctx context.Context) (compiled, error) {
	env := environment(w.getenv, w.project.Environment)
	program, said, err := w.findASC(ctx, env)
	if err != nil {
		return compiled{}, err
	}
	if !isFile(w.project.Path(ascConfig)) {
		return compiled{}, fmt.Errorf("there is no %s in %s, which names the files to compile (entries) and the compiler's options", ascConfig, w.project.Dir)
	}
	if err := w.begin(said); err != nil {
		return compiled{}, err
	}
	args := []string{"--config", ascConfig, "--outFile", w.out()}
	if w.names {
		args = append(args, "--debug")
	}
	if err := w.run(ctx, env, w.said, program, args...); err != nil {
		return compiled{}, err
	}
	wasm, err := os.ReadFile(w.out())
	return compiled{wasm, said}, err
}

// findASC returns the compiler that npm installed for the project or in a folder above it, or else the one on PATH.
func (w *work) findASC(ctx context.Context, env []string) (program, said string, err error) {
	missing := &ToolchainError{Language: AssemblyScript, Wanted: fmt.Sprintf("asc %d.%d or newer and Node.js", leastASC[0], leastASC[1]),
		Install: "With npm, once: `npm ci` in the project, or `npm install --global assemblyscript@0.28.20` for all. No network is needed after that"}
	if onPath(w.path(), "node") == "" {
		missing.Found = "there is no node on PATH"
		missing.Install = "Install Node.js 20 or newer from https://nodejs.org (on Debian and Ubuntu: `apt-get install nodejs npm`). " + missing.Install
		return "", "", missing
	}
	program = w.localASC()
	if program == "" {
		program = onPath(w.path(), "asc")
	}
	if program == "" {
		missing.Found, missing.Step = "there is none in node_modules of the project or a folder above it, nor on PATH", "npm ci"
		return "", "", missing
	}
	out, err := w.ask(ctx, env, program, "--version") // Version 0.28.20
	v, ok := versionIn(out)
	switch {
	case err != nil:
		missing.Found = fmt.Sprintf("%s does not run: %v", program, err)
	case !ok || v.less(leastASC):
		missing.Found = fmt.Sprintf("%s is %s", program, out)
	default:
		return program, "asc " + strings.TrimPrefix(out, "Version "), nil
	}
	return "", "", missing
}

// localASC returns the asc in node_modules of the project or of the nearest folder above it, "" for none.
func (w *work) localASC() string {
	at, err := filepath.Abs(w.project.Dir)
	for err == nil {
		if found := everyOn("", "asc", filepath.Join(at, "node_modules", ".bin")); len(found) > 0 {
			return found[0]
		}
		if filepath.Dir(at) == at {
			break
		}
		at = filepath.Dir(at)
	}
	return ""
}
