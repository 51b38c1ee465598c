package server_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"assay/server"
)

// program builds the program that STDIO.md shows, with the command it shows.
func program(t *testing.T, page string) []byte {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "has-manager.go"), []byte(blocks(t, page, "go")[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	build, _, _ := strings.Cut(blocks(t, page, "sh")[0], "\n")
	shell := exec.Command("sh", "-c", build)
	shell.Dir = dir
	shell.Env = append(os.Environ(), "GOFLAGS=", "GO111MODULE=off")
	if out, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", build, err, out)
	}
	wasm, err := os.ReadFile(filepath.Join(dir, "has-manager.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}

// TestTheProgramOfTheManual lets a server run the program and the rule that STDIO.md shows.
func TestTheProgramOfTheManual(t *testing.T) {
	page := filepath.Join("..", "sdk", "abi", "STDIO.md")
	wasm := program(t, page)
	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base")})
	status, answer := s.upload(wasm)
	if status/100 != 2 {
		t.Fatalf("upload: %d %s", status, answer)
	}
	var module struct{ Checks []map[string]any }
	if err := json.Unmarshal([]byte(answer), &module); err != nil || !reflect.DeepEqual(module.Checks, []map[string]any{{"name": "stdio"}}) {
		t.Errorf("the module's checks are %v, %v", module.Checks, err)
	}
	digest := sha256.Sum256(wasm)
	rule := strings.Replace(blocks(t, page, "yaml")[0], "path: has-manager.wasm", `digest: "sha256:`+hex.EncodeToString(digest[:])+`"`, 1)
	s.do(http.MethodPut, "/api/v1/rules/has-manager", rule)
	for _, c := range []struct {
		client string
		want   string
	}{{`{"name":"ООО «Ромашка»"}`, "Assign a manager to ООО «Ромашка»"}, {`{"name":"B","manager":"ivanov"}`, ""}} {
		if got := messages(t, s.do(http.MethodPost, "/api/v1/clients", c.client)); got != c.want {
			t.Errorf("%s: %q, want %q", c.client, got, c.want)
		}
	}
	if again := s.do(http.MethodGet, "/api/v1/rules/has-manager", ""); strings.Contains(again, `"check"`) {
		t.Errorf("the rule names a check that it did not: %s", again)
	}
}

// messages returns the messages of the rule has-manager in an answer.
func messages(t *testing.T, answer string) string {
	t.Helper()
	var a struct {
		Findings []struct{ Rule, Path, Message string }
	}
	if err := json.Unmarshal([]byte(answer), &a); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, f := range a.Findings {
		if f.Rule == "has-manager" && f.Path == "manager" {
			list = append(list, f.Message)
		}
	}
	return strings.Join(list, "; ")
}

// The lines that STDIO.md shows are lines of JSON.
func TestTheLinesOfTheManual(t *testing.T) {
	for _, block := range blocks(t, filepath.Join("..", "sdk", "abi", "STDIO.md"), "json") {
		for line := range strings.Lines(block) {
			if !json.Valid([]byte(line)) {
				t.Errorf("no line of JSON: %s", line)
			}
		}
	}
}
