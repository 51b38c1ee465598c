package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"assay/server"
	"assay/server/crm"
)

// ruleText is the manifest of a Quality rule; spec is the rest of its spec in YAML.
func ruleText(name, spec string) string {
	return "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: " + name + "}\nspec: {type: Quality, " + spec + "}\n"
}

func (r *running) diff(method, rule, manifest string) *crm.RuleDiff {
	r.t.Helper()
	d := &crm.RuleDiff{}
	if err := json.Unmarshal([]byte(r.do(method, "/api/v1/rules/"+rule+"/diff", manifest)), d); err != nil {
		r.t.Fatal(err)
	}
	return d
}

func (r *running) decode(path string, into any) {
	r.t.Helper()
	if err := json.Unmarshal([]byte(r.do(http.MethodGet, path, "")), into); err != nil {
		r.t.Fatal(err)
	}
}

// lastEvent is the number of the last event but those of sweeps, whose end is told a moment after everything is judged.
func (r *running) lastEvent() (last int64) {
	r.t.Helper()
	var page struct{ Items []crm.Event }
	r.decode("/api/v1/events?limit=1000", &page)
	for _, e := range page.Items {
		if e.Type != crm.EventSweepProgress {
			last = e.Seq
		}
	}
	return last
}

// importMany stores clients, a document each.
func (r *running) importMany(n int, document func(i int) string) {
	r.t.Helper()
	var lines strings.Builder
	for i := 1; i <= n; i++ {
		lines.WriteString(document(i) + "\n")
	}
	answer := r.do(http.MethodPost, "/api/v1/imports?format=ndjson", lines.String())
	if !strings.Contains(answer, fmt.Sprintf(`"created":%d`, n)) {
		r.t.Fatal(answer)
	}
}

func counted(c *crm.FindingChanges) string {
	return fmt.Sprint(c.Findings, " of ", c.Clients, c.BySeverity, c.ByManager, c.BySource)
}

