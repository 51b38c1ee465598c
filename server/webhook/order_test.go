package webhook_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"assay/rules"
)

// sequence returns the events of a client that a receiver had, in their order.
func (r *receiver) sequence(client int64) (list []int64) {
	for _, g := range r.all() {
		if g.client == client {
			list = append(list, g.seq)
		}
	}
	return list
}

func TestAFailingClientBlocksNobodyElseAndIsNotOvertaken(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(func(to http.ResponseWriter, g got) {
		if g.client == 1 {
			to.WriteHeader(500)
		}
	})
	w.apply("crm", everything(r.URL))
	w.happen(1, 2, 1, 3, 1, 2)
	w.atOnce("the others", func() bool { return w.status("crm").Delivered == 3 && w.status("crm").Failures == 1 })
	if got := r.sequence(2); !slices.Equal(got, []int64{2, 6}) {
		t.Errorf("client 2 got %v", got)
	}
	if s := w.status("crm"); s.Pending != 3 || s.Cursor != 6 || reasonOf(s, rules.Degraded) != "True Retrying" {
		t.Errorf("status %+v", s)
	}
	w.until("more attempts", func() bool { return len(r.sequence(1)) >= 4 })
	r.become(nil)
	w.until("the rest", func() bool { return w.status("crm").Pending == 0 })
	got := r.sequence(1)
	if tail := got[len(got)-3:]; !slices.Equal(tail, []int64{1, 3, 5}) {
		t.Errorf("client 1 got %v", got)
	}
	for _, seq := range got[:len(got)-2] {
		if seq != 1 {
			t.Errorf("client 1 was overtaken: %v", got)
		}
	}
	ids := map[string]bool{}
	for _, g := range r.all() {
		if g.seq == 1 {
			ids[g.id] = true
			verified(t, secret, g)
		}
	}
	if len(ids) != 1 {
		t.Errorf("event 1 was sent as %v", ids)
	}
}

func TestRetriesGoOnForADayAndEndInADeadLetter(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(refuse(503))
	w.apply("crm", everything(r.URL))
	w.happen(1, 1)
	w.until("a dead letter", func() bool { return w.status("crm").DeadLetters == 1 })
	var first []got
	for _, g := range r.all() {
		if g.seq == 1 {
			first = append(first, g)
		}
	}
	if len(first) != 11 {
		t.Fatalf("%d attempts", len(first))
	}
	if lasted := first[10].at.Sub(first[0].at); lasted < 20*time.Hour || lasted > 28*time.Hour {
		t.Errorf("attempts for %s", lasted)
	}
	for i := 2; i < len(first); i++ {
		if was, is := first[i-1].at.Sub(first[i-2].at), first[i].at.Sub(first[i-1].at); is < was {
			t.Errorf("pauses of %s and then %s", was, is)
		}
	}
	letters, err := w.DeadLetters("crm")
	if err != nil || len(letters) != 1 {
		t.Fatal(letters, err)
	}
	if l := letters[0]; l.ID != first[0].id || l.Seq != 1 || l.Client != 1 || l.Attempts != 11 || l.LastCode != 503 || l.LastError == "" || !l.LastAttemptAt.After(l.FirstAttemptAt) {
		t.Errorf("dead letter %+v", l)
	}
	// The next one of the client has its own day.
	w.until("the second one", func() bool { return w.status("crm").DeadLetters == 2 })
	if s := w.status("crm"); reasonOf(s, rules.Degraded) != "True DeadLetters" || s.Pending != 0 {
		t.Errorf("status %+v", s)
	}

	r.become(nil)
	w.reopen() // they are kept
	if n, err := w.Replay(ctx, "crm", letters[0].ID); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	w.atOnce("the replayed one", func() bool { return w.status("crm").Delivered == 1 })
	last := r.all()[r.count()-1]
	verified(t, secret, last)
	if last.id != letters[0].ID {
		t.Errorf("it was sent as %s", last.id)
	}
	if _, err := w.Replay(ctx, "crm", letters[0].ID); err == nil {
		t.Error("a letter that is not dead was replayed")
	}
	if n, err := w.Discard(ctx, "crm", ""); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	w.reopen()
	if s := w.status("crm"); s.DeadLetters != 0 || reasonOf(s, rules.Degraded) != "False AsDeclared" || s.Delivered != 1 {
		t.Errorf("status %+v", s)
	}
}

