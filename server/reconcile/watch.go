package reconcile

import (
	"context"
	"encoding/json"
	"fmt"

	"assay/rules"
	"assay/server/crm"
)

// Listed is a list of objects of one moment.
type Listed struct {
	Objects []json.RawMessage // by name, with their status
	Version int64             // of the moment; a watch goes on from there
}

// List returns the chosen objects of a kind by name, with their status. Rules
// that fields ask for are among the rules.
func (r *Reconciler) List(ctx context.Context, kind string, s rules.Selector) (*Listed, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts, err := r.observe(ctx)
	if err != nil {
		return nil, err
	}
	out := &Listed{Objects: []json.RawMessage{}, Version: r.feed.now()}
	for _, key := range r.keys(kind) {
		o, _, err := r.present(key)
		if err != nil {
			return nil, err
		}
		if !s.Matches(o.Meta().Labels) {
			continue
		}
		described, err := r.describeWith(key, counts)
		if err != nil {
			return nil, err
		}
		out.Objects = append(out.Objects, described)
	}
	return out, nil
}

// FromNow asks Watch for all there is first.
const FromNow = -1

// Watch is one reader of the changes of objects; it is for one goroutine.
type Watch struct {
	r     *Reconciler
	kind  string
	which rules.Selector
	at    int64
	first []Change // all there was at the beginning
}

// Watch begins to read the changes of the chosen objects of a kind after a version
// of List or of a change, or, with FromNow, all there is and then the changes. It
// fails with crm.ErrGone when changes after the version are no longer known. Close
// it.
func (r *Reconciler) Watch(ctx context.Context, kind string, s rules.Selector, version int64) (*Watch, error) {
	w := &Watch{r: r, kind: kind, which: s, at: version}
	listed, err := r.List(ctx, kind, s) // also tells the feed of what has changed up to now
	if err != nil {
		return nil, err
	}
	if version == FromNow {
		w.at = listed.Version
		for _, object := range listed.Objects {
			w.first = append(w.first, Change{Type: Added, Object: object})
		}
	}
	if _, _, ok := r.feed.since(w.at); !ok {
		return nil, goneFrom(w.at)
	}
	r.feed.read(1)
	r.wakeObserve() // from now on it has to look by itself
	return w, nil
}

func goneFrom(version int64) error {
	return fmt.Errorf("changes of objects after version %d: %w", version, crm.ErrGone)
}

// Close ends the watch.
func (w *Watch) Close() { w.r.feed.read(-1) }

// Version is how far the watch has come.
func (w *Watch) Version() int64 { return w.at }

// First returns what there was when a watch from now began; none of it is a place
// to go on from.
func (w *Watch) First() []Change { return w.first }

// Next waits for changes and returns them in their order. It fails with crm.ErrGone
// when the reader was too slow, and with the error of ctx, after which it may be
// called again.
func (w *Watch) Next(ctx context.Context) ([]Change, error) {
	for {
		changes, news, ok := w.r.feed.since(w.at)
		if !ok {
			return nil, goneFrom(w.at)
		}
		var seen []Change
		for _, c := range changes {
			w.at = c.version
			if s, mine := c.seen(w.kind, w.which); mine {
				seen = append(seen, s)
			}
		}
		if len(seen) > 0 {
			return seen, nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
