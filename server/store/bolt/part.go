package bolt

import (
	"fmt"
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
	"go.etcd.io/bbolt"

	"assay/sdk/abi"
)

// part is the index of one chunk.
type part struct {
	all    *roaring.Bitmap
	facets [len(facets)]map[string]*roaring.Bitmap
	rules  []rulePart // as the list of rules
}

type rulePart struct {
	has, errors  *roaring.Bitmap
	open, waived tallyPart
	labels       map[string]*roaring.Bitmap
}

type tallyPart struct {
	violating, graded *roaring.Bitmap
	counts            []*roaring.Bitmap
	own               [len(severities)][]*roaring.Bitmap // as counts
	owning            [len(severities)]*roaring.Bitmap
}

func newTallyPart() tallyPart {
	t := tallyPart{violating: roaring.New(), graded: roaring.New()}
	for i := range t.owning {
		t.owning[i] = roaring.New()
	}
	return t
}

func (r *rebuilder) readPart(tx *bbolt.Tx, k int) (*part, error) {
	p := &part{all: roaring.New(), rules: make([]rulePart, len(r.rules))}
	for at := range p.facets {
		p.facets[at] = make(map[string]*roaring.Bitmap)
	}
	if err := r.readCards(p, tx, k); err != nil {
		return nil, err
	}
	p.all.RunOptimize()
	for i, rule := range r.rules {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		if err := p.rules[i].read(tx.Bucket(bucketResults).Bucket([]byte(rule)), k); err != nil {
			return nil, fmt.Errorf("results of rule %s: %w", rule, err)
		}
	}
	return p, nil
}

func (r *rebuilder) readCards(p *part, tx *bbolt.Tx, k int) error {
	first, end := int64(k)<<chunkBits, int64(k+1)<<chunkBits
	c := tx.Bucket(bucketCards).Cursor()
	for id, card := c.Seek(key(first)); id != nil && number(id) < end; id, card = c.Next() {
		low := uint32(number(id) & chunkMask)
		if low%4096 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		client, err := abi.Open(card)
		if err != nil {
			return fmt.Errorf("%w: the card of client %d: %w", ErrDamaged, number(id), err)
		}
		p.all.Add(low)
		if x := client.ExternalID(); x != "" {
			r.external.add(x, uint32(number(id)))
		}
		eachValue(client, func(at int, value string) { addTo(p.facets[at], value, low) })
	}
	return nil
}

// addTo adds a member to the bitmap of a value, whose text is copied when it is new.
func addTo[T string | []byte](sets map[string]*roaring.Bitmap, value T, low uint32) {
	ids := sets[string(value)]
	if ids == nil {
		ids = roaring.New()
		sets[string(append([]byte(nil), value...))] = ids
	}
	ids.Add(low)
}

func (p *rulePart) read(bucket *bbolt.Bucket, k int) error {
	*p = rulePart{has: roaring.New(), errors: roaring.New(), open: newTallyPart(), waived: newTallyPart(),
		labels: make(map[string]*roaring.Bitmap)}
	first := int64(k) << (chunkBits - blockBits)
	end := first + chunkSize/blockSize
	c := bucket.Cursor()
	for n, value := c.Seek(key(first)); n != nil && number(n) < end; n, value = c.Next() {
		if err := p.readBlock(uint32((number(n)-first)<<blockBits), value); err != nil {
			return fmt.Errorf("block %d: %w", number(n), err)
		}
	}
	return nil
}

func (p *rulePart) readBlock(low uint32, b storedBlock) error {
	if err := b.check(); err != nil {
		return err
	}
	for i := range b.len() {
		head, err := readHead(b.result(i))
		if err != nil {
			return err
		}
		p.add(low+uint32(b.slot(i)), head)
	}
	return nil
}

