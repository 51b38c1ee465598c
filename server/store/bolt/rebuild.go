package bolt

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"
)

// rebuild makes the index of what is in the file, external ids included. Chunks
// of 65,536 clients are read in parallel, each worker in a read transaction of
// its own.
//
// It must run while nothing writes, so that the workers see the same moment.
func rebuild(ctx context.Context, db *bbolt.DB, external *externalIndex) (*index, error) {
	var ix *index
	err := db.View(func(tx *bbolt.Tx) error {
		var err error
		ix, err = rebuildFrom(ctx, tx, external, func(work func(*bbolt.Tx) error) error { return db.View(work) })
		return err
	})
	return ix, err
}

// rebuildFrom makes the index of one transaction; open gives each worker a
// transaction of the same moment.
func rebuildFrom(ctx context.Context, tx *bbolt.Tx, external *externalIndex,
	open func(func(*bbolt.Tx) error) error,
) (*index, error) {
	c, err := readCounters(tx)
	if err != nil {
		return nil, err
	}
	if c.lastID < 0 || c.lastID > maxID {
		return nil, fmt.Errorf("%w: its last client has number %d", ErrDamaged, c.lastID)
	}
	ix := &index{txid: tx.ID(), counters: c, firstSeq: c.lastSeq + 1, hidden: readHidden(tx), unions: &unions{}}
	if firsts := firstSeqs(tx.Bucket(bucketEvents), 1); len(firsts) > 0 {
		ix.firstSeq = firsts[0]
	}
	rules, err := storedRules(tx)
	if err != nil {
		return nil, err
	}
	r := rebuilder{ctx: ctx, rules: rules, external: external, parts: make([]*part, c.lastID>>chunkBits+1)}
	if err := r.readParts(open); err != nil {
		return nil, err
	}
	ix.join(r.parts, rules)
	ix.selectors = readSelectors(tx)
	if ix.lives, err = readLivesSet(tx); err != nil {
		return nil, err
	}
	return ix, ix.readPending(tx)
}

func storedRules(tx *bbolt.Tx) ([]string, error) {
	var rules []string
	err := tx.Bucket(bucketResults).ForEachBucket(func(name []byte) error {
		rules = append(rules, string(name))
		return nil
	})
	return rules, err
}

// rebuilder reads the chunks of a base in parallel.
type rebuilder struct {
	ctx      context.Context
	rules    []string
	external *externalIndex
	parts    []*part // by chunk
}

// readParts fills the parts, with a worker a processor.
func (r *rebuilder) readParts(open func(func(*bbolt.Tx) error) error) error {
	var next atomic.Int64
	var workers sync.WaitGroup
	var once sync.Once
	var failed error
	for range min(runtime.GOMAXPROCS(0), len(r.parts)) {
		workers.Go(func() {
			err := open(func(tx *bbolt.Tx) error {
				for k := int(next.Add(1)) - 1; k < len(r.parts); k = int(next.Add(1)) - 1 {
					p, err := r.readPart(tx, k)
					if err != nil {
						return err
					}
					r.parts[k] = p
				}
				return nil
			})
			if err != nil {
				next.Store(int64(len(r.parts)))
				once.Do(func() { failed = err })
			}
		})
	}
	workers.Wait()
	return failed
}

// readPending takes up the shards that are still to be judged. Which of their
// clients were written since is not known any more: all of them are pending.
func (ix *index) readPending(tx *bbolt.Tx) error {
	return tx.Bucket(bucketPending).ForEach(func(rule, packed []byte) error {
		shards, since, err := unpackShards(packed)
		if err != nil {
			return fmt.Errorf("%w: the pending shards of rule %s: %w", ErrDamaged, rule, err)
		}
		pending := ix.clientsOf(shards)
		if pending != nil {
			r := ix.ownRule(string(rule), 0)
			r.pending, r.since = pending, since
		}
		return nil
	})
}
