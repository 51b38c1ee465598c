package rules_test

import (
	"strings"
	"testing"

	"assay/rules"
)

const webhookYAML = `apiVersion: assay/v1
kind: Webhook
metadata: {name: crm}
spec:
  url: https://example.com/hook
  events: [finding.opened, client.*]
  filter: client.region == "Москва"
  rules: [tax-id]
  language: ru
  secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
  headers: {X-Token: abc}
  timeout: 20s
  suspend: true
`

func webhook(t *testing.T) *rules.Webhook {
	t.Helper()
	o, err := rules.ParseOne([]byte(webhookYAML), rules.ParseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return o.(*rules.Webhook)
}

func TestWebhooksAreReadAndWritten(t *testing.T) {
	w := webhook(t)
	if w.Within().String() != "20s" || w.Spec.Language != "ru" || !w.Spec.Suspend || w.Spec.Headers["X-Token"] != "abc" {
		t.Errorf("read as %+v", w.Spec)
	}
	text, err := rules.EncodeJSON(w)
	if err != nil {
		t.Fatal(err)
	}
	again, err := rules.Decode(text)
	if err != nil || !rules.SameSpec(w, again) {
		t.Errorf("%s comes back as %+v (%v)", text, again, err)
	}
	taken := w.TakeSecrets()
	if taken.Secret != "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" || taken.Headers["X-Token"] != "abc" {
		t.Errorf("taken: %+v", taken)
	}
	text, err = rules.EncodeJSON(w)
	if err != nil || strings.Contains(string(text), "whsec_") || strings.Contains(string(text), "abc") || !strings.Contains(string(text), `"X-Token":""`) {
		t.Errorf("without its secrets: %s (%v)", text, err)
	}
	if rules.SameSpec(w, again) {
		t.Error("a webhook with and without a secret are the same")
	}
}

func TestWebhookDefaults(t *testing.T) {
	w := &rules.Webhook{Metadata: rules.Metadata{Name: "w"}, Spec: rules.WebhookSpec{URL: "http://example.com", Events: []string{"*"}}}
	w.SetDefaults()
	if problems := w.Validate(); problems != nil || w.Within().String() != "15s" {
		t.Errorf("%v, timeout %s", problems, w.Within())
	}
}

func TestValidateWebhook(t *testing.T) {
	for _, c := range []struct {
		spoil func(w *rules.WebhookSpec)
		want  string // in the only problem
	}{
		{func(w *rules.WebhookSpec) { w.URL = "" }, "spec.url: is missing"},
		{func(w *rules.WebhookSpec) { w.URL = "example.com/hook" }, "spec.url: must begin with https:// or http://"},
		{func(w *rules.WebhookSpec) { w.URL = "ftp://example.com" }, "spec.url: must begin with"},
		{func(w *rules.WebhookSpec) { w.URL = "file:///etc/passwd" }, "spec.url: must begin with"},
		{func(w *rules.WebhookSpec) { w.URL = "https://user:hunter2@example.com" }, "spec.url: has a user or a password"},
		{func(w *rules.WebhookSpec) { w.URL = "https://user@example.com" }, "spec.url: has a user"},
		{func(w *rules.WebhookSpec) { w.URL = "https:///hook" }, "spec.url: names no host"},
		{func(w *rules.WebhookSpec) { w.URL = "https://:443/hook" }, "spec.url: names no host"},
		{func(w *rules.WebhookSpec) { w.URL = "https://example.com/#x" }, "spec.url: has a part behind #"},
		{func(w *rules.WebhookSpec) { w.URL = "https://exa mple.com/" }, "spec.url: is not a URL"},
		{func(w *rules.WebhookSpec) { w.URL = "https://user:hunter2@[::1" }, "spec.url: is not a URL"},
		{func(w *rules.WebhookSpec) { w.URL = "https://example.com/" + strings.Repeat("x", 2048) }, "spec.url: has 2068 bytes"},
		{func(w *rules.WebhookSpec) { w.Events = nil }, "spec.events: is empty"},
		{func(w *rules.WebhookSpec) { w.Events = []string{"finding"} }, `spec.events[0]: "finding" is not an event`},
		{func(w *rules.WebhookSpec) { w.Events = []string{"*.opened"} }, "spec.events[0]"},
		{func(w *rules.WebhookSpec) { w.Events = []string{"finding.*", "finding.*"} }, "spec.events[1]: \"finding.*\" is here twice"},
		{func(w *rules.WebhookSpec) { w.Filter = " " }, "spec.filter: is blank"},
		{func(w *rules.WebhookSpec) { w.Rules = []string{"Tax Id"} }, "spec.rules[0]"},
		{func(w *rules.WebhookSpec) { w.Language = "de" }, `spec.language: "de" is not known here`},
		{func(w *rules.WebhookSpec) { w.Secret = "hunter2" }, "spec.secret: must be whsec_"},
		{func(w *rules.WebhookSpec) { w.Secret = "whsec_hunter2!" }, "spec.secret: must be whsec_"},
		{func(w *rules.WebhookSpec) { w.Secret = "whsec_aHVudGVyMg==" }, "spec.secret: holds 7 bytes"},
		{func(w *rules.WebhookSpec) { w.Headers = map[string]string{"X Y": "a"} }, "spec.headers.X Y"},
		{func(w *rules.WebhookSpec) { w.Headers = map[string]string{"host": "a"} }, "spec.headers.host: is set by the server"},
		{func(w *rules.WebhookSpec) { w.Headers = map[string]string{"webhook-id": "a"} }, "spec.headers.webhook-id: is set by the server"},
		{func(w *rules.WebhookSpec) { w.Headers = map[string]string{"X": "a\r\nY: b"} }, "spec.headers.X: its value"},
		{func(w *rules.WebhookSpec) { w.Headers = map[string]string{"X": "a", "x": "b"} }, "spec.headers.x: is the same header as X"},
		{func(w *rules.WebhookSpec) { w.Timeout = "1" }, "spec.timeout"},
		{func(w *rules.WebhookSpec) { w.Timeout = "999ms" }, "spec.timeout"},
		{func(w *rules.WebhookSpec) { w.Timeout = "61s" }, "spec.timeout"},
	} {
		w := webhook(t)
		c.spoil(&w.Spec)
		problems := w.Validate()
		if len(problems) != 1 || !strings.Contains(problems[0].String(), c.want) {
			t.Errorf("%v, want %q", problems, c.want)
		}
		for _, p := range problems {
			if strings.Contains(p.String(), "hunter2") {
				t.Errorf("%v tells a secret", p)
			}
		}
	}
}

func TestWebhookProblemsHaveTheirPlace(t *testing.T) {
	text := strings.Replace(webhookYAML, "events: [finding.opened, client.*]", "events: [finding.opened, findings]\n  retries: 5", 1)
	_, err := rules.ParseOne([]byte(text), rules.ParseOptions{})
	for _, want := range []string{`line 6, column 28: spec.events[1]: "findings" is not an event`, "line 7, column 3: spec.retries: unknown key"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
