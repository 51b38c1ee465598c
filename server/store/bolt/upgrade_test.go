package bolt_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"assay/server/crm"
	"assay/server/store"
	"assay/server/store/bolt"
)

// A base of format 1 has no room for the life of findings, jobs and revisions; it gets it when it is opened.
func TestABaseOfTheFirstFormatIsOpened(t *testing.T) {
	old := changed(t, aBase(t), func(tx *bbolt.Tx) error {
		for _, name := range []string{"lives", "past", "selectors", "days", "jobs", "jobclients", "revisions"} {
			if err := tx.DeleteBucket([]byte(name)); err != nil {
				return err
			}
		}
		return marker("assay.store/1")(tx)
	})
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, bolt.FileName), old, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s := open(t, dir)
		_, err := s.History(ctx, crm.Everything, 1)
		err = errors.Join(err, s.PutSnapshot(ctx, store.Snapshot{Day: crm.DateOf(2026, 3, 9)}, crm.Date{}), s.Check(ctx))
		if err != nil {
			t.Error(err)
		}
		closeStore(t, s)
	}
}
