package bolt

import (
	"encoding/binary"
	"fmt"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/store"
)

const (
	keyLife     = 24 * time.Hour
	keyValue    = 32 + 8 + 8 // digest, client number, unix ms
	forgetAtMax = 512        // old keys a transaction drops at most
)

// replay answers a change whose key was used before; known is false when it
// was not, or longer than 24 hours ago.
func (w *writer) replay(scope crm.Scope, k *store.IdempotencyKey) (out store.Outcome, known bool) {
	if k.Key == "" || len(k.Key) > maxKeySize {
		return store.Outcome{Err: fmt.Errorf("an idempotency key of %d bytes, not 1 to %d", len(k.Key), maxKeySize)}, true
	}
	v := w.tx.Bucket(bucketIdempotency).Get([]byte(k.Key))
	if len(v) != keyValue || w.now.UnixMilli()-number(v[40:]) >= keyLife.Milliseconds() {
		return store.Outcome{}, false
	}
	if [32]byte(v[:32]) != k.Digest {
		return store.Outcome{Err: crm.ErrIdempotencyReuse}, true
	}
	id := number(v[32:40])
	out = store.Outcome{ID: id, Replayed: true}
	card, err := abi.Open(w.cards.Get(key(id)))
	if err != nil || !scope.Admits(card.Manager()) {
		out.Err = fmt.Errorf("client %d, written with this key: %w", id, crm.ErrNotFound)
		return out, true
	}
	out.Revision = card.Revision()
	for _, rule := range w.rulesOf(uint32(id)) {
		r, err := readResult(w.block(rule, id>>blockBits).get(int(id&(blockSize-1))), rule)
		if w.fail(err) {
			return out, true
		}
		out.Results = append(out.Results, r)
	}
	return out, true
}

// remember notes which client was written with a key.
func (w *writer) remember(k *store.IdempotencyKey, id int64) {
	at := uint64(w.now.UnixMilli())
	v := append(make([]byte, 0, keyValue), k.Digest[:]...)
	v = binary.BigEndian.AppendUint64(v, uint64(id))
	v = binary.BigEndian.AppendUint64(v, at)
	w.put(w.tx.Bucket(bucketIdempotency), []byte(k.Key), v)
	w.put(w.tx.Bucket(bucketKeyAges), append(key(int64(at)), k.Key...), []byte{})
}

// forgetKeys drops keys that are no longer honoured.
func (w *writer) forgetKeys() {
	ages, keys := w.tx.Bucket(bucketKeyAges), w.tx.Bucket(bucketIdempotency)
	oldest := w.now.Add(-keyLife).UnixMilli()
	var old [][]byte
	c := ages.Cursor()
	for k, _ := c.First(); k != nil && len(old) < forgetAtMax; k, _ = c.Next() {
		if len(k) <= 8 || number(k[:8]) > oldest {
			break
		}
		old = append(old, k)
	}
	for _, k := range old {
		// The key may have been used again since.
		if v := keys.Get(k[8:]); len(v) == keyValue && number(v[40:]) == number(k[:8]) {
			w.remove(keys, k[8:])
		}
		w.remove(ages, k)
	}
}
