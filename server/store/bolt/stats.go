package bolt

import (
	"context"
	"os"

	"assay/server/store"
)

// Stats returns figures for operators.
func (s *Store) Stats(ctx context.Context) (store.Stats, error) {
	var stats store.Stats
	err := s.read(ctx, func(snap *snapshot) error {
		info, err := os.Stat(s.db.Path())
		if err != nil {
			return err
		}
		stats = store.Stats{
			Clients: snap.ix.all.len(), LastID: snap.ix.lastID,
			FileBytes: info.Size(), Events: snap.ix.lastSeq - snap.ix.firstSeq + 1,
		}
		return nil
	})
	return stats, err
}
