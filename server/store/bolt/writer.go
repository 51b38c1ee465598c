package bolt

import (
	"fmt"

	"time"

	"go.etcd.io/bbolt"

	"assay/server/crm"
)

// writer is one write transaction: what it has changed in the file so far, what
// it will write at its end, and the index that belongs to it.
type writer struct {
	store *Store
	tx    *bbolt.Tx
	now   time.Time

	base *index // of the transaction before
	ix   *index // of this one; own marks what it may change in place
	own  epoch

	cards   *bbolt.Bucket
	results *bbolt.Bucket
	blocks  map[blockKey]*block
	shards  map[string]bool // rules whose pending shards have changed
	events  recordWriter
	past    map[int64]*recordWriter // by block: what became of findings
	entries int64                   // of past
	added   []externalEntry         // to the index of external ids
	stale   []externalEntry         // in it from the next transaction on
	arena   []byte

	changed bool
	broken  error // the transaction cannot go on
}

type blockKey struct {
	rule  string
	block int64
}

func (s *Store) newWriter(tx *bbolt.Tx) *writer {
	base := s.versions.Load().at(tx.ID() - 1)
	if base == nil {
		panic(fmt.Sprintf("there is no index of transaction %d", tx.ID()-1))
	}
	s.epoch++
	w := &writer{
		store: s, tx: tx, now: s.config.Now(), base: base, ix: base.copy(), own: s.epoch,
		cards: tx.Bucket(bucketCards), results: tx.Bucket(bucketResults),
	}
	w.ix.txid = tx.ID()
	w.cards.FillPercent = 1 // numbers only grow
	return w
}

// fail marks the transaction as lost when there is an error.
func (w *writer) fail(err error) bool {
	if err != nil && w.broken == nil {
		w.broken = err
	}
	return w.broken != nil
}

// put stores a value and remove drops one; errors end the transaction.
func (w *writer) put(b *bbolt.Bucket, key, value []byte) {
	w.changed = true
	w.fail(b.Put(key, value))
}

func (w *writer) remove(b *bbolt.Bucket, key []byte) {
	w.changed = true
	w.fail(b.Delete(key))
}

// log adds an event.
func (w *writer) log(e *event) {
	if e.at.IsZero() {
		e.at = crm.TimeOf(w.now)
	}
	w.changed = true
	w.ix.lastSeq++
	w.events.add(w.ix.lastSeq, e)
}

// block returns a block of a rule's results for the transaction to change.
func (w *writer) block(rule string, number int64) *block {
	at := blockKey{rule, number}
	if b := w.blocks[at]; b != nil {
		return b
	}
	b := &block{}
	if bucket := w.results.Bucket([]byte(rule)); bucket != nil {
		b.stored = bucket.Get(key(number))
		if w.fail(b.stored.check()) {
			b.stored = nil
		}
	}
	if w.blocks == nil {
		w.blocks = make(map[blockKey]*block)
	}
	w.blocks[at] = b
	return b
}

// space returns room to append a small value to; bytes handed out stay.
func (w *writer) space() []byte {
	const room, arena = 4 << 10, 64 << 10
	if cap(w.arena)-len(w.arena) < room {
		w.arena = make([]byte, 0, arena)
	}
	return w.arena
}

// took notes that a value was appended to space and returns it.
func (w *writer) took(appended []byte) []byte {
	from := len(w.arena)
	w.arena = appended
	return appended[from:len(appended):len(appended)]
}

// finish writes what was gathered during the transaction.
func (w *writer) finish() error {
	for at := range w.blocks {
		w.writeBlock(at)
	}
	w.writePending()
	w.writeEvents()
	w.writePast()
	w.forgetKeys()
	w.dropStale()
	if w.ix.counters != w.base.counters {
		w.put(w.tx.Bucket(bucketMeta), keyCounters, w.ix.counters.bytes())
	}
	w.ix.all.compact(w.own)
	return w.broken
}

func (w *writer) writeBlock(at blockKey) {
	b := w.blocks[at]
	if len(b.edits) == 0 {
		return
	}
	w.storeBlock(at.rule, at.block, b.encode())
}

// storeBlock writes a block of a rule's results, nil for one without any.
func (w *writer) storeBlock(rule string, number int64, value []byte) {
	bucket := w.results.Bucket([]byte(rule))
	if bucket == nil {
		if value == nil {
			return
		}
		var err error
		if bucket, err = w.results.CreateBucket([]byte(rule)); w.fail(err) {
			return
		}
	}
	if value == nil {
		w.remove(bucket, key(number))
		return
	}
	w.put(bucket, key(number), value)
}

// writeRule writes the blocks of one rule ahead of the rest.
func (w *writer) writeRule(rule string) {
	for at := range w.blocks {
		if at.rule == rule {
			w.writeBlock(at)
			delete(w.blocks, at)
		}
	}
}

func (w *writer) writePending() {
	bucket := w.tx.Bucket(bucketPending)
	for rule := range w.shards {
		r := w.ix.rule(rule)
		if r == nil || r.pending == nil {
			w.remove(bucket, []byte(rule))
			continue
		}
		b, err := packShards(r.pending.blocks(), r.since)
		if w.fail(err) {
			return
		}
		w.put(bucket, []byte(rule), b)
	}
}

// writeEvents stores the new events and drops records that are too old: all
// their events are beyond the EventsKept newest.
func (w *writer) writeEvents() {
	const dropsPerRecord = 4 // so that a lowered EventsKept is reached without one long transaction
	if len(w.events.records) == 0 {
		return
	}
	bucket := w.tx.Bucket(bucketEvents)
	bucket.FillPercent = 0.9
	for _, r := range w.events.records {
		w.put(bucket, key(r.first), r.bytes)
	}
	firsts := firstSeqs(bucket, dropsPerRecord*len(w.events.records)+1)
	for len(firsts) > 1 && firsts[1]-1 <= w.ix.lastSeq-w.store.config.EventsKept {
		w.remove(bucket, key(firsts[0]))
		firsts = firsts[1:]
	}
	if len(firsts) > 0 {
		w.ix.firstSeq = firsts[0]
	}
}

// firstSeqs returns the keys of the oldest records.
func firstSeqs(bucket *bbolt.Bucket, limit int) []int64 {
	firsts := make([]int64, 0, limit)
	c := bucket.Cursor()
	for k, _ := c.First(); k != nil && len(firsts) < limit; k, _ = c.Next() {
		firsts = append(firsts, number(k))
	}
	return firsts
}

// rulesOf returns the rules that have a result for a client, by name.
func (w *writer) rulesOf(id uint32) []string {
	var names []string
	for _, r := range w.ix.rules {
		if r.has.contains(id) {
			names = append(names, r.name)
		}
	}
	return names
}