func (p *rulePart) add(low uint32, head resultHead) {
	p.has.Add(low)
	if head.failed {
		p.errors.Add(low)
	}
	p.open.add(low, &head.open)
	p.waived.add(low, &head.waived)
	if len(head.label) > 0 {
		addTo(p.labels, head.label, low)
	}
}

func (t *tallyPart) add(low uint32, c *findingCounts) {
	if c.all == 0 {
		return
	}
	t.violating.Add(low)
	t.counts = addCount(t.counts, low, c.all)
	for i, n := range c.own {
		if n > 0 {
			t.owning[i].Add(low)
		}
		t.own[i] = addCount(t.own[i], low, n)
	}
	if c.graded() {
		t.graded.Add(low)
	}
}

// addCount adds the count of a member to the slices of counts.
func addCount(counts []*roaring.Bitmap, low uint32, count int) []*roaring.Bitmap {
	for n := uint(count); n != 0; n &= n - 1 {
		bit := bits.TrailingZeros(n)
		for len(counts) <= bit {
			counts = append(counts, roaring.New())
		}
		counts[bit].Add(low)
	}
	return counts
}

// join makes the index of its parts.
func (ix *index) join(parts []*part, rules []string) {
	pick := func(get func(*part) *roaring.Bitmap) *set {
		chunks := make([]*roaring.Bitmap, len(parts))
		for k, p := range parts {
			chunks[k] = get(p)
		}
		return setOf(chunks)
	}
	ix.all = pick(func(p *part) *roaring.Bitmap { return p.all })
	for at := range facets {
		ix.facets[at] = joinValues(parts, func(p *part) map[string]*roaring.Bitmap { return p.facets[at] })
	}
	for i, name := range rules {
		r := &ruleIndex{
			name:   name,
			has:    pick(func(p *part) *roaring.Bitmap { return p.rules[i].has }),
			errors: pick(func(p *part) *roaring.Bitmap { return p.rules[i].errors }),
			labels: joinValues(parts, func(p *part) map[string]*roaring.Bitmap { return p.rules[i].labels }),
			tally:  joinTallies(parts, pick, func(p *part) *tallyPart { return &p.rules[i].open }),
			waived: joinTallies(parts, pick, func(p *part) *tallyPart { return &p.rules[i].waived }),
		}
		ix.rules = append(ix.rules, r) // the file lists them by name
	}
}

func joinTallies(parts []*part, pick func(func(*part) *roaring.Bitmap) *set, get func(*part) *tallyPart) tally {
	t := tally{
		violating: pick(func(p *part) *roaring.Bitmap { return get(p).violating }),
		graded:    pick(func(p *part) *roaring.Bitmap { return get(p).graded }),
		counts:    joinCounts(parts, pick, func(p *part) []*roaring.Bitmap { return get(p).counts }),
	}
	for s := range t.own {
		t.own[s].violating = pick(func(p *part) *roaring.Bitmap { return get(p).owning[s] })
		t.own[s].counts = joinCounts(parts, pick, func(p *part) []*roaring.Bitmap { return get(p).own[s] })
	}
	return t
}

func joinCounts(parts []*part, pick func(func(*part) *roaring.Bitmap) *set, get func(*part) []*roaring.Bitmap) bitSlices {
	most := 0
	for _, p := range parts {
		most = max(most, len(get(p)))
	}
	var counts bitSlices
	for bit := range most {
		counts = append(counts, pick(func(p *part) *roaring.Bitmap {
			if bit >= len(get(p)) {
				return nil
			}
			return get(p)[bit]
		}))
	}
	return counts
}

func joinValues(parts []*part, get func(*part) map[string]*roaring.Bitmap) *values {
	chunks := make(map[string][]*roaring.Bitmap)
	for k, p := range parts {
		for value, ids := range get(p) {
			for len(chunks[value]) <= k {
				chunks[value] = append(chunks[value], nil)
			}
			chunks[value][k] = ids
		}
	}
	return valuesOf(chunks)
}
