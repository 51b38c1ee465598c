package webhook

import (
	"context"
	"sync"
	"time"

	"assay/rules"
)

// hook is one declared webhook at work. One goroutine reads the log, hands
// letters to senders and stores what must be stored; the senders only say how
// it went.
type hook struct {
	*Dispatcher
	name    string
	news    chan struct{} // wakes the goroutine
	stop    context.CancelFunc
	ended   chan struct{}
	senders sync.WaitGroup
	saving  sync.Mutex // held by who stores

	mu      sync.Mutex     // guards what follows
	spec    *rules.Webhook // never changed, only replaced
	state   state
	read    int64 // the log was read up to here
	lines   map[int64]*line
	due     dueLines
	fresh   map[int64]*letter // by Seq: neither stored nor to be stored; they hold the cursor
	dirty   map[int64]*letter // to be stored
	removed map[int64]bool    // to be removed from the store
	dead    []*letter         // by Seq
	known   map[int64]bool    // events behind the cursor that were loaded as letters
	waiting int               // letters in lines
	busy    int               // of them, being sent
	streak  int               // failures since the last success
	holdTo  time.Time         // the receiver asked for a pause
	trouble error             // why the log cannot be read on; nil when it can
	unsaved int               // letters sent since the last save
	savedAt time.Time
}

func newHook(d *Dispatcher, w *rules.Webhook, s state) *hook {
	return &hook{Dispatcher: d, name: w.Metadata.Name, spec: w, state: s, read: s.Cursor, news: make(chan struct{}, 1),
		lines: map[int64]*line{}, fresh: map[int64]*letter{}, dirty: map[int64]*letter{}, removed: map[int64]bool{}, known: map[int64]bool{}, savedAt: d.Now()}
}

// nudge wakes the goroutine of the hook.
func (h *hook) nudge() {
	select {
	case h.news <- struct{}{}:
	default:
	}
}

// troublePause is how long to wait before the log or the filter is asked again.
const troublePause = 10 * time.Second

// work reads, sends and stores until ctx ends.
func (h *hook) work(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := h.fill(ctx)
		h.note(ctx, err)
		wait := h.dispatch(ctx)
		if err != nil {
			wait = troublePause
		}
		if h.mustSave() {
			if err := h.save(ctx); err != nil && ctx.Err() == nil {
				h.Logger.Error("what a webhook has sent was not stored", "webhook", h.name, "error", err)
				wait = troublePause
			}
		}
		if !more {
			h.sleep(ctx, wait)
		}
	}
	h.senders.Wait()
	if err := h.save(context.WithoutCancel(ctx)); err != nil {
		h.Logger.Error("what a webhook has sent was not stored; it is sent again", "webhook", h.name, "error", err)
	}
}

// sleep waits for news, or for a time when it is not 0.
func (h *hook) sleep(ctx context.Context, wait time.Duration) {
	var alarm <-chan time.Time
	if wait > 0 {
		alarm = h.After(wait)
	}
	select {
	case <-h.news:
	case <-alarm:
	case <-ctx.Done():
	}
}

func (h *hook) note(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil && h.trouble == nil {
		h.Logger.Warn("a webhook cannot read on", "webhook", h.name, "error", err)
	}
	h.trouble = err
}
