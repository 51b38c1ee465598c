package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/store"
)

// The bounds. Memory is bounded by them: a letter is some hundred bytes.
const (
	maxHooks   = 100
	maxSending = 64     // requests at once, of all hooks
	maxPerHook = 8      // requests at once, of one
	maxFresh   = 500    // letters of a hook that are not stored
	maxWaiting = 10_000 // letters of a hook that are not dead; then the log is read no further
	maxDead    = 1_000  // dead letters of a hook; then others are tried on

	failingAfter = 8 // failures in a row after which a hook sends one letter at a time
)

// Config is what a Dispatcher works with; all but Allow, After and Luck must be given.
type Config struct {
	Store store.Store
	// Holds reports whether a CEL filter holds for a client. why is not empty when
	// it failed on this client; err when it cannot be asked at all.
	Holds    func(ctx context.Context, filter string, card []byte) (holds bool, why string, err error)
	Findings func(client int64, results []crm.Result, language string) []crm.FindingView
	Segments func(results []crm.Result, language string) []crm.SegmentView

	Allow   []netip.Prefix // addresses that may be sent to though they are not public
	Version string         // of the server, for the receivers
	Logger  *slog.Logger

	Now   func() time.Time
	After func(time.Duration) <-chan time.Time // nil: time.After
	Luck  func() float64                       // from 0 to 1, for jitter; nil: random
}

// Dispatcher carries declared webhooks out. Its methods may be called from any goroutine.
type Dispatcher struct {
	Config
	guard  guard
	client *http.Client
	places chan struct{} // one for each request under way

	mu    sync.Mutex
	run   context.Context // while Run is; nil before
	hooks map[string]*hook
	work  sync.WaitGroup
}

// New returns a dispatcher without hooks.
func New(c Config) *Dispatcher {
	if c.After == nil {
		c.After = time.After
	}
	if c.Luck == nil {
		c.Luck = rand.Float64
	}
	d := &Dispatcher{Config: c, guard: guard{c.Allow}, places: make(chan struct{}, maxSending), hooks: map[string]*hook{}}
	d.client = d.newClient()
	return d
}

// Open takes the declared hooks up where they stopped, and forgets what is kept
// of others. It is called once, before Run.
func (d *Dispatcher) Open(ctx context.Context, declared []*rules.Webhook) error {
	for _, w := range declared {
		h, err := d.load(ctx, w)
		if err != nil {
			return fmt.Errorf("take webhook %s up: %w", w.Metadata.Name, err)
		}
		d.hooks[w.Metadata.Name] = h
	}
	kept, err := d.Store.Outboxes(ctx)
	if err != nil {
		return fmt.Errorf("list what webhooks keep: %w", err)
	}
	for _, name := range kept {
		if d.hooks[name] == nil {
			if err := d.Store.DropOutbox(ctx, name); err != nil {
				return fmt.Errorf("forget what webhook %s kept: %w", name, err)
			}
		}
	}
	return nil
}

// load reads what a hook keeps. What an earlier one of its name kept is not its.
func (d *Dispatcher) load(ctx context.Context, w *rules.Webhook) (*hook, error) {
	box, err := d.Store.Outbox(ctx, w.Metadata.Name)
	if err != nil {
		return nil, err
	}
	var s state
	if err := json.Unmarshal(box.State, &s); err != nil || s.UID != w.Metadata.UID {
		return d.lost(ctx, w)
	}
	h := newHook(d, w, s)
	for _, stored := range box.Letters {
		x := &letter{stored: true}
		if err := json.Unmarshal(stored.Data, x); err != nil {
			return nil, fmt.Errorf("read letter %d: %w", stored.Seq, err)
		}
		if stored.Seq > s.Cursor {
			h.known[stored.Seq] = true
		}
		if x.Dead {
			h.dead = append(h.dead, x)
			continue
		}
		h.enqueue(x)
	}
	return h, nil
}

// lost returns a hook whose outbox is not there: a store was put together from
// parts. It sends nothing before it is applied again.
func (d *Dispatcher) lost(ctx context.Context, w *rules.Webhook) (*hook, error) {
	newest, err := d.Store.LastEvent(ctx)
	if err != nil {
		return nil, err
	}
	h := newHook(d, w, state{UID: w.Metadata.UID, Cursor: newest})
	return h, h.save(ctx)
}

// Run sends until ctx ends, then waits for what is under way.
func (d *Dispatcher) Run(ctx context.Context) {
	d.mu.Lock()
	d.run = ctx
	for _, h := range d.hooks {
		d.begin(h)
	}
	d.mu.Unlock()
	d.watch(ctx)
	d.mu.Lock()
	d.run = nil
	d.mu.Unlock()
	d.work.Wait()
	d.client.CloseIdleConnections()
}

// begin lets a hook work. The caller holds d.mu.
func (d *Dispatcher) begin(h *hook) {
	if d.run == nil || d.run.Err() != nil {
		return
	}
	ctx, stop := context.WithCancel(d.run)
	h.stop, h.ended = stop, make(chan struct{})
	d.work.Go(func() {
		defer close(h.ended)
		h.work(ctx)
	})
}

// watch wakes the hooks whenever the log has grown.
func (d *Dispatcher) watch(ctx context.Context) {
	var after int64
	for {
		err := d.Store.WaitEvents(ctx, after)
		if err == nil {
			after, err = d.Store.LastEvent(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			d.Logger.Error("wait for events to send", "error", err)
			select {
			case <-d.After(troublePause):
			case <-ctx.Done():
			}
			continue
		}
		for _, h := range d.all() {
			h.nudge()
		}
	}
}

// all returns the hooks by name.
func (d *Dispatcher) all() []*hook {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := make([]*hook, 0, len(d.hooks))
	for _, h := range d.hooks {
		list = append(list, h)
	}
	slices.SortFunc(list, func(a, b *hook) int { return strings.Compare(a.name, b.name) })
	return list
}

// hook returns a hook, or crm.ErrNotFound.
func (d *Dispatcher) hook(name string) (*hook, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if h := d.hooks[name]; h != nil {
		return h, nil
	}
	return nil, fmt.Errorf("webhook %s: %w", name, crm.ErrNotFound)
}

// Remove ends a hook and forgets what it keeps.
func (d *Dispatcher) Remove(ctx context.Context, name string) error {
	d.mu.Lock()
	h := d.hooks[name]
	delete(d.hooks, name)
	d.mu.Unlock()
	if h == nil {
		return nil
	}
	if h.stop != nil {
		h.stop()
		<-h.ended
	}
	return d.Store.DropOutbox(context.WithoutCancel(ctx), name)
}