// A diff says exactly what the reports would show besides and no more if the version were applied, and leaves the base alone.
func TestADiffSaysWhatAVersionWouldChange(t *testing.T) {
	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base")})
	s.importMany(60, func(i int) string {
		manager, source, region := "ivanov", "site", ""
		if i%3 == 0 {
			manager = "petrov"
		}
		if i%2 == 0 {
			source = "call"
		}
		if i%4 == 0 {
			region = "Москва"
		}
		return fmt.Sprintf(`{"name":"C%d","manager":%q,"source":%q,"region":%q,"stage":"s%d"}`, i, manager, source, region, i%5)
	})
	before := s.lastEvent()
	place := ruleText("place", `require: 'client.region != ""', path: region, message: {en: "no region at stage {{ client.stage }}", ru: "нет региона"}`)
	d := s.diff(http.MethodPost, "place", place)
	if d.Rule != "place" || d.Version != "manifest" || d.Clients != 60 || d.Judged != 60 || d.Partial || d.Errors != 0 {
		t.Errorf("the diff of a new rule: %+v", d)
	}
	if got, want := counted(d.Opened), "45 of 45 map[warning:45] map[ivanov:30 petrov:15] map[call:15 site:30]"; got != want {
		t.Errorf("opened %s, want %s", got, want)
	}
	if d.Closed.Findings+d.Changed.Findings != 0 || len(d.Opened.Sample) != 20 || d.Entered != nil {
		t.Errorf("closed %+v, changed %+v, a sample of %d", d.Closed, d.Changed, len(d.Opened.Sample))
	}
	if last := d.Opened.Sample[19].Client.ID; last < 40 {
		t.Errorf("the sample ends with client %d of 60: it is not from all over the base", last)
	}
	for _, c := range d.Opened.Sample {
		if id := c.Client.ID; id%4 == 0 || c.Client.Name != fmt.Sprint("C", id) || c.Finding.Message != fmt.Sprintf("no region at stage s%d", id%5) ||
			c.Finding.ID != fmt.Sprintf("%d:place:place:", id) || c.Was != nil {
			t.Errorf("of the sample: %+v", c)
		}
	}
	if s.lastEvent() != before || strings.Contains(fmt.Sprint(s.rules()), "place") {
		t.Error("the diff changed something")
	}

	s.do(http.MethodPut, "/api/v1/rules/place", place)
	s.settle("place")
	next := ruleText("place", `severity: error, match: 'client.manager == "ivanov"', require: 'client.region == ""', path: region, message: {en: "a region"}`)
	d = s.diff(http.MethodPost, "place", next)
	if got, want := counted(d.Opened), "10 of 10 map[error:10] map[ivanov:10] map[call:10]"; got != want {
		t.Errorf("opened %s, want %s", got, want)
	}
	if got, want := counted(d.Closed), "45 of 45 map[warning:45] map[ivanov:30 petrov:15] map[call:15 site:30]"; got != want {
		t.Errorf("closed %s, want %s", got, want)
	}
	if !strings.HasPrefix(d.Closed.Sample[0].Finding.Message, "no region at stage s") || d.Opened.Sample[0].Finding.Message != "a region" {
		t.Errorf("in the words of the versions: %+v, %+v", d.Closed.Sample[0], d.Opened.Sample[0])
	}
	// The severity, the parameters of the message and the path are seen, for the same finding.
	for _, version := range []string{
		`severity: error, require: 'client.region != ""', path: region, message: {en: "no region at stage {{ client.stage }}"}`,
		`require: 'client.region != ""', path: country, message: {en: "no region at stage {{ client.stage }}"}`,
		`require: 'client.region != ""', path: region, message: {en: "no region"}`,
		`require: 'client.region != ""', path: region, suggest: '"Москва"', message: {en: "no region at stage {{ client.stage }}"}`,
	} {
		d = s.diff(http.MethodPost, "place", ruleText("place", version))
		if d.Opened.Findings+d.Closed.Findings != 0 || d.Changed.Findings != 45 || d.Changed.Sample[0].Was == nil ||
			reflect.DeepEqual(*d.Changed.Sample[0].Was, d.Changed.Sample[0].Finding) || d.Changed.Sample[0].Was.Since != d.Changed.Sample[0].Finding.Since {
			t.Errorf("%s: opened %+v, changed %+v", version, d.Opened, d.Changed)
		}
	}
	if d = s.diff(http.MethodGet, "place", ""); d.Version != "running" || d.Opened.Findings+d.Closed.Findings+d.Changed.Findings != 0 {
		t.Errorf("the rule as it runs would change %+v", d)
	}
}

// settle waits until a rule has judged every client.
func (r *running) settle(rule string) {
	r.t.Helper()
	await := r.follow()
	for {
		var object struct {
			Status struct {
				Conditions []struct{ Type, Reason string }
			}
		}
		r.decode("/api/v1/rules/"+rule, &object)
		for _, c := range object.Status.Conditions {
			if c.Type == "Current" && c.Reason == "Judged" {
				return
			}
		}
		await(crm.EventSweepProgress, rule)
	}
}

// Clients on which a version fails are counted apart: they are not judged, and nothing of theirs is said to be put right.
func TestADiffCountsWhatAVersionCannotJudge(t *testing.T) {
	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base")})
	s.importMany(10, func(i int) string { return fmt.Sprintf(`{"name":"C%d"}`, i) })
	s.do(http.MethodPut, "/api/v1/rules/r", ruleText("r", `require: 'false', message: {en: x}`))
	s.settle("r")
	d := s.diff(http.MethodPost, "r", ruleText("r", `require: '10 / (client.id % 5) < 0', message: {en: x}`))
	if d.Errors != 2 || d.Judged != 8 || d.Partial || !strings.HasPrefix(d.Failure, "client 5: ") || d.Closed.Findings != 0 {
		t.Errorf("%+v, closed %+v", d, d.Closed)
	}
	for manifest, want := range map[string]string{
		"kind: [":                            "malformed_manifest",
		ruleText("other", `require: 'true'`): "wrong_name",
		ruleText("r", `require: client.nam, message: {en: x}`):                           "manifest line 4",
		"apiVersion: assay/v1\nkind: Field\nmetadata: {name: r}\nspec: {type: string}\n": "wrong_kind",
	} {
		if status, answer := s.call(http.MethodPost, "/api/v1/rules/r/diff", manifest); status/100 != 4 || !strings.Contains(answer, want) {
			t.Errorf("%s: %d %s, want %s", manifest, status, answer, want)
		}
	}
	if status, answer := s.call(http.MethodGet, "/api/v1/rules/nope/diff", ""); status != http.StatusNotFound {
		t.Errorf("of no rule: %d %s", status, answer)
	}
}

