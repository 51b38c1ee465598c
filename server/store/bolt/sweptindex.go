package bolt

import (
	"github.com/RoaringBitmap/roaring/v2"
)

// delta is what changes in the index of a rule for the clients of one block.
type delta struct {
	any       bool
	changed   slots // whose result is another
	has       slots // of them, those that have one now, and so on as in ruleIndex
	violating slots
	errors    slots
	graded    slots
	counts    []slots
	own       *[len(severities)]ownDelta // nil: no finding had or has a severity of its own
	labels    map[string]*labelDelta
}

type ownDelta struct {
	violating slots
	counts    []slots
}

type labelDelta struct{ left, entered slots }

// change notes that the result of a slot is another one. Nothing of it is waived: see asReady.
func (d *delta) change(slot int, was, is resultHead) {
	d.any = true
	d.changed.add(slot)
	if is.exists {
		d.has.add(slot)
	}
	if is.open.all > 0 {
		d.violating.add(slot)
	}
	if is.failed {
		d.errors.add(slot)
	}
	if is.open.graded() {
		d.graded.add(slot)
	}
	d.counts = countIn(d.counts, slot, is.open.all)
	if was.open.own != is.open.own || is.open.own.sum() > 0 {
		if d.own == nil {
			d.own = new([len(severities)]ownDelta)
		}
		for i, n := range is.open.own {
			if n > 0 {
				d.own[i].violating.add(slot)
			}
			d.own[i].counts = countIn(d.own[i].counts, slot, n)
		}
	}
	if string(was.label) != string(is.label) {
		d.label(string(was.label)).left.add(slot)
		d.label(string(is.label)).entered.add(slot)
	}
}

func (d *delta) label(label string) *labelDelta {
	if d.labels == nil {
		d.labels = make(map[string]*labelDelta)
	}
	if d.labels[label] == nil {
		d.labels[label] = &labelDelta{}
	}
	return d.labels[label]
}

// countIn writes a count as bits.
func countIn(counts []slots, slot, n int) []slots {
	for bit := 0; n>>bit > 0; bit++ {
		if len(counts) <= bit {
			counts = append(counts, slots{})
		}
		if n>>bit&1 == 1 {
			counts[bit].add(slot)
		}
	}
	return counts
}

// bulk changes the index of one rule for blocks of one chunk at once.
type bulk struct {
	chunk   int
	own     epoch
	blocks  []*readyBlock
	numbers []int64
	words   []uint64
}

// dense returns the union of the slots that pick finds in the blocks, nil when there are none.
func (b *bulk) dense(pick func(*readyBlock) *slots) *roaring.Bitmap {
	const perBlock, perChunk = blockSize / 64, chunkSize / blockSize
	if b.words == nil {
		b.words = make([]uint64, chunkSize/64)
	}
	clear(b.words)
	var any uint64
	for i, block := range b.blocks {
		found := pick(block)
		if found == nil {
			continue
		}
		copy(b.words[b.numbers[i]%perChunk*perBlock:], found[:])
		for _, word := range found {
			any |= word
		}
	}
	if any == 0 {
		return nil
	}
	return roaring.FromDense(b.words, true)
}

// replace returns a set in which the members among the touched are those that pick finds.
func (b *bulk) replace(s *set, touched *roaring.Bitmap, pick func(*delta) *slots) *set {
	members := b.dense(func(r *readyBlock) *slots { return pick(&r.delta) })
	old := s.chunk(b.chunk)
	if old == nil && members == nil {
		return s
	}
	next := without(old, touched)
	if members != nil {
		next = either(next, members)
	}
	return s.withChunk(b.chunk, next, b.own)
}

// counts is replace for counts; slices of higher bits than those that are found lose the touched.
func (b *bulk) counts(c bitSlices, touched *roaring.Bitmap, pick func(*delta) []slots) bitSlices {
	most := len(c)
	for _, block := range b.blocks {
		most = max(most, len(pick(&block.delta)))
	}
	next := make(bitSlices, most)
	copy(next, c)
	for bit := range next {
		next[bit] = b.replace(next[bit], touched, func(d *delta) *slots {
			if list := pick(d); bit < len(list) {
				return &list[bit]
			}
			return nil
		})
	}
	return next
}

