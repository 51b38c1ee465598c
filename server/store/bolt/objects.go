package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	"assay/server/crm"
	"assay/server/store"
)

// PutObject stores a declared object with its effect; see store.Store.
func (s *Store) PutObject(ctx context.Context, o store.Object, e store.Effect) (uint64, error) {
	return s.changeObject(ctx, o.Kind, o.Name, e, func(w *writer, at []byte) error {
		bucket := w.tx.Bucket(bucketObjects)
		stored := bucket.Get(at)
		if err := expected(o, stored); err != nil {
			return err
		}
		w.ix.version++
		value := binary.BigEndian.AppendUint64(make([]byte, 0, 8+len(o.Data)), uint64(w.ix.version))
		w.put(bucket, at, append(value, o.Data...))
		return nil
	})
}

// DeleteObject removes a declared object with its effect; see store.Store.
func (s *Store) DeleteObject(ctx context.Context, kind, name string, e store.Effect) (uint64, error) {
	return s.changeObject(ctx, kind, name, e, func(w *writer, at []byte) error {
		bucket := w.tx.Bucket(bucketObjects)
		if bucket.Get(at) == nil {
			return fmt.Errorf("%s %q: %w", kind, name, crm.ErrNotFound)
		}
		w.remove(bucket, at)
		return nil
	})
}

// changeObject runs change and the effect in one transaction.
func (s *Store) changeObject(ctx context.Context, kind, name string, e store.Effect,
	change func(w *writer, at []byte) error,
) (generation uint64, err error) {
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	defer s.leave()
	at, err := objectKey(kind, name)
	if err != nil {
		return 0, err
	}
	if err := checkEffect(e); err != nil {
		return 0, fmt.Errorf("%s %q: %w", kind, name, err)
	}
	err = s.submit(ctx, 1, func(w *writer) error {
		if err := change(w, at); err != nil {
			return err
		}
		w.effect(e)
		w.revise(kind, name, e.Revision)
		generation = w.ix.generation
		return nil
	})
	if err != nil {
		return 0, err
	}
	return generation, nil
}

func objectKey(kind, name string) ([]byte, error) {
	if kind == "" || name == "" || strings.ContainsRune(kind, 0) || len(kind)+len(name) > maxObjectName {
		return nil, fmt.Errorf("an object needs a kind and a name of up to %d bytes together, not %q %q",
			maxObjectName, kind, name)
	}
	return append(append([]byte(kind), 0), name...), nil
}

func expected(o store.Object, stored []byte) error {
	switch {
	case o.Expect == 0:
	case o.Expect == -1 && stored == nil:
	case stored != nil && number(stored[:8]) == o.Expect:
	case stored == nil:
		return fmt.Errorf("%s %q: %w: it is not stored any more", o.Kind, o.Name, crm.ErrRevisionConflict)
	default:
		return fmt.Errorf("%s %q: %w: it is at version %d", o.Kind, o.Name, crm.ErrRevisionConflict, number(stored[:8]))
	}
	return nil
}

func checkEffect(e store.Effect) error {
	for _, rules := range [][]string{e.Judge, e.Drop, e.Hide, e.Show} {
		for _, rule := range rules {
			if rule == "" || len(rule) > maxRuleName {
				return fmt.Errorf("a rule name of %d bytes, not 1 to %d", len(rule), maxRuleName)
			}
		}
	}
	for _, m := range e.PutModules {
		if err := checkModule(m); err != nil {
			return err
		}
	}
	return checkEvents(e.Events)
}

// effect does to the base what the change of an object asks for.
func (w *writer) effect(e store.Effect) {
	if e.NextGeneration {
		w.changed = true
		w.ix.generation++
	}
	for selector, rule := range e.Waive {
		w.waive(selector, rule)
	}
	for _, rule := range e.Hide {
		w.hide(rule, e.HideReason)
	}
	for _, rule := range e.Show {
		w.show(rule)
	}
	for _, rule := range e.Drop {
		w.dropRule(rule, e.DropReason)
	}
	for _, rule := range e.Judge {
		w.pend(rule)
	}
	w.dropMade(e.DropModules)
	for _, m := range e.PutModules {
		w.putModule(m)
	}
	w.logGiven(e.Events)
}

// dropRule removes all that a rule has said and closes its findings.
func (w *writer) dropRule(rule, reason string) {
	defer w.setHidden(rule, false)
	if w.ix.rule(rule) == nil {
		w.unwaive(rule, nil)
		return
	}
	members := w.waivedAt(rule)
	closed := crm.TimeOf(w.now)
	w.eachResult(rule, func(client int64, was *crm.Result) {
		w.logDifference(rule, client, was, &crm.Result{}, closed, "", reason)
		w.settle(rule, client, was, &crm.Result{}, cause{at: closed, why: reason})
	})
	if w.results.Bucket([]byte(rule)) != nil {
		w.changed = true
		if w.fail(w.results.DeleteBucket([]byte(rule))) {
			return
		}
	}
	w.shardsChanged(rule)
	w.ix.dropRule(rule)
	w.unwaive(rule, members)
}

// Objects returns the declared objects of a kind, by kind and name.
func (s *Store) Objects(ctx context.Context, kind string) ([]store.Object, error) {
	var found []store.Object
	err := s.read(ctx, func(snap *snapshot) error {
		prefix := []byte{}
		if kind != "" {
			prefix = append([]byte(kind), 0)
		}
		c := snap.tx.Bucket(bucketObjects).Cursor()
		for k, v := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
			kind, name, ok := strings.Cut(string(k), "\x00")
			if !ok || len(v) < 8 {
				return fmt.Errorf("%w: the object %q makes no sense", ErrDamaged, k)
			}
			found = append(found, store.Object{Kind: kind, Name: name, Version: number(v[:8]), Data: bytes.Clone(v[8:])})
		}
		return nil
	})
	return found, err
}

// Generation returns the number of the rule set.
func (s *Store) Generation(ctx context.Context) (uint64, error) {
	var generation uint64
	err := s.read(ctx, func(snap *snapshot) error {
		generation = snap.ix.generation
		return nil
	})
	return generation, err
}
