package bolt

import (
	"context"
	"testing"

	"go.etcd.io/bbolt"

	"assay/server/crm"
	"assay/server/store"
)

// The history of a block of clients stays a few records, however often findings close.
func TestHistoryIsMerged(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, Config{Dir: t.TempDir(), MapSize: 1 << 28})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	found := []crm.Result{{Rule: "r", Findings: []crm.Finding{{Rule: "r", Code: "r"}}}}
	for revision := range int64(6 * freshRecords) {
		card, err := crm.EncodeCard(nil, &crm.Client{Name: "a"})
		if err != nil {
			t.Fatal(err)
		}
		c := store.Change{Card: card, Generation: 1, Results: found[:revision%2]}
		if revision > 0 {
			c.ID, c.Expect = 1, revision
		}
		if out, err := s.Commit(ctx, crm.Everything, []store.Change{c}); err != nil || out[0].Err != nil {
			t.Fatal(err, out)
		}
	}
	records := 0
	err = s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketPast).ForEach(func(_, _ []byte) error { records++; return nil })
	})
	if past, failed := s.History(ctx, crm.Everything, 1); failed != nil || len(past) != 3*freshRecords-1 || err != nil || records > freshRecords+1 {
		t.Errorf("%d records hold %d entries: %v, %v", records, len(past), err, failed)
	}
}
