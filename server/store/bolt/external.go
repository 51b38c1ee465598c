package bolt

import (
	"hash/maphash"
	"strings"
	"sync"

	"go.etcd.io/bbolt"

	"assay/sdk/abi"
)

// externalIndex finds clients by external id. It is a hash table in memory, 11
// to 21 bytes a client, that holds 32 bits of the hash and the client number;
// whoever looks something up compares with the card. In the file, unique keys
// in random order cost an import of a million clients four times the rest.
//
// The table is one for all versions of the base and may hold more than any of
// them: an id is added before its transaction commits and dropped after the one
// that took it away. The card tells what is true at a reader's moment.
type externalIndex struct {
	seed   maphash.Seed
	shards [externalShards]externalShard
}

const externalShards = 256 // so that growing moves little at a time

type externalShard struct {
	sync.RWMutex
	n     int
	slots []uint64 // hash<<32 | client number, 0 is free; linear probing
}

// externalEntry is an entry that was added or has become stale.
type externalEntry struct {
	id   uint32
	text string
}

func newExternalIndex() *externalIndex { return &externalIndex{seed: maphash.MakeSeed()} }

func (e *externalIndex) place(external string) (*externalShard, uint32) {
	h := maphash.String(e.seed, external)
	return &e.shards[h%externalShards], uint32(h >> 32)
}

// find returns the client that has an external id according to has, 0 for none.
func (e *externalIndex) find(external string, has func(id uint32) bool) int64 {
	if external == "" {
		return 0
	}
	var few [4]uint32
	for _, id := range e.candidates(few[:0], external) {
		if has(id) {
			return int64(id)
		}
	}
	return 0
}

// candidates appends the clients whose external id has the right hash.
func (e *externalIndex) candidates(ids []uint32, external string) []uint32 {
	shard, tag := e.place(external)
	shard.RLock()
	defer shard.RUnlock()
	shard.probe(tag, func(_ int, id uint32) bool {
		ids = append(ids, id)
		return true
	})
	return ids
}

// add adds an entry; it returns false when there was the same one.
func (e *externalIndex) add(external string, id uint32) bool {
	shard, tag := e.place(external)
	shard.Lock()
	defer shard.Unlock()
	if shard.at(tag, id) >= 0 {
		return false
	}
	if 4*(shard.n+1) > 3*len(shard.slots) {
		shard.grow()
	}
	shard.put(uint64(tag)<<32 | uint64(id))
	shard.n++
	return true
}

// drop removes an entry if it is there.
func (e *externalIndex) drop(external string, id uint32) {
	shard, tag := e.place(external)
	shard.Lock()
	defer shard.Unlock()
	at := shard.at(tag, id)
	if at < 0 {
		return
	}
	shard.n--
	// Entries behind the gap move up as far as their own places allow.
	mask := len(shard.slots) - 1
	for next := (at + 1) & mask; shard.slots[next] != 0; next = (next + 1) & mask {
		home := int(shard.slots[next]>>32) & mask
		if (next-home)&mask >= (next-at)&mask {
			shard.slots[at], at = shard.slots[next], next
		}
	}
	shard.slots[at] = 0
}

// at returns where an entry is, -1 for nowhere.
func (s *externalShard) at(tag, id uint32) int {
	found := -1
	s.probe(tag, func(at int, is uint32) bool {
		if is == id {
			found = at
		}
		return found < 0
	})
	return found
}

// probe calls do for the entries of a hash until it returns false.
func (s *externalShard) probe(tag uint32, do func(at int, id uint32) bool) {
	if len(s.slots) == 0 {
		return
	}
	mask := len(s.slots) - 1
	for at := int(tag) & mask; s.slots[at] != 0; at = (at + 1) & mask {
		if entry := s.slots[at]; uint32(entry>>32) == tag && !do(at, uint32(entry)) {
			return
		}
	}
}

func (s *externalShard) put(entry uint64) {
	mask := len(s.slots) - 1
	at := int(entry>>32) & mask
	for s.slots[at] != 0 {
		at = (at + 1) & mask
	}
	s.slots[at] = entry
}

func (s *externalShard) grow() {
	old := s.slots
	s.slots = make([]uint64, max(16, 2*len(old)))
	for _, entry := range old {
		if entry != 0 {
			s.put(entry)
		}
	}
}

// hasExternal returns whether a client's card in a bucket has an external id.
func hasExternal(cards *bbolt.Bucket, external string) func(id uint32) bool {
	return func(id uint32) bool {
		card, err := abi.Open(cards.Get(key(int64(id))))
		return err == nil && card.ExternalID() == external
	}
}

// takeExternal notes that a client has an external id now.
func (w *writer) takeExternal(external string, id int64) {
	if external != "" && w.store.external.add(external, uint32(id)) {
		w.added = append(w.added, externalEntry{uint32(id), external})
	}
}

// leaveExternal notes that a client does not have an external id any more. The
// entry goes with the next transaction, for the sake of readers of this one.
func (w *writer) leaveExternal(external string, id int64) {
	if external != "" {
		w.stale = append(w.stale, externalEntry{uint32(id), strings.Clone(external)})
	}
}

// dropStale drops what the transaction before has left and nobody has taken again.
func (w *writer) dropStale() {
	for _, old := range w.store.stale {
		if !hasExternal(w.cards, old.text)(old.id) {
			w.store.external.drop(old.text, old.id)
		}
	}
}
