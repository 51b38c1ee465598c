package webhook

import (
	"context"
	"errors"
	"fmt"

	"assay/rules"
	"assay/server/crm"
)

// silent reports whether nothing may be sent. The caller holds h.mu.
func (h *hook) silent() bool {
	return h.spec.Spec.Suspend || h.state.Gone != "" || h.state.Secrets.Secret == ""
}

// room returns after which event to read the log and how many events may be read now.
func (h *hook) room() (spec *rules.WebhookSpec, after int64, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.silent() {
		return nil, 0, 0
	}
	return &h.spec.Spec, h.read, min(maxFresh-len(h.fresh), maxWaiting-h.waiting)
}

// fill reads the log into letters. It reports whether there may be more to read
// at once.
func (h *hook) fill(ctx context.Context) (more bool, err error) {
	spec, after, n := h.room()
	if n <= 0 {
		return false, nil
	}
	events, last, err := h.Store.Events(ctx, crm.Everything, after, n)
	if errors.Is(err, crm.ErrGone) {
		err := h.skipGone(ctx, after)
		return err == nil, err
	}
	if err != nil {
		return false, fmt.Errorf("read the log: %w", err)
	}
	var wanted []crm.Event
	for i := range events {
		e := &events[i]
		if !asksFor(spec, e) {
			continue
		}
		passes, err := h.passes(ctx, spec.Filter, e)
		if err != nil {
			return false, err
		}
		if passes {
			wanted = append(wanted, *e)
		}
	}
	h.take(wanted, last)
	return last > after, nil
}

// skipGone goes on behind events that the log no longer has, and counts them.
func (h *hook) skipGone(ctx context.Context, after int64) error {
	newest, err := h.Store.LastEvent(ctx)
	if err != nil {
		return err
	}
	stats, err := h.Store.Stats(ctx)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	oldest := max(after, newest-stats.Events)
	h.state.Missed += oldest - after
	h.read = oldest
	h.unsaved++
	h.Logger.Error("events were no longer in the log when a webhook came to them", "webhook", h.name, "events", oldest-after)
	return nil
}

// passes asks the filter about the client as it is now. Events that concern no
// client, or one that is no more, pass.
func (h *hook) passes(ctx context.Context, filter string, e *crm.Event) (bool, error) {
	if filter == "" || e.Client == 0 {
		return true, nil
	}
	stored, err := h.Store.Client(ctx, crm.Everything, e.Client)
	if errors.Is(err, crm.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("read client %d: %w", e.Client, err)
	}
	holds, why, err := h.Holds(ctx, filter, stored.Card)
	if err != nil {
		return false, fmt.Errorf("run spec.filter: %w", err)
	}
	if why != "" {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.state.FilterErrors++
		h.state.LastError = &rules.WebhookFailure{Seq: e.Seq, At: h.Now().UTC(), Message: fmt.Sprintf("spec.filter failed on client %d, and the event was not sent: %s", e.Client, why)}
	}
	return holds, nil
}

// take makes letters of events; the log was read up to last.
func (h *hook) take(events []crm.Event, last int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range events {
		if seq := events[i].Seq; h.known[seq] {
			delete(h.known, seq)
			continue
		}
		h.enqueue(&letter{Event: events[i]})
	}
	h.read = last
}

// enqueue puts a letter into the line of its client. The caller holds h.mu, or
// has the hook for itself.
func (h *hook) enqueue(x *letter) {
	l := h.lines[x.Event.Client]
	if l == nil {
		l = &line{client: x.Event.Client, place: -1}
		h.lines[x.Event.Client] = l
	}
	l.insert(x)
	h.waiting++
	switch {
	case x.stored:
	case l.blocked():
		h.dirty[x.Event.Seq] = x
	default:
		h.fresh[x.Event.Seq] = x
	}
	h.due.settle(l)
}