// A rule in shadow shows what it would bring; a rule whose annotation names another, what it would change of that.
func TestTheDiffOfAShadow(t *testing.T) {
	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base")})
	s.importMany(12, func(i int) string {
		return fmt.Sprintf(`{"name":"C%d","region":%q}`, i, []string{"", "", "Москва"}[i%3])
	})
	s.do(http.MethodPut, "/api/v1/rules/alone", ruleText("alone", `mode: Shadow, require: 'client.region != ""', message: {en: x}`))
	s.settle("alone")
	if d := s.diff(http.MethodGet, "alone", ""); d.Version != "shadow" || d.Shadow != "" || d.Opened.Findings != 8 {
		t.Errorf("a rule in shadow: %+v, opened %+v", d, d.Opened)
	}
	s.do(http.MethodPut, "/api/v1/rules/old", ruleText("old", `require: 'client.region != ""', message: {en: x}`))
	s.settle("old")
	s.do(http.MethodPut, "/api/v1/rules/new", strings.Replace(ruleText("new", `mode: Shadow, require: 'client.id > 2', message: {en: new}`),
		"{name: new}", "{name: new, annotations: {assay/shadow-of: old}}", 1))
	d := s.diff(http.MethodGet, "old", "")
	if d.Rule != "old" || d.Version != "shadow" || d.Shadow != "new" || d.Opened.Findings != 1 || d.Closed.Findings != 7 ||
		d.Opened.Sample[0].Finding.ID != "2:old:old:" || d.Opened.Sample[0].Finding.Message != "new" {
		t.Errorf("the shadow version of a rule: %+v, opened %+v, closed %+v", d, d.Opened, d.Closed)
	}
}

func TestTheDiffOfASegmentation(t *testing.T) {
	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base")})
	s.importMany(40, func(i int) string { return fmt.Sprintf(`{"name":"C%d","manager":"m%d"}`, i, i%2) })
	size := func(label string) string {
		return "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: size}\nspec: {type: Segmentation, labels: {low: {}, high: {}}, label: '" + label + "', reason: {en: 'because of {{ client.id }}'}}\n"
	}
	d := s.diff(http.MethodPost, "size", size(`client.id <= 20 ? "low" : client.id <= 30 ? "high" : ""`))
	if d.Opened != nil || d.Entered.Clients != 30 || d.Left.Clients+d.Moved.Clients != 0 || fmt.Sprint(d.Entered.Labels) != "[{ low 20} { high 10}]" {
		t.Errorf("new: %+v", d.Entered)
	}
	s.do(http.MethodPut, "/api/v1/rules/size", size(`client.id <= 20 ? "low" : client.id <= 30 ? "high" : ""`))
	s.settle("size")
	d = s.diff(http.MethodPost, "size", size(`client.id <= 15 ? "low" : client.id <= 25 ? "high" : client.id > 38 ? "low" : ""`))
	if d.Entered.Clients != 2 || d.Left.Clients != 5 || d.Moved.Clients != 5 || fmt.Sprint(d.Moved.Labels, d.Left.Labels) != "[{low high 5}] [{high  5}]" ||
		fmt.Sprint(d.Moved.ByManager) != "map[m0:3 m1:2]" {
		t.Errorf("entered %+v, left %+v, moved %+v", d.Entered, d.Left, d.Moved)
	}
	want := crm.ChangedLabel{Client: crm.ClientRef{ID: 16, Name: "C16", Manager: "m0"}, From: "low", To: "high", Reason: "because of 16"}
	if d.Moved.Sample[0] != want {
		t.Errorf("the sample: %+v, want %+v", d.Moved.Sample[0], want)
	}
}
