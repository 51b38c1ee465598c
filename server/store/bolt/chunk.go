package bolt

import (
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// The functions of this file calculate with chunks of sets: the low bits of the
// clients with one id>>chunkBits. Nil is an empty chunk. Chunks are shared and
// must not be changed.

// size returns the members of a chunk, which may be nil.
func size(ids *roaring.Bitmap) int64 {
	if ids == nil {
		return 0
	}
	return int64(ids.GetCardinality())
}

// both returns what is in two chunks, nil for nothing. It may be one of them.
func both(a, b *roaring.Bitmap) *roaring.Bitmap {
	if a == nil || b == nil {
		return nil
	}
	if a == b {
		return a
	}
	if c := roaring.And(a, b); !c.IsEmpty() {
		return c
	}
	return nil
}

// without returns what is in a and not in b, nil for nothing. It may be a.
func without(a, b *roaring.Bitmap) *roaring.Bitmap {
	if a == nil || b == nil {
		return a
	}
	if c := roaring.AndNot(a, b); !c.IsEmpty() {
		return c
	}
	return nil
}

// sizeOfBoth returns how much is in two chunks.
func sizeOfBoth(a, b *roaring.Bitmap) int64 {
	if a == nil || b == nil {
		return 0
	}
	if a == b {
		return size(a)
	}
	return int64(a.AndCardinality(b))
}

// either returns what is in one of the chunks, nil for nothing. It may be one of them.
func either(chunks ...*roaring.Bitmap) *roaring.Bitmap {
	chunks = slices.DeleteFunc(chunks, func(c *roaring.Bitmap) bool { return c == nil })
	switch len(chunks) {
	case 0:
		return nil
	case 1:
		return chunks[0]
	}
	return roaring.FastOr(chunks...)
}

// bitSlices counts something for each client: slice k holds the clients whose
// count has bit k. The sum over any selection is then a sum of cardinalities.
type bitSlices []*set

// with returns the slices after the count of id has changed.
func (b bitSlices) with(id uint32, was, is int, own epoch) bitSlices {
	if was == is {
		return b
	}
	next := slices.Clone(b)
	for changed := uint(was ^ is); changed != 0; changed &= changed - 1 {
		k := bits.TrailingZeros(changed)
		for len(next) <= k {
			next = append(next, nil)
		}
		if is>>k&1 == 1 {
			next[k] = next[k].add(id, own)
		} else {
			next[k] = next[k].remove(id, own)
		}
	}
	return next
}
