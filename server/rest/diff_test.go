package rest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"assay/server/crm"
	"assay/server/reconcile"
	"assay/server/rest"
)

// differs answers with what it was asked, and holds while the rooms do.
type differs struct{ *rooms }

func (f differs) Diff(ctx context.Context, rq reconcile.DiffRequest, language string) (*crm.RuleDiff, error) {
	if f.hold != nil {
		select {
		case <-f.hold:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.scopes = append(f.scopes, rq.Scope)
	return &crm.RuleDiff{Rule: rq.Name, Version: string(rq.Manifest), Shadow: language, Clients: int64(rq.Sample)}, f.fail
}

func TestADiffIsAskedForWithTheScopeAndTheLanguageOfTheReader(t *testing.T) {
	s := serve(t, nil)
	for _, test := range []struct {
		method, path, body string
		headers            []string
		want               crm.RuleDiff
	}{
		{"GET", "/api/v1/rules/tax-id/diff", "", nil, crm.RuleDiff{Rule: "tax-id", Shadow: "en", Clients: 20}},
		{"GET", "/api/v1/rules/tax-id/diff?sample=0", "", []string{"Accept-Language", "uk", "Authorization", "Bearer reader"}, crm.RuleDiff{Rule: "tax-id", Shadow: "uk"}},
		{"POST", "/api/v1/rules/new/diff?sample=1000", "kind: Rule", []string{"Content-Type", "application/yaml"}, crm.RuleDiff{Rule: "new", Version: "kind: Rule", Shadow: "en", Clients: 1000}},
	} {
		resp := s.ask(test.method, test.path, test.body, test.headers...)
		var got crm.RuleDiff
		if err := json.Unmarshal([]byte(text(t, resp)), &got); err != nil || resp.StatusCode != http.StatusOK || got != test.want {
			t.Errorf("%s %s: %s %+v, %v", test.method, test.path, resp.Status, got, err)
		}
		if lang := resp.Header.Get("Content-Language"); lang != test.want.Shadow {
			t.Errorf("%s %s: Content-Language %q", test.method, test.path, lang)
		}
	}
	if s.scopes[0].All == s.scopes[1].All || len(s.scopes[1].Managers) != 1 {
		t.Errorf("the scopes were %+v", s.scopes)
	}
	for _, test := range []struct {
		method, path, body string
		headers            []string
		status             int
		says               string
	}{
		{"GET", "/api/v1/rules/tax-id/diff?sample=-1", "", nil, 400, "0 … 1000"},
		{"GET", "/api/v1/rules/tax-id/diff?sample=1001", "", nil, 400, "0 … 1000"},
		{"GET", "/api/v1/rules/tax-id/diff?limit=1", "", nil, 400, "sample"},
		{"POST", "/api/v1/rules/tax-id/diff", "", nil, 400, "send the manifest"},
		{"POST", "/api/v1/rules/tax-id/diff", "{}", []string{"Authorization", "Bearer reader"}, 403, "rules"},
		{"POST", "/api/v1/rules/tax-id/diff", strings.Repeat("x", 1<<20+1), nil, 413, "1 MiB"},
	} {
		p := problem(t, s.ask(test.method, test.path, test.body, test.headers...))
		said, _ := json.Marshal(p)
		if p.Status != test.status || !strings.Contains(string(said), test.says) {
			t.Errorf("%s %s: %s", test.method, test.path, said)
		}
	}
	s.fail = crm.ErrNotFound
	if p := problem(t, s.ask("GET", "/api/v1/rules/nope/diff", "")); p.Status != 404 || !strings.Contains(p.Detail, "no rule nope") {
		t.Errorf("of no rule: %+v", p)
	}
}

// Comparisons take all processors: more than MaxDiffs at once are refused and not left waiting.
func TestTooManyDiffsAreRefused(t *testing.T) {
	s := serve(t, func(c *rest.Config) { c.MaxDiffs = 2 })
	s.hold = make(chan struct{})
	statuses := make(chan int)
	for range 3 {
		go func() {
			resp, err := http.DefaultClient.Do(request(s, "/api/v1/rules/tax-id/diff"))
			if err != nil {
				statuses <- 0
				return
			}
			_ = resp.Body.Close()
			statuses <- resp.StatusCode
		}()
	}
	if got := <-statuses; got != http.StatusTooManyRequests {
		t.Errorf("the third is answered with %d", got)
	}
	close(s.hold)
	for range 2 {
		if got := <-statuses; got != http.StatusOK {
			t.Errorf("one of two is answered with %d", got)
		}
	}
}

func request(s *served, path string) *http.Request {
	rq, _ := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.url+path, nil)
	rq.Header.Set("Authorization", "Bearer secret")
	return rq
}
