package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"assay/server/api"
	"assay/server/crm"
)

// recorded is a server that notes what it is asked and answers the same to all.
func recorded(t *testing.T, status int, answer string) (*api.Client, *http.Request, *string) {
	t.Helper()
	asked, body := &http.Request{}, new(string)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		*asked, *body = *r.Clone(r.Context()), string(b)
		w.Header().Set(api.HeaderApplied, api.AppliedConfigured)
		w.WriteHeader(status)
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(s.Close)
	return api.NewClient(s.URL+"/", " secret\n"), asked, body
}

func TestCalls(t *testing.T) {
	c, asked, body := recorded(t, 200, `{}`)
	c.Language = "uk"
	ctx := t.Context()
	for _, test := range []struct {
		call func() error
		want string // method, address
		body string
	}{
		{func() error { _, err := c.Health(ctx); return err }, "GET /healthz", ""},
		{func() error {
			_, err := c.Create(ctx, map[string]any{"name": "x"}, api.WriteOptions{DryRun: true})
			return err
		}, "POST /api/v1/clients?dryRun=true", `{"name":"x"}`},
		{func() error { _, err := c.Replace(ctx, 5, []byte(`{}`), api.WriteOptions{}); return err }, "PUT /api/v1/clients/5", `{}`},
		{func() error {
			_, err := c.Patch(ctx, 5, json.RawMessage(`{"a":1}`), api.WriteOptions{IfMatch: 7})
			return err
		}, "PATCH /api/v1/clients/5", `{"a":1}`},
		{func() error { _, err := c.Upsert(ctx, "a b/c", []byte(`{}`), api.WriteOptions{}); return err }, "PUT /api/v1/clients?externalId=a+b%2Fc", `{}`},
		{func() error { return c.Delete(ctx, 5, api.WriteOptions{}) }, "DELETE /api/v1/clients/5", ""},
		{func() error { _, err := c.AddRow(ctx, 5, "contacts", []byte(`{}`), api.WriteOptions{}); return err }, "POST /api/v1/clients/5/contacts", `{}`},
		{func() error {
			_, err := c.PatchRow(ctx, 5, "contacts", "c7", []byte(`{}`), api.WriteOptions{})
			return err
		}, "PATCH /api/v1/clients/5/contacts/c7", `{}`},
		{func() error { _, err := c.DeleteRow(ctx, 5, "contacts", "c7", api.WriteOptions{}); return err }, "DELETE /api/v1/clients/5/contacts/c7", ""},
		{func() error { _, err := c.Client(ctx, 5); return err }, "GET /api/v1/clients/5", ""},
		{func() error { _, err := c.Findings(ctx, 5); return err }, "GET /api/v1/clients/5/findings?limit=1000", ""},
		{func() error { _, err := c.ClientSegments(ctx, 5); return err }, "GET /api/v1/clients/5/segments?limit=1000", ""},
		{func() error {
			_, err := c.Clients(ctx, api.ClientQuery{Filter: "a == b", Rules: []string{"r"}, Segments: []string{"s:l"}, Facets: map[string][]string{"tag": {"x", "y"}}, Sort: "-name", Limit: 9})
			return err
		}, "GET /api/v1/clients?filter=a+%3D%3D+b&limit=9&rule=r&segment=s%3Al&sort=-name&tag=x&tag=y", ""},
		{func() error { _, err := c.Quality(ctx, api.QualityQuery{Severities: []string{"error"}}); return err }, "GET /api/v1/reports/quality?severity=error", ""},
		{func() error { _, err := c.Segments(ctx); return err }, "GET /api/v1/segments?limit=1000", ""},
		{func() error {
			_, err := c.Quality(ctx, api.QualityQuery{Waived: true})
			return err
		}, "GET /api/v1/reports/quality?waived=true", ""},
		{func() error {
			_, err := c.ChangeFinding(ctx, "5:r:c:a b", map[string]any{"assignee": nil})
			return err
		}, "PATCH /api/v1/clients/5/findings/5:r:c:a%20b", `{"assignee":null}`},
		{func() error { _, err := c.FindingHistory(ctx, 5); return err }, "GET /api/v1/clients/5/findings/history?limit=1000", ""},
		{func() error { _, err := c.Waivers(ctx); return err }, "GET /api/v1/waivers?limit=1000", ""},
		{func() error {
			_, err := c.Waive(ctx, api.NewWaiver{Rule: "r", Client: 5, Until: crm.DateOf(2026, 3, 9), Reason: "so"})
			return err
		}, "POST /api/v1/waivers", `{"rule":"r","client":5,"until":"2026-03-09","reason":"so"}`},
		{func() error { return c.EndWaiver(ctx, "5:r") }, "DELETE /api/v1/waivers/5:r", ""},
		{func() error {
			_, err := c.Trend(ctx, api.TrendQuery{From: crm.DateOf(2026, 3, 1), By: "rule"})
			return err
		}, "GET /api/v1/reports/quality/trend?by=rule&from=2026-03-01", ""},
		{func() error { _, err := c.Events(ctx, 0, 3); return err }, "GET /api/v1/events?after=0&limit=3", ""},
		{func() error { _, err := c.Events(ctx, api.Newest, 0); return err }, "GET /api/v1/events", ""},
		{func() error { _, err := c.Object(ctx, api.KindRule, "tax-id"); return err }, "GET /api/v1/rules/tax-id", ""},
		{func() error { _, err := c.ListObjects(ctx, api.KindField, api.ListOptions{}); return err }, "GET /api/v1/fields?limit=1000", ""},
		{func() error {
			_, err := c.ListObjects(ctx, api.KindRule, api.ListOptions{Selector: "set=default", Limit: 5, After: "x"})
			return err
		}, "GET /api/v1/rules?after=x&labelSelector=set%3Ddefault&limit=5", ""},
		{func() error { return c.DeleteObject(ctx, api.KindDictionary, "x", true, "") }, "DELETE /api/v1/dictionaries/x?dryRun=true", ""},
		{func() error { return c.DeleteObject(ctx, api.KindRule, "x", false, "7") }, "DELETE /api/v1/rules/x?resourceVersion=7", ""},
		{func() error { _, err := c.Revisions(ctx, api.KindRule, "x"); return err }, "GET /api/v1/rules/x/revisions", ""},
		{func() error { _, err := c.Revision(ctx, api.KindField, "x", 3); return err }, "GET /api/v1/fields/x/revisions/3", ""},
		{func() error { return c.DropRevision(ctx, api.KindRule, "x", 3, true) }, "DELETE /api/v1/rules/x/revisions/3?dryRun=true", ""},
		{func() error { _, err := c.Rollback(ctx, api.KindRule, "x", 3, true); return err }, "POST /api/v1/rules/x/rollback?dryRun=true&revision=3", ""},
		{func() error { _, err := c.Rollback(ctx, api.KindRule, "x", 0, false); return err }, "POST /api/v1/rules/x/rollback", ""},
		{func() error {
			a, err := c.Apply(ctx, api.KindRule, "x", []byte("kind: Rule"), false)
			if err == nil && a.Outcome != api.AppliedConfigured {
				err = fmt.Errorf("outcome %q", a.Outcome)
			}
			return err
		}, "PUT /api/v1/rules/x", "kind: Rule"},
		{func() error { _, err := c.AddModule(ctx, []byte("\x00asm")); return err }, "POST /api/v1/modules", "\x00asm"},
		{func() error { _, err := c.Library(ctx); return err }, "GET /api/v1/library?limit=1000", ""},
		{func() error { _, err := c.Modules(ctx); return err }, "GET /api/v1/modules?limit=1000", ""},
		{func() error { _, err := c.ModuleBytes(ctx, "sha256:ab"); return err }, "GET /api/v1/modules/sha256:ab", ""},
		{func() error { _, err := c.Module(ctx, "sha256:ab"); return err }, "GET /api/v1/modules/sha256:ab", ""},
		{func() error { return c.DeleteModule(ctx, "sha256:ab", false) }, "DELETE /api/v1/modules/sha256:ab", ""},
		{func() error { return c.DeleteModule(ctx, "sha256:ab", true) }, "DELETE /api/v1/modules/sha256:ab?dryRun=true", ""},
		{func() error { _, err := c.Export(ctx, io.Discard, "csv", api.ClientQuery{}); return err }, "GET /api/v1/exports/clients?format=csv", ""},
	} {
		if err := test.call(); err != nil {
			t.Errorf("%s: %v", test.want, err)
		}
		if got := asked.Method + " " + asked.URL.RequestURI(); got != test.want || *body != test.body {
			t.Errorf("asked %s with %q, want %s with %q", got, *body, test.want, test.body)
		}
		if asked.Header.Get("Authorization") != "Bearer secret" || asked.Header.Get("Accept-Language") != "uk" {
			t.Errorf("%s: headers %v", test.want, asked.Header)
		}
		if strings.HasPrefix(test.want, "PATCH") && strings.HasSuffix(test.want, "/5") && asked.Header.Get("If-Match") != `"7"` {
			t.Errorf("If-Match is %s", asked.Header.Get("If-Match"))
		}
	}
}

