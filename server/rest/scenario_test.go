package rest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/formats"
	"assay/server/intake"
	"assay/server/reconcile"
	"assay/server/rest"
	"assay/server/store"
)

// TestRefusals shows what bad requests get: the status, the code, and a sentence.
func TestRefusals(t *testing.T) {
	s := serve(t, nil)
	big := strings.Repeat("x", 1<<20)
	for _, test := range []struct {
		name    string
		method  string
		path    string
		body    string
		headers []string
		fail    error // what the room behind answers
		status  int
		code    string
		says    string // in the detail or in a reason
		header  string // that must be there
	}{
		{name: "no token", method: "GET", path: "/api/v1/clients", headers: []string{"-Authorization", ""}, status: 401, code: "unauthorized", says: "admin-token", header: "WWW-Authenticate"},
		{name: "wrong token", method: "GET", path: "/api/v1/clients", headers: []string{"Authorization", "Bearer nope"}, status: 401, code: "unauthorized", says: "not known", header: "WWW-Authenticate"},
		{name: "other scheme", method: "GET", path: "/api/v1/clients", headers: []string{"Authorization", "Basic c2VjcmV0"}, status: 401, code: "unauthorized"},
		{name: "no token before a bad query", method: "GET", path: "/api/v1/clients?limit=0", headers: []string{"-Authorization", ""}, status: 401, code: "unauthorized"},
		{name: "right missing", method: "POST", path: "/api/v1/clients", body: "{}", headers: []string{"Authorization", "Bearer reader"}, status: 403, code: "forbidden", says: "write"},
		{name: "export is a right of its own", method: "GET", path: "/api/v1/exports/clients?format=csv", headers: []string{"Authorization", "Bearer reader"}, status: 403, code: "forbidden", says: "export"},
		{name: "rules are a right of their own", method: "PUT", path: "/api/v1/rules/x", body: "{}", headers: []string{"Authorization", "Bearer reader"}, status: 403, code: "forbidden", says: "rules"},
		{name: "metrics need a right", method: "GET", path: "/metrics", headers: []string{"Authorization", "Bearer reader"}, status: 403, code: "forbidden"},
		{name: "unknown route", method: "GET", path: "/api/v1/nope", status: 404, code: "not_found", says: "/api/v1/nope"},
		{name: "a route of later", method: "POST", path: "/api/v1/clients/1/purchases", body: "{}", status: 404, code: "not_found"},
		{name: "wrong method", method: "DELETE", path: "/api/v1/clients", status: 405, code: "method_not_allowed", says: "GET", header: "Allow"},
		{name: "no such client", method: "GET", path: "/api/v1/clients/77", status: 404, code: "not_found", says: "no client 77"},
		{name: "not a client number", method: "GET", path: "/api/v1/clients/abc", status: 404, code: "not_found", says: "abc"},
		{name: "client number too large", method: "GET", path: "/api/v1/clients/99999999999999999999", status: 404, code: "not_found"},
		{name: "unknown parameter", method: "GET", path: "/api/v1/clients?menager=ivanov", status: 400, code: "bad_parameter", says: "manager"},
		{name: "parameter where there are none", method: "GET", path: "/healthz?x=1", status: 400, code: "bad_parameter", says: "no parameters"},
		{name: "limit 0", method: "GET", path: "/api/v1/clients?limit=0", status: 400, code: "bad_parameter", says: "1 … 1000"},
		{name: "limit 1001", method: "GET", path: "/api/v1/clients?limit=1001", status: 400, code: "bad_parameter", says: "1 … 1000"},
		{name: "unknown order", method: "GET", path: "/api/v1/clients?sort=size", status: 400, code: "bad_parameter", says: "-updatedAt"},
		{name: "repeated", method: "GET", path: "/api/v1/clients?manager=a&manager=b", status: 400, code: "bad_parameter", says: "once"},
		{name: "not a segment", method: "GET", path: "/api/v1/clients?segment=large", status: 400, code: "bad_parameter", says: "<rule>:<label>"},
		{name: "unknown rule", method: "GET", path: "/api/v1/clients?rule=taxid", status: 400, code: "bad_parameter", says: "taxid"},
		{name: "unknown rule of a report", method: "GET", path: "/api/v1/reports/quality?rule=taxid", status: 400, code: "bad_parameter", says: "taxid"},
		{name: "segmentation asked for findings", method: "GET", path: "/api/v1/clients?rule=size", status: 400, code: "bad_parameter", says: "segment=size:"},
		{name: "segmentation in a report", method: "GET", path: "/api/v1/reports/quality?rule=size", status: 400, code: "bad_parameter", says: "segment=size:"},
		{name: "segment of an unknown rule", method: "GET", path: "/api/v1/clients?segment=sise:large", status: 400, code: "bad_parameter", says: "no rule sise"},
		{name: "segment of a quality rule", method: "GET", path: "/api/v1/clients?segment=tax-id:large", status: 400, code: "bad_parameter", says: "no labels"},
		{name: "segment of an unknown rule in a report", method: "GET", path: "/api/v1/reports/quality?segment=sise:large", status: 400, code: "bad_parameter", says: "no rule sise"},
		{name: "segment of a quality rule in an export", method: "GET", path: "/api/v1/exports/clients?format=csv&segment=tax-id:x", status: 400, code: "bad_parameter", says: "no labels"},
		{name: "key of an import", method: "POST", path: "/api/v1/imports?format=csv&key=x", body: "a", status: 400, code: "bad_parameter", says: `allowed: externalId, ""`},
		{name: "query that is none", method: "GET", path: "/api/v1/clients?manager=%zz", status: 400, code: "bad_parameter", says: "%25"},
		{name: "filter that is none", method: "GET", path: "/api/v1/clients?filter=clint", status: 422, code: "validation_failed", says: "undeclared"},
		{name: "report by a slow filter", method: "GET", path: "/api/v1/reports/quality?filter=true", fail: fmt.Errorf("count: %w", store.ErrSpent), status: 422, code: "filter_too_slow", says: "on 0 clients in 10 seconds"},
		{name: "sorted list by a slow filter", method: "GET", path: "/api/v1/clients?filter=slow&sort=-name", fail: store.ErrSpent, status: 422, code: "filter_too_slow", says: "without sort"},
		{name: "bad cursor", method: "GET", path: "/api/v1/clients?after=zzz", fail: crm.ErrBadCursor, status: 400, code: "bad_cursor", says: "next"},
		{name: "malformed", method: "POST", path: "/api/v1/clients", body: `{"name":`, status: 400, code: "malformed", says: "JSON"},
		{name: "empty body", method: "POST", path: "/api/v1/clients", status: 400, code: "malformed", says: "empty; send a JSON object"},
		{name: "empty manifest", method: "PUT", path: "/api/v1/rules/x", status: 400, code: "malformed", says: "empty; send the manifest"},
		{name: "empty module", method: "POST", path: "/api/v1/modules", status: 400, code: "malformed", says: "empty; send the bytes"},
		{name: "wrong media", method: "POST", path: "/api/v1/clients", body: "a;b", headers: []string{"Content-Type", "text/csv"}, status: 415, code: "unsupported_media_type", says: "application/json"},
		{name: "compressed", method: "POST", path: "/api/v1/clients", body: "xx", headers: []string{"Content-Encoding", "gzip"}, status: 415, code: "unsupported_encoding", says: "gzip"},
		{name: "compressed import", method: "POST", path: "/api/v1/imports?format=csv", body: "xx", headers: []string{"Content-Encoding", "gzip"}, status: 415, code: "unsupported_encoding"},
		{name: "client too large", method: "POST", path: "/api/v1/clients", body: big + "x", status: 413, code: "too_large", says: "1 MiB"},
		{name: "manifest too large", method: "PUT", path: "/api/v1/rules/x", body: big + "x", status: 413, code: "too_large"},
		{name: "not a revision", method: "PATCH", path: "/api/v1/clients/1", body: "{}", headers: []string{"If-Match", "abc"}, status: 400, code: "bad_parameter", says: "ETag"},
		{name: "no external id", method: "PUT", path: "/api/v1/clients", body: "{}", status: 400, code: "bad_parameter", says: "externalId"},
		{name: "import without a format", method: "POST", path: "/api/v1/imports", body: "{}", status: 400, code: "bad_parameter", says: "format="},
		{name: "import in an unknown format", method: "POST", path: "/api/v1/imports?format=doc", body: "{}", status: 400, code: "bad_parameter", says: "vcard"},
		{name: "import of a broken file", method: "POST", path: "/api/v1/imports?format=ndjson", body: "broken\n", status: 400, code: "malformed", says: "broken here"},
		{name: "import of a broken file with progress", method: "POST", path: "/api/v1/imports?format=ndjson", body: "broken\n", headers: []string{"Accept", "application/x-ndjson"}, status: 400, code: "malformed", says: "broken here"},
		{name: "export without a format", method: "GET", path: "/api/v1/exports/clients", status: 400, code: "bad_parameter", says: "format"},
		{name: "not a module", method: "POST", path: "/api/v1/modules", body: "MZ", status: 422, code: "validation_failed", says: "WebAssembly"},
		{name: "module in use", method: "DELETE", path: "/api/v1/modules/sha256:00", status: 409, code: "in_use"},
		{name: "field of a file", method: "PUT", path: "/api/v1/fields/x", body: "{}", fail: &reconcile.ManagedError{Kind: "Field", Name: "x", File: "sales/x.yaml"}, status: 409, code: "managed", says: "field x is declared by sales/x.yaml in the server's rules folder; change it there"},
		{name: "no such schema", method: "GET", path: "/schemas/rules.json", status: 404, code: "not_found", says: "there are dictionary.json, field.json, manifest.json, rule.json"},
		{name: "schema by its kind alone", method: "GET", path: "/schemas/rule", status: 404, code: "not_found", says: "rule.json"},
		{name: "no such module", method: "GET", path: "/api/v1/modules/sha256:01", status: 404, code: "not_found", says: "no module sha256:01"},
		{name: "no such rule", method: "GET", path: "/api/v1/rules/nope", status: 404, code: "not_found", says: "no rule nope"},
		{name: "bad event number", method: "GET", path: "/api/v1/events?after=-1", status: 400, code: "bad_parameter"},
		{name: "bad last event", method: "GET", path: "/api/v1/events", headers: []string{"Last-Event-ID", "x"}, status: 400, code: "bad_parameter", says: "number of an event"},

		{name: "invalid", method: "POST", path: "/api/v1/clients", body: "{}", fail: &crm.InvalidError{Problems: []crm.Problem{{Field: "kind", Code: "unknown_value", Message: `"firm" is not one of company`}}}, status: 422, code: "validation_failed", says: "firm"},
		{name: "external id taken", method: "POST", path: "/api/v1/clients", body: "{}", fail: fmt.Errorf("store: %w", crm.ErrDuplicateExternalID), status: 409, code: "duplicate_external_id", says: "externalId"},
		{name: "changed meanwhile", method: "POST", path: "/api/v1/clients", body: "{}", fail: crm.ErrRevisionConflict, status: 409, code: "conflict"},
		{name: "revision passed", method: "POST", path: "/api/v1/clients", body: "{}", fail: &intake.StaleError{Client: 7, Revision: 9, Wanted: 8}, status: 412, code: "stale_revision", says: "client 7 is at revision 9, not 8"},
		{name: "no revision yet", method: "POST", path: "/api/v1/clients", body: "{}", fail: &intake.StaleError{Wanted: 8}, status: 412, code: "stale_revision", says: "no client yet"},
		{name: "no such row", method: "POST", path: "/api/v1/clients", body: "{}", fail: &intake.NoRowError{Client: 7, List: "contacts", Row: "c9"}, status: 404, code: "not_found", says: "client 7 has no row c9 in contacts"},
		{name: "client of a key deleted", method: "POST", path: "/api/v1/clients", body: "{}", headers: []string{"Idempotency-Key", "k"}, fail: crm.ErrNotFound, status: 404, code: "not_found", says: "Idempotency-Key"},
		{name: "event to come", method: "GET", path: "/api/v1/events?after=99", status: 410, code: "gone", says: "the log ends at 0; begin again from 0"},
		{name: "stream from an event to come", method: "GET", path: "/api/v1/events?after=99", headers: []string{"Accept", "text/event-stream"}, status: 410, code: "gone", says: "the log ends at 0"},
		{name: "stream taken up from an event to come", method: "GET", path: "/api/v1/events", headers: []string{"Accept", "text/event-stream", "Last-Event-ID", "99"}, status: 410, code: "gone", says: "the log ends at 0"},
		{name: "key used before", method: "POST", path: "/api/v1/clients", body: "{}", fail: crm.ErrIdempotencyReuse, status: 422, code: "idempotency_key_reused"},
		{name: "disk full", method: "POST", path: "/api/v1/clients", body: "{}", fail: crm.ErrNoSpace, status: 507, code: "no_space", says: "nothing was stored"},
		{name: "disk full, in the system's words", method: "POST", path: "/api/v1/clients", body: "{}", fail: fmt.Errorf("write: %w", syscall.ENOSPC), status: 507, code: "no_space"},
		{name: "refused by rules", method: "POST", path: "/api/v1/clients", body: "{}", fail: &intake.RefusedError{Results: []crm.Result{{Rule: "tax-id", Findings: []crm.Finding{{Code: "tax-id"}}}}}, status: 422, code: "refused_by_rules", says: "Enforce"},
		{name: "shutting down", method: "POST", path: "/api/v1/clients", body: "{}", fail: context.Canceled, status: 503, code: "unavailable", header: "Retry-After"},
		{name: "error of the server", method: "POST", path: "/api/v1/clients", body: "{}", fail: fmt.Errorf("secret path /var/x"), status: 500, code: "internal", says: "failure"},
		{name: "columns unknown", method: "PUT", path: "/api/v1/fields/x", body: "{}", fail: &formats.FileError{Code: "unknown_columns", Message: "Цвет"}, status: 422, code: "validation_failed", says: "Цвет"},
		{name: "archive bomb", method: "PUT", path: "/api/v1/fields/x", body: "{}", fail: &formats.FileError{Code: "bomb", Message: "unpacks to too much"}, status: 413, code: "too_large", says: "unpacks"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.t, s.fail = t, test.fail
			resp := s.ask(test.method, test.path, test.body, test.headers...)
			p := problem(t, resp)
			if p.Status != test.status || p.Code != test.code {
				t.Errorf("got %d %s, want %d %s; %s", p.Status, p.Code, test.status, test.code, p)
			}
			if !strings.Contains(p.Error(), test.says) {
				t.Errorf("%q does not say %q", p, test.says)
			}
			if test.header != "" && resp.Header.Get(test.header) == "" {
				t.Errorf("the header %s is missing", test.header)
			}
			if strings.Contains(p.Error(), "secret path") {
				t.Errorf("internals are shown: %s", p)
			}
			if api.CodeOf(p.Code).Name != p.Code {
				t.Errorf("the code %s is not in the table", p.Code)
			}
		})
	}
}

