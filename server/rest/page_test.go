package rest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/rules"
	"assay/rules/library"
	"assay/server/api"
	"assay/server/crm"
	"assay/server/reconcile"
	"assay/server/rest"
)

// long is rooms whose lists have more than a page.
type long struct{ *rooms }

func (l long) name(i int) string { return fmt.Sprintf("n%03d", i) }

func (l long) Modules(context.Context) (all []reconcile.ModuleInfo, err error) {
	for i := range 120 {
		all = append(all, reconcile.ModuleInfo{Digest: "sha256:" + l.name(i)})
	}
	return all, nil
}

func (l long) List(context.Context, string, rules.Selector) (*reconcile.Listed, error) {
	all := &reconcile.Listed{}
	for i := range 120 {
		all.Objects = append(all.Objects, json.RawMessage(`{"metadata":{"name":"`+l.name(119-i)+`"}}`))
	}
	return all, nil
}

// manyObjects and manyReports put long in the place of the rooms' own lists.
type manyObjects struct {
	objects
	long long
}

func (m manyObjects) Modules(ctx context.Context) ([]reconcile.ModuleInfo, error) {
	return m.long.Modules(ctx)
}

func (m manyObjects) List(ctx context.Context, kind string, s rules.Selector) (*reconcile.Listed, error) {
	return m.long.List(ctx, kind, s)
}

type manyReports struct {
	reports
	long long
}

func (m manyReports) Segments(context.Context, crm.Scope, string) (all []crm.SegmentSummary, err error) {
	for i := range 120 {
		all = append(all, crm.SegmentSummary{Rule: "size", Label: m.long.name(i)})
	}
	return all, nil
}

func (m manyReports) Findings(int64, []crm.Result, string) (all []crm.FindingView) {
	for i := range 120 {
		all = append(all, crm.FindingView{Rule: m.long.name(i)})
	}
	return all
}

func (m manyReports) ClientSegments([]crm.Result, string) (all []crm.SegmentView) {
	for i := range 120 {
		all = append(all, crm.SegmentView{Rule: m.long.name(i), Label: "x"})
	}
	return all
}

// TestTheLibraryIsListed in pages, with what a form for a rule needs.
func TestTheLibraryIsListed(t *testing.T) {
	s := serve(t, nil)
	var names []string
	for after := ""; ; {
		var page api.List[api.LibraryRule]
		if err := json.Unmarshal([]byte(text(t, s.ask("GET", "/api/v1/library?limit=10&after="+after, ""))), &page); err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Items {
			var schema struct {
				Properties map[string]struct{ Title string }
			}
			if names = append(names, r.Name); json.Unmarshal(r.Settings, &schema) != nil || len(schema.Properties) == 0 || r.Title["uk"] == "" || r.Message["ru"] == "" || r.Severity == "" || r.Path == "" {
				t.Errorf("%+v", r)
			}
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(names) != len(library.All()) || !slices.IsSorted(names) || len(slices.Compact(names)) != len(names) {
		t.Errorf("listed are %q", names)
	}
}

// TestEveryListHasPages reads each list in pages and all at once.
func TestEveryListHasPages(t *testing.T) {
	s := serve(t, func(c *rest.Config) {
		f := c.Store.(*rooms)
		c.Reconciler = manyObjects{objects{f}, long{f}}
		c.Report = manyReports{reports{f}, long{f}}
	})
	s.ask("POST", "/api/v1/clients", `{"name":"Ромашка"}`)
	read := func(path string) (page api.List[json.RawMessage]) {
		t.Helper()
		resp := s.ask("GET", path, "")
		if body := text(t, resp); resp.StatusCode != 200 || json.Unmarshal([]byte(body), &page) != nil {
			t.Fatalf("%s: %s %s", path, resp.Status, body)
		}
		return page
	}
	var foreign string
	for _, path := range []string{"/api/v1/rules", "/api/v1/fields", "/api/v1/dictionaries", "/api/v1/modules", "/api/v1/segments",
		"/api/v1/clients/1/findings", "/api/v1/clients/1/segments"} {
		whole := read(path + "?limit=1000")
		if len(whole.Items) != 120 || whole.Next != "" {
			t.Errorf("%s: %d items, next %q", path, len(whole.Items), whole.Next)
		}
		if n := len(read(path).Items); n != api.DefaultLimit {
			t.Errorf("%s: %d items without a limit, want %d", path, n, api.DefaultLimit)
		}
		var sizes []int
		var walked []string
		for after := ""; ; {
			page := read(path + "?limit=50&after=" + after)
			sizes = append(sizes, len(page.Items))
			for _, item := range page.Items {
				walked = append(walked, string(item))
			}
			if after = page.Next; after == "" {
				break
			}
			foreign, after = after, page.Next
		}
		var all []string
		for _, item := range whole.Items {
			all = append(all, string(item))
		}
		if !slices.Equal(sizes, []int{50, 50, 20}) || !slices.Equal(walked, all) {
			t.Errorf("%s: pages of %v", path, sizes)
		}
		if !strings.Contains(all[0], "n000") {
			t.Errorf("%s begins with %s", path, all[0])
		}
		if p := problem(t, s.ask("GET", path+"?limit=1001", "")); p.Code != api.CodeBadParameter {
			t.Errorf("%s: limit 1001 gives %s", path, p.Code)
		}
		if p := problem(t, s.ask("GET", path+"?after=zzz", "")); p.Code != api.CodeBadCursor {
			t.Errorf("%s: a made up cursor gives %s", path, p.Code)
		}
	}
	if p := problem(t, s.ask("GET", "/api/v1/rules?after="+foreign, "")); p.Code != api.CodeBadCursor {
		t.Errorf("the cursor of another list gives %s", p.Code)
	}
	if all, err := s.caller().ListObjects(t.Context(), api.KindRule, api.ListOptions{}); err != nil || len(all.Items) != 120 {
		t.Errorf("the caller reads %d of 120: %v", len(all.Items), err)
	}
}

// TestListsTellOfTheirPages finds the parameters in the document.
func TestListsTellOfTheirPages(t *testing.T) {
	paths := document(t)["paths"].(map[string]any)
	for _, path := range []string{"/api/v1/rules", "/api/v1/fields", "/api/v1/dictionaries", "/api/v1/modules", "/api/v1/segments",
		"/api/v1/clients/{id}/findings", "/api/v1/clients/{id}/segments"} {
		op := paths[path].(map[string]any)["get"].(map[string]any)
		var names []string
		for _, p := range op["parameters"].([]any) {
			names = append(names, p.(map[string]any)["name"].(string))
		}
		if !slices.Contains(names, "limit") || !slices.Contains(names, "after") {
			t.Errorf("%s has the parameters %v", path, names)
		}
	}
}
