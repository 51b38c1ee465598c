package webhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"assay/rules"
	"assay/server/crm"
	"assay/server/store"
	"assay/server/store/bolt"
	"assay/server/webhook"
)

var ctx = context.Background()

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// clock stands still but for tick, which goes on to the next alarm that somebody set.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	alarms []alarm
}

type alarm struct {
	at   time.Time
	ring chan time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	ring := make(chan time.Time, 1)
	c.alarms = append(c.alarms, alarm{c.now.Add(d), ring})
	return ring
}

// tick moves the clock to the earliest alarm, if there is one, and rings it.
func (c *clock) tick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.alarms) == 0 {
		return
	}
	next := 0
	for i := range c.alarms {
		if c.alarms[i].at.Before(c.alarms[next].at) {
			next = i
		}
	}
	if c.alarms[next].at.After(c.now) {
		c.now = c.alarms[next].at
	}
	c.alarms[next].ring <- c.now
	c.alarms = append(c.alarms[:next], c.alarms[next+1:]...)
}

// world is a dispatcher over a real store.
type world struct {
	t     testing.TB
	dir   string
	kept  int64
	allow []string
	clock *clock
	store *bolt.Store
	*webhook.Dispatcher
	declared map[string]*rules.Webhook
	stop     func()
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, dir: t.TempDir(), allow: []string{"127.0.0.0/8"}, declared: map[string]*rules.Webhook{},
		clock: &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}}
	t.Cleanup(func() { w.close() })
	return w
}

// open opens the store and lets the dispatcher run.
func (w *world) open() *world {
	w.t.Helper()
	var err error
	if w.store, err = bolt.Open(ctx, bolt.Config{Dir: w.dir, EventsKept: w.kept}); err != nil {
		w.t.Fatal(err)
	}
	w.begin(w.store)
	return w
}

func (w *world) begin(s store.Store) {
	w.t.Helper()
	allow, err := webhook.ParseAllowed(w.allow)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Dispatcher = webhook.New(webhook.Config{Store: s, Allow: allow, Version: "test", Logger: slog.New(slog.DiscardHandler),
		Now: w.clock.Now, After: w.clock.After, Luck: func() float64 { return 0.5 }, Holds: holds,
		Findings: func(client int64, results []crm.Result, language string) []crm.FindingView { return nil },
		Segments: func([]crm.Result, string) []crm.SegmentView { return nil },
	})
	var declared []*rules.Webhook
	for _, d := range w.declared {
		declared = append(declared, d)
	}
	if err := w.Open(ctx, declared); err != nil {
		w.t.Fatal(err)
	}
	running, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(running)
	}()
	w.stop = func() {
		cancel()
		<-ended
	}
}

// holds is a filter that knows "name=…" and "fails".
func holds(_ context.Context, filter string, card []byte) (bool, string, error) {
	c, err := crm.DecodeCard(card)
	if err != nil || filter == "fails" {
		return false, "division by zero", err
	}
	name, ok := strings.CutPrefix(filter, "name=")
	if !ok {
		return false, "", fmt.Errorf("no such filter: %s", filter)
	}
	return c.Name == name, "", nil
}

func (w *world) close() {
	w.t.Helper()
	if w.stop == nil {
		return
	}
	w.stop()
	w.stop = nil
	if err := w.store.Close(); err != nil {
		w.t.Error(err)
	}
}

func (w *world) reopen() {
	w.t.Helper()
	w.close()
	w.open()
}

// apply declares a hook and returns the secret that was made.
func (w *world) apply(name string, spec rules.WebhookSpec) string {
	w.t.Helper()
	made, err := w.try(name, spec)
	if err != nil {
		w.t.Fatalf("apply %s: %v", name, err)
	}
	return made
}

func (w *world) try(name string, spec rules.WebhookSpec) (string, error) {
	hook := &rules.Webhook{Metadata: rules.Metadata{Name: name, UID: "8d3f1a2b-4c5d-4e6f-8a9b-" + name, Generation: 1}, Spec: spec}
	hook.SetDefaults()
	if problems := hook.Validate(); problems != nil {
		w.t.Fatal(problems)
	}
	change, err := w.Prepare(hook, hook.TakeSecrets())
	if err != nil {
		return "", err
	}
	if err := change.Keep(ctx); err != nil {
		return "", err
	}
	w.declared[name] = hook
	change.Start()
	return change.Made, nil
}

