package bolt

import (
	"hash/maphash"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// values are the sets of a facet or of a rule's labels, by value. They are
// spread over shards so that a change copies the map of one shard; few values
// have one shard. The nil values are empty.
type values struct {
	owner  epoch
	n      int // values
	shards []valueShard
}

type valueShard struct {
	owner epoch
	sets  map[string]*set
}

const (
	manyValues = 256 // from here on there are manyShards
	manyShards = 256
	oneShard   = 1
)

var valueSeed = maphash.MakeSeed()

func (v *values) get(value string) *set {
	if v == nil {
		return nil
	}
	return v.shards[v.shardOf(value)].sets[value]
}

func (v *values) shardOf(value string) int {
	if len(v.shards) == oneShard {
		return 0
	}
	return int(maphash.String(valueSeed, value) % manyShards)
}

// add returns the values with a client added to one of them.
func (v *values) add(value string, id uint32, own epoch) *values {
	old := v.get(value)
	next := old.add(id, own)
	if next == old {
		return v
	}
	v = v.forChange(own)
	if old == nil {
		v.n++
	}
	v.put(value, next, own)
	return v.spread(own)
}

// remove returns the values with a client taken from one of them.
func (v *values) remove(value string, id uint32, own epoch) *values {
	old := v.get(value)
	if !old.contains(id) {
		return v
	}
	next := old.remove(id, own)
	if next == old {
		return v
	}
	if v.n == 1 && next == nil {
		return nil
	}
	v = v.forChange(own)
	if next != nil {
		v.put(value, next, own)
		return v
	}
	delete(v.ownShard(v.shardOf(value), own), value)
	v.n--
	return v
}

// put stores the set of a value. The value's text lies in a card, and a map takes
// over the text of a key even when it has an equal one: hence the copy.
func (v *values) put(value string, s *set, own epoch) {
	v.ownShard(v.shardOf(value), own)[strings.Clone(value)] = s
}

func (v *values) forChange(own epoch) *values {
	if v == nil {
		return &values{owner: own, shards: make([]valueShard, oneShard)}
	}
	if v.owner == own {
		return v
	}
	return &values{owner: own, n: v.n, shards: slices.Clone(v.shards)}
}

func (v *values) ownShard(at int, own epoch) map[string]*set {
	shard := &v.shards[at]
	if shard.owner == own && shard.sets != nil {
		return shard.sets
	}
	sets := make(map[string]*set, len(shard.sets)+1)
	for value, s := range shard.sets {
		sets[value] = s
	}
	*shard = valueShard{own, sets}
	return sets
}

// spread moves the values to many shards when they have become many.
func (v *values) spread(own epoch) *values {
	if len(v.shards) > oneShard || v.n < manyValues {
		return v
	}
	many := &values{owner: own, n: v.n, shards: make([]valueShard, manyShards)}
	for value, s := range v.shards[0].sets {
		many.ownShard(many.shardOf(value), own)[value] = s
	}
	return many
}

// each calls do for every value, in no order.
func (v *values) each(do func(value string, s *set)) {
	if v == nil {
		return
	}
	for _, shard := range v.shards {
		for value, s := range shard.sets {
			do(value, s)
		}
	}
}

// valuesOf makes values of the chunks of each value's set.
func valuesOf(chunks map[string][]*roaring.Bitmap) *values {
	if len(chunks) == 0 {
		return nil
	}
	v := &values{n: len(chunks), shards: make([]valueShard, oneShard)}
	if v.n >= manyValues {
		v.shards = make([]valueShard, manyShards)
	}
	for value, ids := range chunks {
		shard := &v.shards[v.shardOf(value)]
		if shard.sets == nil {
			shard.sets = make(map[string]*set)
		}
		shard.sets[value] = setOf(ids)
	}
	return v
}
