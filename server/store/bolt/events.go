package bolt

import (
	"bytes"
	"context"
	"fmt"

	"assay/server/crm"
)

// eventsRead is how many events one call looks at when the caller's scope hides
// most of them; the call then returns what it has and where it stopped.
const eventsRead = 100_000

// Events returns events after a Seq; see store.Store.
func (s *Store) Events(ctx context.Context, scope crm.Scope, after int64, limit int) (events []crm.Event, last int64, err error) {
	if limit < 1 {
		return nil, after, fmt.Errorf("a page of %d events: at least 1", limit)
	}
	after = max(after, 0)
	last = after
	err = s.read(ctx, func(snap *snapshot) error {
		if after+1 < snap.ix.firstSeq && after < snap.ix.lastSeq {
			return fmt.Errorf("events after %d: %w: the oldest is %d", after, crm.ErrGone, snap.ix.firstSeq)
		}
		events, last, err = snap.events(ctx, scope, after, limit)
		return err
	})
	return events, last, err
}

func (s *snapshot) events(ctx context.Context, scope crm.Scope, after int64, limit int) ([]crm.Event, int64, error) {
	var found []crm.Event
	last := after
	sees := s.ix.sees(scope)
	c := s.tx.Bucket(bucketEvents).Cursor()
	k, value := c.Seek(key(after + 1))
	if number(k) != after+1 { // it is inside the record before
		if k == nil {
			k, value = c.Last()
		} else {
			k, value = c.Prev()
		}
	}
	for ; k != nil && last < after+eventsRead; k, value = c.Next() {
		if err := ctx.Err(); err != nil {
			return nil, after, err
		}
		r, err := readRecord(value)
		if err != nil {
			return nil, after, err
		}
		var e event
		for seq := number(k); ; seq++ {
			more, err := r.next(&e)
			if err != nil {
				return nil, after, fmt.Errorf("event %d: %w", seq, err)
			}
			if !more {
				break
			}
			if seq <= after {
				continue
			}
			if e.client == 0 || sees(e.client) {
				shown, err := e.shown(seq)
				if err != nil {
					return nil, after, fmt.Errorf("event %d: %w", seq, err)
				}
				found = append(found, shown)
			}
			last = seq
			if len(found) == limit {
				return found, last, nil
			}
		}
	}
	return found, last, nil
}

// sees returns whether a client is in scope now. Deleted clients are in the
// scope of everything alone: nobody is their manager any more.
func (ix *index) sees(scope crm.Scope) func(id int64) bool {
	if scope.All {
		return func(int64) bool { return true }
	}
	sets := make([]*set, len(scope.Managers))
	for i, manager := range scope.Managers {
		sets[i] = ix.facets[atManager].get(manager)
	}
	return func(id int64) bool {
		for _, s := range sets {
			if s.contains(uint32(id)) {
				return true
			}
		}
		return false
	}
}

// WaitEvents returns when there is an event after a Seq, when ctx ends, or with
// ErrClosed when the store is closed.
func (s *Store) WaitEvents(ctx context.Context, after int64) error {
	for {
		news := *s.news.Load()
		if s.lastSeq.Load() > after {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.closing:
			return ErrClosed
		}
	}
}

// LastEvent returns the Seq of the newest event.
func (s *Store) LastEvent(ctx context.Context) (int64, error) {
	var last int64
	err := s.read(ctx, func(snap *snapshot) error {
		last = snap.ix.lastSeq
		return nil
	})
	return last, err
}

// AppendEvents adds events that belong to no other change. Their Seq is given
// by the store.
func (s *Store) AppendEvents(ctx context.Context, events []crm.Event) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	if err := checkEvents(events); err != nil {
		return err
	}
	return s.submit(ctx, 1, func(w *writer) error {
		w.logGiven(events)
		return nil
	})
}

func checkEvents(events []crm.Event) error {
	for i, e := range events {
		if e.Type == "" || e.Client < 0 || e.Client > maxID {
			return fmt.Errorf("event %d has the type %q and client %d", i, e.Type, e.Client)
		}
	}
	return nil
}

func (w *writer) logGiven(events []crm.Event) {
	for _, e := range events {
		d := detail{}
		if len(e.Detail) > 0 {
			d = detail{kind: detailJSON, raw: bytes.Clone(e.Detail)}
		}
		w.log(&event{typ: e.Type, at: e.At, client: e.Client, rule: e.Rule, by: e.By, detail: d})
	}
}