func TestReplayAllKeepsTheOrder(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(refuse(500))
	w.apply("crm", everything(r.URL))
	w.happen(1, 1, 1, 2)
	w.until("dead letters", func() bool { return w.status("crm").DeadLetters == 4 })
	before := r.count()
	r.become(nil)
	if n, err := w.Replay(ctx, "crm", ""); n != 4 || err != nil {
		t.Fatal(n, err)
	}
	w.atOnce("all", func() bool { return w.status("crm").Delivered == 4 })
	if got := r.sequence(1); !slices.Equal(got[len(got)-3:], []int64{1, 2, 3}) || r.count() != before+4 {
		t.Errorf("client 1 got %v", got)
	}
}

func TestRetryAfterHoldsTheHook(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(func(to http.ResponseWriter, g got) {
		to.Header().Set("Retry-After", "7200")
		to.WriteHeader(429)
	})
	w.apply("crm", everything(r.URL))
	w.happen(1)
	w.atOnce("the refusal", func() bool { return w.status("crm").Failures == 1 })
	r.become(nil)
	w.happen(2)
	w.until("both", func() bool { return w.status("crm").Delivered == 2 })
	list := r.all()
	for _, g := range list[1:] {
		if g.at.Sub(list[0].at) < 2*time.Hour {
			t.Errorf("client %d's event came after %s", g.client, g.at.Sub(list[0].at))
		}
	}
	if len(list) != 3 {
		t.Errorf("%d requests", len(list))
	}
}

func TestGoneDisablesTheHook(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(refuse(410))
	w.apply("crm", everything(r.URL))
	w.happen(1, 2)
	w.atOnce("the end", func() bool { return reasonOf(w.status("crm"), rules.Ready) == "False Gone" })
	w.reopen()
	w.happen(3)
	if s := w.status("crm"); reasonOf(s, rules.Ready) != "False Gone" || s.DeadLetters != 0 {
		t.Errorf("status %+v", s)
	}
	r.become(nil)
	w.apply("crm", everything(r.URL)) // as it was: nobody has decided anything
	if s := w.status("crm"); reasonOf(s, rules.Ready) != "False Gone" {
		t.Errorf("status %+v", s)
	}
	if err := w.Resume(ctx, "crm"); err != nil {
		t.Fatal(err)
	}
	w.until("everything", func() bool { return w.status("crm").Delivered == 3 })
	if reasonOf(w.status("crm"), rules.Ready) != "True Sending" {
		t.Errorf("status %+v", w.status("crm"))
	}
	if n := r.count(); n > 2+3 {
		t.Errorf("%d requests, want at most 2 until the receiver is gone and 3 when it is back", n)
	}
}

// A receiver that is back is sent what waits at once, whatever pause it had come to.
func TestAReceiverThatIsBackIsNotKeptWaiting(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(refuse(500))
	w.apply("crm", everything(r.URL))
	for client := range int64(40) {
		w.happen(client + 1)
	}
	w.until("long pauses", func() bool { return w.status("crm").Failures >= 240 })
	r.become(nil)
	w.until("the first success", func() bool { return w.status("crm").Delivered > 0 })
	w.atOnce("all the others", func() bool { return w.status("crm").Delivered == 40 })
}