func TestEveryReasonIsListed(t *testing.T) {
	s := serve(t, nil)
	p := problem(t, s.ask("GET", "/api/v1/clients?limit=0&sort=size&nope=1&segment=x", ""))
	var fields []string
	for _, e := range p.Errors {
		fields = append(fields, e.Field)
	}
	slices.Sort(fields)
	if want := []string{"limit", "nope", "segment", "sort"}; !slices.Equal(fields, want) {
		t.Errorf("reasons for %v, want %v", fields, want)
	}
}

func TestWrites(t *testing.T) {
	s := serve(t, nil)
	resp := s.ask("POST", "/api/v1/clients", `{"name":"Ромашка","externalId":"a"}`)
	if resp.StatusCode != 201 || resp.Header.Get("ETag") != `"1"` || resp.Header.Get("Location") != "/api/v1/clients/1" {
		t.Fatalf("created: %s %v", resp.Status, resp.Header)
	}
	var a api.WriteAnswer
	if err := json.Unmarshal([]byte(text(t, resp)), &a); err != nil || a.Client.Name != "Ромашка" || len(a.Findings) != 1 {
		t.Fatalf("answer %+v, %v", a, err)
	}
	for _, step := range []struct {
		method, path, body string
		headers            []string
		status             int
		revision           string
	}{
		{"PATCH", "/api/v1/clients/1", `{"taxId":"7707083893"}`, []string{"If-Match", `"1"`, "Content-Type", "application/merge-patch+json"}, 200, `"2"`},
		{"PATCH", "/api/v1/clients/1", `{"notes":"x"}`, []string{"If-Match", `W/"2"`}, 200, `"3"`},
		{"PATCH", "/api/v1/clients/1", `{"notes":"y"}`, []string{"If-Match", "*"}, 200, `"4"`},
		{"PATCH", "/api/v1/clients/1", `{"notes":"z"}`, []string{"If-Match", `"1"`}, 412, ""},
		{"PUT", "/api/v1/clients/1", `{"name":"Лютик"}`, nil, 200, `"5"`},
		{"PUT", "/api/v1/clients?externalId=a", `{"name":"Лютик"}`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 200, `"6"`},
		{"PUT", "/api/v1/clients?externalId=b", `{"name":"Новый"}`, nil, 201, `"1"`},
		{"POST", "/api/v1/clients/1/contacts", `{"name":"Лидия"}`, nil, 201, `"7"`},
		{"PATCH", "/api/v1/clients/1/contacts/c1", `{"name":"Лидия"}`, nil, 200, `"8"`},
		{"DELETE", "/api/v1/clients/1/contacts/c1", "", nil, 200, `"9"`},
		{"GET", "/api/v1/clients/1", "", nil, 200, `"9"`},
		{"HEAD", "/api/v1/clients/1", "", nil, 200, `"9"`},
		{"GET", "/api/v1/clients/1/findings", "", nil, 200, ""},
		{"GET", "/api/v1/clients/1/segments", "", nil, 200, ""},
		{"DELETE", "/api/v1/clients/1?dryRun=true", "", nil, 204, ""},
		{"DELETE", "/api/v1/clients/1", "", nil, 204, ""},
		{"DELETE", "/api/v1/clients/1", "", nil, 404, ""},
	} {
		resp := s.ask(step.method, step.path, step.body, step.headers...)
		if resp.StatusCode != step.status || resp.Header.Get("ETag") != step.revision {
			t.Errorf("%s %s: %s, ETag %s, want %d %s", step.method, step.path, resp.Status, resp.Header.Get("ETag"), step.status, step.revision)
		}
	}
	if s.by != "admin" {
		t.Errorf("written by %q, want the principal's name", s.by)
	}
}

