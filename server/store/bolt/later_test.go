package bolt_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"assay/server/store"
	"assay/server/store/bolt"
)

// TestABaseOfAnEarlierReleaseGetsItsHistory opens a base that was made before
// revisions were kept.
func TestABaseOfAnEarlierReleaseGetsItsHistory(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if _, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "a", Data: []byte("1")}, store.Effect{}); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	path := filepath.Join(dir, bolt.FileName)
	base, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	old := changed(t, base, func(tx *bbolt.Tx) error {
		return errors.Join(tx.DeleteBucket([]byte("revisions")), tx.DeleteBucket([]byte("jobs")))
	})
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	revision := &store.Revision{By: "anna", Change: "applied", Data: []byte("2")}
	if _, err := s.PutObject(ctx, store.Object{Kind: "Rule", Name: "a", Data: []byte("2")}, store.Effect{Revision: revision}); err != nil {
		t.Fatal(err)
	}
	kept, err := s.Revisions(ctx, "Rule", "a")
	if err != nil || len(kept) != 1 || kept[0].Number != 1 || string(kept[0].Data) != "2" {
		t.Errorf("kept %+v, %v", kept, err)
	}
	if objects, err := s.Objects(ctx, "Rule"); err != nil || len(objects) != 1 || string(objects[0].Data) != "2" {
		t.Errorf("objects %+v, %v", objects, err)
	}
}
