package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"assay/server/crm"
	"assay/server/store"
)

// A revision is stored under kind, 0, name, 0 and its number as
//
//	u64 packed time, text by, text change, text data
//
// with texts as in events.
const revisionNumber = 8 // bytes at the end of the key

// Revisions returns kept versions of declared objects; see store.Store.
func (s *Store) Revisions(ctx context.Context, kind, name string) ([]store.Revision, error) {
	var found []store.Revision
	err := s.read(ctx, func(snap *snapshot) error {
		prefix := revisionsOf(kind, name)
		c := snap.tx.Bucket(bucketRevisions).Cursor()
		for k, v := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
			if name != "" && len(k) != len(prefix)+revisionNumber {
				continue
			}
			r, err := readRevision(k, v)
			if err != nil {
				return err
			}
			found = append(found, r)
		}
		return nil
	})
	slices.SortStableFunc(found, func(a, b store.Revision) int {
		if byName := strings.Compare(a.Name, b.Name); byName != 0 {
			return byName
		}
		return int(b.Number - a.Number)
	})
	return found, err
}

// revisionsOf is what the keys of an object's revisions begin with, or, without
// a name, those of a kind.
func revisionsOf(kind, name string) []byte {
	prefix := append([]byte(kind), 0)
	if name == "" {
		return prefix
	}
	return append(append(prefix, name...), 0)
}

func readRevision(k, v []byte) (store.Revision, error) {
	at := len(k) - revisionNumber
	if at < 1 || len(v) < 8 {
		return store.Revision{}, fmt.Errorf("%w: the revision %q makes no sense", ErrDamaged, k)
	}
	kind, name, _ := strings.Cut(string(k[:at-1]), "\x00")
	d := decoder{b: v[8:]}
	r := store.Revision{Kind: kind, Name: name, Number: number(k[at:]), At: unpackTime(binary.BigEndian.Uint64(v)), By: d.text(), Change: d.text()}
	if data := d.bytes(); len(data) > 0 {
		r.Data = bytes.Clone(data)
	}
	return r, d.problem("revision")
}

// revise keeps a version of an object as its newest and drops those beyond
// store.RevisionsKept.
func (w *writer) revise(kind, name string, r *store.Revision) {
	if r == nil {
		return
	}
	bucket, prefix := w.tx.Bucket(bucketRevisions), revisionsOf(kind, name)
	kept := keptRevisions(bucket, prefix)
	next := int64(1)
	if len(kept) > 0 {
		next = number(kept[len(kept)-1][len(prefix):]) + 1
	}
	for ; len(kept) >= store.RevisionsKept; kept = kept[1:] {
		w.remove(bucket, kept[0])
	}
	at := r.At
	if at.IsZero() {
		at = crm.TimeOf(w.now)
	}
	v := binary.BigEndian.AppendUint64(nil, packTime(at))
	v = appendText(appendText(v, r.By), r.Change)
	w.put(bucket, append(prefix, key(next)...), appendText(v, r.Data))
}

// DropRevision forgets a kept version of an object; see store.Store.
func (s *Store) DropRevision(ctx context.Context, kind, name string, at int64, events ...crm.Event) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	if err := checkEvents(events); err != nil {
		return err
	}
	return s.submit(ctx, 1, func(w *writer) error {
		bucket, prefix := w.tx.Bucket(bucketRevisions), revisionsOf(kind, name)
		kept := keptRevisions(bucket, prefix)
		i := slices.IndexFunc(kept, func(k []byte) bool { return number(k[len(prefix):]) == at })
		switch {
		case i < 0:
			return fmt.Errorf("revision %d of %s %q: %w", at, kind, name, crm.ErrNotFound)
		case i == len(kept)-1:
			return fmt.Errorf("revision %d of %s %q is its newest and stays", at, kind, name)
		}
		w.remove(bucket, kept[i])
		w.logGiven(events)
		return nil
	})
}

// keptRevisions returns the keys of an object's revisions, the oldest first.
func keptRevisions(bucket *bbolt.Bucket, prefix []byte) (keys [][]byte) {
	c := bucket.Cursor()
	for k, _ := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		if len(k) == len(prefix)+revisionNumber {
			keys = append(keys, bytes.Clone(k))
		}
	}
	return keys
}
