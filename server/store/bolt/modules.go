package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"assay/server/crm"
	"assay/server/store"
)

const moduleHeader = 8 + 8 // size of the wasm, packed time

// PutModule stores a module under its digest, once.
func (s *Store) PutModule(ctx context.Context, m store.Module) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	if m.Digest == "" || len(m.Digest) > maxObjectName {
		return fmt.Errorf("a module needs a digest of 1 to %d bytes, not %d", maxObjectName, len(m.Digest))
	}
	return s.submit(ctx, 1, func(w *writer) error {
		bucket := w.tx.Bucket(bucketModules)
		if bucket.Get([]byte(m.Digest)) != nil {
			return nil
		}
		v := binary.BigEndian.AppendUint64(nil, uint64(len(m.Wasm)))
		v = binary.BigEndian.AppendUint64(v, packTime(m.AddedAt))
		w.put(bucket, []byte(m.Digest), append(v, m.Meta...))
		w.put(w.tx.Bucket(bucketWasm), []byte(m.Digest), m.Wasm)
		return nil
	})
}

// DeleteModule removes a module.
func (s *Store) DeleteModule(ctx context.Context, digest string) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	return s.submit(ctx, 1, func(w *writer) error {
		bucket := w.tx.Bucket(bucketModules)
		if bucket.Get([]byte(digest)) == nil {
			return fmt.Errorf("module %s: %w", digest, crm.ErrNotFound)
		}
		w.remove(bucket, []byte(digest))
		w.remove(w.tx.Bucket(bucketWasm), []byte(digest))
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
		Digest: digest, Size: number(v[:8]),
		AddedAt: unpackTime(binary.BigEndian.Uint64(v[8:])), Meta: bytes.Clone(v[moduleHeader:]),
	}, nil
}
