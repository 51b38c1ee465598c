package webhook

import (
	"context"
	"fmt"
	"slices"
	"time"

	"assay/server/crm"
)

// DeadLetter is an event that was given up.
type DeadLetter struct {
	ID             string        `json:"id"` // the webhook-id
	Seq            int64         `json:"seq"`
	Type           crm.EventType `json:"type"`
	At             crm.Time      `json:"at"` // of the event
	Client         int64         `json:"client,omitempty"`
	Rule           string        `json:"rule,omitempty"`
	Attempts       int           `json:"attempts"`
	FirstAttemptAt time.Time     `json:"firstAttemptAt"`
	LastAttemptAt  time.Time     `json:"lastAttemptAt"`
	LastError      string        `json:"lastError"`
	LastCode       int           `json:"lastCode,omitempty"` // HTTP status, absent when there was no answer
}

// bury gives a letter up. The caller holds h.mu.
func (h *hook) bury(l *line, x *letter) {
	h.leave(l, x)
	x.Dead = true
	at, _ := slices.BinarySearchFunc(h.dead, x, bySeq)
	h.dead = slices.Insert(h.dead, at, x)
	h.Logger.Warn("a webhook gave an event up", "webhook", h.name, "event", x.Event.Seq, "attempts", x.Attempts, "error", x.Error)
}

// DeadLetters returns the events that a hook gave up, oldest first.
func (d *Dispatcher) DeadLetters(name string) ([]DeadLetter, error) {
	h, err := d.hook(name)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]DeadLetter, len(h.dead))
	for i, x := range h.dead {
		list[i] = DeadLetter{ID: messageID(h.state.UID, &x.Event), Seq: x.Event.Seq, Type: x.Event.Type, At: x.Event.At, Client: x.Event.Client,
			Rule: x.Event.Rule, Attempts: x.Attempts, FirstAttemptAt: x.FirstAt, LastAttemptAt: x.LastAt, LastError: x.Error, LastCode: x.Code}
	}
	return list, nil
}

// Replay has dead letters sent anew, before younger events of their clients: the
// one of an id, or all with "". It returns how many; crm.ErrNotFound for an id
// that is not there.
func (d *Dispatcher) Replay(ctx context.Context, name, id string) (int, error) {
	return d.exhume(ctx, name, id, func(h *hook, x *letter) {
		*x = letter{Event: x.Event, stored: x.stored}
		h.dirty[x.Event.Seq] = x
		h.enqueue(x)
	})
}

// Discard throws dead letters away: the one of an id, or all with "".
func (d *Dispatcher) Discard(ctx context.Context, name, id string) (int, error) {
	return d.exhume(ctx, name, id, (*hook).forget)
}

// exhume takes letters off the dead and does something with each. It is durable
// when exhume returns.
func (d *Dispatcher) exhume(ctx context.Context, name, id string, do func(*hook, *letter)) (int, error) {
	h, err := d.hook(name)
	if err != nil {
		return 0, err
	}
	h.mu.Lock()
	var taken []*letter
	h.dead = slices.DeleteFunc(h.dead, func(x *letter) bool {
		wanted := id == "" || id == messageID(h.state.UID, &x.Event)
		if wanted {
			taken = append(taken, x)
		}
		return wanted
	})
	for _, x := range taken {
		do(h, x)
	}
	h.mu.Unlock()
	if id != "" && len(taken) == 0 {
		return 0, fmt.Errorf("dead letter %s of webhook %s: %w", id, name, crm.ErrNotFound)
	}
	h.nudge()
	return len(taken), h.save(ctx)
}