// TestAReplayIsAnsweredAsTheFirst sends a creation and a row twice under one key.
func TestAReplayIsAnsweredAsTheFirst(t *testing.T) {
	s := serve(t, nil)
	s.replay = true
	for _, path := range []string{"/api/v1/clients", "/api/v1/clients/1/contacts"} {
		for range 2 {
			resp := s.ask("POST", path, `{"name":"Ромашка"}`, "Idempotency-Key", "k"+path)
			if located := resp.Header.Get("Location") != ""; resp.StatusCode != 201 || located != (path == "/api/v1/clients") {
				t.Errorf("%s: %s, Location %q", path, resp.Status, resp.Header.Get("Location"))
			}
		}
		if resp := s.ask("POST", path+"?dryRun=true", `{"name":"Ромашка"}`); resp.StatusCode != 200 {
			t.Errorf("dry run of %s: %s", path, resp.Status)
		}
	}
}

func TestListQuery(t *testing.T) {
	s := serve(t, nil)
	for _, test := range []struct {
		query string
		want  store.Query
	}{
		{"", store.Query{Limit: 50}},
		{"?limit=7&after=5&sort=-updatedAt", store.Query{Limit: 7, After: "5", Sort: store.Sort{By: store.SortUpdatedAt, Descending: true}}},
		{"?manager=&region=%D0%9C", store.Query{Limit: 50, Facets: []store.FacetValue{{Facet: store.FacetManager}, {Facet: store.FacetRegion, Value: "М"}}}},
		{"?tag=a&tag=b&category=c&kind=company&source=s&stage=t&status=u", store.Query{Limit: 50, Facets: []store.FacetValue{
			{Facet: store.FacetSource, Value: "s"}, {Facet: store.FacetStage, Value: "t"}, {Facet: store.FacetStatus, Value: "u"},
			{Facet: store.FacetKind, Value: "company"}, {Facet: store.FacetTags, Value: "a"}, {Facet: store.FacetTags, Value: "b"}, {Facet: store.FacetCategories, Value: "c"}}}},
		{"?rule=tax-id&segment=size:large:x", store.Query{Limit: 50, Rules: []string{"tax-id"}, Segments: []store.RuleLabel{{Rule: "size", Label: "large:x"}}}},
	} {
		if resp := s.ask("GET", "/api/v1/clients"+test.query, ""); resp.StatusCode != 200 {
			t.Errorf("%s: %s: %s", test.query, resp.Status, text(t, resp))
			continue
		}
		if got, want := fmt.Sprintf("%+v", s.query), fmt.Sprintf("%+v", test.want); got != want {
			t.Errorf("%s:\n got %s\nwant %s", test.query, got, want)
		}
	}
}

