package rest_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/rules/schema"
	"assay/server/api"
	"assay/server/folder"
	"assay/server/reconcile"
	"assay/server/rest"
)

func TestTheFolderIsShown(t *testing.T) {
	var shown api.Folder
	read := func(s *served) {
		t.Helper()
		shown = api.Folder{}
		if err := json.NewDecoder(s.ask("GET", api.PathFolder, "").Body).Decode(&shown); err != nil {
			t.Fatal(err)
		}
	}
	read(serve(t, nil))
	if shown.Folder != "" || shown.Faults == nil || len(shown.Faults) > 0 {
		t.Errorf("no folder is shown as %+v", shown)
	}
	read(serve(t, func(c *rest.Config) {
		c.Folder = func() folder.State {
			return folder.State{Dir: "/rules", ReadAt: time.UnixMilli(1_700_000_000_000), Objects: 2, Faults: []folder.Fault{
				{File: "a.yaml", Line: 6, Column: 12, Object: reconcile.Ref{Kind: "Rule", Name: "a"}, Field: "spec.require", Message: "no"}}}
		}
	}))
	want := api.FolderFault{File: "a.yaml", Line: 6, Column: 12, Kind: api.KindRule, Name: "a", Field: "spec.require", Message: "no"}
	if shown.Folder != "/rules" || shown.Objects != 2 || shown.ReadAt.UnixMilli() != 1_700_000_000_000 || !slices.Equal(shown.Faults, []api.FolderFault{want}) {
		t.Errorf("the folder is shown as %+v", shown)
	}
}

func TestSchemasOfManifestsNeedNoToken(t *testing.T) {
	s := serve(t, nil)
	names := []string{schema.All}
	for _, kind := range api.Kinds {
		names = append(names, strings.ToLower(string(kind)))
	}
	for _, name := range names {
		answer := s.ask("GET", "/schemas/"+name+".json", "", "-Authorization", "")
		var doc struct {
			Schema string `json:"$schema"`
		}
		if err := json.NewDecoder(answer.Body).Decode(&doc); err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(doc.Schema, "draft-07") {
			t.Errorf("%s: %s, %+v, %v", name, answer.Status, doc, err)
		}
		if got := answer.Header.Get("Content-Type"); got != api.MediaSchema {
			t.Errorf("%s is %s", name, got)
		}
	}
}
