package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"assay/server/crm"
	"assay/server/store"
)

const (
	moduleHeader = 8 + 8   // size of the wasm with moduleMade, packed time
	moduleMade   = 1 << 63 // the server made it
)

// PutModule stores a module under its digest, once; see store.Store.
func (s *Store) PutModule(ctx context.Context, m store.Module, events ...crm.Event) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	if err := checkModule(m); err != nil {
		return err
	}
	if err := checkEvents(events); err != nil {
		return err
	}
	return s.submit(ctx, 1, func(w *writer) error {
		if w.putModule(m) {
			w.logGiven(events)
		}
		return nil
	})
}

func checkModule(m store.Module) error {
	if m.Digest == "" || len(m.Digest) > maxObjectName {
		return fmt.Errorf("a module needs a digest of 1 to %d bytes, not %d", maxObjectName, len(m.Digest))
	}
	return nil
}

// putModule stores a module unless it is there; what was uploaded takes the place of what the server made.
func (w *writer) putModule(m store.Module) bool {
	bucket := w.tx.Bucket(bucketModules)
	if stored := bucket.Get([]byte(m.Digest)); stored != nil && (m.Made || !isMade(stored)) {
		return false
	}
	w.put(bucket, []byte(m.Digest), moduleValue(m))
	w.put(w.tx.Bucket(bucketWasm), []byte(m.Digest), m.Wasm)
	return true
}

func moduleValue(m store.Module) []byte {
	head := uint64(len(m.Wasm))
	if m.Made {
		head |= moduleMade
	}
	v := binary.BigEndian.AppendUint64(nil, head)
	return append(binary.BigEndian.AppendUint64(v, packTime(m.AddedAt)), m.Meta...)
}

func isMade(v []byte) bool {
	return len(v) >= moduleHeader && binary.BigEndian.Uint64(v)&moduleMade != 0
}

// dropMade removes those of the modules that the server made.
func (w *writer) dropMade(digests []string) {
	for _, digest := range digests {
		if isMade(w.tx.Bucket(bucketModules).Get([]byte(digest))) {
			w.removeModule(digest)
		}
	}
}

func (w *writer) removeModule(digest string) {
	w.remove(w.tx.Bucket(bucketModules), []byte(digest))
	w.remove(w.tx.Bucket(bucketWasm), []byte(digest))
}

// DeleteModule removes a module.
func (s *Store) DeleteModule(ctx context.Context, digest string, events ...crm.Event) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	if err := checkEvents(events); err != nil {
		return err
	}
	return s.submit(ctx, 1, func(w *writer) error {
		if w.tx.Bucket(bucketModules).Get([]byte(digest)) == nil {
			return fmt.Errorf("module %s: %w", digest, crm.ErrNotFound)
		}
		w.removeModule(digest)
		w.logGiven(events)
		return nil
	})
}

// Module returns a module with its bytes.
func (s *Store) Module(ctx context.Context, digest string) (store.Module, error) {
	var m store.Module
	err := s.read(ctx, func(snap *snapshot) error {
		v := snap.tx.Bucket(bucketModules).Get([]byte(digest))
		if v == nil {
			return fmt.Errorf("module %s: %w", digest, crm.ErrNotFound)
		}
		var err error
		m, err = readModule(digest, v)
		m.Wasm = bytes.Clone(snap.tx.Bucket(bucketWasm).Get([]byte(digest)))
		return err
	})
	return m, err
}

// Modules returns all modules without their bytes, by digest.
func (s *Store) Modules(ctx context.Context) ([]store.Module, error) {
	var found []store.Module
	err := s.read(ctx, func(snap *snapshot) error {
		return snap.tx.Bucket(bucketModules).ForEach(func(digest, v []byte) error {
			m, err := readModule(string(digest), v)
			found = append(found, m)
			return err
		})
	})
	return found, err
}

func readModule(digest string, v []byte) (store.Module, error) {
	if len(v) < moduleHeader {
		return store.Module{}, fmt.Errorf("%w: module %s has no header", ErrDamaged, digest)
	}
	return store.Module{
		Digest: digest, Size: int64(binary.BigEndian.Uint64(v) &^ moduleMade), Made: isMade(v),
		AddedAt: unpackTime(binary.BigEndian.Uint64(v[8:])), Meta: bytes.Clone(v[moduleHeader:]),
	}, nil
}
