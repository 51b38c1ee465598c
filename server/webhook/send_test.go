package webhook_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/store"
	"assay/server/webhook"
)

// The vector of the specification's own libraries.
func TestSignature(t *testing.T) {
	at := time.Unix(1614265330, 0)
	got := webhook.Sign([]string{secret}, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	two := webhook.Sign([]string{secret, secret}, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, []byte(`{"test": 2432232314}`))
	if two != got+" "+got {
		t.Errorf("two secrets: %s", two)
	}
}

func TestEventsAreSentSigned(t *testing.T) {
	w := newWorld(t).open()
	w.happen(1) // before there is a hook: not its
	r := w.receive(nil)
	spec := everything(r.URL + "/hook?x=1")
	spec.Headers = map[string]string{"X-Token": "abc"}
	spec.Events = []string{"client.*", "finding.opened"}
	w.apply("crm", spec)
	if err := w.store.AppendEvents(ctx, []crm.Event{
		{Type: crm.EventFindingOpened, Client: 7, Rule: "tax-id", Detail: []byte(`{"code":"tax-id","rowId":"c7"}`), At: crm.TimeOf(w.clock.Now())},
		{Type: crm.EventFindingClosed, Client: 7, Rule: "tax-id"}, {Type: crm.EventSweepProgress},
	}); err != nil {
		t.Fatal(err)
	}
	w.happen(8)
	w.atOnce("two events", func() bool { return r.count() == 2 })
	for _, g := range r.all() {
		verified(t, secret, g)
		if g.header.Get("Content-Type") != "application/json" || g.header.Get("X-Token") != "abc" || g.header.Get("User-Agent") != "Assay/test" {
			t.Errorf("headers %v", g.header)
		}
		if g.header.Get("webhook-timestamp") != fmt.Sprint(w.clock.Now().Unix()) || !strings.HasPrefix(g.id, "msg_8d3f1a2b4c5d_") {
			t.Errorf("headers %v", g.header)
		}
	}
	for _, g := range r.all() {
		want := `{"type":"client.updated","timestamp":"2026-03-01T12:00:00Z","data":{"hook":"crm","seq":5,"by":"anna","clientId":8}}`
		if g.client == 7 {
			want = `{"type":"finding.opened","timestamp":"2026-03-01T12:00:00Z","data":{"hook":"crm","seq":2,"rule":"tax-id","detail":{"code":"tax-id","rowId":"c7"},"clientId":7,` +
				`"finding":{"id":"7:tax-id:tax-id:c7","rule":"tax-id","code":"tax-id","rowId":"c7"}}}`
		}
		if string(g.body) != want {
			t.Errorf("got  %s\nwant %s", g.body, want)
		}
	}
	w.atOnce("the status", func() bool { s := w.status("crm"); return s.Delivered == 2 && s.Pending == 0 && s.Behind == 0 })
	s := w.status("crm")
	if reasonOf(s, rules.Ready) != "True Sending" || reasonOf(s, rules.Degraded) != "False AsDeclared" || s.LastDelivery == nil || s.LastDelivery.Code != 200 || s.Cursor != 5 {
		t.Errorf("status %+v", s)
	}
}

func (w *world) client(name string) int64 {
	w.t.Helper()
	card, err := crm.EncodeCard(nil, &crm.Client{Kind: "company", Name: name})
	if err != nil {
		w.t.Fatal(err)
	}
	out, err := w.store.Commit(ctx, crm.Everything, []store.Change{{Card: card, Generation: 1}})
	if err != nil || out[0].Err != nil {
		w.t.Fatal(err, out)
	}
	return out[0].ID
}

func TestFilterIsAskedOfTheClient(t *testing.T) {
	w := newWorld(t).open()
	mine, other := w.client("mine"), w.client("other")
	r := w.receive(nil)
	spec := everything(r.URL)
	spec.Filter = "name=mine"
	w.apply("crm", spec)
	w.happen(other, mine, 99, 0) // 99 is no more, 0 is no client: they pass
	w.atOnce("three events", func() bool { return w.status("crm").Delivered == 3 })
	for _, g := range r.all() {
		if g.client == other {
			t.Errorf("the filter let %s pass", g.body)
		}
		if g.client == mine && !strings.Contains(string(g.body), `"client":{"id":1,"externalId":"","revision":1,"kind":"company","name":"mine"`) {
			t.Errorf("the client in %s", g.body)
		}
	}

	spec.Filter = "fails"
	w.apply("crm", spec)
	w.happen(mine)
	w.atOnce("the failure", func() bool { return reasonOf(w.status("crm"), rules.Degraded) == "True FilterFailed" })

	spec.Filter = "unknown"
	w.apply("crm", spec)
	w.happen(mine)
	w.atOnce("the stop", func() bool { return reasonOf(w.status("crm"), rules.Ready) == "False Stopped" })
	spec.Filter = ""
	w.apply("crm", spec)
	w.atOnce("the event that was held back", func() bool { return r.count() == 4 })
	w.atOnce("the recovery", func() bool { return reasonOf(w.status("crm"), rules.Ready) == "True Sending" })
}

func TestRulesLimitEventsOfRules(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(nil)
	spec := everything(r.URL)
	spec.Rules = []string{"tax-id"}
	w.apply("crm", spec)
	if err := w.store.AppendEvents(ctx, []crm.Event{{Type: crm.EventFindingOpened, Client: 1, Rule: "size"}, {Type: crm.EventFindingOpened, Client: 1, Rule: "tax-id"}, {Type: crm.EventClientUpdated, Client: 1}}); err != nil {
		t.Fatal(err)
	}
	w.atOnce("the events", func() bool { return w.status("crm").Delivered == 2 })
	if list := r.all(); list[0].seq != 2 || list[1].seq != 3 {
		t.Errorf("got %d and %d", list[0].seq, list[1].seq)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	w := newWorld(t).open()
	target := w.receive(nil)
	r := w.receive(func(to http.ResponseWriter, _ got) {
		to.Header().Set("Location", target.URL)
		to.WriteHeader(http.StatusTemporaryRedirect)
	})
	w.apply("crm", everything(r.URL))
	w.happen(1)
	w.atOnce("the failure", func() bool { return w.status("crm").Failures == 1 })
	if e := w.status("crm").LastError; !strings.Contains(e.Message, "307") || !strings.Contains(e.Message, target.URL) || !strings.Contains(e.Message, "redirects are not followed") {
		t.Errorf("the error is %q", e.Message)
	}
	if target.count() != 0 {
		t.Error("the redirect was followed")
	}
}

func TestNamesThatLeadInwardsAreRefusedWhenTheyAreDialled(t *testing.T) {
	w := newWorld(t)
	w.allow = nil
	w.open()
	r := w.receive(nil)
	url := strings.Replace(r.URL, "127.0.0.1", "localhost", 1)
	w.apply("crm", everything(url))
	w.happen(1)
	w.atOnce("the failure", func() bool { return w.status("crm").Failures == 1 })
	if e := w.status("crm").LastError; !strings.Contains(e.Message, "is a loopback address, and nothing is sent there") || !strings.Contains(e.Message, "--webhook-allow") {
		t.Errorf("the error is %q", e.Message)
	}
	ping, err := w.Ping(ctx, "crm")
	if err != nil || ping.Delivered || !strings.Contains(ping.Error, "loopback") {
		t.Errorf("ping: %+v %v", ping, err)
	}
	if r.count() != 0 {
		t.Error("it was sent")
	}
	for _, url := range []string{"http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest", "http://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]:8443/"} {
		_, err := w.try("literal", everything(url))
		if err == nil || !strings.Contains(err.Error(), "spec.url: ") || !strings.Contains(err.Error(), "nothing is sent there") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestCertificatesAreVerified(t *testing.T) {
	w := newWorld(t).open()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was sent") }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	w.apply("crm", everything(s.URL))
	w.happen(1)
	w.atOnce("the failure", func() bool { return w.status("crm").Failures == 1 })
	if e := w.status("crm").LastError; !strings.Contains(e.Message, "certificate") {
		t.Errorf("the error is %q", e.Message)
	}
}

// A body without an end is read up to a bound; a status that takes the event takes it.
func TestAnswersAreReadUpToABound(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(func(to http.ResponseWriter, _ got) {
		for _, err := to.Write(make([]byte, 1<<16)); err == nil; _, err = to.Write(make([]byte, 1<<16)) {
		}
	})
	w.apply("crm", everything(r.URL))
	w.happen(1, 1)
	w.atOnce("both", func() bool { return w.status("crm").Delivered == 2 })
}

func TestHangingReceiversTimeOut(t *testing.T) {
	w := newWorld(t).open()
	hold := make(chan struct{})
	hangs := w.receive(func(to http.ResponseWriter, _ got) { <-hold })
	t.Cleanup(func() { close(hold) })
	quick := w.receive(nil)
	spec := everything(hangs.URL)
	spec.Timeout = "1s"
	w.apply("hangs", spec)
	w.apply("quick", everything(quick.URL))
	for client := range int64(200) {
		w.happen(client + 1)
	}
	w.atOnce("the other hook's events", func() bool { return w.status("quick").Delivered == 200 })
	w.atOnce("a failure", func() bool { return w.status("hangs").Failures > 0 })
	if e := w.status("hangs").LastError; !strings.Contains(e.Message, "did not answer in time (spec.timeout is 1s)") {
		t.Errorf("the error is %q", e.Message)
	}
}

// A server that stops does not wait for receivers, and what was cut off is no failure.
func TestStoppingCutsOff(t *testing.T) {
	w := newWorld(t).open()
	hold := make(chan struct{})
	r := w.receive(func(http.ResponseWriter, got) { <-hold })
	w.apply("crm", everything(r.URL))
	w.happen(1, 2, 3)
	w.atOnce("requests under way", func() bool { return r.count() == 3 })
	w.close()
	close(hold)
	r.become(nil)
	w.open()
	w.atOnce("all of them", func() bool { return w.status("crm").Delivered == 3 })
	if s := w.status("crm"); s.Failures != 0 {
		t.Errorf("status %+v", s)
	}
}

func TestPing(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(refuse(204))
	spec := everything(r.URL)
	spec.Suspend = true
	w.apply("crm", spec)
	ping, err := w.Ping(ctx, "crm")
	if err != nil || !ping.Delivered || ping.Code != 204 || r.all()[0].typ != "webhook.ping" || r.all()[0].id != ping.ID {
		t.Fatalf("%+v %v", ping, err)
	}
	verified(t, secret, r.all()[0])
	r.become(refuse(500))
	if ping, err = w.Ping(ctx, "crm"); err != nil || ping.Delivered || !strings.Contains(ping.Error, "500 Internal Server Error") {
		t.Errorf("%+v %v", ping, err)
	}
	if s := w.status("crm"); s.Delivered != 0 || s.Failures != 0 || reasonOf(s, rules.Ready) != "False Suspended" {
		t.Errorf("a ping counts: %+v", s)
	}
	if _, err := w.Ping(ctx, "nope"); err == nil {
		t.Error("a hook that is not there was pinged")
	}
}