func TestAListSaysHowItsFilterWent(t *testing.T) {
	s := serve(t, nil)
	s.clients = []*crm.Client{{ID: 1, Name: "A", Manager: "ivanov"}, {ID: 2, Name: "B"}, {ID: 3, Name: "C"}}
	first, err := s.caller().Clients(t.Context(), api.ClientQuery{Filter: "slow", Explain: true})
	if err != nil || len(first.Items) != 1 || !first.Partial || first.Scanned != 1 || first.Next != "1" || first.Failed != 0 {
		t.Fatalf("%+v, %v", first, err)
	}
	want := crm.FilterPlan{Facets: []crm.PlannedFacet{{Facet: "stage", Values: []string{"", "won"}, Not: true}}, Residue: "slow", Selected: 3, Read: 1}
	if first.Plan == nil || fmt.Sprint(*first.Plan) != fmt.Sprint(want) || fmt.Sprint(s.query.Facets) != "[{stage  [won] true}]" {
		t.Errorf("plan %+v, asked for %+v", first.Plan, s.query.Facets)
	}
	whole, err := s.caller().Clients(t.Context(), api.ClientQuery{Filter: "fails"})
	if err != nil || len(whole.Items) != 0 || whole.Partial || whole.Scanned != 0 || whole.Failed != 3 || whole.Failure != "client 1: division by zero" || whole.Plan != nil {
		t.Errorf("%+v, %v", whole, err)
	}
	report, err := s.caller().Quality(t.Context(), api.QualityQuery{ClientQuery: api.ClientQuery{Filter: "true", Explain: true}})
	if err != nil || report.Plan == nil || report.Plan.Residue != "true" {
		t.Errorf("%+v, %v", report, err)
	}
	resp := s.ask("GET", "/api/v1/exports/clients?format=ndjson&filter=slow", "")
	if lines := strings.Count(text(t, resp), "\n"); lines != 3 {
		t.Errorf("an export by a slow filter has %d clients of 3", lines)
	}
}

