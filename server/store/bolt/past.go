package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"assay/server/crm"
	"assay/server/store"
)

// What became of the findings of a block of clients is stored as records of
// events (eventlog.go), with the detail detailPast, under
//
//	the block number, u8 0 merged or 1 fresh, a number that grows
//
// A transaction appends a record to each block it closes findings in, so that
// closing a million findings writes a thousand values. When a block has many
// fresh records all its records are merged, and what is too old or too much goes.
const (
	pastMerged = 0
	pastFresh  = 1

	freshRecords = 64 // that a block may have
)

func pastKey(block int64, kind byte, n int64) []byte {
	return append(append(key(block), kind), key(n)...)
}

// keepPast adds an entry to the history of a client; an event of the same
// transaction was logged for it.
func (w *writer) keepPast(client int64, p *crm.Past) {
	e := event{typ: p.Type, at: p.At, client: client, rule: p.Rule, by: p.By,
		detail: detail{kind: detailPast, name: p.Code, rowID: p.RowID, reason: p.Reason, since: p.Since}}
	if p.Life != nil {
		var err error
		if e.detail.raw, err = json.Marshal(p.Life); w.fail(err) {
			return
		}
	}
	if w.past == nil {
		w.past = make(map[int64]*recordWriter)
	}
	records := w.past[client>>blockBits]
	if records == nil {
		records = &recordWriter{}
		w.past[client>>blockBits] = records
	}
	w.entries++
	records.add(w.entries, &e)
}

// writePast writes the entries of the transaction.
func (w *writer) writePast() {
	bucket := w.tx.Bucket(bucketPast)
	for block, records := range w.past {
		next := lastPast(bucket, block)
		for i, r := range records.records {
			w.put(bucket, pastKey(block, pastFresh, next+1+int64(i)), r.bytes)
		}
		if countFresh(bucket, block) > freshRecords {
			w.mergePast(bucket, block)
		}
	}
}

// lastPast returns the number of the newest fresh record of a block, 0 for none.
func lastPast(bucket *bbolt.Bucket, block int64) int64 {
	c := bucket.Cursor()
	k, _ := c.Seek(pastKey(block+1, 0, 0))
	if k == nil {
		k, _ = c.Last()
	} else {
		k, _ = c.Prev()
	}
	if !bytes.HasPrefix(k, append(key(block), pastFresh)) {
		return 0
	}
	return number(k[9:])
}

func countFresh(bucket *bbolt.Bucket, block int64) (n int) {
	prefix := append(key(block), pastFresh)
	c := bucket.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix) && n <= freshRecords; k, _ = c.Next() {
		n++
	}
	return n
}

// mergePast makes few records of those of a block.
func (w *writer) mergePast(bucket *bbolt.Bucket, block int64) {
	byClient := map[int64][]event{}
	keys, err := eachPast(bucket, block, func(e event) { byClient[e.client] = append(byClient[e.client], e) })
	if w.fail(err) {
		return
	}
	var merged recordWriter
	clients := make([]int64, 0, len(byClient))
	for client := range byClient {
		clients = append(clients, client)
	}
	slices.Sort(clients)
	n := int64(0)
	for _, client := range clients {
		for _, e := range kept(byClient[client], w.now) {
			n++
			merged.add(n, &e)
		}
	}
	for _, k := range keys {
		w.remove(bucket, k)
	}
	for i, r := range merged.records {
		w.put(bucket, pastKey(block, pastMerged, int64(i)), r.bytes)
	}
}

// eachPast calls do for every entry of a block, oldest first for each client,
// and returns the keys of the records. The entries share no stored bytes.
func eachPast(bucket *bbolt.Bucket, block int64, do func(event)) (keys [][]byte, err error) {
	prefix := key(block)
	c := bucket.Cursor()
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
		keys = append(keys, bytes.Clone(k))
		r, err := readRecord(v)
		if err != nil {
			return nil, err
		}
		for {
			var e event
			more, err := r.next(&e)
			if err != nil {
				return nil, fmt.Errorf("the history of block %d: %w", block, err)
			}
			if !more {
				break
			}
			e.detail.raw = bytes.Clone(e.detail.raw)
			do(e)
		}
	}
	return keys, nil
}

// kept leaves the entries of one client that are kept.
func kept(entries []event, now time.Time) []event {
	const age = store.HistoryDays * 24 * time.Hour
	oldest := now.Add(-age).UnixMilli()
	entries = slices.DeleteFunc(entries, func(e event) bool { return e.at.UnixMilli() < oldest })
	return entries[max(0, len(entries)-store.HistoryKept):]
}

// History returns what became of a client's findings; see store.Lives.
func (s *Store) History(ctx context.Context, scope crm.Scope, client int64) (entries []crm.Past, err error) {
	err = s.read(ctx, func(snap *snapshot) error {
		card, err := snap.card(scope, client)
		if err != nil {
			return err
		}
		var found []event
		if card != nil || scope.All {
			_, err = eachPast(snap.tx.Bucket(bucketPast), client>>blockBits, func(e event) {
				if e.client == client {
					found = append(found, e)
				}
			})
		}
		if err != nil {
			return err
		}
		if card == nil && len(found) == 0 {
			return fmt.Errorf("client %d: %w", client, crm.ErrNotFound)
		}
		for _, e := range kept(found, s.config.Now()) {
			p, err := e.past()
			if err != nil {
				return err
			}
			entries = append(entries, p)
		}
		return ctx.Err()
	})
	return entries, err
}

func (e *event) past() (crm.Past, error) {
	p := crm.Past{At: e.at, Type: e.typ, By: e.by, Rule: e.rule, Code: e.detail.name, RowID: e.detail.rowID, Since: e.detail.since, Reason: e.detail.reason}
	if len(e.detail.raw) == 0 {
		return p, nil
	}
	p.Life = &crm.Life{}
	if err := json.Unmarshal(e.detail.raw, p.Life); err != nil {
		return p, fmt.Errorf("%w: a decision about a finding: %w", ErrDamaged, err)
	}
	return p, nil
}
