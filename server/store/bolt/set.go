package bolt

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

const (
	chunkBits = 16             // a chunk holds the clients id>>chunkBits: one roaring container
	chunkSize = 1 << chunkBits // clients in a chunk
	chunkMask = chunkSize - 1
	fewIDs    = 32 // up to so many ids are a plain list: a base may have a tag for every client
)

// epoch numbers the transactions of this process. A set or chunk that a
// transaction made is its own to change until it is published.
type epoch uint64

// set is a set of client numbers. A published set never changes: add and remove
// copy the header and the one chunk they touch (8 KiB at most), unless the
// running transaction has made them itself. roaring's own copy-on-write is not
// used because it writes marks into the bitmaps that readers share.
//
// The nil set is empty.
type set struct {
	owner  epoch
	n      int64    // members
	few    []uint32 // sorted; all members while chunks is nil
	chunks []chunk  // by id>>chunkBits
}

// chunk is the part of a set in one range of ids, by their low bits.
type chunk struct {
	owner   epoch           // who may change ids: the transaction that made them
	version epoch           // the transaction that put them into this set, from where they may be shared
	ids     *roaring.Bitmap // nil: none
}

func (s *set) len() int64 {
	if s == nil {
		return 0
	}
	return s.n
}

func (s *set) contains(id uint32) bool {
	if s == nil {
		return false
	}
	if s.chunks == nil {
		_, found := slices.BinarySearch(s.few, id)
		return found
	}
	k := int(id >> chunkBits)
	return k < len(s.chunks) && s.chunks[k].ids != nil && s.chunks[k].ids.Contains(id&chunkMask)
}

// chunk returns the members with id>>chunkBits == k by their low bits, nil when
// there are none. It must not be changed.
func (s *set) chunk(k int) *roaring.Bitmap {
	switch {
	case s == nil:
		return nil
	case s.chunks != nil:
		if k < len(s.chunks) {
			return s.chunks[k].ids
		}
		return nil
	}
	var found *roaring.Bitmap
	at, _ := slices.BinarySearch(s.few, uint32(k)<<chunkBits)
	for ; at < len(s.few) && int(s.few[at]>>chunkBits) == k; at++ {
		if found == nil {
			found = roaring.New()
		}
		found.Add(s.few[at] & chunkMask)
	}
	return found
}

// noVersion is the version of a chunk without members.
const noVersion = ^epoch(0)

// version tells what is in a chunk from all else that was published in its place in this process: it is the
// transaction that put its members there.
func (s *set) version(k int) epoch {
	switch {
	case s == nil:
		return noVersion
	case s.chunks == nil:
		return s.owner
	case k < len(s.chunks) && s.chunks[k].ids != nil:
		return s.chunks[k].version
	}
	return noVersion
}

// add returns the set with id in it.
func (s *set) add(id uint32, own epoch) *set {
	if s == nil {
		return &set{owner: own, n: 1, few: []uint32{id}}
	}
	if s.chunks == nil {
		return s.addToFew(id, own)
	}
	k := int(id >> chunkBits)
	if s.owner != own {
		if s.contains(id) {
			return s
		}
		s = s.clone(own)
	}
	for len(s.chunks) <= k {
		s.chunks = append(s.chunks, chunk{})
	}
	if s.ownChunk(k, own).CheckedAdd(id & chunkMask) {
		s.n++
	}
	return s
}

func (s *set) addToFew(id uint32, own epoch) *set {
	at, found := slices.BinarySearch(s.few, id)
	if found {
		return s
	}
	if len(s.few) < fewIDs {
		if s.owner != own {
			s = s.clone(own)
		}
		s.few = slices.Insert(s.few, at, id)
		s.n++
		return s
	}
	many := &set{owner: own, n: s.n, chunks: make([]chunk, max(id, s.few[len(s.few)-1])>>chunkBits+1)}
	for _, old := range s.few {
		many.ownChunk(int(old>>chunkBits), own).Add(old & chunkMask)
	}
	return many.add(id, own)
}

