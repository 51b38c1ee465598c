package server_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"assay/server"
	"assay/server/api"
)

func manifest(kind, metadata, spec string) string {
	return `{"apiVersion":"assay/v1","kind":"` + kind + `","metadata":{` + metadata + `},"spec":{` + spec + `}}`
}

// TestWhatIsRefusedChangesNothing declares, deletes and rolls back what cannot be.
// Every refusal names the place, and what ran goes on running.
func TestWhatIsRefusedChangesNothing(t *testing.T) {
	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base")})
	s.do(http.MethodPut, "/api/v1/fields/until", manifest("Field", `"name":"until"`, `"type":"date","requiredFor":"client.name == \"A\""`))
	s.do(http.MethodPut, "/api/v1/dictionaries/stages", manifest("Dictionary", `"name":"stages"`, `"of":"stage","values":[{"value":"new"}]`))
	s.do(http.MethodPut, "/api/v1/rules/late", manifest("Rule", `"name":"late"`, `"type":"Quality","require":"client.fields.until > now","message":{"en":"late"}`))
	s.do(http.MethodPost, "/api/v1/clients", `{"name":"B"}`)
	var module struct{ Status struct{ Module string } }
	if err := json.Unmarshal([]byte(s.do(http.MethodGet, "/api/v1/rules/tax-id", "")), &module); err != nil {
		t.Fatal(err)
	}
	digest := module.Status.Module
	quality := func(spec string) string {
		return manifest("Rule", `"name":"late"`, `"type":"Quality","message":{"en":"x"},`+spec)
	}
	before := s.declared()
	for _, refused := range []struct {
		name, method, path, body string
		status                   int
		code, field, says        string
	}{
		{"a kind of another address", "PUT", "/api/v1/rules/until", manifest("Field", `"name":"until"`, `"type":"date"`), 422, "validation_failed", "kind", "a Rule is expected"},
		{"a kind there is none of", "PUT", "/api/v1/rules/late", manifest("Rul", `"name":"late"`, `"type":"Quality"`), 422, "validation_failed", "kind", "did you mean"},
		{"the name of another address", "PUT", "/api/v1/rules/other", quality(`"require":"true"`), 422, "validation_failed", "metadata.name", "make them equal"},
		{"an unknown key", "PUT", "/api/v1/rules/late", quality(`"requre":"true"`), 422, "validation_failed", "spec.requre", "line 1, column"},
		{"a duplicate key", "PUT", "/api/v1/rules/late", quality(`"require":"true","require":"false"`), 422, "validation_failed", "spec.require", "twice"},
		{"a missing module", "PUT", "/api/v1/rules/late", quality(`"module":{"digest":"sha256:` + strings.Repeat("0", 64) + `","check":"x"}`), 422, "validation_failed", "spec.module.digest", "sha256:000"},
		{"a missing check", "PUT", "/api/v1/rules/late", quality(`"module":{"digest":"` + digest + `","check":"tax"}`), 422, "validation_failed", "spec.module.check", "tax-id"},
		{"settings the check does not take", "PUT", "/api/v1/rules/late", quality(`"module":{"digest":"` + digest + `","check":"tax-id"},"settings":{"days":3}`), 422, "validation_failed", "spec.settings", "settings"},
		{"settings that break the schema", "PUT", "/api/v1/rules/late", quality(`"library":"stale-verification","settings":{"days":"many"}`), 422, "validation_failed", "spec.settings", "days"},
		{"a missing rule of the library", "PUT", "/api/v1/rules/late", quality(`"library":"stale-verfication"`), 422, "validation_failed", "spec.library", "stale-verification"},
		{"a missing field", "PUT", "/api/v1/rules/late", quality(`"require":"client.fields.untill > now"`), 422, "validation_failed", "spec.require", "untill"},
		{"the name of a rule that a field asks for", "PUT", "/api/v1/rules/field-until", manifest("Rule", `"name":"field-until"`, `"type":"Quality","require":"true","message":{"en":"x"}`), 422, "validation_failed", "metadata.name", "field until"},
		{"a label of the server's", "PUT", "/api/v1/rules/late", manifest("Rule", `"name":"late","labels":{"assay/owner-name":"until"}`, `"type":"Quality","require":"true","message":{"en":"x"}`), 422, "validation_failed", "metadata.labels", "leave it out"},
		{"a second dictionary of a field", "PUT", "/api/v1/dictionaries/phases", manifest("Dictionary", `"name":"phases"`, `"of":"stage","values":[{"value":"a"}]`), 422, "validation_failed", "spec.of", "stages"},
		{"another type of a field that a rule needs", "PUT", "/api/v1/fields/until", manifest("Field", `"name":"until"`, `"type":"string"`), 422, "validation_failed", "spec.type", "rule late"},
		{"a stale version", "PUT", "/api/v1/rules/late", manifest("Rule", `"name":"late","resourceVersion":"1"`, `"type":"Quality","require":"true","message":{"en":"x"}`), 412, "stale_revision", "", "not 1"},
		{"a version of nothing", "PUT", "/api/v1/rules/new", manifest("Rule", `"name":"new","resourceVersion":"1"`, `"type":"Quality","require":"true","message":{"en":"x"}`), 412, "stale_revision", "", "does not exist"},
		{"deleting a stale version", "DELETE", "/api/v1/rules/late?resourceVersion=1", "", 412, "stale_revision", "", "rule late"},
		{"deleting a field that a rule needs", "DELETE", "/api/v1/fields/until", "", 409, "in_use", "", "rule late"},
		{"deleting a rule that a field asks for", "DELETE", "/api/v1/rules/field-until", "", 409, "in_use", "", "field until"},
		{"deleting a module that a rule runs", "DELETE", "/api/v1/modules/" + digest, "", 409, "in_use", "", "rule tax-id"},
		{"deleting what is not there", "DELETE", "/api/v1/rules/none", "", 404, "not_found", "", "no rule none"},
		{"going back to what is not kept", "POST", "/api/v1/rules/late/rollback?revision=9", "", 422, "validation_failed", "revision", "from 1 to 1"},
		{"going back from the first version", "POST", "/api/v1/rules/late/rollback", "", 422, "validation_failed", "revision", "no version"},
		{"going back with what a field asks for", "POST", "/api/v1/rules/field-until/rollback", "", 409, "in_use", "", "field until"},
		{"the history of what never was", "GET", "/api/v1/rules/none/revisions", "", 404, "not_found", "", "no rule none"},
		{"a version that never was", "GET", "/api/v1/rules/late/revisions/7", "", 404, "not_found", "", "revision 7 of late"},
		{"a version that is no number", "GET", "/api/v1/rules/late/revisions/x", "", 404, "not_found", "", "revision x of late"},
		{"a bad selector", "GET", "/api/v1/rules?labelSelector=a%20in%20(b", "", 400, "bad_parameter", "labelSelector", "character 8"},
		{"a watch by a bad selector", "GET", "/api/v1/rules?watch=true&labelSelector=,", "", 400, "bad_parameter", "labelSelector", "character 1"},
		{"a watch from no version", "GET", "/api/v1/fields?watch=true&resourceVersion=abc", "", 400, "bad_parameter", "resourceVersion", "abc"},
		{"a watch from a version long gone", "GET", "/api/v1/dictionaries?watch=true&resourceVersion=1", "", 410, "gone", "", "list again"},
		{"a list from a version", "GET", "/api/v1/rules?resourceVersion=1", "", 400, "bad_parameter", "resourceVersion", "watch=true"},
	} {
		for _, query := range []string{"", "dryRun=true"} {
			path := refused.path
			if query != "" && refused.method != "GET" {
				path += map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + query
			}
			status, answer := s.call(refused.method, path, refused.body)
			var p api.Problem
			if err := json.Unmarshal([]byte(answer), &p); err != nil {
				t.Errorf("%s: %d %s", refused.name, status, answer)
				continue
			}
			field := ""
			if len(p.Errors) > 0 {
				field = p.Errors[0].Field
			}
			if status != refused.status || p.Code != refused.code || !strings.HasPrefix(field, refused.field) || !strings.Contains(p.Error(), refused.says) {
				t.Errorf("%s: %d %s at %q, want %d %s at %q that says %q\n%s", refused.name, status, p.Code, field, refused.status, refused.code, refused.field, refused.says, p.Error())
			}
		}
	}
	if after := s.declared(); after != before {
		t.Errorf("what was refused changed\n%s\nto\n%s", before, after)
	}
}

// declared is all that is declared, with versions, modules and events.
func (r *running) declared() string {
	r.t.Helper()
	var all strings.Builder
	for _, path := range []string{"/api/v1/rules", "/api/v1/fields", "/api/v1/dictionaries"} {
		var list struct {
			Items []struct{ Metadata, Spec json.RawMessage }
		}
		if err := json.Unmarshal([]byte(r.do(http.MethodGet, path, "")), &list); err != nil {
			r.t.Fatal(err)
		}
		for _, o := range list.Items {
			all.WriteString(string(o.Metadata) + string(o.Spec) + "\n")
		}
	}
	return all.String() + r.do(http.MethodGet, "/api/v1/modules", "")
}
