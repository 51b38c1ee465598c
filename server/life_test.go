package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"assay/server"
	"assay/server/api"
	"assay/server/crm"
)

// read makes a request and reads its answer into a T.
func read[T any](r *running, method, path, body string) (out T) {
	r.t.Helper()
	text := r.do(method, path, body)
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		r.t.Fatalf("%s %s: %s", method, path, text)
	}
	return out
}

func (r *running) finding(id string) crm.FindingView {
	r.t.Helper()
	client, _, _ := strings.Cut(id, ":")
	for _, f := range read[api.List[crm.FindingView]](r, "GET", "/api/v1/clients/"+client+"/findings", "").Items {
		if f.ID == id {
			return f
		}
	}
	r.t.Fatalf("there is no finding %s", id)
	return crm.FindingView{}
}

func findingPath(id string) string {
	client, _, _ := strings.Cut(id, ":")
	return "/api/v1/clients/" + client + "/findings/" + url.PathEscape(id)
}

const noTitle = `{"kind":"company","name":"A","taxId":"7707083893","manager":"ivanov","channels":[{"type":"email","value":"a@example.com"}],"contacts":[{"name":"Lydia"},{"name":"Oleg"}]}`

func TestAFindingHasALife(t *testing.T) {
	c := &clock{now: time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)}
	s := start(t, server.Config{Data: t.TempDir(), Now: c.Now, After: c.After})
	made := read[api.WriteAnswer](s, "POST", "/api/v1/clients", noTitle)
	id := "1:contact-job-title:contact-job-title:" + made.Client.Contacts[1].ID
	f := read[crm.FindingView](s, "PATCH", findingPath(id), `{"assignee":"petrov","due":"2026-03-20","note":"ask"}`)
	if f.Assignee != "petrov" || f.Due != crm.DateOf(2026, 3, 20) || f.Note != "ask" {
		t.Errorf("answered with %+v", f)
	}
	s.do("PATCH", findingPath(id), `{"note":null,"waivedUntil":"2026-03-10","waiverReason":"on leave"}`)
	// The row moves, and the rule changes.
	s.do("PATCH", "/api/v1/clients/1", `{"contacts":[{"id":"`+made.Client.Contacts[1].ID+`","name":"Oleg"},{"id":"`+made.Client.Contacts[0].ID+`","name":"Lydia"}]}`)
	f = s.finding(id)
	if f.Path != "contacts[0].jobTitle" || f.Assignee != "petrov" || f.Note != "" || !f.Waived || f.WaivedUntil != crm.DateOf(2026, 3, 10) || f.WaiverReason != "on leave" {
		t.Errorf("moved and waived it is %+v", f)
	}
	report := read[crm.QualityReport](s, "GET", "/api/v1/reports/quality?rule=contact-job-title", "")
	if report.Rules[0].Findings != 1 || len(report.Items[0].Findings) != 1 || report.Items[0].Findings[0].ID == id || report.Score != 0 {
		t.Errorf("reported is %+v", report)
	}
	report = read[crm.QualityReport](s, "GET", "/api/v1/reports/quality?rule=contact-job-title&waived=true", "")
	if report.Rules[0].Findings != 1 || len(report.Items[0].Findings) != 1 || report.Items[0].Findings[0].ID != id {
		t.Errorf("reported as waived is %+v", report)
	}
	follow := s.follow()
	follow(crm.EventFindingWaived, "contact-job-title")
	c.advance(2 * 24 * time.Hour)
	follow(crm.EventFindingUnwaived, "contact-job-title")
	if f := s.finding(id); f.Waived || f.Assignee != "petrov" || !f.WaivedUntil.IsZero() {
		t.Errorf("when the waiver is over it is %+v", f)
	}
	s.do("PATCH", "/api/v1/clients/1", `{"contacts":[]}`)
	history := read[api.List[crm.FindingHistory]](s, "GET", "/api/v1/clients/1/findings/history", "")
	var mine crm.FindingHistory
	for _, h := range history.Items {
		if h.ID == id {
			mine = h
		}
	}
	var types []string
	for _, change := range mine.Changes {
		types = append(types, change.Type+" "+change.By+" "+change.Assignee+" "+change.Reason)
	}
	if got := strings.Join(types, ", "); got != "changed admin petrov , changed admin petrov , waived admin petrov on leave, unwaived  petrov expired" || mine.Reason != "fixed" || mine.By != "admin" || mine.ClosedAt.IsZero() {
		t.Errorf("history %q of %+v", got, mine)
	}
	s.do("DELETE", "/api/v1/rules/main-manager", "")
	s.do("DELETE", "/api/v1/clients/1", "")
	history = read[api.List[crm.FindingHistory]](s, "GET", "/api/v1/clients/1/findings/history", "")
	if len(history.Items) != 3 || history.Items[0].Reason != "client deleted" || history.Items[0].Rule != "contact-person" {
		t.Errorf("history of a client that is gone: %+v", history.Items)
	}
}

