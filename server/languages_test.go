package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"assay/server"
)

// said is a reason, of a write or of a line of an import.
type said struct{ Field, Code, Message string }

// reasons sends a request in a language and returns what is wrong with it.
func (r *running) reasons(language, method, path, body string) []said {
	r.t.Helper()
	rq, err := http.NewRequest(method, r.address+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	rq.Header.Set("Authorization", "Bearer "+r.Token)
	rq.Header.Set("Accept-Language", language)
	if strings.Contains(body, "long key") {
		rq.Header.Set("Idempotency-Key", strings.Repeat("k", 256))
	}
	answer, err := http.DefaultClient.Do(rq)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	var p struct {
		Detail string
		Errors []said
	}
	if err := json.Unmarshal(text, &p); err != nil {
		r.t.Fatalf("%s %s: %s", method, path, text)
	}
	return append(p.Errors, said{Message: p.Detail})
}

// latinSentence is two words of Latin letters in a row.
var (
	latinSentence = regexp.MustCompile(`[A-Za-z]{2,} [A-Za-z]{2,}`)
	quoted        = regexp.MustCompile(`«[^»]*»`)
)

// TestReasonsAreInTheReadersLanguage makes every mistake that a write can make.
func TestReasonsAreInTheReadersLanguage(t *testing.T) {
	s := start(t, server.Config{Data: t.TempDir()})
	s.do("PUT", "/api/v1/fields/licence", `{"apiVersion":"assay/v1","kind":"Field","metadata":{"name":"licence"},"spec":{"type":"date"}}`)
	s.do("PUT", "/api/v1/fields/count", `{"apiVersion":"assay/v1","kind":"Field","metadata":{"name":"count"},"spec":{"type":"integer"}}`)
	s.do("PUT", "/api/v1/dictionaries/stages", `{"apiVersion":"assay/v1","kind":"Dictionary","metadata":{"name":"stages"},"spec":{"of":"stage","values":[{"value":"lead"}]}}`)
	values := make([]string, 12)
	for i := range values {
		values[i] = fmt.Sprintf(`{"value":"v%d"}`, i)
	}
	s.do("PUT", "/api/v1/dictionaries/sources", `{"apiVersion":"assay/v1","kind":"Dictionary","metadata":{"name":"sources"},"spec":{"of":"source","values":[`+strings.Join(values, ",")+`]}}`)
	s.do("PUT", "/api/v1/rules/strict", `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"strict"},"spec":{"type":"Quality","mode":"Enforce","require":"client.notes != \"no\"","message":{"en":"no"}}}`)
	s.do("POST", "/api/v1/clients", `{"name":"A","externalId":"a"}`)
	many := strings.TrimSuffix(strings.Repeat(`"x",`, 1001), ",")
	for _, test := range []struct {
		method, path, body, code string
	}{
		{"POST", "/clients", `[]`, "wrong_type"},
		{"POST", "/clients", `{"name":"A","notes":5}`, "wrong_type"},
		{"POST", "/clients", `{"name":"A","contacts":{}}`, "wrong_type"},
		{"POST", "/clients", `{"name":"A","contacts":["x"]}`, "wrong_type"},
		{"POST", "/clients", `{"name":"A","unsubscribed":"x"}`, "wrong_type"},
		{"POST", "/clients", `{"name":"A","contracts":[{"amount":"x"}]}`, "wrong_type"},
		{"POST", "/clients", `{"name":"A","fields":{"a":[]}}`, "wrong_type"},
		{"POST", "/clients", `{"name":"A","fields":{"licence":"x"}}`, "wrong_type"},
		{"POST", "/clients", `{"name":"A","fields":{"count":"x"}}`, "wrong_type"},
		{"POST", "/clients", `{"name":"A","nmae":"x"}`, "unknown_field"},
		{"POST", "/clients", `{"name":"A","qqqqqqqq":"x"}`, "unknown_field"},
		{"POST", "/clients", `{"name":"A","kind":"firm"}`, "unknown_value"},
		{"POST", "/clients", `{"name":"A","stage":"x"}`, "not_in_dictionary"},
		{"POST", "/clients", `{"name":"A","source":"x"}`, "not_in_dictionary"},
		{"POST", "/clients", `{"name":"A","birthday":"31.02.1990"}`, "invalid_date"},
		{"POST", "/clients", `{"name":"A","nextContactAt":"soon"}`, "invalid_time"},
		{"POST", "/clients", `{"name":"A","contracts":[{"amount":1e300}]}`, "invalid_number"},
		{"POST", "/clients", `{"name":"A","fields":{"a":40702810900000000001}}`, "invalid_number"},
		{"POST", "/clients", `{"name":"A","fields":{"1a":"x"}}`, "invalid_key"},
		{"POST", "/clients", `{"name":"A","contracts":[{"startsOn":"2026-02-01","endsOn":"2026-01-01"}]}`, "invalid_range"},
		{"POST", "/clients", `{"name":"` + strings.Repeat("A", 5000) + `"}`, "too_long"},
		{"POST", "/clients", `{"name":"long key"}`, "too_long"},
		{"POST", "/clients", `{"name":"A","tags":[` + many + `]}`, "too_many"},
		{"POST", "/clients", `{}`, "required"},
		{"PUT", "/rules/x", `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"x"},"spec":{"library":"stale-verification","settings":{"days":0}}}`, "invalid_settings"},
		{"PUT", "/rules/x", `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"x"},"spec":{"library":"stale-verification","settings":{"days":"x"}}}`, "invalid_settings"},
		{"PUT", "/rules/x", `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"x"},"spec":{"library":"birthday","settings":{"days":61}}}`, "invalid_settings"},
		{"PUT", "/rules/x", `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"x"},"spec":{"library":"required","settings":{}}}`, "invalid_settings"},
		{"PUT", "/rules/x", `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"x"},"spec":{"library":"tax-id-valid","settings":{"country":"US"}}}`, "invalid_settings"},
		{"PUT", "/rules/x", `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"x"},"spec":{"library":"one-of","settings":{"field":"region","values":[]}}}`, "invalid_settings"},
		{"POST", "/clients", `{"name":`, "malformed_json"},
		{"POST", "/clients", `{"name":"long key"}`, "too_long"},
		{"POST", "/clients", `{"name":"A","tags":[nope]}`, "malformed_json"},
		{"POST", "/clients", `{"name":"A"} {}`, "malformed_json"},
		{"POST", "/clients", `{"name":"A","name":"B"}`, "duplicate_field"},
		{"POST", "/clients/1/contacts", `{}`, "required"},
		{"POST", "/clients/1/contacts", `{"fax":"x"}`, "unknown_field"},
		{"PUT", "/clients?externalId=%20-%20", `{"name":"A"}`, "required"},
		{"PUT", "/clients?externalId=b", `{"name":"A","externalId":"c"}`, "conflict"},
		{"POST", "/imports?format=ndjson", `{"name":"A","externalId":"a"}`, "duplicate_external_id"},
		{"POST", "/imports?format=ndjson&key=externalId", `{"name":"A","externalId":"z"}` + "\n" + `{"name":"B","externalId":"z"}`, "duplicate_external_id"},
		{"POST", "/imports?format=ndjson", `{"name":"A","notes":"no"}`, "refused_by_rule"},
		{"POST", "/imports?format=ndjson", `{"name":"A","birthday":"31.02.1990"}`, "invalid_date"},
		{"POST", "/imports?format=ndjson", `{"name":`, "malformed_json"},
		{"POST", "/imports?format=ndjson", "{\"name\":\"\xff\"}", "invalid_utf8"},
		{"POST", "/imports?format=csv", "name;birthday;unsubscribed;kind\nA;31.02.1990;perhaps;firm\n", "invalid_date"},
		{"POST", "/imports?format=csv", "name;birthday;unsubscribed;kind\nA;;perhaps;\n", "invalid_bool"},
		{"POST", "/imports?format=csv", "name;birthday;unsubscribed;kind\nA;;;firm\n", "invalid_kind"},
		{"POST", "/imports?format=csv", "name;nextContactAt\nA;some day or other\n", "invalid_time"},
		{"POST", "/imports?format=csv", "name;region\nA;b;c;d\n", "too_many_cells"},
		{"POST", "/imports?format=csv", "name;region\nA;\"b\n", "unbalanced_quote"},
		{"POST", "/imports?format=csv", "", "empty_file"},
		{"POST", "/imports?format=csv&unknown=error", "name;colour\nA;b\n", "unknown_columns"},
	} {
		english := s.reasons("en", test.method, "/api/v1"+test.path, test.body)
		for _, language := range []string{"ru", "uk"} {
			found := s.reasons(language, test.method, "/api/v1"+test.path, test.body)
			if !slices.ContainsFunc(found, func(f said) bool { return f.Code == test.code }) {
				t.Errorf("%s %.60s: no %s in %v", test.path, test.body, test.code, found)
			}
			for i, f := range found {
				if latinSentence.MatchString(quoted.ReplaceAllString(f.Message, "")) || strings.Contains(f.Message, "{") && !strings.Contains(english[i].Message, "{") {
					t.Errorf("%s of %.60s in %s: %s", f.Code, test.body, language, f.Message)
				}
			}
		}
		for _, f := range english {
			if f.Code != "" && f.Message == "" || strings.Contains(f.Message, ":q}") {
				t.Errorf("%s of %.60s says %q", f.Code, test.body, f.Message)
			}
		}
	}
}

func TestTheLineOfAManifestIsToldInTheReadersLanguage(t *testing.T) {
	s := start(t, server.Config{Data: t.TempDir()})
	found := s.reasons("ru", "PUT", "/api/v1/rules/x", "apiVersion: assay/v1\nkind: Rule\nmetadata: {name: x}\nspec:\n  library: birthday\n  settings: {days: 61}\n")
	if want := "строка 6 манифеста, столбец 20: указано 61, а допустимо не больше 60"; found[0].Message != want {
		t.Errorf("got %q, want %q", found[0].Message, want)
	}
}
