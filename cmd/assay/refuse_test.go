package main_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// problem is an answer of the kind application/problem+json.
type problem struct {
	Type, Title, Code, Detail string
	Status                    int
	Errors                    []struct{ Field, Code, Message string }
}

// refused expects a problem and returns it.
func (p *process) refused(r request, status int, code string) (got problem) {
	p.t.Helper()
	a := p.do(r)
	if media := a.header.Get("Content-Type"); a.status != status || media != "application/problem+json" {
		p.t.Fatalf("%s %s answers %d %s, want %d and a problem: %.500s", r.method, r.path, a.status, media, status, a.body)
	}
	if err := json.Unmarshal(a.body, &got); err != nil {
		p.t.Fatalf("%s %s: %v in %s", r.method, r.path, err, a.body)
	}
	if got.Code != code || got.Status != status || got.Title == "" || got.Detail == "" && len(got.Errors) == 0 {
		p.t.Errorf("%s %s answers %s; want the code %s, a title, and a detail or reasons", r.method, r.path, a.body, code)
	}
	return got
}

func gzipped(s string) *bytes.Buffer {
	b := &bytes.Buffer{}
	z := gzip.NewWriter(b)
	_, _ = z.Write([]byte(s)) // a Buffer takes everything
	_ = z.Close()
	return b
}

