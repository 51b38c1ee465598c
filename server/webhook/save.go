package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"assay/server/store"
)

// mustSave reports whether it is time to store: when nothing is going on and
// something was sent, and otherwise now and then. What was sent and is not
// stored is sent again after a crash.
func (h *hook) mustSave() bool {
	const everySent, everyRead, everyTime = 64, 5000, time.Second
	h.mu.Lock()
	defer h.mu.Unlock()
	changes := h.unsaved + len(h.dirty) + len(h.removed)
	if changes == 0 {
		return h.read-h.state.Cursor >= everyRead && len(h.fresh) == 0
	}
	return h.busy == 0 || changes >= everySent || h.Now().Sub(h.savedAt) >= everyTime
}

// save stores what has changed. The cursor passes what is stored with it.
func (h *hook) save(ctx context.Context) error {
	h.saving.Lock()
	defer h.saving.Unlock()
	change, taken, removed, err := h.changes()
	if err != nil {
		return err
	}
	err = h.Store.SaveOutbox(ctx, h.name, change)
	if err == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, x := range taken {
		if !x.done {
			h.dirty[x.Event.Seq] = x
		}
	}
	for _, seq := range removed {
		h.removed[seq] = true
	}
	h.unsaved++
	return fmt.Errorf("store the outbox of webhook %s: %w", h.name, err)
}

func (h *hook) changes() (c store.OutboxChange, taken []*letter, removed []int64, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for seq := range h.removed {
		removed = append(removed, seq)
	}
	for _, x := range h.dirty {
		data, err := encode(x)
		if err != nil {
			return c, nil, nil, err
		}
		c.Put = append(c.Put, store.Letter{Seq: x.Event.Seq, Data: data})
		taken = append(taken, x)
	}
	h.state.Cursor = h.watermark()
	if c.State, err = encode(h.state); err != nil {
		return c, nil, nil, err
	}
	slices.Sort(removed)
	c.Remove = removed
	for _, x := range taken {
		x.stored = true
	}
	clear(h.dirty)
	clear(h.removed)
	h.unsaved, h.savedAt = 0, h.Now()
	return c, taken, removed, nil
}

// watermark returns the event up to which nothing is left that only memory has.
func (h *hook) watermark() int64 {
	mark := h.read
	for seq := range h.fresh {
		mark = min(mark, seq-1)
	}
	return mark
}

func encode(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode what a webhook keeps: %w", err)
	}
	return b, nil
}