func TestSearch(t *testing.T) {
	s := serve(t, nil)
	s.clients = []*crm.Client{
		{ID: 1, Name: "ООО «Ромашка»", TaxID: "7707083893", ExternalID: "1C-77", Channels: []crm.Channel{{ID: "h1", Type: "phone", Value: "+74957480113", Raw: "8 (495) 748-01-13"}}},
		{ID: 2, Name: "Straße GmbH", Contacts: []crm.Contact{{ID: "c1", Name: "Семакова Лидия", Channels: []crm.Channel{{ID: "h2", Type: "email", Value: "lidia@example.com"}}}}},
		{ID: 3, Name: "Йогурт"},
	}
	for q, want := range map[string][]int64{
		"ромашка": {1}, "РОМАШКА": {1}, "7083": {1}, "1c-7": {1}, "748-01-13": {1}, "84957480113": {1}, "+7 495 748": {1}, "лидия": {2}, "LIDIA@": {2}, "straße": {2},
		"и\u0306огурт": {3}, "нет такого": nil, "": {1, 2, 3}, "%": nil,
	} {
		list, err := s.caller().Clients(t.Context(), api.ClientQuery{Search: q})
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, c := range list.Items {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("q=%s found %v, want %v", q, got, want)
		}
	}
	both, err := s.caller().Clients(t.Context(), api.ClientQuery{Search: "ромашка", Filter: "true"})
	if err != nil || len(both.Items) != 1 {
		t.Errorf("filter and q together: %+v, %v", both, err)
	}
}