// apply changes the index of a rule.
func (b *bulk) apply(r *ruleIndex) {
	judged := b.dense(func(block *readyBlock) *slots { return &block.judged })
	if old := r.pending.chunk(b.chunk); judged != nil && old != nil {
		r.pending = r.pending.withChunk(b.chunk, without(old, judged), b.own)
	}
	touched := b.dense(func(block *readyBlock) *slots { return &block.delta.changed })
	if touched == nil {
		return
	}
	r.has = b.replace(r.has, touched, func(d *delta) *slots { return &d.has })
	r.violating = b.replace(r.violating, touched, func(d *delta) *slots { return &d.violating })
	r.errors = b.replace(r.errors, touched, func(d *delta) *slots { return &d.errors })
	r.graded = b.replace(r.graded, touched, func(d *delta) *slots { return &d.graded })
	r.counts = b.counts(r.counts, touched, func(d *delta) []slots { return d.counts })
	b.severities(r, touched)
	b.labels(r)
}

func (b *bulk) severities(r *ruleIndex, touched *roaring.Bitmap) {
	for i := range r.own {
		own := func(d *delta) *ownDelta {
			if d.own == nil {
				return &ownDelta{}
			}
			return &d.own[i]
		}
		r.own[i].violating = b.replace(r.own[i].violating, touched, func(d *delta) *slots { return &own(d).violating })
		r.own[i].counts = b.counts(r.own[i].counts, touched, func(d *delta) []slots { return own(d).counts })
	}
}

func (b *bulk) labels(r *ruleIndex) {
	changed := make(map[string]bool)
	for _, block := range b.blocks {
		for label := range block.delta.labels {
			changed[label] = true
		}
	}
	delete(changed, "") // none
	for label := range changed {
		of := func(block *readyBlock, pick func(*labelDelta) *slots) *slots {
			if l := block.delta.labels[label]; l != nil {
				return pick(l)
			}
			return nil
		}
		left := b.dense(func(block *readyBlock) *slots { return of(block, func(l *labelDelta) *slots { return &l.left }) })
		entered := b.dense(func(block *readyBlock) *slots { return of(block, func(l *labelDelta) *slots { return &l.entered }) })
		old := r.labels.get(label)
		next := old.withChunk(b.chunk, either(without(old.chunk(b.chunk), left), entered), b.own)
		r.labels = r.labels.with(label, next, b.own)
	}
}

// withChunk returns the set with other members in one chunk, nil for none there. It keeps ids.
func (s *set) withChunk(k int, ids *roaring.Bitmap, own epoch) *set {
	next := &set{owner: own, chunks: make([]chunk, max(s.span(), k+1))}
	for at := range next.chunks {
		if s != nil && at < len(s.chunks) {
			next.chunks[at] = s.chunks[at]
		} else if s != nil && s.chunks == nil {
			next.chunks[at] = chunk{own, own, s.chunk(at)}
		}
	}
	next.n = s.len() - size(next.chunks[k].ids) + size(ids)
	next.chunks[k] = chunk{own, own, ids}
	if size(ids) == 0 {
		next.chunks[k] = chunk{}
	}
	switch {
	case next.n == 0:
		return nil
	case next.n <= fewIDs:
		return next.asFew()
	}
	return next
}

// with returns the values with another set for one of them, nil for none.
func (v *values) with(value string, s *set, own epoch) *values {
	known := v.get(value) != nil
	switch {
	case s == nil && !known:
		return v
	case s == nil && v.n == 1:
		return nil
	}
	v = v.forChange(own)
	if s == nil {
		delete(v.ownShard(v.shardOf(value), own), value)
		v.n--
		return v
	}
	if !known {
		v.n++
	}
	v.put(value, s, own)
	return v.spread(own)
}
