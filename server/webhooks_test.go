package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"assay/server"
)

// sent is a request that a receiver had.
type sent struct {
	header http.Header
	body   []byte
}

// receiver answers 204 and passes on what it gets.
func receiver(t *testing.T) (url string, list chan sent) {
	t.Helper()
	list = make(chan sent, 100)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		list <- sent{r.Header, body}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(s.Close)
	return s.URL, list
}

func withWebhooks(t *testing.T) server.Config {
	return server.Config{Data: filepath.Join(t.TempDir(), "base"), WebhookAllow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
}

func hookManifest(url, spec string) string {
	return fmt.Sprintf("apiVersion: assay/v1\nkind: Webhook\nmetadata: {name: crm}\nspec:\n  url: %s\n  %s\n", url, spec)
}

// secretOf returns the secret in an answer.
func secretOf(t *testing.T, answer string) string {
	t.Helper()
	var o struct{ Spec struct{ Secret string } }
	if err := json.Unmarshal([]byte(answer), &o); err != nil {
		t.Fatal(err)
	}
	return o.Spec.Secret
}

func TestWebhooksHearOfFindingsAndSegments(t *testing.T) {
	c := withWebhooks(t)
	s := start(t, c)
	url, list := receiver(t)
	s.do("PUT", "/api/v1/rules/size", `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"size"},"spec":{"type":"Segmentation",
		"labels":{"large":{"title":{"en":"Large","ru":"Крупные"}}},"label":"client.companySize == \"large\" ? \"large\" : \"\""}}`)
	manifest := hookManifest(url, "events: [finding.*, segment.*, client.deleted]\n  filter: client.region == \"Москва\"\n  rules: [tax-id, size]\n  language: ru")

	if dry := s.do("PUT", "/api/v1/webhooks/crm?dryRun=true", manifest); secretOf(t, dry) != "" {
		t.Errorf("a dry run made a secret: %s", dry)
	}
	if status, _ := s.call("GET", "/api/v1/webhooks/crm", ""); status != http.StatusNotFound {
		t.Errorf("after a dry run: %d", status)
	}
	secret := secretOf(t, s.do("PUT", "/api/v1/webhooks/crm", manifest))
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil || secret == "" {
		t.Fatal(secret, err)
	}
	for _, answer := range []string{s.do("GET", "/api/v1/webhooks/crm", ""), s.do("GET", "/api/v1/webhooks", ""), s.do("PUT", "/api/v1/webhooks/crm", manifest), s.do("GET", "/api/v1/events?after=0&limit=1000", "")} {
		if strings.Contains(answer, "whsec_") {
			t.Errorf("the secret is shown again: %s", answer)
		}
	}

	next := func(want ...string) {
		t.Helper()
		got := <-list
		if err := verifier.Verify(got.body, got.header); err != nil {
			t.Error(err)
		}
		for _, text := range want {
			if !strings.Contains(string(got.body), text) {
				t.Errorf("%s\n lacks %s", got.body, text)
			}
		}
	}
	s.do("POST", "/api/v1/clients", `{"name":"elsewhere","kind":"company","region":"Тверь"}`)
	s.do("POST", "/api/v1/clients", `{"name":"ООО «Ромашка»","kind":"company","region":"Москва","companySize":"large","tags":["vip"]}`)
	next(`"type":"segment.entered"`, `"clientId":2`, `"segment":{"rule":"size","label":"large","title":"Крупные"}`)
	next(`"type":"finding.opened"`, `"rule":"tax-id"`, `"name":"ООО «Ромашка»"`, `"tags":["vip"]`, `"path":"/api/v1/clients/2"`, `"finding":{"id":"2:tax-id:tax-id:"`, `"severity":"`, `"message":"`, `"path":"taxId"`)
	s.do("PATCH", "/api/v1/clients/2", `{"taxId":"7707083893"}`)
	next(`"type":"finding.closed"`, `"finding":{"id":"2:tax-id:tax-id:","rule":"tax-id","code":"tax-id","rowId":""}`)

	// It goes on after a restart, with the secret it had.
	s.stop()
	s = start(t, c)
	s.do("PATCH", "/api/v1/clients/2", `{"companySize":"small"}`)
	next(`"type":"segment.left"`, `"segment":{"rule":"size","label":"large"}`)
	s.do("DELETE", "/api/v1/clients/1", "")
	next(`"type":"finding.closed"`, `"clientId":1`)
	next(`"type":"client.deleted"`, `"clientId":1}`)

	status := s.do("GET", "/api/v1/webhooks/crm", "")
	for _, want := range []string{`"lastDelivery"`, `"type":"Ready","status":"True","reason":"Sending"`, `"url":"` + url, `"generation":1`} {
		if !strings.Contains(status, want) {
			t.Errorf("%s\n lacks %s", status, want)
		}
	}
	ping := s.do("POST", "/api/v1/webhooks/crm/ping", "")
	next(`"type":"webhook.ping"`)
	if !strings.Contains(ping, `"delivered":true,"code":204`) {
		t.Errorf("ping: %s", ping)
	}
	s.do("DELETE", "/api/v1/rules/size", "")
	if status := s.do("GET", "/api/v1/webhooks/crm", ""); !strings.Contains(status, `"reason":"RuleMissing"`) || !strings.Contains(status, "rules that do not exist: size") {
		t.Errorf("without its rule: %s", status)
	}
	s.do("DELETE", "/api/v1/webhooks/crm", "")
	if status, _ := s.call("GET", "/api/v1/webhooks/crm", ""); status != http.StatusNotFound {
		t.Errorf("after it was deleted: %d", status)
	}
	if answer := secretOf(t, s.do("PUT", "/api/v1/webhooks/crm", hookManifest(url, "events: [finding.*]"))); answer == "" || answer == secret {
		t.Errorf("a new webhook of the name has the secret %q", answer)
	}
	if len(list) != 0 {
		t.Errorf("%d requests too many, the first %s", len(list), (<-list).body)
	}
}

func TestWrongWebhooksAreRefusedWithTheirPlace(t *testing.T) {
	s := start(t, withWebhooks(t))
	s.do("PUT", "/api/v1/fields/licence", `{"apiVersion":"assay/v1","kind":"Field","metadata":{"name":"licence"},"spec":{"type":"string"}}`)
	for spec, want := range map[string]string{
		"events: ['*']\n  filter: client.nmae == \"\"":   "line 7, column 11",
		"events: ['*']\n  rules: [tax-id, nope]":         "there is no rule nope",
		"events: ['*', finding.found]":                   "there is no event finding.found",
		"events: ['*']\n  secret: hunter2":               "spec.secret",
		"events: ['*']\n  headers: {X-Token: ''}":        "has no value",
		"events: ['*']\n  url: http://example.com":       "twice",
		"events: ['*']\n  filter: client.fields.license": "license",
	} {
		status, answer := s.call("PUT", "/api/v1/webhooks/crm", hookManifest("https://example.com/", spec))
		if status/100 != 4 || !strings.Contains(answer, want) || strings.Contains(answer, "hunter2") {
			t.Errorf("%s: %d %s", spec, status, answer)
		}
	}
	if status, answer := s.call("PUT", "/api/v1/webhooks/crm", hookManifest("http://10.0.0.1/", "events: ['*']")); status != 422 || !strings.Contains(answer, "10.0.0.1 is a private address") {
		t.Errorf("a private address: %d %s", status, answer)
	}
	if status, _ := s.call("GET", "/api/v1/webhooks/crm", ""); status != http.StatusNotFound {
		t.Errorf("something was stored: %d", status)
	}

	// A field that a filter names cannot go.
	s.do("PUT", "/api/v1/webhooks/crm", hookManifest("https://example.com/", "events: ['*']\n  suspend: true\n  filter: client.fields.licence == \"x\""))
	if status, answer := s.call("DELETE", "/api/v1/fields/licence", ""); status != http.StatusConflict || !strings.Contains(answer, "webhook crm") {
		t.Errorf("deleting the field: %d %s", status, answer)
	}
	if status, answer := s.call("PUT", "/api/v1/fields/licence", `{"apiVersion":"assay/v1","kind":"Field","metadata":{"name":"licence"},"spec":{"type":"integer"}}`); status != 422 || !strings.Contains(answer, "webhook crm would not compile") {
		t.Errorf("changing the field: %d %s", status, answer)
	}
	// The secret is nowhere but where it is kept; the file is for its owner alone.
	info, err := os.Stat(filepath.Join(filepath.Dir(s.TokenPath), "assay.db"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the base has the mode %v (%v)", info.Mode(), err)
	}
}

// TestTheReceiversOfTheManual has the receivers that WEBHOOKS.md shows verify a real request.
func TestTheReceiversOfTheManual(t *testing.T) {
	page := filepath.Join("webhook", "WEBHOOKS.md")
	s := start(t, withWebhooks(t))
	url, list := receiver(t)
	secret := secretOf(t, s.do("PUT", "/api/v1/webhooks/crm", hookManifest(url, "events: ['*']")))
	s.do("POST", "/api/v1/webhooks/crm/ping", "")
	got := <-list
	id, at, signature := got.header.Get("webhook-id"), got.header.Get("webhook-timestamp"), got.header.Get("webhook-signature")

	if tried := s.do("PUT", "/api/v1/webhooks/crm?dryRun=true", blocks(t, page, "yaml")[0]); strings.Contains(tried, "Bearer abc") {
		t.Errorf("the value of a header is shown: %s", tried)
	}

	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module receiver\n\ngo 1.24\n")
	write("main.go", `package main
import ("crypto/hmac"; "crypto/sha256"; "encoding/base64"; "fmt"; "io"; "net/http"; "os"; "strconv"; "strings"; "time")
`+blocks(t, page, "go")[0]+`
func main() {
	body, _ := io.ReadAll(os.Stdin)
	h := http.Header{}
	h.Set("webhook-id", os.Args[2]); h.Set("webhook-timestamp", os.Args[3]); h.Set("webhook-signature", os.Args[4])
	fmt.Println(verify(os.Args[1], h, body))
}
`)
	write("receiver.py", blocks(t, page, "python")[0]+`
import sys
names = ["webhook-id", "webhook-timestamp", "webhook-signature"]
print(str(verify(sys.argv[1], dict(zip(names, sys.argv[2:])), sys.stdin.buffer.read())).lower())
`)
	write("receiver.js", blocks(t, page, "js")[0]+`
const [secret, id, at, signature] = process.argv.slice(2);
console.log(verify(secret, { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature }, require("node:fs").readFileSync(0)));
`)
	build := exec.Command("go", "build", "-o", "receiver", ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, program := range [][]string{{"./receiver"}, {"python3", "receiver.py"}, {"node", "receiver.js"}} {
		verify := func(body string, args ...string) string {
			t.Helper()
			cmd := exec.Command(program[0], append(program[1:len(program):len(program)], args...)...)
			cmd.Dir, cmd.Stdin = dir, strings.NewReader(body)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %v\n%s", program, err, out)
			}
			return strings.TrimSpace(string(out))
		}
		body := string(got.body)
		for what, answer := range map[string]string{
			"what was sent":             verify(body, secret, id, at, signature),
			"two signatures":            verify(body, secret, id, at, "v1,AAAA "+signature),
			"not another body":          verify(body+" ", secret, id, at, signature),
			"not another id":            verify(body, secret, id+"x", at, signature),
			"not an old time":           verify(body, secret, id, "1614265330", signature),
			"not another secret":        verify(body, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id, at, signature),
			"not another's signature":   verify(body, secret, id, at, "v1,AAAA"),
			"not a signature of no age": verify(body, secret, id, at, "v2"+signature[2:]),
		} {
			if want := fmt.Sprint(!strings.HasPrefix(what, "not ")); answer != want {
				t.Errorf("%s, %s: %s", program[0], what, answer)
			}
		}
	}
}