func TestLanguages(t *testing.T) {
	s := serve(t, nil)
	for header, want := range map[string]string{
		"": "Not found", "ru": "Не найдено", "uk": "Не знайдено", "ru-RU,ru;q=0.9,en;q=0.8": "Не найдено", "en;q=0.1, uk;q=0.7": "Не знайдено",
		"fr": "Not found", "fr, ru;q=0.2": "Не найдено", "ru;q=0, uk;q=0.1": "Не знайдено", "!!": "Not found",
	} {
		resp := s.ask("GET", "/api/v1/clients/5", "", "Accept-Language", header)
		if p := problem(t, resp); p.Title != want {
			t.Errorf("%q: %q, want %q", header, p.Title, want)
		}
	}
	if p := problem(t, s.ask("DELETE", "/api/v1/modules/sha256:00", "", "Accept-Language", "ru")); !strings.Contains(p.Detail, "модуль sha256:00") || !strings.Contains(p.Detail, "правило pharmacy") {
		t.Errorf("in use: %s", p.Detail)
	}
	p := problem(t, s.ask("GET", "/api/v1/clients?limit=x", "", "Accept-Language", "uk"))
	if !strings.Contains(p.Errors[0].Message, "дозволено") {
		t.Errorf("the reason is not in the reader's language: %s", p)
	}
	s.fail = &crm.InvalidError{Problems: []crm.Problem{{Field: "birthday", Code: "invalid_date", Message: `"31.02" is not a date`}}}
	p = problem(t, s.ask("POST", "/api/v1/clients", "{}", "Accept-Language", "ru"))
	if want := `такой даты нет ("31.02" is not a date)`; p.Errors[0].Message != want {
		t.Errorf("%q, want %q", p.Errors[0].Message, want)
	}
	if code := p.Errors[0].Code; code != "invalid_date" {
		t.Errorf("code %q: a code stays what it is in any language", code)
	}
}

