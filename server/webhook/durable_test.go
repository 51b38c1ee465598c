package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"assay/rules"
	"assay/server/store"
)

func TestAHookGoesOnAfterARestart(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(func(to http.ResponseWriter, g got) {
		if g.client == 1 {
			to.WriteHeader(500)
		}
	})
	w.apply("crm", everything(r.URL))
	w.happen(1, 2, 1, 3)
	w.atOnce("what can be sent", func() bool { return w.status("crm").Delivered == 2 && w.status("crm").Failures == 1 })
	w.close()
	r.become(nil)
	w.open()
	w.happen(2, 1)
	w.until("the rest", func() bool { return w.status("crm").Delivered == 6 })
	for client, want := range map[int64][]int64{1: {1, 1, 3, 6}, 2: {2, 5}, 3: {4}} {
		if got := r.sequence(client); !slices.Equal(got, want) {
			t.Errorf("client %d got %v, want %v", client, got, want)
		}
	}
}

func TestSuspendedHooksGoOnWhereTheyStopped(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(nil)
	spec := everything(r.URL)
	spec.Suspend = true
	w.apply("crm", spec)
	w.happen(1, 2)
	w.reopen()
	if s := w.status("crm"); reasonOf(s, rules.Ready) != "False Suspended" || s.Behind != 2 || r.count() != 0 {
		t.Errorf("status %+v, %d requests", s, r.count())
	}
	spec.Suspend = false
	w.apply("crm", spec)
	w.atOnce("both", func() bool { return w.status("crm").Delivered == 2 })
}

// What the log no longer has is counted, not passed over in silence.
func TestMissedEventsAreReported(t *testing.T) {
	w := newWorld(t)
	w.kept = 1000
	w.open()
	r := w.receive(nil)
	spec := everything(r.URL)
	spec.Suspend = true
	w.apply("crm", spec)
	clients := make([]int64, 100)
	for i := range clients {
		clients[i] = int64(i + 1)
	}
	const events = 6000
	for range events / len(clients) {
		w.happen(clients...)
	}
	spec.Suspend = false
	w.apply("crm", spec)
	w.until("the end of the log", func() bool { s := w.status("crm"); return s.Behind == 0 && s.Pending == 0 })
	s := w.status("crm")
	if s.Missed == 0 || s.Missed+s.Delivered != events || s.Delivered < 1000 {
		t.Errorf("%d missed and %d sent of %d", s.Missed, s.Delivered, events)
	}
	if reasonOf(s, rules.Degraded) != "True EventsMissed" || !strings.Contains(s.Condition(rules.Degraded).Message, "were no longer in the log") {
		t.Errorf("conditions %+v", s.Conditions)
	}
	w.reopen()
	if again := w.status("crm"); again.Missed != s.Missed {
		t.Errorf("after a restart %d missed, before %d", again.Missed, s.Missed)
	}
	if err := w.Resume(ctx, "crm"); err != nil { // seen
		t.Fatal(err)
	}
	if s := w.status("crm"); s.Missed != 0 || reasonOf(s, rules.Degraded) != "False AsDeclared" {
		t.Errorf("after it was seen: %+v", s)
	}
}

func TestDeletedHooksLeaveNothing(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(refuse(500))
	w.apply("crm", everything(r.URL))
	w.happen(1, 2)
	w.atOnce("failures", func() bool { return w.status("crm").Failures == 2 })
	if err := w.Remove(ctx, "crm"); err != nil {
		t.Fatal(err)
	}
	delete(w.declared, "crm")
	if kept, err := w.store.Outboxes(ctx); len(kept) != 0 || err != nil {
		t.Errorf("%v are kept (%v)", kept, err)
	}
	if _, err := w.Status(ctx, "crm", nil); err == nil {
		t.Error("it has a status")
	}
	n := r.count()
	r.become(nil)
	w.apply("crm", everything(r.URL))
	w.happen(3)
	w.atOnce("the event after it was made anew", func() bool { return w.status("crm").Delivered == 1 })
	if r.count() != n+1 {
		t.Errorf("%d requests of the new hook", r.count()-n)
	}
	// Of a hook whose object is gone, nothing is left after a start.
	w.close()
	delete(w.declared, "crm")
	w.open()
	if kept, err := w.store.Outboxes(ctx); len(kept) != 0 || err != nil {
		t.Errorf("%v are kept (%v)", kept, err)
	}
}

