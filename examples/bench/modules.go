package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"assay/server/author/project"
)

// repository is the folder of the project from here.
var repository = filepath.Join("..", "..")

// openModule returns an opener of the five checks as an author writes them with an SDK, by the language's folder in sdk.
func openModule(language, isolation string) func(context.Context, *base, [][]byte) (evaluator, error) {
	return func(ctx context.Context, b *base, cards [][]byte) (evaluator, error) {
		wasm, err := defaults(ctx, language)
		if err != nil {
			return nil, err
		}
		var manifests [][]byte
		for name := range defaultManifests() {
			manifests = append(manifests, fmt.Appendf(nil, `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":%q},"spec":{"type":"Quality","isolation":%q,"module":{"digest":%q,"check":%q}}}`,
				name, isolation, digest(wasm), name))
		}
		return compiled(ctx, b, cards, manifests, map[string][]byte{digest(wasm): wasm})
	}
}

// defaults builds the module of the default checks in a language.
func defaults(ctx context.Context, language string) ([]byte, error) {
	p, err := project.Open(filepath.Join(repository, "sdk", language, "defaults"))
	if err != nil {
		return nil, err
	}
	if _, err := p.Build(ctx, project.Options{}); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(repository, "sdk", language, "defaults", "defaults.wasm"))
}

func digest(wasm []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(wasm)) }

// openStdio is the five checks as one plain Go program that reads lines of JSON.
func openStdio(ctx context.Context, b *base, cards [][]byte) (evaluator, error) {
	wasm, err := guest(ctx, b, "stdio.wasm", []string{"GOOS=wasip1", "GOARCH=wasm"}, "go", "build", "-ldflags=-s -w", "-o", filepath.Join(b.dir, "stdio.wasm"), "./guests/stdio")
	if err != nil {
		return nil, err
	}
	manifest := fmt.Appendf(nil, `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"checks"},"spec":{"type":"Quality","isolation":"Batch","limits":{"fuel":100000000},"message":{"en":"x"},"module":{"digest":%q}}}`, digest(wasm))
	return compiled(ctx, b, cards, [][]byte{manifest}, map[string][]byte{digest(wasm): wasm})
}

// guest runs a compiler that writes a module into the run's folder.
func guest(ctx context.Context, b *base, name string, environment []string, command ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Env = append(os.Environ(), environment...)
	if out, err := c.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%v: %w\n%s", command, err, out)
	}
	return os.ReadFile(filepath.Join(b.dir, name))
}