func TestObjects(t *testing.T) {
	s := serve(t, nil)
	for _, step := range []struct {
		method, path, body string
		status             int
		applied            string
	}{
		{"PUT", "/api/v1/rules/vip?dryRun=true", "kind: Rule", 200, "created"},
		{"PUT", "/api/v1/rules/vip", "kind: Rule", 201, "created"},
		{"PUT", "/api/v1/rules/vip", "kind: Rule", 200, "unchanged"},
		{"PUT", "/api/v1/rules/vip", "kind: Rule # more", 200, "configured"},
		{"PUT", "/api/v1/fields/gln", "{}", 201, "created"},
		{"PUT", "/api/v1/dictionaries/stages", "{}", 201, "created"},
		{"GET", "/api/v1/rules/vip", "", 200, ""},
		{"GET", "/api/v1/dictionaries", "", 200, ""},
		{"DELETE", "/api/v1/rules/vip", "", 204, ""},
		{"DELETE", "/api/v1/rules/vip", "", 404, ""},
	} {
		resp := s.ask(step.method, step.path, step.body, "Content-Type", "application/yaml")
		if resp.StatusCode != step.status || resp.Header.Get(api.HeaderApplied) != step.applied {
			t.Errorf("%s %s: %s %s, want %d %s", step.method, step.path, resp.Status, resp.Header.Get(api.HeaderApplied), step.status, step.applied)
		}
	}
}

