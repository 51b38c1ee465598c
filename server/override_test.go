package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/server"
	"assay/server/crm"
)

// with sends a request with headers, name by name.
func (r *running) with(method, path, body string, headers ...string) (int, string) {
	r.t.Helper()
	rq, err := http.NewRequest(method, r.address+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	rq.Header.Set("Authorization", "Bearer "+r.Token)
	for i := 0; i < len(headers); i += 2 {
		rq.Header.Add(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(rq)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(answer.Body); err != nil {
		r.t.Fatal(err)
	}
	return answer.StatusCode, text.String()
}

// enforcing returns a server with rules that refuse a client without a region or a tax id and contacts without a job title.
func enforcing(t *testing.T) *running {
	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base")})
	for _, name := range s.rules() {
		s.do(http.MethodDelete, "/api/v1/rules/"+name, "")
	}
	s.do(http.MethodPost, "/api/v1/clients", `{"name":"Old","externalId":"old","contacts":[{"name":"Ann"},{"name":"Bob","jobTitle":"buyer"}]}`)
	for name, spec := range map[string]string{
		"region": `require: 'client.region != ""', path: region`, "tax": `require: 'client.taxId != ""', path: taxId`,
		"title": `forEach: {in: client.contacts, as: contact}, require: 'contact.jobTitle != ""', path: 'contacts[].jobTitle'`,
	} {
		s.do(http.MethodPut, "/api/v1/rules/"+name, ruleText(name, "mode: Enforce, message: {en: no "+name+"}, "+spec))
	}
	for _, name := range s.rules() {
		s.settle(name)
	}
	return s
}

// refusedBy lists the rules and paths that a problem names.
func refusedBy(t *testing.T, status int, answer string) string {
	t.Helper()
	if status/100 == 2 {
		return ""
	}
	var p struct {
		Code     string
		Findings []crm.FindingView
	}
	if err := json.Unmarshal([]byte(answer), &p); err != nil || status != http.StatusUnprocessableEntity || p.Code != "refused_by_rules" {
		return fmt.Sprint(status, " ", answer)
	}
	var list []string
	for _, f := range p.Findings {
		list = append(list, f.Rule+" "+f.Path)
	}
	return strings.Join(list, ", ")
}

// A write is refused for what it makes worse, by any way of writing, with all reasons; a dry run shows the same and stores nothing.
func TestEnforceRefusesWhatAWriteMakesWorse(t *testing.T) {
	for _, c := range []struct {
		name, method, path, body, want string
	}{
		{"a new client", "POST", "/clients", `{"name":"A","contacts":[{"name":"C"}]}`, "region region, tax taxId, title contacts[0].jobTitle"},
		{"a new client in order", "POST", "/clients", `{"name":"A","region":"R","taxId":"7707083893"}`, ""},
		{"upserted anew", "PUT", "/clients?externalId=new", `{"name":"A","region":"R"}`, "tax taxId"},
		{"what was wrong stays", "PATCH", "/clients/1", `{"name":"Older"}`, ""},
		{"one thing mended, others stay", "PATCH", "/clients/1", `{"region":"R"}`, ""},
		{"replaced, no worse", "PUT", "/clients/1", `{"name":"Older","contacts":[{"name":"Ann"}]}`, ""},
		{"upserted, no worse", "PUT", "/clients?externalId=old", `{"name":"Older","contacts":[{"name":"Ann"}]}`, ""},
		{"rows moved", "PATCH", "/clients/1", `{"contacts":[{"name":"Bob","jobTitle":"buyer"},{"id":"c1","name":"Ann"}]}`, ""},
		{"a row renamed", "PATCH", "/clients/1", `{"contacts":[{"name":"Anna"},{"name":"Bob","jobTitle":"buyer"}]}`, ""},
		{"a row more", "PATCH", "/clients/1", `{"contacts":[{"name":"Ann"},{"name":"Bob","jobTitle":"buyer"},{"name":"Eve"}]}`, "title contacts[2].jobTitle"},
		{"two rows for one", "PATCH", "/clients/1", `{"contacts":[{"name":"Anna"},{"name":"Eve"},{"name":"Bob","jobTitle":"buyer"}]}`, "title contacts[1].jobTitle"},
		{"one row mended, another spoilt", "PATCH", "/clients/1", `{"contacts":[{"id":"c1","name":"Ann","jobTitle":"cook"},{"id":"c2","name":"Bob","jobTitle":""}]}`, "title contacts[1].jobTitle"},
		{"a row added", "POST", "/clients/1/contacts", `{"name":"Eve"}`, "title contacts[2].jobTitle"},
		{"a row spoilt", "PATCH", "/clients/1/contacts/c2", `{"jobTitle":null}`, "title contacts[1].jobTitle"},
		{"a bad row changed", "PATCH", "/clients/1/contacts/c1", `{"name":"Anna"}`, ""},
		{"a row deleted", "DELETE", "/clients/1/contacts/c2", ``, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := enforcing(t)
			before := s.lastEvent()
			query := "?"
			if strings.Contains(c.path, "?") {
				query = "&"
			}
			status, answer := s.with(c.method, "/api/v1"+c.path+query+"dryRun=true", c.body)
			if got := refusedBy(t, status, answer); got != c.want || s.lastEvent() != before {
				t.Errorf("a dry run is refused for %q, want %q", got, c.want)
			}
			status, answer = s.with(c.method, "/api/v1"+c.path, c.body)
			if got := refusedBy(t, status, answer); got != c.want || c.want != "" && s.lastEvent() != before {
				t.Errorf("refused for %q, want %q", got, c.want)
			}
			if c.want == "" {
				return
			}
			if status, answer = s.with(c.method, "/api/v1"+c.path, c.body, "Assay-Override", "on trial"); status/100 != 2 {
				t.Errorf("with a reason: %d %s", status, answer)
			}
			if log := s.do(http.MethodGet, "/api/v1/events?after="+fmt.Sprint(before), ""); !strings.Contains(log, `"reason":"on trial"`) {
				t.Errorf("the log says %s", log)
			}
		})
	}
}

func TestLinesThatRulesRefuse(t *testing.T) {
	s := enforcing(t)
	file := `{"name":"A","contacts":[{"name":"C"}]}` + "\n" + `{"externalId":"old","name":"Older"}` + "\n" + `{"name":"B","region":"R"}`
	answer := s.do(http.MethodPost, "/api/v1/imports?format=ndjson&key=externalId", file)
	var sum struct {
		Created, Updated, Failed int
		Errors                   []struct {
			Line                 int
			Field, Code, Message string
		}
	}
	if err := json.Unmarshal([]byte(answer), &sum); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range sum.Errors {
		got = append(got, fmt.Sprint(e.Line, " ", e.Field, " ", e.Code))
	}
	if want := "1 region refused_by_rule, 1 taxId refused_by_rule, 1 contacts[0].jobTitle refused_by_rule, 3 taxId refused_by_rule"; strings.Join(got, ", ") != want || sum.Updated != 1 || sum.Failed != 2 {
		t.Errorf("%+v", sum)
	}
	status, answer := s.with(http.MethodPost, "/api/v1/imports?format=ndjson&key=externalId", file, "Assay-Override", "migration")
	if status != http.StatusOK || !strings.Contains(answer, `"created":2`) {
		t.Errorf("with a reason: %d %s", status, answer)
	}
	log := s.do(http.MethodGet, "/api/v1/events?limit=1000", "")
	if n := strings.Count(log, `"override":{"reason":"migration","rules":[`); n != 2 || !strings.Contains(log, `{"reason":"migration","rules":["region","tax","title"]}`) {
		t.Errorf("%d changes have the reason: %s", n, log)
	}
}

func TestTheReasonOfAnOverride(t *testing.T) {
	s := enforcing(t)
	for name, c := range map[string]struct {
		reasons []string
		status  int
		want    string // in the answer, or as the reason in the log
	}{
		"text":       {[]string{"he has none"}, 201, "he has none"},
		"Cyrillic":   {[]string{"ИНН ещё не выдан"}, 201, "ИНН ещё не выдан"},
		"encoded":    {[]string{"UTF-8''%D0%98%D0%9D%D0%9D%20100%25"}, 201, "ИНН 100%"},
		"the most":   {[]string{strings.Repeat("я", 500)}, 201, strings.Repeat("я", 500)},
		"empty":      {[]string{""}, 400, "say why rules are overridden"},
		"blank":      {[]string{" \t "}, 400, "say why rules are overridden"},
		"too long":   {[]string{strings.Repeat("я", 501)}, 422, "501 characters long, at most 500"},
		"two":        {[]string{"a", "b"}, 400, "once"},
		"no text":    {[]string{"\xff"}, 400, "UTF-8"},
		"no percent": {[]string{"utf-8''%zz"}, 400, "UTF-8"},
		"a control":  {[]string{"UTF-8''a%0Ab"}, 400, "UTF-8"},
	} {
		before := s.lastEvent()
		var headers []string
		for _, r := range c.reasons {
			headers = append(headers, "Assay-Override", r)
		}
		status, answer := s.with(http.MethodPost, "/api/v1/clients", `{"name":"`+name+`"}`, headers...)
		var said string
		if status/100 == 2 {
			var list struct{ Items []crm.Event }
			s.decode("/api/v1/events?after="+fmt.Sprint(before), &list)
			var detail struct {
				Override struct{ Reason string }
			}
			created := slices.IndexFunc(list.Items, func(e crm.Event) bool { return e.Type == crm.EventClientCreated })
			if err := json.Unmarshal(list.Items[created].Detail, &detail); err != nil {
				t.Fatal(err)
			}
			said = detail.Override.Reason
		} else {
			said = answer
		}
		if status != c.status || !strings.Contains(said, c.want) {
			t.Errorf("%s: %d %s, want %d %s", name, status, said, c.status, c.want)
		}
	}
}

// A reason that no rule asks for is not kept.
func TestAnOverrideThatIsNotNeeded(t *testing.T) {
	s := enforcing(t)
	status, answer := s.with(http.MethodPost, "/api/v1/clients", `{"name":"A","region":"R","taxId":"7707083893"}`, "Assay-Override", "to be sure")
	if log := s.do(http.MethodGet, "/api/v1/events?limit=1000", ""); status != http.StatusCreated || strings.Contains(log, "override") {
		t.Errorf("%d %s, the log says %s", status, answer, log)
	}
}
