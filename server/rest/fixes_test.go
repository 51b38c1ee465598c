package rest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"assay/server/crm"
	"assay/server/fix"
)

// fixes knows one job, which has ended.
type fixes struct{}

var knownFix = crm.Fix{ID: "one", State: crm.FixDone, By: "admin", Total: 3, Counts: crm.FixCounts{Looked: 3, Applied: 2, Failed: 1}}

func (fixes) Preview(_ context.Context, _ crm.Scope, _ string, s fix.Selection) (*crm.FixPreview, error) {
	return &crm.FixPreview{Total: int64(len(s.Rules) + len(s.Facets)), Finished: true, Sample: []crm.FixSample{}}, nil
}

func (fixes) Start(_ context.Context, _ crm.Scope, by, query string, _ fix.Selection) (*fix.Job, error) {
	return &fix.Job{Fix: crm.Fix{ID: "two", State: crm.FixWaiting, By: by, Query: query}}, nil
}

func (f fixes) Undo(ctx context.Context, _ crm.Scope, by, id string) (*fix.Job, error) {
	if _, err := f.Job(crm.Everything, id); err != nil {
		return nil, err
	}
	return &fix.Job{Fix: crm.Fix{ID: "two", Undoes: id, State: crm.FixWaiting, By: by}}, nil
}

func (f fixes) Cancel(_ context.Context, _ crm.Scope, id string) (*fix.Job, error) {
	j, err := f.Job(crm.Everything, id)
	if err != nil {
		return nil, err
	}
	return nil, &fix.WrongStateError{ID: id, State: j.State}
}

func (fixes) Job(_ crm.Scope, id string) (*fix.Job, error) {
	if id != knownFix.ID {
		return nil, fmt.Errorf("job %s: %w", id, crm.ErrNotFound)
	}
	return &fix.Job{Fix: knownFix}, nil
}

func (fixes) Jobs(crm.Scope) []*fix.Job { return []*fix.Job{{Fix: knownFix}} }

func (f fixes) Clients(_ context.Context, _ crm.Scope, id string, after int64, limit int) (list []*crm.FixedClient, err error) {
	if _, err := f.Job(crm.Everything, id); err != nil {
		return nil, err
	}
	for id := after + 1; id <= 2500 && len(list) < limit; id++ {
		c := &crm.FixedClient{Client: id, Outcome: crm.FixApplied, Edits: []crm.FixEdit{}}
		if id%1000 == 0 {
			c.Outcome = crm.FixFaulty
		}
		list = append(list, c)
	}
	return list, nil
}

func TestFixes(t *testing.T) {
	f := serve(t, nil)
	for _, tt := range []struct {
		method, path string
		status       int
		want         string
	}{
		{"POST", "/api/v1/fixes?manager=ivanov&region=x&dryRun=true", 200, `{"total":2,`},
		{"POST", "/api/v1/fixes?manager=ivanov", 202, `"query":"manager=ivanov"`},
		{"POST", "/api/v1/fixes?rule=nothing", 400, "rule_unknown"},
		{"POST", "/api/v1/fixes?q=x", 400, "parameter_unknown"},
		{"GET", "/api/v1/fixes", 200, `{"items":[{"id":"one","state":"done"`},
		{"GET", "/api/v1/fixes/one", 200, `"counts":{"looked":3,"applied":2`},
		{"GET", "/api/v1/fixes/two", 404, "not_found"},
		{"GET", "/api/v1/fixes/one/clients?outcome=failed", 200, `{"items":[{"client":1000,"outcome":"failed","edits":[],"from":0},{"client":2000,"outcome":"failed","edits":[],"from":0}]}`},
		{"GET", "/api/v1/fixes/one/clients?outcome=nothing", 400, "parameter_value"},
		{"POST", "/api/v1/fixes/one/cancel", 409, `"code":"wrong_state"`},
		{"POST", "/api/v1/fixes/one/undo", 202, `"undoes":"one"`},
		{"POST", "/api/v1/fixes/two/undo", 404, "not_found"},
	} {
		resp := f.ask(tt.method, tt.path, "")
		if body := text(t, resp); resp.StatusCode != tt.status || !strings.Contains(body, tt.want) {
			t.Errorf("%s %s answers %s %s, want %d with %s", tt.method, tt.path, resp.Status, body, tt.status, tt.want)
		}
	}
}

// The pages of what a job did are all of it, once.
func TestFixClientsByPages(t *testing.T) {
	c := serve(t, nil).caller()
	seen, after := int64(0), ""
	for {
		page, err := c.FixClients(t.Context(), "one", "", 700, after)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range page.Items {
			if seen++; one.Client != seen {
				t.Fatalf("client %d stands at place %d", one.Client, seen)
			}
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if seen != 2500 {
		t.Errorf("%d clients, want 2500", seen)
	}
}