func TestPanicCostsOneRequest(t *testing.T) {
	s := serve(t, nil)
	s.panics = true
	p := problem(t, s.ask("GET", "/api/v1/clients/1", ""))
	if p.Status != 500 || strings.Contains(p.Error(), "fell over") {
		t.Errorf("%s", p)
	}
	if resp := s.ask("GET", "/healthz", ""); resp.StatusCode != 200 {
		t.Errorf("after the panic: %s", resp.Status)
	}
}

func TestScopeIsPassedOn(t *testing.T) {
	s := serve(t, nil)
	s.ask("GET", "/api/v1/clients/1", "", "Authorization", "Bearer reader")
	if len(s.scopes) != 1 || s.scopes[0].All || !s.scopes[0].Admits("ivanov") {
		t.Errorf("the store was asked with scope %+v", s.scopes)
	}
}

func TestOperatorRoutes(t *testing.T) {
	s := serve(t, func(c *rest.Config) {
		c.Ready = func(context.Context) error { return fmt.Errorf("the base is being opened") }
	})
	open := []string{"-Authorization", ""}
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/healthz": {200, `"status":"ok"`}, "/readyz": {503, "being opened"}, "/openapi.json": {200, `"openapi":"3.1.0"`}, "/docs": {200, "<title>Assay API</title>"}, "/": {200, "<title>Assay API</title>"}, "/metrics": {401, "token"},
	} {
		resp := s.ask("GET", path, "", open...)
		if body := text(t, resp); resp.StatusCode != want.status || !strings.Contains(body, want.says) {
			t.Errorf("%s: %s, want %d with %q", path, resp.Status, want.status, want.says)
		}
		if resp.Header.Get("Server") != "" {
			t.Errorf("%s tells its server: %s", path, resp.Header.Get("Server"))
		}
	}
	figures := text(t, s.ask("GET", "/metrics", ""))
	for _, line := range []string{`assay_findings{rule="tax-id"} 3`, `assay_pending_clients{rule="tax-id"} 2`, "assay_clients 0", "go_goroutines",
		`assay_http_requests_total{method="GET",route="/healthz",status="200"} 1`} {
		if !strings.Contains(figures, line) {
			t.Errorf("the figures lack %s", line)
		}
	}
}

func TestConnectionSurvivesARefusedBody(t *testing.T) {
	s := serve(t, nil)
	connections := map[string]bool{}
	for range 3 {
		resp := s.ask("POST", "/api/v1/clients", `{"name":"unread"}`, "Authorization", "Bearer nope")
		_ = text(t, resp)
		connections[resp.Header.Get("Connection")] = true
	}
	if connections["close"] {
		t.Error("a small unread body closes the connection")
	}
	resp, err := http.Get(s.url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
}