func TestRefusalIsAProblem(t *testing.T) {
	c, _, _ := recorded(t, 422, `{"type":"/docs#error-validation_failed","title":"The request is not valid","status":422,"code":"validation_failed","errors":[{"field":"kind","code":"unknown_value","message":"firm is not a kind"}]}`)
	_, err := c.Create(t.Context(), []byte(`{}`), api.WriteOptions{})
	var p *api.Problem
	if !errors.As(err, &p) || p.Code != api.CodeInvalid || p.Errors[0].Field != "kind" {
		t.Fatalf("got %v", err)
	}
	if want := "The request is not valid: kind: firm is not a kind"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
}

func TestStrangersAnswer(t *testing.T) {
	c, _, _ := recorded(t, 502, "<html>Bad Gateway"+strings.Repeat(".", 1000))
	_, err := c.Segments(t.Context())
	var p *api.Problem
	if !errors.As(err, &p) || p.Status != 502 || !strings.Contains(p.Detail, "address of an Assay server") || len(p.Detail) > 500 {
		t.Errorf("got %v", err)
	}
}

func TestUnreachable(t *testing.T) {
	for _, address := range []string{"http://127.0.0.1:1", "http://[::1", "not an address"} {
		_, err := api.NewClient(address, "").Health(t.Context())
		var unreachable *api.UnreachableError
		if !errors.As(err, &unreachable) || unreachable.Server != address {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestImportThatBreaksOff(t *testing.T) {
	c, _, _ := recorded(t, 200, `{"line":1,"stored":1}`+"\n")
	var seen []api.ImportProgress
	_, err := c.Import(t.Context(), strings.NewReader("x"), api.ImportOptions{Format: "csv"}, func(p api.ImportProgress) { seen = append(seen, p) })
	if err == nil || !strings.Contains(err.Error(), "reported as stored is stored") || len(seen) != 1 {
		t.Errorf("got %v after %v", err, seen)
	}
}

// TestFollowTakesABrokenStreamUpAgain cuts the stream after each event, once inside one.
func TestFollowTakesABrokenStreamUpAgain(t *testing.T) {
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("Last-Event-ID"))
		switch len(asked) {
		case 1:
			fmt.Fprint(w, "retry: 1\nid: 5\n\nid: 6\ndata: {\"seq\":6}\n\nid: 7\n")
		case 2:
			fmt.Fprint(w, ": still here\nid: 9\n\n")
		case 3:
			fmt.Fprint(w, "id: 10\ndata: {\"seq\":10}\n\n")
		default:
			w.WriteHeader(http.StatusGone)
			fmt.Fprint(w, `{"title":"No longer kept","status":410,"code":"gone"}`)
		}
	}))
	t.Cleanup(s.Close)
	var seen []int64
	err := api.NewClient(s.URL, "").Follow(t.Context(), api.Newest, func(e crm.Event) error { seen = append(seen, e.Seq); return nil })
	var p *api.Problem
	if !errors.As(err, &p) || p.Code != api.CodeGone {
		t.Errorf("ended with %v", err)
	}
	if want := []int64{6, 10}; !slices.Equal(seen, want) {
		t.Errorf("saw %v, want %v", seen, want)
	}
	if want := []string{"", "6", "9", "10"}; !slices.Equal(asked, want) {
		t.Errorf("went on from %q, want %q", asked, want)
	}
}