func TestWaiversOverHTTP(t *testing.T) {
	c := &clock{now: time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)}
	s := start(t, server.Config{Data: t.TempDir(), Now: c.Now, After: c.After})
	follow := s.follow()
	for i := range 3 {
		s.do("POST", "/api/v1/clients", strings.Replace(noTitle, `"name":"A"`, `"name":"A","country":"`+[]string{"DE", "FR", "RU"}[i]+`"`, 1))
	}
	findings := func(query string) int64 {
		t.Helper()
		return read[crm.QualityReport](s, "GET", "/api/v1/reports/quality?rule=contact-job-title"+query, "").Rules[0].Findings
	}
	w := read[crm.WaiverView](s, "POST", "/api/v1/waivers", `{"rule":"contact-job-title","filter":"client.country == \"DE\"","until":"2026-03-12","reason":"later"}`)
	follow(crm.EventSweepProgress, "waiver-"+w.ID)
	nobody := read[crm.WaiverView](s, "POST", "/api/v1/waivers", `{"rule":"contact-job-title","filter":"client.country == \"XX\"","until":"2026-03-11","reason":"none"}`)
	follow(crm.EventSweepProgress, "waiver-"+nobody.ID)
	at := read[crm.WaiverView](s, "POST", "/api/v1/waivers", `{"rule":"contact-job-title","client":2,"until":"2026-03-10","reason":"soon gone"}`)
	if at.ID != "2:contact-job-title" || at.By != "admin" || at.At.IsZero() {
		t.Errorf("%+v", at)
	}
	f := read[api.List[crm.FindingView]](s, "GET", "/api/v1/clients/3/findings", "").Items[0]
	s.do("PATCH", findingPath(f.ID), `{"waivedUntil":"2026-03-20","waiverReason":"x"}`)
	if open, waived := findings(""), findings("&waived=true"); open != 1 || waived != 5 {
		t.Errorf("%d open and %d waived", open, waived)
	}
	if f := read[api.List[crm.FindingView]](s, "GET", "/api/v1/clients/1/findings?waived=true", "").Items[0]; f.Waiver != w.ID || f.WaiverReason != "later" || f.WaivedUntil != w.Until {
		t.Errorf("waived by a filter it is %+v", f)
	}
	if n := len(read[api.List[crm.FindingView]](s, "GET", "/api/v1/clients/3/findings?waived=false", "").Items); n != 1 {
		t.Errorf("%d findings of client 3 are not waived", n)
	}
	if strings.Contains(s.do("GET", "/api/v1/segments", ""), "waiver") || strings.Contains(s.do("GET", "/api/v1/clients/1/segments", ""), "waiver") ||
		strings.Contains(s.do("GET", "/api/v1/rules", ""), "waiver-") {
		t.Error("a waiver's rule is shown")
	}
	var ids []string
	for path := "/api/v1/waivers?limit=1"; path != ""; {
		page := read[api.List[crm.WaiverView]](s, "GET", path, "")
		for _, w := range page.Items {
			ids = append(ids, w.ID)
		}
		if path = ""; page.Next != "" {
			path = "/api/v1/waivers?limit=1&after=" + page.Next
		}
	}
	if got, want := strings.Join(ids, " "), strings.Join([]string{min(w.ID, nobody.ID), max(w.ID, nobody.ID), at.ID, f.ID}, " "); got != want {
		t.Errorf("waivers %s, want %s", got, want)
	}
	c.advance(4 * 24 * time.Hour)
	follow(crm.EventWaiverEnded, "contact-job-title")
	follow(crm.EventWaiverEnded, "contact-job-title")
	if open, waived := findings(""), findings("&waived=true"); open != 5 || waived != 1 {
		t.Errorf("later %d open and %d waived", open, waived)
	}
	s.do("DELETE", "/api/v1/waivers/"+url.PathEscape(f.ID), "")
	if open := findings(""); open != 6 {
		t.Errorf("at last %d open", open)
	}
	for _, gone := range []string{w.ID, at.ID, f.ID, "9:x", "x:y", "nonsense"} {
		if status, text := s.call("DELETE", "/api/v1/waivers/"+url.PathEscape(gone), ""); status != 404 || !strings.Contains(text, "/api/v1/waivers") {
			t.Errorf("%s: %d %s", gone, status, text)
		}
	}
}

