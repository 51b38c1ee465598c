package bolt

import "github.com/RoaringBitmap/roaring/v2"

// idStream hands out the ids of chunks in ascending or descending order. It is
// for one goroutine unless it is locked around.
type idStream struct {
	chunk      func(k int) *roaring.Bitmap
	k, end     int // end is one past the last chunk in the direction of travel
	descending bool
	current    roaring.IntIterable
}

// stream hands out what chunk gives for 0 to span-1, beyond an id if there is one.
func stream(span int, chunk func(k int) *roaring.Bitmap, beyond *uint32, descending bool) *idStream {
	s := &idStream{chunk: chunk, end: span, descending: descending}
	if descending {
		s.k, s.end = span-1, -1
	}
	if beyond == nil {
		return s
	}
	at, low := int(*beyond>>chunkBits), uint64(*beyond&chunkMask)
	if !descending {
		s.k = at
	} else {
		s.k = min(at, s.k)
	}
	s.chunk = func(k int) *roaring.Bitmap {
		ids := chunk(k)
		if k != at || ids == nil {
			return ids
		}
		rest := ids.Clone()
		if descending {
			rest.RemoveRange(low, chunkSize)
		} else {
			rest.RemoveRange(0, low+1)
		}
		return rest
	}
	return s
}

// next fills ids and returns how many there were left to fill it with.
func (s *idStream) next(ids []uint32) int {
	n := 0
	for n < len(ids) {
		if s.current == nil || !s.current.HasNext() {
			if !s.advance() {
				break
			}
			continue
		}
		low := s.current.Next()
		at := s.k - 1
		if s.descending {
			at = s.k + 1
		}
		ids[n] = uint32(at)<<chunkBits | low
		n++
	}
	return n
}

// advance opens the next chunk; k is then past it.
func (s *idStream) advance() bool {
	if s.descending {
		if s.k <= s.end {
			return false
		}
		s.current = nil
		if ids := s.chunk(s.k); ids != nil {
			s.current = ids.ReverseIterator()
		}
		s.k--
		return true
	}
	if s.k >= s.end {
		return false
	}
	s.current = nil
	if ids := s.chunk(s.k); ids != nil {
		s.current = ids.Iterator()
	}
	s.k++
	return true
}
