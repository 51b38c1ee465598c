package webhook

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"assay/server/crm"
)

// Ping is how a test event went.
type Ping struct {
	ID        string `json:"id"` // its webhook-id
	Delivered bool   `json:"delivered"`
	Code      int    `json:"code,omitempty"`  // HTTP status, absent when there was no answer
	Error     string `json:"error,omitempty"` // why it was not delivered
	Millis    int64  `json:"millis"`          // that it took
}

// Ping sends a test event once, past the queue, whether the hook is suspended or not.
func (d *Dispatcher) Ping(ctx context.Context, name string) (*Ping, error) {
	h, err := d.hook(name)
	if err != nil {
		return nil, err
	}
	select {
	case d.places <- struct{}{}:
		defer func() { <-d.places }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	h.mu.Lock()
	w, s := h.spec, h.state
	h.mu.Unlock()
	begin := d.Now()
	body, err := json.Marshal(message{Type: TypePing, Timestamp: crm.TimeOf(begin), Data: data{Hook: name}})
	if err != nil {
		return nil, err
	}
	out := &Ping{ID: "msg_ping_" + uuid.NewString()}
	r := d.post(ctx, w, &s, out.ID, body)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	out.Delivered, out.Code, out.Millis = r.err == nil, r.code, d.Now().Sub(begin).Milliseconds()
	if r.err != nil {
		out.Error = r.err.Error()
	}
	return out, nil
}
