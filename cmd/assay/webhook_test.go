package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// hookReceiver notes the events it gets, and tells when it has as many as were asked for.
type hookReceiver struct {
	t    *testing.T
	mu   sync.Mutex
	wh   *standardwebhooks.Webhook
	got  []hookEvent
	at   int
	tell chan struct{}
}

type hookEvent struct {
	Seq    int64
	Client int64 `json:"clientId"`
	id     string
}

// ServeHTTP implements http.Handler.
func (r *hookReceiver) ServeHTTP(w http.ResponseWriter, rq *http.Request) {
	body, err := io.ReadAll(rq.Body)
	if err != nil {
		return // the server was killed in the middle
	}
	var m struct{ Data hookEvent }
	if err := json.Unmarshal(body, &m); err != nil {
		r.t.Errorf("the body is %s", body)
	}
	m.Data.id = rq.Header.Get("webhook-id")
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.wh.Verify(body, rq.Header); err != nil {
		r.t.Errorf("event %d: %v", m.Data.Seq, err)
	}
	if r.got = append(r.got, m.Data); len(r.got) == r.at {
		close(r.tell)
	}
	w.WriteHeader(http.StatusNoContent)
}

// after returns a channel that is closed when the receiver has got n more events.
func (r *hookReceiver) after(n int) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at, r.tell = len(r.got)+n, make(chan struct{})
	return r.tell
}

// The server is killed between deliveries, three times. Every event comes, each
// time under one id, and the first time it comes it is in its place among the
// events of its client.
func TestWebhooksSurviveAKill(t *testing.T) {
	data := t.TempDir()
	r := &hookReceiver{t: t}
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	open := func() *process { return serve(t, data, "--webhook-allow", "127.0.0.1") }
	p := open()
	manifest := fmt.Sprintf(`{"apiVersion":"assay/v1","kind":"Webhook","metadata":{"name":"crm"},"spec":{"url":%q,"events":["client.*","finding.*"]}}`, s.URL)
	var o struct{ Spec struct{ Secret string } }
	answer := p.do(request{method: "PUT", path: "/api/v1/webhooks/crm", body: strings.NewReader(manifest)})
	if err := json.Unmarshal(answer.body, &o); err != nil || answer.status != http.StatusCreated {
		t.Fatalf("%d %s", answer.status, answer.body)
	}
	var err error
	if r.wh, err = standardwebhooks.NewWebhook(o.Spec.Secret); err != nil {
		t.Fatal(err)
	}

	for round := range 4 {
		killAt := r.after(120)
		for turn := range 6 { // a tax id comes and goes, and with it a finding
			var lines strings.Builder
			for client := range 25 {
				fmt.Fprintf(&lines, `{"externalId":"c%d","kind":"company","name":"Client %d","taxId":%q,"notes":"%d.%d"}`+"\n", client, client, []string{"7707083893", ""}[turn%2], round, turn)
			}
			p.do(request{method: "POST", path: "/api/v1/imports?format=ndjson&key=externalId", body: strings.NewReader(lines.String())})
		}
		if round == 3 {
			break
		}
		select {
		case <-killAt:
		case <-time.After(time.Minute):
			t.Fatalf("round %d: %s", round, p.do(request{method: "GET", path: "/api/v1/webhooks/crm"}).body)
		}
		p.kill()
		p = open()
	}
	want := p.logged()
	r.waitFor(p, want)
	r.check(want)
}

// logged returns the events of clients and findings in the log, by their numbers.
func (p *process) logged() map[int64]hookEvent {
	p.t.Helper()
	list := map[int64]hookEvent{}
	for after := int64(0); ; {
		var page struct {
			Items []struct {
				Seq, Client int64
				Type        string
			}
			Last int64
		}
		body := p.do(request{method: "GET", path: fmt.Sprintf("/api/v1/events?limit=1000&after=%d", after)}).body
		if err := json.Unmarshal(body, &page); err != nil {
			p.t.Fatal(err)
		}
		for _, e := range page.Items {
			if strings.HasPrefix(e.Type, "client.") || strings.HasPrefix(e.Type, "finding.") {
				list[e.Seq] = hookEvent{Seq: e.Seq, Client: e.Client}
			}
		}
		if page.Last == after {
			return list
		}
		after = page.Last
	}
}

// waitFor waits until every event has come.
func (r *hookReceiver) waitFor(p *process, want map[int64]hookEvent) {
	r.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		come := map[int64]bool{}
		r.mu.Lock()
		for _, e := range r.got {
			come[e.Seq] = true
		}
		r.mu.Unlock()
		if len(come) >= len(want) {
			return
		}
		status := p.do(request{method: "GET", path: "/api/v1/webhooks/crm"}).body
		if time.Now().After(deadline) {
			r.t.Fatalf("%d of %d events have come: %s", len(come), len(want), status)
		}
	}
}

func (r *hookReceiver) check(want map[int64]hookEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ids, newest := map[int64]string{}, map[int64]int64{}
	for _, e := range r.got {
		if known := ids[e.Seq]; known != "" {
			if known != e.id {
				r.t.Errorf("event %d came as %s and as %s", e.Seq, known, e.id)
			}
			continue
		}
		ids[e.Seq] = e.id
		if e.Seq < newest[e.Client] {
			r.t.Errorf("client %d: event %d came first after %d", e.Client, e.Seq, newest[e.Client])
		}
		newest[e.Client] = e.Seq
		if want[e.Seq].Client != e.Client {
			r.t.Errorf("event %d is said to be client %d's", e.Seq, e.Client)
		}
	}
	if len(ids) != len(want) {
		r.t.Errorf("%d events came, %d are in the log", len(ids), len(want))
	}
	r.t.Logf("%d requests for %d events", len(r.got), len(ids))
}
