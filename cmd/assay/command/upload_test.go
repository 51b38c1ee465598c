package command_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/cmd/assay/command"
	"assay/server"
)

// On a terminal it is said what is waited for, and nothing where there is none.
func TestAnUploadIsToldOnATerminal(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	s, err := server.Open(ctx, server.Config{Data: t.TempDir(), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	file := manifestOfAModule(t)
	apply := func(width int) string {
		t.Helper()
		var out, note bytes.Buffer
		world := command.World{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &note, Getenv: func(string) string { return "" }, Terminal: width}
		if code := command.Run(ctx, world, []string{"apply", "--dry-run", "-f", file, "--server", "http://" + ln.Addr().String(), "--token", s.Token}); code != 0 {
			t.Fatalf("code %d: %s", code, &note)
		}
		return note.String()
	}
	if got := apply(0); got != "" {
		t.Errorf("where there is no terminal it said %q", got)
	}
	if got, want := apply(80), "compiling "+filepath.Join(filepath.Dir(file), "own.wasm")+" on the server…\n"; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
}

// manifestOfAModule is a rule of a module that no default rule runs.
func manifestOfAModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	wasm, err := os.ReadFile(filepath.Join("..", "..", "..", "rules", "builtin", "tax-id", "tax-id.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	wasm = append(wasm, 0, 2, 1, 'x') // a custom section makes it another module
	file := filepath.Join(dir, "rule.yaml")
	for name, text := range map[string]string{"own.wasm": string(wasm),
		"rule.yaml": "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: own}\nspec: {type: Quality, module: {path: own.wasm, check: tax-id}}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file
}