func TestDecisionsThatCannotBe(t *testing.T) {
	c := &clock{now: time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)}
	s := start(t, server.Config{Data: t.TempDir(), Now: c.Now, After: c.After})
	s.do("POST", "/api/v1/clients", noTitle)
	f := read[api.List[crm.FindingView]](s, "GET", "/api/v1/clients/1/findings", "").Items[0]
	for _, tt := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"PATCH", findingPath("1:tax-id:tax-id:"), `{}`, 404, "no finding"},
		{"PATCH", strings.Replace(findingPath(f.ID), "clients/1", "clients/9", 1), `{}`, 404, "no client 9"},
		{"PATCH", findingPath(f.ID), `[]`, 400, "JSON object"},
		{"PATCH", findingPath(f.ID), ``, 400, "body"},
		{"PATCH", findingPath(f.ID), `{"asignee":"x"}`, 422, "assignee"},
		{"PATCH", findingPath(f.ID), `{"assignee":5}`, 422, "200 characters"},
		{"PATCH", findingPath(f.ID), `{"note":"` + strings.Repeat("n", 2001) + `"}`, 422, "2000 characters"},
		{"PATCH", findingPath(f.ID), `{"due":"31.12.2026"}`, 422, "2026-12-31"},
		{"PATCH", findingPath(f.ID), `{"waivedUntil":"2026-04-01"}`, 422, "needs a reason"},
		{"PATCH", findingPath(f.ID), `{"waiverReason":"x"}`, 422, "last day, 2027-03-10"},
		{"PATCH", findingPath(f.ID), `{"waivedUntil":"2026-03-08","waiverReason":"x"}`, 422, "is over"},
		{"PATCH", findingPath(f.ID), `{"waivedUntil":"2027-03-11","waiverReason":"x"}`, 422, "2027-03-10"},
		{"POST", "/api/v1/waivers", `{"rule":"taxid","client":1,"until":"2026-04-01","reason":"x"}`, 422, "taxid"},
		{"POST", "/api/v1/waivers", `{"rule":"tax-id","until":"2026-04-01","reason":"x"}`, 422, "client or filter"},
		{"POST", "/api/v1/waivers", `{"rule":"tax-id","client":1,"filter":"true","until":"2026-04-01","reason":"x"}`, 422, "client or filter"},
		{"POST", "/api/v1/waivers", `{"rule":"tax-id","client":9,"until":"2026-04-01","reason":"x"}`, 422, "no client 9"},
		{"POST", "/api/v1/waivers", `{"rule":"tax-id","client":-1,"until":"2026-04-01","reason":"x"}`, 422, "client's number"},
		{"POST", "/api/v1/waivers", `{"rule":"tax-id","filter":"client.nam","until":"2026-04-01","reason":"x"}`, 422, "nam"},
		{"GET", "/api/v1/waivers?after=x", ``, 400, "cursor"},
		{"GET", "/api/v1/reports/quality/trend?from=1.3.2026", ``, 400, "2026-12-31"},
		{"GET", "/api/v1/reports/quality/trend?by=colour", ``, 400, "manager"},
	} {
		status, text := s.call(tt.method, tt.path, tt.body)
		if status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s %s %s: %d %s", tt.method, tt.path, tt.body, status, text)
		}
	}
	if f := s.finding(f.ID); f.Waived || f.Assignee != "" {
		t.Errorf("what was refused has done something: %+v", f)
	}
}

func TestTheTrendBeginsByItself(t *testing.T) {
	c := &clock{now: time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	s := start(t, server.Config{Data: dir, Now: c.Now, After: c.After})
	trend := func(want int) crm.QualityTrend {
		t.Helper()
		for began, steps := time.Now(), 0; ; {
			got := read[crm.QualityTrend](s, http.MethodGet, "/api/v1/reports/quality/trend?by=manager", "")
			if len(got.Items) == want && got.Items[want-1].Clients > 0 {
				return got
			}
			if time.Since(began) > time.Minute {
				t.Fatalf("the trend is %+v", got)
			}
			if steps < 120 && c.waiting() >= 2 { // those of the day and of the trend: one that was set after the clock moved waits an hour at most
				c.advance(time.Minute)
				steps++
			}
		}
	}
	s.do("POST", "/api/v1/clients", noTitle)
	c.advance(time.Minute)
	first := trend(1).Items[0]
	if first.Date != crm.DateOf(2026, 3, 9) || first.Clients != 1 || first.Violating != 1 || first.Score != 0 || first.Groups["ivanov"].Violating != 1 {
		t.Errorf("the first day is %+v", first)
	}
	s.do("POST", "/api/v1/clients", strings.ReplaceAll(noTitle, `"name":"Lydia"},{"name":"Oleg"}`, `"name":"Lydia","jobTitle":"buyer"}`))
	s.stop()
	c.advance(3 * 24 * time.Hour)
	s = start(t, server.Config{Data: dir, Now: c.Now, After: c.After})
	got := trend(2)
	if last := got.Items[1]; last.Score != 0.5 || last.Clients != 2 || len(got.Gaps) != 1 || got.Gaps[0] != (crm.DayRange{From: crm.DateOf(2026, 3, 10), To: crm.DateOf(2026, 3, 11)}) {
		t.Errorf("later it is %+v", got)
	}
	for day := range 3 {
		c.advance(24 * time.Hour)
		if n := len(trend(3 + day).Gaps); n != 1 {
			t.Errorf("%d gaps on day %s", n, strconv.Itoa(day))
		}
	}
}