// A store that was put together from parts may lack what a hook keeps. The server
// starts, and the hook says what it needs.
func TestALostOutboxIsSaid(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(nil)
	w.apply("crm", everything(r.URL))
	w.stop()
	if err := w.store.DropOutbox(ctx, "crm"); err != nil {
		t.Fatal(err)
	}
	w.begin(w.store)
	w.happen(1)
	if s := w.status("crm"); reasonOf(s, rules.Ready) != "False SecretLost" {
		t.Errorf("status %+v", s)
	}
	spec := everything(r.URL)
	spec.Secret = ""
	made := w.apply("crm", spec)
	w.atOnce("the event", func() bool { return w.status("crm").Delivered == 1 })
	verified(t, made, r.all()[0])
}

func TestSecretsAreMadeKeptAndReplaced(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(nil)
	spec := everything(r.URL)
	spec.Secret = ""
	spec.Headers = map[string]string{"X-Token": "one"}
	made := w.apply("crm", spec)
	if !strings.HasPrefix(made, "whsec_") {
		t.Fatalf("made %q", made)
	}
	send := func() got {
		t.Helper()
		n := r.count()
		w.happen(1)
		w.atOnce("an event", func() bool { return r.count() == n+1 && w.status("crm").Pending == 0 })
		return r.all()[n]
	}
	verified(t, made, send())

	spec.Headers = map[string]string{"X-Token": ""} // as GET shows it
	if again := w.apply("crm", spec); again != "" {
		t.Errorf("another secret was made: %s", again)
	}
	w.reopen()
	g := send()
	verified(t, made, g)
	if g.header.Get("X-Token") != "one" {
		t.Errorf("the header is %q", g.header.Get("X-Token"))
	}

	spec.Secret = secret
	w.apply("crm", spec)
	g = send()
	verified(t, secret, g)
	verified(t, made, g) // for a day
	w.clock.After(25 * 60 * 60 * 1e9)
	w.clock.tick()
	g = send()
	verified(t, secret, g)
	old, err := standardwebhooks.NewWebhook(made)
	if err != nil {
		t.Fatal(err)
	}
	if old.VerifyIgnoringTimestamp(g.body, g.header) == nil {
		t.Error("the replaced secret still signs")
	}

	spec.Headers = map[string]string{"X-Other": ""}
	if _, err := w.try("crm", spec); err == nil || !strings.Contains(err.Error(), "spec.headers.X-Other: has no value") {
		t.Errorf("a header without a value: %v", err)
	}
	spec.Headers, spec.Events = nil, []string{"finding.opened", "finding.openned", "invoice.*"}
	_, err = w.try("other", spec)
	for _, want := range []string{"spec.events[1]: there is no event finding.openned; there are [client.created", "spec.events[2]: there is no event invoice.*"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// brokenStore fails to save while it is told to.
type brokenStore struct {
	store.Store
	broken atomic.Bool
}

func (b *brokenStore) SaveOutbox(ctx context.Context, hook string, c store.OutboxChange) error {
	if b.broken.Load() {
		return errors.New("the disk is full")
	}
	return b.Store.SaveOutbox(ctx, hook, c)
}

// What could not be stored is stored later: nothing is lost by it.
func TestAStoreThatFailsIsAskedAgain(t *testing.T) {
	w := newWorld(t).open()
	w.stop()
	b := &brokenStore{Store: w.store}
	w.begin(b)
	r := w.receive(func(to http.ResponseWriter, g got) {
		if g.client%2 == 0 {
			to.WriteHeader(500)
		}
	})
	w.apply("crm", everything(r.URL))
	b.broken.Store(true)
	w.happen(1, 2, 3, 4, 2)
	w.atOnce("attempts", func() bool { return w.status("crm").Delivered == 2 && w.status("crm").Failures >= 2 })
	b.broken.Store(false)
	w.until("letters in the store", func() bool {
		box, err := w.store.Outbox(ctx, "crm")
		return err == nil && len(box.Letters) == 3
	})
	r.become(nil)
	w.reopen()
	w.until("the rest", func() bool { return w.status("crm").Pending == 0 && w.status("crm").Behind == 0 })
	w.atOnce("an empty store", func() bool {
		box, err := w.store.Outbox(ctx, "crm")
		return err == nil && len(box.Letters) == 0
	})
	for client, want := range map[int64][]int64{1: {1}, 3: {3}} {
		if got := r.sequence(client); !slices.Equal(got, want) {
			t.Errorf("client %d got %v, want %v", client, got, want)
		}
	}
	if got := r.sequence(2); got[len(got)-1] != 5 || got[len(got)-2] != 2 {
		t.Errorf("client 2 got %v", got)
	}
}
