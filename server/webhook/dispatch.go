package webhook

import (
	"container/heap"
	"context"
	"fmt"
	"net/http"
	"time"

	"assay/rules"
	"assay/server/crm"
)

// dispatch hands what is due to senders and returns how long nothing more will
// be due, 0 for until something happens.
func (h *hook) dispatch(ctx context.Context) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.silent() {
		return 0
	}
	now := h.Now()
	if wait := h.holdTo.Sub(now); wait > 0 {
		return wait
	}
	atOnce := maxPerHook
	if h.streak >= failingAfter {
		atOnce = 1
	}
	for h.busy < atOnce && len(h.due) > 0 {
		if wait := h.due[0].letters[0].NextAt.Sub(now); wait > 0 {
			return wait
		}
		l := heap.Pop(&h.due).(*line)
		l.busy = true
		h.busy++
		x, w, s := l.letters[0], h.spec, h.state
		h.senders.Go(func() {
			h.settle(ctx, l, x, h.attempt(ctx, w, &s, x.Event))
			h.nudge()
		})
	}
	return 0
}

// attempt sends an event when there is a place for it.
func (h *hook) attempt(ctx context.Context, w *rules.Webhook, s *state, e crm.Event) result {
	select {
	case h.places <- struct{}{}:
		defer func() { <-h.places }()
	case <-ctx.Done():
		return result{err: ctx.Err()}
	}
	body, err := h.body(ctx, w, &e)
	if err != nil {
		return result{err: err}
	}
	return h.post(ctx, w, s, messageID(s.UID, &e), body)
}

// settle notes how an attempt went.
func (h *hook) settle(ctx context.Context, l *line, x *letter, r result) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l.busy = false
	h.busy--
	switch {
	case r.err == nil:
		h.sent(l, x, r)
	case ctx.Err() != nil: // the server stops; it was no attempt
	default:
		h.failed(l, x, r)
	}
	if len(l.letters) == 0 {
		delete(h.lines, l.client)
		return
	}
	h.due.settle(l)
}

func (h *hook) sent(l *line, x *letter, r result) {
	h.leave(l, x)
	h.forget(x)
	h.unsaved++
	h.state.Delivered++
	h.state.LastDelivery = &rules.WebhookDelivery{Seq: x.Event.Seq, Type: string(x.Event.Type), At: h.Now().UTC(), Code: int64(r.code)}
	if h.streak >= failingAfter { // the receiver is back: nobody waits for his time
		for _, other := range h.due {
			other.letters[0].NextAt = time.Time{}
		}
		heap.Init(&h.due)
	}
	h.streak = 0
}

// leave takes the first letter out of its line.
func (h *hook) leave(l *line, x *letter) {
	l.letters = l.letters[1:]
	h.waiting--
	delete(h.fresh, x.Event.Seq)
}

// forget lets the store lose a letter.
func (h *hook) forget(x *letter) {
	x.done = true
	delete(h.dirty, x.Event.Seq)
	if x.stored {
		h.removed[x.Event.Seq] = true
	}
}

func (h *hook) failed(l *line, x *letter, r result) {
	now := h.Now().UTC()
	h.streak++
	h.state.Failures++
	h.state.LastError = &rules.WebhookFailure{Seq: x.Event.Seq, At: now, Message: r.err.Error()}
	if x.FirstAt.IsZero() {
		x.FirstAt = now
	}
	x.Attempts++
	x.LastAt, x.Error, x.Code = now, r.err.Error(), r.code
	x.NextAt = now.Add(max(delayAfter(x.Attempts, h.Luck()), r.pause))
	switch {
	case r.code == http.StatusGone:
		h.state.Gone = fmt.Sprintf("at %s %v", now.Format(time.RFC3339), r.err)
	case r.pause > 0 && (r.code == http.StatusTooManyRequests || r.code == http.StatusServiceUnavailable):
		h.holdTo = now.Add(r.pause)
	}
	h.keep(x)
	if x.Attempts >= maxAttempts && len(h.dead) < maxDead && h.state.Gone == "" {
		h.bury(l, x)
	}
	if l.blocked() {
		for _, behind := range l.letters[1:] {
			if !behind.stored {
				h.keep(behind)
			}
		}
	}
}

// keep has a letter stored, so that the cursor may pass it.
func (h *hook) keep(x *letter) {
	delete(h.fresh, x.Event.Seq)
	h.dirty[x.Event.Seq] = x
}