// repeated is n bytes of c as a file.
func repeated(c byte, n int64) io.Reader {
	return io.LimitReader(readerFunc(func(b []byte) (int, error) {
		for i := range b {
			b[i] = c
		}
		return len(b), nil
	}), n)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

const goodClient = `{"externalId":"first","name":"Velora Ltd","kind":"company","manager":"b.ashgrove"}`

func TestRefusals(t *testing.T) {
	p := serve(t, t.TempDir())
	p.ask("POST", "/api/v1/clients", goodClient, nil) // revision 1 of client 1
	p.ask("PATCH", "/api/v1/clients/1", `{"stage":"lead"}`, nil)
	noToken := map[string]string{"Authorization": ""}
	post := func(path, body string) request {
		return request{method: "POST", path: "/api/v1" + path, body: strings.NewReader(body)}
	}
	rule := func(spec string) request {
		return request{method: "PUT", path: "/api/v1/rules/r", body: strings.NewReader(
			"apiVersion: assay/v1\nkind: Rule\nmetadata: {name: r}\nspec:\n  type: Quality\n  severity: info\n  message: {en: no}\n" + spec)}
	}
	for _, tt := range []struct {
		name    string
		request request
		status  int
		code    string
		errors  []string // field and code of each reason, in any order; nil for any
	}{
		{"JSON that ends early", post("/clients", `{"name":"x"`), 400, "malformed", nil},
		{"not JSON", post("/clients", `name=x`), 400, "malformed", nil},
		{"nothing", post("/clients", ``), 400, "malformed", nil},
		{"two documents", post("/clients", `{"name":"x"} {"name":"y"}`), 400, "malformed", nil},
		{"a list", post("/clients", `[{"name":"x"}]`), 422, "validation_failed", nil},
		{"a member twice", post("/clients", `{"name":"x","name":"y"}`), 400, "malformed", nil},
		{"not UTF-8", post("/clients", "{\"name\":\"\xcf\xf0\xe8\xe2\xe5\xf2\"}"), 400, "malformed", nil},
		{"nested too deeply", post("/clients", strings.Repeat(`{"fields":`, 100_000)), 400, "malformed", nil},
		{"everything wrong at once", post("/clients", `{"kind":"firm","nmae":"x","taxId":7,"channels":[{"type":"fax","value":"1"},{"tpye":"phone"}],
			"contacts":[{"birthday":"2025-02-30"}],"contracts":[{"startsOn":"2025-02-29","amount":"much"}],"nextContactAt":"2025-13-01T00:00:00Z","tags":"vip"}`),
			422, "validation_failed", []string{"kind unknown_value", "nmae unknown_field", "taxId wrong_type", "channels[0].type unknown_value", "channels[1].tpye unknown_field",
				"contacts[0].birthday invalid_date", "contracts[0].startsOn invalid_date", "contracts[0].amount wrong_type", "nextContactAt invalid_time", "tags wrong_type", "name required"}},
		{"a document of 100 MB", request{method: "POST", path: "/api/v1/clients", body: repeated(' ', 100<<20)}, 413, "too_large", nil},
		{"a packed document", request{method: "POST", path: "/api/v1/clients", body: gzipped(goodClient), header: map[string]string{"Content-Encoding": "gzip"}}, 415, "unsupported_encoding", nil},
		{"a packed file", request{method: "POST", path: "/api/v1/imports?format=ndjson", body: gzipped(goodClient), header: map[string]string{"Content-Encoding": "gzip"}}, 415, "unsupported_encoding", nil},
		{"a packed file, not said", request{method: "POST", path: "/api/v1/imports?format=ndjson", body: gzipped(goodClient)}, 400, "malformed", nil},
		{"a bomb", request{method: "POST", path: "/api/v1/imports?format=xlsx", body: bomb(t)}, 413, "too_large", nil},
		{"a workbook that is none", post("/imports?format=xlsx", "PK\x03\x04 no"), 400, "malformed", nil},
		{"a JSON array as NDJSON", post("/imports?format=ndjson", "["+goodClient+"]"), 400, "malformed", nil},
		{"an unknown format", post("/imports?format=pdf", ""), 400, "bad_parameter", nil},
		{"an unknown column", post("/imports?format=csv&unknown=error", "Название;Цвет\nx;синий\n"), 422, "validation_failed", nil},
		{"an unknown parameter", post("/clients?dryrun=true", goodClient), 400, "bad_parameter", nil},
		{"an external id that is taken", post("/clients", goodClient), 409, "duplicate_external_id", nil},
		{"an unknown client", request{method: "GET", path: "/api/v1/clients/999"}, 404, "not_found", nil},
		{"a patch of an unknown client", request{method: "PATCH", path: "/api/v1/clients/999", body: strings.NewReader(`{}`)}, 404, "not_found", nil},
		{"an unknown row", request{method: "DELETE", path: "/api/v1/clients/1/contacts/c9"}, 404, "not_found", nil},
		{"an unknown route", request{method: "GET", path: "/api/v1/customers"}, 404, "not_found", nil},
		{"a method that is not there", request{method: "DELETE", path: "/api/v1/clients"}, 405, "method_not_allowed", nil},
		{"a stale revision", request{method: "PATCH", path: "/api/v1/clients/1", body: strings.NewReader(`{"stage":"won"}`), header: map[string]string{"If-Match": `"1"`}}, 412, "stale_revision", nil},
		{"no token", request{method: "GET", path: "/api/v1/clients", header: noToken}, 401, "unauthorized", nil},
		{"a wrong token", request{method: "GET", path: "/api/v1/clients", header: map[string]string{"Authorization": "Bearer assay_x"}}, 401, "unauthorized", nil},
		{"a filter that is no CEL", request{method: "GET", path: "/api/v1/clients?filter=client.nmae%20%3D%3D%201"}, 422, "validation_failed", nil},
		{"a cursor of another list", request{method: "GET", path: "/api/v1/clients?after=zzz"}, 400, "bad_cursor", nil},
		{"a module that is not one", post("/modules", "#!/bin/sh\n"), 422, "validation_failed", []string{"module not_wasm"}},
		{"a module without exports", post("/modules", "\x00asm\x01\x00\x00\x00"), 422, "validation_failed", []string{"module missing_export"}},
		{"a module cut short", request{method: "POST", path: "/api/v1/modules", body: bytes.NewReader(guest(t, "quality")[:900])}, 422, "validation_failed", []string{"module invalid_module"}},
		{"a rule that is no YAML", rule("  require: [\n"), 400, "malformed", nil},
		{"a rule on an unknown field", rule("  require: client.colour != \"\"\n"), 422, "validation_failed", []string{"spec.require invalid_expression"}},
		{"a rule of an unknown module", rule("  module: {digest: \"sha256:" + strings.Repeat("0", 64) + "\", check: x}\n"), 422, "validation_failed", nil},
		{"a rule with an unknown member", rule("  require: true\n  colour: red\n"), 422, "validation_failed", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			on := *p
			on.t = t
			got := on.refused(tt.request, tt.status, tt.code)
			var reasons []string
			for _, e := range got.Errors {
				reasons = append(reasons, strings.TrimSpace(e.Field+" "+e.Code))
				if e.Message == "" {
					t.Errorf("%s has no sentence", e.Code)
				}
			}
			slices.Sort(reasons)
			slices.Sort(tt.errors)
			if tt.errors != nil && !slices.Equal(reasons, tt.errors) {
				t.Errorf("reasons %q, want %q", reasons, tt.errors)
			}
		})
	}
	if n := p.countClients(""); n != 1 {
		t.Errorf("%d clients are stored after the refusals, want the first alone", n)
	}
	p.ask("GET", "/healthz", nil, nil)
}

