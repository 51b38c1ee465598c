package bolt

import (
	"encoding/binary"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// A report counts the clients that some rule or other finds something at: a union of sets. Making one reads
// all of them, so the unions that were asked for are kept, each chunk with the versions of what it was made of. A
// chunk is made anew when a version is another one: writers know nothing of unions, and what is kept cannot
// be of another moment than the index it is asked of.

// unionsKept is how many unions are kept. One takes up to 128 KB for a million clients, and 256
// bytes more for each rule.
const unionsKept = 32

// piece is a set that a union is made of, less another set.
type piece struct {
	rule    string
	kind    byte // which sets of the rule they are
	of, but *set
}

const (
	pieceViolating byte = iota
	pieceUngraded       // violating, less graded
	pieceErrors
	piecePending
	pieceOwn                                        // and behind it one for each severity
	waivedPieces = pieceOwn + byte(len(severities)) // from here on the same of the waived findings
)

// unions are those that are kept, by their pieces. They are shared by the indexes of a store.
type unions struct {
	lock sync.Mutex
	kept map[string]*keptUnion
}

// keptUnion is what some pieces were together. It never changes.
type keptUnion struct {
	versions [][]epoch // by chunk: of the sets of every piece
	members  *set
}

// union returns the clients that are in one of the pieces.
func (ix *index) union(pieces []piece) *set {
	pieces = slices.DeleteFunc(pieces, func(p piece) bool { return p.of == nil })
	switch {
	case len(pieces) == 0:
		return nil
	case len(pieces) == 1 && pieces[0].but == nil:
		return pieces[0].of
	}
	key := keyOf(pieces)
	kept := ix.unions.get(key)
	now := kept.renewed(pieces)
	if now != kept {
		ix.unions.put(key, now)
	}
	return now.members
}

// keyOf tells pieces from others, of any index.
func keyOf(pieces []piece) string {
	var key []byte
	for i := range pieces {
		p := &pieces[i]
		key = binary.AppendUvarint(key, uint64(len(p.rule)))
		key = append(append(key, p.rule...), p.kind)
	}
	return string(key)
}

// get returns the union that is kept, one of nothing when there is none.
func (u *unions) get(key string) *keptUnion {
	u.lock.Lock()
	defer u.lock.Unlock()
	if kept := u.kept[key]; kept != nil {
		return kept
	}
	return &keptUnion{}
}

func (u *unions) put(key string, now *keptUnion) {
	u.lock.Lock()
	defer u.lock.Unlock()
	if u.kept == nil {
		u.kept = make(map[string]*keptUnion)
	}
	u.kept[key] = now
	for other := range u.kept {
		if len(u.kept) <= unionsKept {
			return
		}
		if other != key {
			delete(u.kept, other) // any: whoever asks for it has it made again
		}
	}
}

// renewed returns the union of the pieces as they are; it is u itself when they are what they were.
func (u *keptUnion) renewed(pieces []piece) *keptUnion {
	span := len(u.versions)
	for _, p := range pieces {
		span = max(span, p.of.span())
	}
	now := u
	is := make([]epoch, 0, 2*len(pieces))
	for k := range span {
		is = is[:0]
		for _, p := range pieces {
			is = append(is, p.of.version(k), p.but.version(k))
		}
		if k < len(u.versions) && slices.Equal(is, u.versions[k]) {
			continue
		}
		if now == u {
			now = &keptUnion{make([][]epoch, span), u.members}
			copy(now.versions, u.versions)
		}
		now.versions[k] = slices.Clone(is)
		now.members = now.members.withChunk(k, together(pieces, k), 0)
	}
	return now
}

func together(pieces []piece, k int) *roaring.Bitmap {
	chunks := make([]*roaring.Bitmap, len(pieces))
	for i, p := range pieces {
		chunks[i] = without(p.of.chunk(k), p.but.chunk(k))
	}
	return either(chunks...)
}
