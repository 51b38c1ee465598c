package server_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"assay/rules"
	"assay/server"
)

// blocks returns the fenced blocks of a language in a page of ours.
func blocks(t *testing.T, page, language string) (found []string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(text), "\n```"+language+"\n")[1:] {
		block, _, closed := strings.Cut(part, "\n```")
		if !closed {
			t.Fatalf("%s: a block of %s is not closed", page, language)
		}
		found = append(found, block+"\n")
	}
	return found
}

// upload posts a module.
func (r *running) upload(wasm []byte) (int, string) {
	r.t.Helper()
	rq, err := http.NewRequest(http.MethodPost, r.address+"/api/v1/modules", bytes.NewReader(wasm))
	if err != nil {
		r.t.Fatal(err)
	}
	rq.Header.Set("Authorization", "Bearer "+r.Token)
	rq.Header.Set("Content-Type", "application/wasm")
	answer, err := http.DefaultClient.Do(rq)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// TestTheModuleOfTheManual builds the module that ABI.md shows, with the command
// it shows, and lets a server run it.
func TestTheModuleOfTheManual(t *testing.T) {
	page := filepath.Join("..", "sdk", "abi", "ABI.md")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "has-manager.c"), []byte(blocks(t, page, "c")[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	build, _, _ := strings.Cut(blocks(t, page, "sh")[0], "#")
	words := strings.Fields(build)
	clang := exec.Command(words[0], words[1:]...)
	clang.Dir = dir
	if out, err := clang.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v (Debian packages clang and lld)\n%s", build, err, out)
	}
	wasm, err := os.ReadFile(filepath.Join(dir, "has-manager.wasm"))
	if err != nil {
		t.Fatal(err)
	}

	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base")})
	if status, answer := s.upload(wasm); status/100 != 2 {
		t.Fatalf("upload: %d %s", status, answer)
	}
	digest := sha256.Sum256(wasm)
	s.do(http.MethodPut, "/api/v1/rules/has-manager", `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"has-manager"},
		"spec":{"type":"Quality","module":{"digest":"sha256:`+hex.EncodeToString(digest[:])+`","check":"has-manager"}}}`)
	for _, c := range []struct {
		client string
		wrong  bool
	}{{`{"name":"A"}`, true}, {`{"name":"B","manager":"ivanov"}`, false}} {
		answer := s.do(http.MethodPost, "/api/v1/clients", c.client)
		if got := strings.Contains(answer, "Assign a manager"); got != c.wrong {
			t.Errorf("%s: %s", c.client, answer)
		}
	}

	status, refusal := s.upload([]byte("no module at all"))
	if status != http.StatusUnprocessableEntity || !strings.Contains(strings.ReplaceAll(refusal, " ", ""), `"code":"not_wasm"`) {
		t.Errorf("what is no module: %d %s", status, refusal)
	}
}

// TestTheManifestsOfTheManual applies the examples of rules/README.md, in their order.
func TestTheManifestsOfTheManual(t *testing.T) {
	examples := blocks(t, filepath.Join("..", "rules", "README.md"), "yaml")
	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base")})
	applied := map[string]bool{}
	for _, text := range examples {
		objects, err := rules.Parse([]byte(text), rules.ParseOptions{ModulePaths: true})
		if err != nil {
			t.Errorf("%v in\n%s", err, text)
			continue
		}
		for _, o := range objects {
			if r, ok := o.(*rules.Rule); ok && r.Spec.Module != nil {
				continue // its file is the reader's own
			}
			plural := map[string]string{rules.KindRule: "rules", rules.KindField: "fields", rules.KindDictionary: "dictionaries"}[o.ResourceKind()]
			body, err := rules.EncodeJSON(o)
			if err != nil {
				t.Fatal(err)
			}
			s.do(http.MethodPut, "/api/v1/"+plural+"/"+o.Meta().Name, string(body))
			applied[o.ResourceKind()] = true
		}
	}
	if len(applied) != 3 {
		t.Errorf("the page has examples of %v only", applied)
	}
	if owned := s.do(http.MethodGet, "/api/v1/rules/field-licence-until", ""); !strings.Contains(owned, "licenceUntil") {
		t.Errorf("the generated rule is %s", owned)
	}
}
