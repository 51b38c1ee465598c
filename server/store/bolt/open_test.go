package bolt_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"assay/server/crm"
	"assay/server/store"
	"assay/server/store/bolt"
)

var ctx = context.Background()

func open(t testing.TB, dir string) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(ctx, bolt.Config{Dir: dir, MapSize: mapSize})
	if err != nil {
		t.Fatalf("open %s: %v", dir, err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func closeStore(t testing.TB, s *bolt.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatalf("close the base: %v", err)
	}
}

func card(t testing.TB, c crm.Client) []byte {
	t.Helper()
	b, err := crm.EncodeCard(nil, &c)
	if err != nil {
		t.Fatalf("encode a card: %v", err)
	}
	return b
}

// aBase returns the bytes of a base with clients in it.
func aBase(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	s := open(t, dir)
	var changes []store.Change
	for range 500 {
		changes = append(changes, store.Change{Card: card(t, crm.Client{Name: "A"}), Generation: 1})
	}
	if _, err := s.Commit(ctx, crm.Everything, changes); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	b, err := os.ReadFile(filepath.Join(dir, bolt.FileName))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// changed returns a copy of a base with its meta bucket changed.
func changed(t *testing.T, base []byte, change func(tx *bbolt.Tx) error) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, base, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(change), db.Close()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func marker(format string) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("format"), []byte(format)) }
}

func TestForeignFiles(t *testing.T) {
	base := aBase(t)
	tests := []struct {
		name string
		file []byte
		want error
	}{
		{"empty", nil, bolt.ErrForeign},
		{"text", []byte("name;phone\n"), bolt.ErrForeign},
		{"zeros", make([]byte, 1<<16), bolt.ErrForeign},
		{"another program's bbolt file", changed(t, nil, func(tx *bbolt.Tx) error {
			_, err := tx.CreateBucket([]byte("things"))
			return err
		}), bolt.ErrForeign},
		{"another program's format", changed(t, base, marker("other/1")), bolt.ErrForeign},
		{"no format number", changed(t, base, marker("assay.store/x")), bolt.ErrForeign},
		{"newer format", changed(t, base, marker("assay.store/99")), bolt.ErrNewer},
		{"bucket missing", changed(t, base, func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("cards")) }), bolt.ErrDamaged},
		{"counters cut", changed(t, base, func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("meta")).Put([]byte("counters"), []byte{1})
		}), bolt.ErrDamaged},
		{"card that is none", changed(t, base, func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("cards")).Put([]byte{0, 0, 0, 0, 0, 0, 0, 7}, []byte("text"))
		}), bolt.ErrDamaged},
		{"block that is none", changed(t, base, func(tx *bbolt.Tx) error {
			rule, err := tx.Bucket([]byte("results")).CreateBucket([]byte("r"))
			if err != nil {
				return err
			}
			return rule.Put(make([]byte, 8), []byte("text"))
		}), bolt.ErrDamaged},
		{"end missing", base[:64<<10], bolt.ErrDamaged},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, bolt.FileName)
			if err := os.WriteFile(path, test.file, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := bolt.Open(ctx, bolt.Config{Dir: dir, MapSize: mapSize})
			if err == nil {
				_ = s.Close()
			}
			if !errors.Is(err, test.want) {
				t.Fatalf("got error %v, want %v", err, test.want)
			}
			if now, err := os.ReadFile(path); err != nil || string(now) != string(test.file) {
				t.Fatalf("the file was changed (%v)", err)
			}
		})
	}
}

func TestPlacesThatAreNone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := bolt.Open(ctx, bolt.Config{Dir: file}); err == nil {
		t.Fatal("a file was taken for a directory")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, bolt.FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := bolt.Open(ctx, bolt.Config{Dir: dir}); !errors.Is(err, bolt.ErrForeign) {
		t.Fatalf("got error %v for a directory in the place of the file", err)
	}
	dir = filepath.Join(t.TempDir(), "a", "b")
	closeStore(t, open(t, dir))
	if info, err := os.Stat(filepath.Join(dir, bolt.FileName)); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the file of a new base: %v %v", info.Mode(), err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Fatalf("a new base has left %v (%v)", left, err)
	}
}

func TestSecondProcess(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir)
	_, err := bolt.Open(ctx, bolt.Config{Dir: dir, LockTimeout: 10 * time.Millisecond, MapSize: mapSize})
	if !errors.Is(err, bolt.ErrLocked) {
		t.Fatalf("got error %v, want that it is held", err)
	}
	closeStore(t, first)
	closeStore(t, open(t, dir))
}

func TestOpenCancelled(t *testing.T) {
	dir := t.TempDir()
	closeStore(t, open(t, dir))
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := bolt.Open(cancelled, bolt.Config{Dir: dir, MapSize: mapSize}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got error %v, want that it was cancelled", err)
	}
	closeStore(t, open(t, dir)) // the file is free
}

// A start that was killed while it made the base left its half behind.
func TestOpenDropsUnfinishedBases(t *testing.T) {
	dir := t.TempDir()
	old, young := filepath.Join(dir, bolt.FileName+".new-1"), filepath.Join(dir, bolt.FileName+".new-2")
	for _, path := range []string{old, young} {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hourAgo := time.Now().Add(-time.Hour)
	if err := os.Chtimes(old, hourAgo, hourAgo); err != nil {
		t.Fatal(err)
	}
	s, err := bolt.Open(context.Background(), bolt.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the old half is still there: %v", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("a file that may be somebody's was removed: %v", err)
	}
}
