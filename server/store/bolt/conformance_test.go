package bolt_test

import (
	"context"
	"errors"
	"testing"

	"assay/server/store"
	"assay/server/store/bolt"
	"assay/server/store/storetest"
)

// mapSize keeps the address space of many small bases in one test process low.
const mapSize = 1 << 28

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t testing.TB, o storetest.Options) storetest.Opener {
		config := bolt.Config{Dir: t.TempDir(), Now: o.Now, EventsKept: o.EventsKept, MapSize: mapSize}
		return func(t testing.TB) store.Store {
			t.Helper()
			s, err := bolt.Open(context.Background(), config)
			if err != nil {
				t.Fatalf("open the base: %v", err)
			}
			return checkedStore{s, t}
		}
	})
}

// checkedStore compares what is in memory with the file before it is closed.
type checkedStore struct {
	*bolt.Store
	t testing.TB
}

func (s checkedStore) Close() error {
	if err := s.Check(context.Background()); err != nil && !errors.Is(err, bolt.ErrClosed) {
		s.t.Errorf("check the base: %v", err)
	}
	return s.Store.Close()
}