// A receiver that takes nothing makes the hook stop reading; memory stays bounded and nothing is lost.
func TestABacklogIsBounded(t *testing.T) {
	const events = 12_000
	w := newWorld(t).open()
	r := w.receive(refuse(500))
	w.apply("crm", everything(r.URL))
	clients := make([]int64, 1000)
	for i := range clients {
		clients[i] = int64(i) + 1
	}
	for range events / len(clients) {
		w.happen(clients...)
	}
	w.until("a full queue", func() bool { return reasonOf(w.status("crm"), rules.Degraded) == "True QueueFull" })
	if s := w.status("crm"); s.Pending != 10_000 || s.Behind != events-10_000 {
		t.Errorf("%d wait, %d are to be read", s.Pending, s.Behind)
	}
	w.reopen()
	if s := w.status("crm"); s.Pending > 10_000 || s.Pending+s.Behind < events { // some are in both: they are read again, and known
		t.Errorf("after a restart %d wait and %d are to be read", s.Pending, s.Behind)
	}
	r.become(nil)
	w.until("all", func() bool { return w.status("crm").Delivered == events })
	for _, client := range []int64{1, 500, 1000} {
		delivered := r.sequence(client)
		if !slices.IsSorted(delivered) {
			t.Errorf("client %d got %v", client, delivered)
		}
	}
}

// Thousands of events to a receiver with moods: everything comes, in the order of each client.
func TestManyEventsToAMoodyReceiver(t *testing.T) {
	const events, clients = 5000, 60
	w := newWorld(t).open()
	moods := make(chan int, 1024)
	go func() {
		luck := rand.New(rand.NewPCG(1, 2))
		for {
			select {
			case moods <- luck.IntN(20):
			case <-t.Context().Done():
				return
			}
		}
	}()
	taken := make(chan got, events*2)
	r := w.receive(func(to http.ResponseWriter, g got) {
		switch <-moods {
		case 0:
			to.WriteHeader(500)
		case 1:
			panic(http.ErrAbortHandler)
		default:
			taken <- g
		}
	})
	r.Config.ErrorLog = nil
	w.apply("crm", everything(r.URL))
	luck := rand.New(rand.NewPCG(3, 4))
	want := map[int64][]int64{}
	for at := 0; at < events; at += 100 {
		list := make([]int64, 100)
		for i := range list {
			list[i] = luck.Int64N(clients) + 1
			want[list[i]] = append(want[list[i]], int64(at+i+1))
		}
		w.happen(list...)
		w.status("crm")
		w.Figures()
	}
	w.until("all events", func() bool { return w.status("crm").Delivered == events })
	got := map[int64][]int64{}
	for range events {
		g := <-taken
		got[g.client] = append(got[g.client], g.seq)
	}
	for client, list := range want {
		if !slices.Equal(got[client], list) {
			t.Fatalf("client %d got %s, want %s", client, fmt.Sprint(got[client]), fmt.Sprint(list))
		}
	}
	if len(taken) != 0 {
		t.Errorf("%d events came twice", len(taken))
	}
}

// When there is no room for more dead letters, nothing is lost and nobody is held up:
// what else fails is tried on.
func TestDeadLettersAreBounded(t *testing.T) {
	w := newWorld(t).open()
	r := w.receive(func(to http.ResponseWriter, g got) {
		if g.client <= 1003 {
			to.WriteHeader(500)
		}
	})
	w.apply("crm", everything(r.URL))
	for client := range int64(1003) {
		w.happen(client + 1)
	}
	w.until("no more room", func() bool { s := w.status("crm"); return s.DeadLetters == 1000 && s.Failures > 11*1003 })
	if s := w.status("crm"); s.Pending != 3 || reasonOf(s, rules.Degraded) != "True DeadLettersFull" {
		t.Errorf("status %+v", s)
	}
	w.happen(2000)
	w.until("another client's event", func() bool { return w.status("crm").Delivered == 1 })
	if n, err := w.Discard(ctx, "crm", ""); n != 1000 || err != nil {
		t.Fatal(n, err)
	}
	w.until("the rest", func() bool { s := w.status("crm"); return s.DeadLetters == 3 && s.Pending == 0 })
}
