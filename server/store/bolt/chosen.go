package bolt

import "github.com/RoaringBitmap/roaring/v2"

// chosen is the clients that a query selects.
type chosen struct {
	whole   bool // all there are; chunks are not looked at then
	chunks  []*roaring.Bitmap
	counted map[*set]int64 // by count
}

// of returns the chosen of a chunk of a set, which has stored clients only.
func (c *chosen) of(s *set, k int) *roaring.Bitmap {
	switch {
	case c.whole:
		return s.chunk(k)
	case k < len(c.chunks):
		return both(c.chunks[k], s.chunk(k))
	}
	return nil
}

// among returns the chosen of a set, which has stored clients only.
func (c *chosen) among(s *set) *chosen {
	chunks := make([]*roaring.Bitmap, s.span())
	for k := range chunks {
		chunks[k] = c.of(s, k)
	}
	return &chosen{chunks: chunks}
}

// count counts the chosen of a set, which has stored clients only. Several counts of a report may be of one set.
func (c *chosen) count(s *set) int64 {
	if c.whole || s == nil {
		return s.len()
	}
	if n, counted := c.counted[s]; counted {
		return n
	}
	if c.counted == nil {
		c.counted = make(map[*set]int64)
	}
	n := c.countOnce(s)
	c.counted[s] = n
	return n
}

// countOnce is count of a set that is not counted again.
func (c *chosen) countOnce(s *set) (n int64) {
	if c.whole || s == nil {
		return s.len()
	}
	for k, ids := range c.chunks {
		n += sizeOfBoth(s.chunk(k), ids)
	}
	return n
}

// sum adds up what is counted at the chosen.
func (c *chosen) sum(counts bitSlices) int64 {
	var total int64
	for bit, s := range counts {
		total += c.count(s) << bit
	}
	return total
}

// chosen returns the selection as far as sets of clients tell it.
func (sel selection) chosen() *chosen {
	if len(sel.within) == 0 && len(sel.beyond) == 0 {
		return &chosen{whole: true}
	}
	return &chosen{chunks: sel.chunks()}
}