// remove returns the set without id, nil when nothing is left.
func (s *set) remove(id uint32, own epoch) *set {
	if !s.contains(id) {
		return s
	}
	if s.n == 1 {
		return nil
	}
	if s.owner != own {
		s = s.clone(own)
	}
	s.n--
	if s.chunks == nil {
		at, _ := slices.BinarySearch(s.few, id)
		s.few = slices.Delete(s.few, at, at+1)
		return s
	}
	k := int(id >> chunkBits)
	ids := s.ownChunk(k, own)
	ids.Remove(id & chunkMask)
	if ids.IsEmpty() {
		s.chunks[k] = chunk{}
	}
	return s
}

func (s *set) clone(own epoch) *set {
	return &set{owner: own, n: s.n, few: slices.Clone(s.few), chunks: slices.Clone(s.chunks)}
}

// ownChunk returns a chunk that the transaction may change, of a set that is its own.
func (s *set) ownChunk(k int, own epoch) *roaring.Bitmap {
	c := &s.chunks[k]
	switch {
	case c.ids == nil:
		*c = chunk{own, own, roaring.New()}
	case c.owner != own:
		*c = chunk{own, own, c.ids.Clone()}
	}
	return c.ids
}

// compact stores the chunks the transaction changed as runs where that is
// smaller: a set of nearly all clients then costs next to nothing.
func (s *set) compact(own epoch) {
	if s == nil || s.owner != own {
		return
	}
	for _, c := range s.chunks {
		if c.owner == own && c.ids != nil {
			c.ids.RunOptimize()
		}
	}
}

// blockEmpty tells whether the set has no client of a block.
func (s *set) blockEmpty(block int64) bool {
	ids := s.chunk(int(block >> (chunkBits - blockBits)))
	if ids == nil {
		return true
	}
	first := uint64(block<<blockBits) & chunkMask
	return !ids.IntersectsWithInterval(first, first+blockSize)
}

// blocks returns the blocks that have members, ascending.
func (s *set) blocks() []int64 {
	var found []int64
	for k := range s.span() {
		ids := s.chunk(k)
		for from := int64(0); ids != nil && from < chunkSize; {
			next := ids.NextValue(uint32(from))
			if next < 0 {
				break
			}
			found = append(found, (int64(k)<<chunkBits+next)>>blockBits)
			from = (next>>blockBits + 1) << blockBits
		}
	}
	return found
}

// span returns how many chunks there are from the first to the last used one.
func (s *set) span() int {
	switch {
	case s == nil:
		return 0
	case s.chunks == nil:
		return int(s.few[len(s.few)-1]>>chunkBits) + 1
	}
	return len(s.chunks)
}

// equal tells whether two sets have the same members.
func (s *set) equal(t *set) bool {
	if s.len() != t.len() {
		return false
	}
	for k := range max(s.span(), t.span()) {
		a, b := s.chunk(k), t.chunk(k)
		if size(a) != size(b) || size(a) > 0 && !a.Equals(b) {
			return false
		}
	}
	return true
}

// setOf makes a set of whole chunks, which it keeps.
func setOf(chunks []*roaring.Bitmap) *set {
	s := &set{}
	for k, ids := range chunks {
		if n := size(ids); n > 0 {
			s.n += n
			for len(s.chunks) <= k {
				s.chunks = append(s.chunks, chunk{})
			}
			s.chunks[k].ids = ids
		}
	}
	switch {
	case s.n == 0:
		return nil
	case s.n <= fewIDs:
		return s.asFew()
	}
	return s
}

func (s *set) asFew() *set {
	few := make([]uint32, 0, s.n)
	for k := range s.chunks {
		if ids := s.chunks[k].ids; ids != nil {
			ids.Iterate(func(low uint32) bool {
				few = append(few, uint32(k)<<chunkBits|low)
				return true
			})
		}
	}
	return &set{owner: s.owner, n: s.n, few: few}
}
