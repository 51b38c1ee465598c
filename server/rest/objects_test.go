package rest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"assay/server/api"
)

// TestDeclaredObjects walks over the routes of the history and the versions of objects.
// An object is replaced, and gone back to, only as long as it is what was read.
func TestObjectsAreReplacedByVersion(t *testing.T) {
	s := serve(t, nil)
	for _, tt := range []struct {
		method, path, body, match string
		status                    int
	}{
		{"PUT", "/api/v1/rules/size?resourceVersion=3", "kind: Rule", `"4"`, 400},
		{"PUT", "/api/v1/rules/size", "kind: Rule", `"4"`, 200},
		{"POST", "/api/v1/rules/size/rollback?revision=3&resourceVersion=5", "", "", 200},
	} {
		resp := s.ask(tt.method, tt.path, tt.body, "If-Match", tt.match, "Content-Type", "application/yaml")
		if body := text(t, resp); resp.StatusCode != tt.status {
			t.Errorf("%s %s: %s %s", tt.method, tt.path, resp.Status, body)
		}
	}
	if want := "4 5"; strings.Join(s.versions, " ") != want {
		t.Errorf("the versions asked for were %q, want %q", s.versions, want)
	}
}

func TestDeclaredObjects(t *testing.T) {
	s := serve(t, nil)
	s.objects["Rule/owned"] = json.RawMessage(`{"kind":"Rule","metadata":{"name":"owned","labels":{"set":"own","team":"sales"},"resourceVersion":"17"}}`)
	for _, step := range []struct {
		method, path string
		headers      []string
		status       int
		says, etag   string
	}{
		{"GET", "/api/v1/rules", nil, 200, `"resourceVersion":"17"`, ""},
		{"GET", "/api/v1/rules?labelSelector=set", nil, 200, `{"items":[{"kind":"Rule","metadata":{"name":"owned"`, ""},
		{"GET", "/api/v1/rules?labelSelector=set%20notin%20(own)", nil, 200, `{"items":[{"kind":"Rule","metadata":{"name":"size"}`, ""},
		{"GET", "/api/v1/rules?labelSelector=set!=own,team&limit=5", nil, 200, `{"items":[],`, ""},
		{"GET", "/api/v1/rules?labelSelector=set=", nil, 200, `{"items":[],`, ""},
		{"GET", "/api/v1/rules?labelSelector=set%3E1", nil, 400, "character 4", ""},
		{"GET", "/api/v1/rules?labelSelector=set%20in", []string{"Accept-Language", "ru"}, 400, "символ 7 (∅)", ""},
		{"GET", "/api/v1/rules?watch=yes", nil, 400, "true, false", ""},
		{"GET", "/api/v1/rules?watch=true&resourceVersion=3", []string{"Accept-Language", "uk"}, 410, "запитайте перелік знову", ""},
		{"GET", "/api/v1/rules/owned", nil, 200, `"team":"sales"`, `"17"`},
		{"GET", "/api/v1/rules/owned/revisions", nil, 200, `{"items":[{"revision":3,"at":`, ""},
		{"GET", "/api/v1/rules/owned/revisions/3", nil, 200, `"change":"applied","current":true,"object":{"kind":"Rule"`, ""},
		{"GET", "/api/v1/rules/owned/revisions/4", []string{"Accept-Language", "ru"}, 404, "версия 4 объекта owned", ""},
		{"GET", "/api/v1/fields/none/revisions", nil, 404, "no field none", ""},
		{"POST", "/api/v1/rules/owned/rollback?revision=-1", nil, 400, "revision", ""},
		{"POST", "/api/v1/rules/owned/rollback?revision=2&dryRun=true", nil, 200, `"name":"owned"`, `"17"`},
		{"DELETE", "/api/v1/rules/owned/revisions/4", nil, 404, "revision 4", ""},
		{"DELETE", "/api/v1/rules/owned/revisions/3", nil, 204, "", ""},
		{"DELETE", "/api/v1/rules/owned?resourceVersion=16", nil, 412, "rule owned is at resourceVersion 17, not 16", ""},
		{"DELETE", "/api/v1/rules/owned", []string{"If-Match", `"16"`, "Accept-Language", "ru"}, 412, "правило owned сейчас в версии 17", ""},
		{"DELETE", "/api/v1/rules/owned?resourceVersion=17", []string{"If-Match", `"16"`}, 400, "send one of them", ""},
		{"DELETE", "/api/v1/rules/owned?resourceVersion=17", []string{"If-Match", `W/"17"`}, 204, "", ""},
		{"DELETE", "/api/v1/rules/owned", []string{"If-Match", "*"}, 404, "no rule owned", ""},
	} {
		resp := s.ask(step.method, step.path, "", step.headers...)
		if body := text(t, resp); resp.StatusCode != step.status || !strings.Contains(body, step.says) || resp.Header.Get("ETag") != step.etag {
			t.Errorf("%s %s: %s, ETag %s, want %d with %q, %s\n%s", step.method, step.path, resp.Status, resp.Header.Get("ETag"), step.status, step.says, step.etag, body)
		}
	}
	for _, denied := range []string{"POST /api/v1/rules/size/rollback", "DELETE /api/v1/rules/size/revisions/3", "DELETE /api/v1/rules/size"} {
		method, path, _ := strings.Cut(denied, " ")
		if p := problem(t, s.ask(method, path, "", "Authorization", "Bearer reader")); p.Code != api.CodeForbidden {
			t.Errorf("%s by a reader: %s", denied, p)
		}
	}
}

// TestTheCallerGoesBack rolls back through the typed caller.
func TestTheCallerGoesBack(t *testing.T) {
	s := serve(t, nil)
	applied, err := s.caller().Rollback(t.Context(), api.KindRule, "size", 3, true)
	if err != nil || applied.Outcome != api.AppliedConfigured || !strings.Contains(string(applied.Object), `"size"`) {
		t.Errorf("%+v %v", applied, err)
	}
	kept, err := s.caller().Revisions(t.Context(), api.KindRule, "size")
	if err != nil || len(kept.Items) != 1 || kept.Items[0].Revision != 3 || !kept.Items[0].Current || len(kept.Items[0].Object) == 0 {
		t.Errorf("%+v %v", kept, err)
	}
	if err := s.caller().DropRevision(t.Context(), api.KindRule, "size", 3, false); err != nil || s.by != "admin forgot 3" {
		t.Errorf("%q %v", s.by, err)
	}
}

// TestAModuleIsAResourceAndAFile asks for one address in two ways.
func TestAModuleIsAResourceAndAFile(t *testing.T) {
	s := serve(t, nil)
	s.modules["sha256:00"] = []byte("\x00asm")
	for accept, want := range map[string]string{"": `{"kind":"Module"}`, "application/json": `{"kind":"Module"}`, "application/wasm": "\x00asm"} {
		resp := s.ask("GET", "/api/v1/modules/sha256:00", "", "Accept", accept)
		if got := strings.TrimSpace(text(t, resp)); got != want || resp.Header.Get("Vary") != "Accept" {
			t.Errorf("Accept %q: %q, Vary %q", accept, got, resp.Header.Get("Vary"))
		}
	}
	if wasm, err := s.caller().ModuleBytes(t.Context(), "sha256:00"); err != nil || string(wasm) != "\x00asm" {
		t.Errorf("%q %v", wasm, err)
	}
	if module, err := s.caller().Module(t.Context(), "sha256:00"); err != nil || string(module) != `{"kind":"Module"}` {
		t.Errorf("%s %v", module, fmt.Sprint(err))
	}
}
