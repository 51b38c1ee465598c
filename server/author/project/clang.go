package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// leastClang is the oldest clang that the SDK is tried with.
var leastClang = version{13}

// clangBuild compiles all sources at once. -O2 goes to the compiler alone: where clang's driver has it too, it runs Binaryen's wasm-opt
// if that is on PATH, and the module differs from machine to machine. The stack is small, since that is what a module's memory begins with and what each
// card costs by, and lies in front, where its end traps.
func (w *work) clangBuild(ctx context.Context) (compiled, error) {
	env := environment(w.getenv, w.project.Environment)
	program, said, err := w.findClang(ctx, env)
	if err != nil {
		return compiled{}, err
	}
	sources, err := w.sourcesInC()
	if err != nil {
		return compiled{}, err
	}
	if err := w.begin(said); err != nil {
		return compiled{}, err
	}
	args := []string{"--target=wasm32", "-std=c11", "-Xclang", "-O2", "-mbulk-memory", "-ffreestanding", "-nostdlib", "-Wall", "-Wextra",
		// what would be found by the linker, without a line, or by nobody
		"-Werror=implicit-function-declaration", "-Werror=format", "-Werror=int-conversion", "-Werror=incompatible-pointer-types",
		"-I" + sdkFolder, "-Wl,--no-entry", "-Wl,--stack-first", "-Wl,-z,stack-size=16384", "-o", w.out()}
	if err := w.run(ctx, env, w.said, program, append(args, sources...)...); err != nil {
		return compiled{}, err
	}
	wasm, err := os.ReadFile(w.out())
	return compiled{wasm, said}, err
}

// sourcesInC returns the project's files of C, those that test it aside, in one order everywhere. They begin with the folder, for clang takes
// @name.c for a file of arguments and -name.c for one.
func (w *work) sourcesInC() (sources []string, err error) {
	for _, folder := range []string{".", "./src"} {
		entries, err := os.ReadDir(w.project.Path(folder))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, entry := range entries {
			name, isC := strings.CutSuffix(entry.Name(), ".c")
			if isC && !entry.IsDir() && !strings.HasSuffix(name, "_test") && !strings.HasPrefix(name, "test_") {
				sources = append(sources, folder+"/"+entry.Name())
			}
		}
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("there is nothing to compile in %s: a project in C has its sources there, as *.c, or in src (what ends with _test.c is left out)", w.project.Dir)
	}
	return sources, nil
}

// findClang returns the first clang that compiles for WebAssembly and has a linker for it.
func (w *work) findClang(ctx context.Context, env []string) (program, said string, err error) {
	var seen []string
	names := []string{"clang"}
	for v := 24; v >= leastClang[0]; v-- {
		names = append(names, fmt.Sprintf("clang-%d", v))
	}
	for _, name := range names {
		program := onPath(w.path(), name)
		if program == "" {
			continue
		}
		said, lacks := w.lookAtClang(ctx, env, program)
		if lacks == "" {
			return program, said, nil
		}
		seen = append(seen, lacks)
	}
	return "", "", &ToolchainError{Language: C, Found: strings.Join(seen, "; "), Wanted: fmt.Sprintf("clang %d or newer with the target wasm32 and wasm-ld", leastClang[0]),
		Install: "On Debian and Ubuntu: `apt-get install clang lld`; on Fedora: `dnf install clang lld`; with Homebrew: `brew install llvm lld`, and its folder bin on PATH. No network is needed after that"}
}

// lookAtClang returns the version of a clang, or why it will not do.
func (w *work) lookAtClang(ctx context.Context, env []string, program string) (said, lacks string) {
	out, err := w.ask(ctx, env, program, "--version") // Debian clang version 14.0.6
	if err != nil {
		return "", fmt.Sprintf("%s does not run: %v", program, err)
	}
	_, rest, _ := strings.Cut(out, "clang version ")
	words := strings.Fields(rest)
	v, ok := versionIn(rest)
	if !ok || v.less(leastClang) {
		first, _, _ := strings.Cut(out, "\n")
		return "", fmt.Sprintf("%s is %s", program, first)
	}
	said = "clang " + words[0]
	targets, err := w.ask(ctx, env, program, "--print-targets")
	if err != nil || !slices.Contains(strings.Fields(targets), "wasm32") {
		return "", fmt.Sprintf("%s (%s) has no target wasm32", program, said)
	}
	linker, err := w.ask(ctx, env, program, "--target=wasm32", "--print-prog-name=wasm-ld")
	if err != nil || !filepath.IsAbs(linker) && onPath(w.path(), linker) == "" {
		return "", fmt.Sprintf("%s (%s) finds no wasm-ld", program, said)
	}
	return said, ""
}
