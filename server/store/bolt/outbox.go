package bolt

import (
	"bytes"
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"assay/server/store"
)

// bucketOutboxes holds a bucket a hook: keyOutboxState -> state, seq -> letter.
// It is made by the first hook; a base without hooks has none.
var (
	bucketOutboxes = []byte("outboxes")
	keyOutboxState = []byte("state") // shorter than a number's key, and so never one
)

// Outbox returns what a hook keeps; see store.Outboxes.
func (s *Store) Outbox(ctx context.Context, hook string) (store.Outbox, error) {
	var out store.Outbox
	err := s.read(ctx, func(snap *snapshot) error {
		boxes := snap.tx.Bucket(bucketOutboxes)
		if boxes == nil || hook == "" {
			return nil
		}
		box := boxes.Bucket([]byte(hook))
		if box == nil {
			return nil
		}
		return box.ForEach(func(at, value []byte) error {
			if bytes.Equal(at, keyOutboxState) {
				out.State = bytes.Clone(value)
				return nil
			}
			if len(at) != len(key(0)) {
				return fmt.Errorf("%w: the outbox of %q has a letter %x", ErrDamaged, hook, at)
			}
			out.Letters = append(out.Letters, store.Letter{Seq: number(at), Data: bytes.Clone(value)})
			return nil
		})
	})
	return out, err
}

// Outboxes returns the hooks that keep something; see store.Outboxes.
func (s *Store) Outboxes(ctx context.Context) ([]string, error) {
	var names []string
	err := s.read(ctx, func(snap *snapshot) error {
		boxes := snap.tx.Bucket(bucketOutboxes)
		if boxes == nil {
			return nil
		}
		return boxes.ForEachBucket(func(name []byte) error {
			names = append(names, string(name))
			return nil
		})
	})
	return names, err
}

// SaveOutbox changes an outbox; see store.Outboxes.
func (s *Store) SaveOutbox(ctx context.Context, hook string, c store.OutboxChange) error {
	if err := checkOutbox(hook, c); err != nil {
		return err
	}
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	return s.submit(ctx, 1, func(w *writer) error {
		box := w.outbox(hook)
		if box == nil {
			return nil // w.broken says why
		}
		if c.State != nil {
			w.put(box, keyOutboxState, c.State)
		}
		for _, l := range c.Put {
			w.put(box, key(l.Seq), l.Data)
		}
		for _, seq := range c.Remove {
			w.remove(box, key(seq))
		}
		return nil
	})
}

// outbox returns the bucket of a hook, made when it was not there.
func (w *writer) outbox(hook string) *bbolt.Bucket {
	boxes, err := w.tx.CreateBucketIfNotExists(bucketOutboxes)
	if w.fail(err) {
		return nil
	}
	box, err := boxes.CreateBucketIfNotExists([]byte(hook))
	if w.fail(err) {
		return nil
	}
	w.changed = true
	return box
}

// DropOutbox forgets what a hook keeps; see store.Outboxes.
func (s *Store) DropOutbox(ctx context.Context, hook string) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	return s.submit(ctx, 1, func(w *writer) error {
		boxes := w.tx.Bucket(bucketOutboxes)
		if boxes == nil || boxes.Bucket([]byte(hook)) == nil {
			return nil
		}
		w.changed = true
		w.fail(boxes.DeleteBucket([]byte(hook)))
		return nil
	})
}

func checkOutbox(hook string, c store.OutboxChange) error {
	if hook == "" || len(hook) > maxObjectName {
		return fmt.Errorf("a hook needs a name of 1 to %d bytes, not %d", maxObjectName, len(hook))
	}
	put := make(map[int64]bool, len(c.Put))
	for _, l := range c.Put {
		if l.Seq < 1 {
			return fmt.Errorf("the outbox of %q: a letter of event %d", hook, l.Seq)
		}
		put[l.Seq] = true
	}
	for _, seq := range c.Remove {
		if put[seq] {
			return fmt.Errorf("the outbox of %q: letter %d is put and removed", hook, seq)
		}
	}
	return nil
}