// happen appends events of clients, in order.
func (w *world) happen(clients ...int64) {
	w.t.Helper()
	events := make([]crm.Event, len(clients))
	for i, client := range clients {
		events[i] = crm.Event{Type: crm.EventClientUpdated, Client: client, At: crm.TimeOf(w.clock.Now()), By: "anna"}
	}
	if err := w.store.AppendEvents(ctx, events); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) status(name string) rules.WebhookStatus {
	w.t.Helper()
	s, err := w.Status(ctx, name, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// patience is how long a test waits for what must come.
const patience = 60 * time.Second

// until waits for what must come, and lets time go by meanwhile when nothing else does.
func (w *world) until(what string, is func() bool) {
	w.t.Helper()
	w.wait(what, true, is)
}

// atOnce waits for what must come without any time going by.
func (w *world) atOnce(what string, is func() bool) {
	w.t.Helper()
	w.wait(what, false, is)
}

func (w *world) wait(what string, passes bool, is func() bool) {
	w.t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	look := time.NewTicker(500 * time.Microsecond)
	defer look.Stop()
	for !is() {
		select {
		case <-look.C:
			if passes {
				w.clock.tick()
			}
		case <-limit.C:
			w.t.Fatalf("in vain: %s", what)
		}
	}
}

// got is one request that a receiver had.
type got struct {
	id     string
	at     time.Time // by the clock
	header http.Header
	body   []byte
	typ    string
	client int64
	seq    int64
}

// receiver is an HTTP server that notes what it gets; answer may be changed at any time.
type receiver struct {
	*httptest.Server
	w      *world
	mu     sync.Mutex
	list   []got
	answer func(http.ResponseWriter, got)
}

func (w *world) receive(answer func(http.ResponseWriter, got)) *receiver {
	r := &receiver{w: w, answer: answer}
	r.Server = httptest.NewServer(r)
	w.t.Cleanup(func() { r.CloseClientConnections(); r.Close() })
	return r
}

// ServeHTTP implements http.Handler.
func (r *receiver) ServeHTTP(to http.ResponseWriter, rq *http.Request) {
	body, err := io.ReadAll(rq.Body)
	if err != nil {
		return
	}
	var m struct {
		Type string
		Data struct {
			Seq      int64
			ClientID int64 `json:"clientId"`
		}
	}
	if err := json.Unmarshal(body, &m); err != nil {
		r.w.t.Errorf("the body is %s", body)
	}
	g := got{id: rq.Header.Get("webhook-id"), at: r.w.clock.Now(), header: rq.Header, body: body, typ: m.Type, client: m.Data.ClientID, seq: m.Data.Seq}
	r.mu.Lock()
	r.list = append(r.list, g)
	answer := r.answer
	r.mu.Unlock()
	if answer != nil {
		answer(to, g)
	}
}

func (r *receiver) become(answer func(http.ResponseWriter, got)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

func (r *receiver) all() []got {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]got{}, r.list...)
}

func (r *receiver) count() int { return len(r.all()) }

// verified checks a request with the library of the specification.
func verified(t *testing.T, secret string, g got) {
	t.Helper()
	wh, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := wh.VerifyIgnoringTimestamp(g.body, g.header); err != nil {
		t.Errorf("%s: %v", g.id, err)
	}
	if err := wh.VerifyIgnoringTimestamp(append(bytes.Clone(g.body), ' '), g.header); err == nil {
		t.Errorf("%s: a changed body is taken for signed", g.id)
	}
}

func refuse(code int) func(http.ResponseWriter, got) {
	return func(to http.ResponseWriter, _ got) { to.WriteHeader(code) }
}

func everything(url string) rules.WebhookSpec {
	return rules.WebhookSpec{URL: url, Events: []string{"*"}, Secret: secret}
}

func reasonOf(s rules.WebhookStatus, kind string) string {
	c := s.Condition(kind)
	return string(c.Status) + " " + c.Reason
}
