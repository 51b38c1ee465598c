package server_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/rules/builtin"
	"assay/server"
)

// running is an open server that answers on a port of its own.
type running struct {
	*server.Server
	t       *testing.T
	address string
	stop    func()
}

func start(t *testing.T, c server.Config) *running {
	t.Helper()
	s, err := server.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(errors.Join(err, s.Close()))
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	r := &running{Server: s, t: t, address: "http://" + l.Addr().String()}
	stopped := false
	r.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := errors.Join(<-served, s.Close()); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(r.stop)
	return r
}

// call sends a request and returns the status and the answer.
func (r *running) call(method, path, body string) (int, string) {
	r.t.Helper()
	rq, err := http.NewRequest(method, r.address+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	rq.Header.Set("Authorization", "Bearer "+r.Token)
	rq.Header.Set("Content-Type", "application/json")
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

func (r *running) do(method, path, body string) string {
	r.t.Helper()
	status, text := r.call(method, path, body)
	if status/100 != 2 {
		r.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	return text
}

// rules returns the names of the declared rules.
func (r *running) rules() (names []string) {
	r.t.Helper()
	var list struct {
		Items []struct {
			Metadata struct{ Name string }
		}
	}
	if err := json.Unmarshal([]byte(r.do(http.MethodGet, "/api/v1/rules", "")), &list); err != nil {
		r.t.Fatal(err)
	}
	for _, item := range list.Items {
		names = append(names, item.Metadata.Name)
	}
	return names
}

func TestTheDefaultRulesAreAnybodys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "base")
	first := start(t, server.Config{Data: dir})
	var defaults []string
	modules := first.do(http.MethodGet, "/api/v1/modules", "")
	for _, d := range builtin.All() {
		defaults = append(defaults, d.Name)
		digest := sha256.Sum256(d.Wasm)
		if !strings.Contains(modules, "sha256:"+hex.EncodeToString(digest[:])) {
			t.Errorf("the module of %s is not listed by its digest", d.Name)
		}
	}
	slices.Sort(defaults)
	if !first.FirstStart || !slices.Equal(first.rules(), defaults) {
		t.Errorf("first start %v with %v", first.FirstStart, first.rules())
	}
	token := first.Token
	first.do(http.MethodDelete, "/api/v1/rules/tax-id", "")
	first.do(http.MethodPut, "/api/v1/rules/main-manager", `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"main-manager"},
		"spec":{"type":"Quality","require":"client.region != \"\"","message":{"en":"no region"}}}`)
	first.stop()

	second := start(t, server.Config{Data: dir})
	kept := slices.DeleteFunc(slices.Clone(defaults), func(name string) bool { return name == "tax-id" })
	if second.FirstStart || !slices.Equal(second.rules(), kept) {
		t.Errorf("first start %v with %v, want %v", second.FirstStart, second.rules(), kept)
	}
	if second.Token != token {
		t.Error("the token is another one")
	}
	answer := second.do(http.MethodPost, "/api/v1/clients", `{"name":"A","kind":"person","channels":[{"type":"phone","value":"+74957480113"}]}`)
	if !strings.Contains(answer, "no region") || strings.Contains(answer, `"tax-id"`) {
		t.Errorf("the rules in force say %s", answer)
	}
}

func TestTheAdministratorsTokenIsKeptForTheOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "base")
	s := start(t, server.Config{Data: dir})
	path := filepath.Join(dir, "admin-token")
	stat, err := os.Stat(path)
	if err != nil || s.TokenPath != path || stat.Mode().Perm() != 0o600 {
		t.Fatalf("%v at %s, %v", stat, s.TokenPath, err)
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.TrimSpace(string(text)) != s.Token || len(s.Token) < 32 {
		t.Errorf("the file says %q, the server %q: %v", text, s.Token, err)
	}
	good := s.Token
	s.Token = "assay_wrong"
	if status, _ := s.call(http.MethodGet, "/api/v1/rules", ""); status != http.StatusUnauthorized {
		t.Errorf("a wrong token is answered with %d", status)
	}
	s.Token = good
	s.stop()
	if err := os.WriteFile(path, nil, 0o644); err != nil { // a write that a crash cut short
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	again := start(t, server.Config{Data: dir})
	stat, err = os.Stat(path)
	if err != nil || again.Token == "" || again.Token == good || stat.Mode().Perm() != 0o600 {
		t.Errorf("token %q with mode %v: %v", again.Token, stat.Mode(), err)
	}
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFolderOfRulesIsAppliedAtEachStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "base")
	folder := filepath.Join(t.TempDir(), "rules [ours]") // no pattern, though it looks like one
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	taxID := builtin.All()[slices.IndexFunc(builtin.All(), func(d builtin.Default) bool { return d.Name == "tax-id" })]
	write(t, folder, map[string]string{
		"a-rule.yaml":  "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: a}\nspec: {type: Quality, require: 'has(client.fields.gln)', message: {en: no GLN}}\n",
		"z-field.yml":  "apiVersion: assay/v1\nkind: Field\nmetadata: {name: gln}\nspec: {type: string}\n", // after the rule by name, before it by need
		"module.json":  `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"b"},"spec":{"type":"Quality","module":{"path":"tax.wasm","check":"tax-id"}}}`,
		"tax.wasm":     string(taxID.Wasm),
		"readme.txt":   "not a manifest",
		".hidden.yaml": "neither: this",
	})
	for range 2 {
		s := start(t, server.Config{Data: dir, RulesDir: folder})
		names := s.rules()
		if !slices.Contains(names, "a") || !slices.Contains(names, "b") {
			t.Errorf("declared are %v", names)
		}
		answer := s.do(http.MethodPost, "/api/v1/clients?dryRun=true", `{"name":"A"}`)
		if !strings.Contains(answer, "no GLN") || !strings.Contains(answer, `"rule":"b"`) {
			t.Errorf("the rules in force say %s", answer)
		}
		var rule struct{ Metadata struct{ Generation int } }
		if err := json.Unmarshal([]byte(s.do(http.MethodGet, "/api/v1/rules/b", "")), &rule); err != nil || rule.Metadata.Generation != 1 {
			t.Errorf("generation %d: applying the same again is no change; %v", rule.Metadata.Generation, err)
		}
		s.stop()
	}
}

