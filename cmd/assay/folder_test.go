package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// until returns when an event of the type speaks of the rule.
func (f *follower) until(kind, rule string) {
	f.t.Helper()
	for e := f.next(); e.Type != kind || e.Rule != rule; e = f.next() {
	}
}

func folderRule(name, require string) string {
	return "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: " + name + "}\nspec: {type: Quality, require: '" + require + "', message: {en: wrong}}\n"
}

// put replaces a file as Git does: whole, under a new inode.
func put(t *testing.T, file, text string) {
	t.Helper()
	err := os.WriteFile(file+".new", []byte(text), 0o600)
	if err == nil {
		err = os.Rename(file+".new", file)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestTheRulesFollowTheFolder changes a folder under a running server and under none.
func TestTheRulesFollowTheFolder(t *testing.T) {
	data, folder := filepath.Join(t.TempDir(), "base"), t.TempDir()
	file := func(name string) string { return filepath.Join(folder, name) }
	put(t, file("a.yaml"), folderRule("a", `client.region != ""`))
	put(t, file("b.yaml"), folderRule("b", `client.country != ""`))
	p := serve(t, data, "--rules", folder)
	p.ask("POST", "/api/v1/clients", `{"name":"A","region":"Москва"}`, nil)
	f := p.follow()

	put(t, file("a.yaml"), folderRule("a", `client.region == ""`))
	f.until("rule.applied", "a")
	f.until("finding.opened", "a")
	if err := os.Remove(file("b.yaml")); err != nil {
		t.Fatal(err)
	}
	f.until("rule.deleted", "b")
	if a := p.do(request{method: "DELETE", path: "/api/v1/rules/a"}); a.status != 409 || !strings.Contains(string(a.body), "a.yaml") {
		t.Errorf("deleting what a file declares answers %d %s", a.status, a.body)
	}
	f.close()
	p.stop()

	put(t, file("a.yaml"), "kind: [")
	put(t, file("c.yaml"), folderRule("c", `client.name == ""`))
	p = serve(t, data, "--rules", folder)
	var rule struct {
		Metadata struct{ Annotations map[string]string }
		Status   struct {
			Conditions []struct{ Type, Status, Message string }
		}
	}
	p.ask("GET", "/api/v1/rules/c", nil, &rule)
	if rule.Metadata.Annotations["assay/source"] != "c.yaml" {
		t.Errorf("c comes from %v", rule.Metadata.Annotations)
	}
	p.ask("GET", "/api/v1/rules/a", nil, &rule)
	told := false
	for _, c := range rule.Status.Conditions {
		told = told || c.Type == "Synced" && c.Status == "False" && strings.HasPrefix(c.Message, "a.yaml: line 1, column 7: not YAML")
	}
	if !told || !strings.Contains(p.log.String(), "a.yaml: line 1, column 7") {
		t.Errorf("a, whose file is broken, says %+v, the log %s", rule.Status.Conditions, p.log)
	}
}