func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	status := 0
	for _, c := range api.Codes {
		if seen[c.Name] || c.Status < status || c.En == "" || c.Ru == "" || c.Uk == "" {
			t.Errorf("code %+v: names are unique, statuses in order, titles in three languages", c)
		}
		seen[c.Name], status = true, c.Status
	}
	if c := api.CodeOf("nonsense"); c.Name != api.CodeInternal {
		t.Errorf("an unknown code is %s", c.Name)
	}
	p := api.NewProblem(api.CodeGone, "ru", "x")
	if p.Status != 410 || p.Type != "/docs#error-gone" || p.Title != "Больше не хранится" {
		t.Errorf("%+v", p)
	}
}

func ExampleClient_Import() {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, `{"line":2,"stored":2}`)
		fmt.Fprintln(w, `{"created":2,"updated":0,"unchanged":0,"failed":0,"errors":[]}`)
	}))
	defer s.Close()
	c := api.NewClient(s.URL, "the token")
	file := strings.NewReader("{\"name\":\"A\"}\n{\"name\":\"B\"}\n")
	summary, err := c.Import(context.Background(), file, api.ImportOptions{Format: "ndjson"}, func(p api.ImportProgress) {
		fmt.Println("stored so far:", p.Stored)
	})
	fmt.Println(summary.Created, err)
	// Output:
	// stored so far: 2
	// 2 <nil>
}
