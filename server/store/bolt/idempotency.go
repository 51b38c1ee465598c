package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/store"
)

const (
	keyLife     = 24 * time.Hour
	keyHeader   = 32 + 8 + 8 // digest, client number, unix ms; the card follows
	forgetAtMax = 512        // old keys a transaction drops at most
)

// replay answers a change whose key was used before with what that one made;
// known is false when there was none, or longer than 24 hours ago.
func (w *writer) replay(scope crm.Scope, k *store.IdempotencyKey) (out store.Outcome, known bool) {
	if k.Key == "" || len(k.Key) > maxKeySize {
		return store.Outcome{Err: fmt.Errorf("an idempotency key of %d bytes, not 1 to %d", len(k.Key), maxKeySize)}, true
	}
	v := w.tx.Bucket(bucketIdempotency).Get([]byte(k.Key))
	if len(v) < keyHeader || w.now.UnixMilli()-number(v[40:48]) >= keyLife.Milliseconds() {
		return store.Outcome{}, false
	}
	if [32]byte(v[:32]) != k.Digest {
		return store.Outcome{Err: crm.ErrIdempotencyReuse}, true
	}
	id := number(v[32:40])
	out = store.Outcome{ID: id, Replayed: true, Card: bytes.Clone(v[keyHeader:])}
	card, err := abi.Open(out.Card)
	if err != nil || !scope.Admits(card.Manager()) {
		return store.Outcome{ID: id, Replayed: true, Err: fmt.Errorf("client %d, written with this key: %w", id, crm.ErrNotFound)}, true
	}
	out.Revision = card.Revision()
	return out, true
}

// remember notes what a change with a key has made.
func (w *writer) remember(k *store.IdempotencyKey, id int64, card []byte) {
	at := uint64(w.now.UnixMilli())
	v := append(make([]byte, 0, keyHeader+len(card)), k.Digest[:]...)
	v = binary.BigEndian.AppendUint64(v, uint64(id))
	v = binary.BigEndian.AppendUint64(v, at)
	w.put(w.tx.Bucket(bucketIdempotency), []byte(k.Key), append(v, card...))
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
		if v := keys.Get(k[8:]); len(v) >= keyHeader && number(v[40:48]) == number(k[:8]) {
			w.remove(keys, k[8:])
		}
		w.remove(ages, k)
	}
}
