package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"assay/server/demo"
)

// knownBase is a server and what its clients are, by external id, as the tests know it.
type knownBase struct {
	*process
	mu      sync.RWMutex // write-locked while nothing is under way
	known   sync.Mutex   // guards the map
	clients map[string]*knownClient
}

// knownClient belongs to the one who writes it.
type knownClient struct {
	id    int
	plain *plainClient
	doc   []byte
}

// byID returns the clients by the server's number.
func (b *knownBase) byID() map[int]*knownClient {
	byID := make(map[int]*knownClient, len(b.clients))
	for _, c := range b.clients {
		byID[c.id] = c
	}
	return byID
}

// traffic is programs that write and read clients without a pause.
type traffic struct {
	base     *knownBase
	cancel   context.CancelFunc
	running  sync.WaitGroup
	requests atomic.Int64
}

// The programs of the traffic, and the clients each of the writers has.
const (
	writers    = 2
	ownClients = 60
	pace       = 10 * time.Millisecond // of a soak: a program that asks without a pause measures itself
)

func startTraffic(b *knownBase) *traffic {
	ctx, cancel := context.WithCancel(b.t.Context())
	tr := &traffic{base: b, cancel: cancel}
	for i := range writers {
		tr.running.Go(func() { tr.write(ctx, i) })
	}
	tr.running.Go(func() { tr.read(ctx) })
	b.t.Cleanup(func() { tr.stop() })
	return tr
}

// stop ends the traffic and returns how much there was.
func (tr *traffic) stop() int64 {
	tr.cancel()
	tr.running.Wait()
	return tr.requests.Load()
}

// write creates clients of its own and rewrites them, each time with other gaps.
func (tr *traffic) write(ctx context.Context, writer int) {
	for round := uint64(0); ; round++ {
		i := 0
		for doc := range demo.Clients(1000*round+uint64(writer), ownClients) {
			doc = kind.ReplaceAll(doc, []byte(`"kind":"`+kindOf(i+50*writer)+`"`))
			doc = bytes.Replace(doc, []byte(`"externalId":"demo-`), fmt.Appendf(nil, `"externalId":"w%d-`, writer), 1)
			if !tr.put(ctx, doc) {
				return
			}
			i++
		}
	}
}

// put writes a client and holds the answer against what the default rules should find.
func (tr *traffic) put(ctx context.Context, doc []byte) bool {
	b := tr.base
	want := plainDocument(b.t, doc)
	b.mu.RLock()
	defer b.mu.RUnlock()
	body, ok := tr.request(ctx, request{method: "PUT", path: "/api/v1/clients?externalId=" + want.ExternalID, body: bytes.NewReader(doc)})
	if !ok {
		return false
	}
	var answer struct {
		Client   struct{ ID int }
		Findings []finding
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Client.ID == 0 {
		b.t.Errorf("PUT answers %s: %v", body, err)
		return false
	}
	b.known.Lock()
	b.clients[want.ExternalID] = &knownClient{id: answer.Client.ID, plain: want, doc: bytes.Clone(doc)}
	b.known.Unlock()
	got := map[string]int{}
	for _, f := range answer.Findings {
		got[f.Rule]++
	}
	breaches := want.breaches()
	for _, rule := range defaultRules {
		if got[rule] != breaches[rule] {
			b.t.Errorf("PUT answers %d findings of %s, want %d: %s", got[rule], rule, breaches[rule], doc)
		}
	}
	return true
}

// read asks for what people look at.
func (tr *traffic) read(ctx context.Context) {
	for i := 1; ; i++ {
		id := i%*soakClients + 1 // those of the base are the first
		for _, path := range []string{fmt.Sprintf("/api/v1/clients/%d", id), "/api/v1/reports/quality?limit=20",
			fmt.Sprintf("/api/v1/clients/%d/findings", id), "/api/v1/clients?limit=20&rule=tax-id", "/healthz"} {
			tr.base.mu.RLock()
			_, ok := tr.request(ctx, request{method: "GET", path: path})
			tr.base.mu.RUnlock()
			if !ok {
				return
			}
		}
	}
}

// request expects a good answer. It is false when the traffic is to end.
func (tr *traffic) request(ctx context.Context, r request) ([]byte, bool) {
	if *soak > 0 {
		time.Sleep(pace)
	}
	if ctx.Err() != nil {
		return nil, false
	}
	// What was begun is finished: whether a write that was broken off was made, nobody knows.
	answer, err := tr.base.send(context.WithoutCancel(ctx), r)
	if err != nil {
		tr.base.t.Errorf("%s %s: %v", r.method, r.path, err)
		return nil, false
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	tr.requests.Add(1)
	if err != nil || answer.StatusCode/100 != 2 {
		tr.base.t.Errorf("%s %s answers %d %s: %v", r.method, r.path, answer.StatusCode, body, err)
		return nil, false
	}
	return body, true
}