func TestAFolderThatCannotBeAppliedDoesNotKeepTheServerFromStarting(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, map[string]string{
		"broken.yaml":  "kind: [",
		"good.yaml":    "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: good}\nspec: {type: Quality, require: client.name != '', message: {en: x}}\n",
		"refused.yaml": "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: r}\nspec: {type: Quality, require: client.nam, message: {en: x}}\n",
	})
	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base"), RulesDir: folder})
	if names := s.rules(); !slices.Contains(names, "good") || slices.Contains(names, "r") {
		t.Errorf("declared are %v", names)
	}
	var shown struct {
		Folder  string
		Objects int
		Faults  []struct{ File, Kind, Name, Field, Message string }
	}
	if err := json.Unmarshal([]byte(s.do(http.MethodGet, "/api/v1/folder", "")), &shown); err != nil {
		t.Fatal(err)
	}
	if shown.Folder != folder || shown.Objects != 2 || len(shown.Faults) != 2 || shown.Faults[0].File != "broken.yaml" || shown.Faults[1].Name != "r" || shown.Faults[1].Field != "spec.require" {
		t.Errorf("the folder is shown as %+v", shown)
	}
	metrics := s.do(http.MethodGet, "/metrics", "")
	if !strings.Contains(metrics, "\nassay_folder_faults 2\n") || !strings.Contains(metrics, "\nassay_folder_objects 2\n") {
		t.Error("the metrics do not tell")
	}
	status, answer := s.call(http.MethodDelete, "/api/v1/rules/good", "")
	if status != http.StatusConflict || !strings.Contains(answer, `"managed"`) || !strings.Contains(answer, "good.yaml") {
		t.Errorf("deleting what the folder declares: %d %s", status, answer)
	}
}

func TestAFolderThatIsNotThereEndsTheStart(t *testing.T) {
	data := filepath.Join(t.TempDir(), "base")
	_, err := server.Open(context.Background(), server.Config{Data: data, RulesDir: filepath.Join(t.TempDir(), "nowhere")})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	if _, err := os.Stat(data); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a base was made: %v", err)
	}
}