// bomb is a good workbook with a sheet of spaces put in: it unpacks to far more
// than a workbook may.
func bomb(t *testing.T) io.Reader {
	t.Helper()
	var good, b bytes.Buffer
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetCellValue("Sheet1", "A1", "Name"); err != nil {
		t.Fatal(err)
	}
	if err := book.Write(&good); err != nil {
		t.Fatal(err)
	}
	parts, err := zip.NewReader(bytes.NewReader(good.Bytes()), int64(good.Len()))
	if err != nil {
		t.Fatal(err)
	}
	out := zip.NewWriter(&b)
	for _, part := range parts.File {
		if part.Name != "xl/worksheets/sheet1.xml" {
			err = errors.Join(err, out.Copy(part))
		}
	}
	sheet, failed := out.Create("xl/worksheets/sheet1.xml")
	if err := errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(sheet, repeated(' ', 100<<20))
	if err := errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestOneBadLineFailsAlone(t *testing.T) {
	p := serve(t, t.TempDir())
	file := io.MultiReader(
		strings.NewReader(`{"externalId":"a","name":"Ann"}`+"\n"+`{"externalId":"b","name":"`),
		repeated('x', 100<<20),
		strings.NewReader(`"}`+"\n"+`{"externalId":"c","name":"Cid"}`+"\n"+
			`{"externalId":"d","name":"Dan","birthday":"2023-02-29","kind":"firm"}`+"\n"+
			"{\"externalId\":\"e\",\"name\":\"\xff\xfe\"}\n"+
			`{"externalId":"a","name":"Ann again"}`+"\n"+
			`not json`+"\n"+`{"externalId":"f","name":"Flo"}`))
	s := p.importFile("format=ndjson&key=externalId", file)
	if s.Created != 3 || s.Updated+s.Unchanged != 0 || s.Failed != 5 {
		t.Errorf("3 good and 5 bad lines gave %+v", s)
	}
	lines := map[int][]string{}
	for _, e := range s.Errors {
		lines[e.Line] = append(lines[e.Line], e.Field)
		if e.Code == "" || e.Message == "" {
			t.Errorf("%+v has no code or no sentence", e)
		}
	}
	for line, fields := range map[int][]string{2: {""}, 4: {"birthday", "kind"}, 5: nil, 6: {"externalId"}, 7: {""}} {
		slices.Sort(lines[line])
		if fields != nil && !slices.Equal(lines[line], fields) || len(lines[line]) == 0 {
			t.Errorf("line %d has errors in %q, want %q", line, lines[line], fields)
		}
		delete(lines, line)
	}
	if len(lines) > 0 {
		t.Errorf("errors on good lines: %v", lines)
	}
}

func TestAFolderThatCannotBeUsed(t *testing.T) {
	held := t.TempDir()
	serve(t, held)
	spoilt := t.TempDir()
	first := serve(t, spoilt)
	first.stop()
	base, size := largest(t, spoilt)
	write(t, filepath.Join(spoilt, base), strings.Repeat("spoilt ", size/7))
	notOurs := t.TempDir()
	file := filepath.Join(notOurs, base)
	write(t, file, "a file of another program")
	for name, data := range map[string]string{"held by another process": held, "not ours": notOurs, "spoilt": spoilt, "a file": file} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			said, err := exec.CommandContext(ctx, binary(t), "serve", "--data", data, "--listen", "127.0.0.1:0").CombinedOutput()
			exit, ended := err.(*exec.ExitError)
			if !ended || exit.ExitCode() != 1 || !strings.Contains(string(said), data) || strings.Contains(string(said), "goroutine") {
				t.Errorf("the server ends with %v and says %q; want exit code 1 and a sentence that names %s", err, said, data)
			}
		})
	}
	if left, err := os.ReadFile(file); err != nil || string(left) != "a file of another program" {
		t.Errorf("the file that is not ours is now %q, %v", left, err)
	}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// largest returns the largest file of a folder, which is the base.
func largest(t *testing.T, data string) (name string, size int) {
	t.Helper()
	entries, err := os.ReadDir(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if !e.IsDir() && int(info.Size()) > size {
			name, size = e.Name(), int(info.Size())
		}
	}
	return name, size
}

func TestTheOpenPagesNeedNoToken(t *testing.T) {
	p := serve(t, t.TempDir())
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/openapi.json": 200, "/docs": 200, "/metrics": 401} {
		if a := p.do(request{method: "GET", path: path, header: map[string]string{"Authorization": ""}}); a.status != want {
			t.Errorf("GET %s without a token answers %d, want %d", path, a.status, want)
		}
	}
	if a := p.do(request{method: "GET", path: "/metrics"}); a.status != http.StatusOK || !bytes.Contains(a.body, []byte("assay_")) {
		t.Errorf("GET /metrics answers %d: %.200s", a.status, a.body)
	}
}
