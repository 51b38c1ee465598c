package engine

import (
	"encoding/binary"
	"math/bits"
	"sync/atomic"

	"assay/sdk/abi"
)

// Fuel is counted in buckets: each unit apart below 64, then 32 buckets for each doubling, so
// that a bucket is at most a 32nd wider than its beginning.
const (
	exactFuel   = 64
	bucketsLog  = 5
	fuelBuckets = 720 // up to abi.MaxFuel
)

// bucketOf returns the bucket of a record's fuel.
func bucketOf(fuel int64) int {
	fuel = min(max(fuel, 0), abi.MaxFuel)
	if fuel < exactFuel {
		return int(fuel)
	}
	doublings := bits.Len64(uint64(fuel)) - bucketsLog - 1
	return doublings<<bucketsLog + int(fuel>>doublings)
}

// bucketEnd returns the most fuel that falls into a bucket.
func bucketEnd(bucket int) int64 {
	if bucket < exactFuel {
		return int64(bucket)
	}
	doublings := bucket>>bucketsLog - 1
	begin := bucket - doublings<<bucketsLog
	return int64(begin+1)<<doublings - 1
}

// fuelCounts is how many records spent how much. The zero value is ready for use from any
// goroutine.
type fuelCounts struct {
	buckets [fuelBuckets]atomic.Int64
	sum     atomic.Int64
	max     atomic.Int64
}

// raise makes a value at least as large as given.
func raise(v *atomic.Int64, to int64) {
	for {
		is := v.Load()
		if is >= to || v.CompareAndSwap(is, to) {
			return
		}
	}
}

// Fuel is what a rule's evaluations spent: units a record, within 3 %.
type Fuel struct {
	Records       int64 // that spent any
	Sum           int64 // of all of them
	P50, P99, Max int64
}

func (c *fuelCounts) read() Fuel {
	f := Fuel{Sum: c.sum.Load(), Max: c.max.Load()}
	var counts [fuelBuckets]int64
	for i := range counts {
		counts[i] = c.buckets[i].Load()
		f.Records += counts[i]
	}
	quantile := func(percent int64) int64 {
		left := (f.Records*percent + 99) / 100
		for i, n := range counts {
			if left -= n; left <= 0 {
				return min(bucketEnd(i), f.Max)
			}
		}
		return f.Max
	}
	f.P50, f.P99 = quantile(50), quantile(99)
	return f
}

// fuelTally counts the records of one batch before they are added to the rest at once.
type fuelTally struct {
	buckets  [fuelBuckets]uint32
	used     [(fuelBuckets + 63) / 64]uint64 // a bit for each bucket that is not zero
	sum, max int64
}

func (t *fuelTally) add(fuel int64) {
	b := bucketOf(fuel)
	t.buckets[b]++
	t.used[b/64] |= 1 << (b % 64)
	t.sum += fuel
	t.max = max(t.max, fuel)
}

// addEach adds what stands in a column of costs, one in every stride bytes, of which none counts for more than most.
func (t *fuelTally) addEach(costs []byte, stride int, most int64) {
	sum, highest := int64(0), int64(0)
	for at := 0; at < len(costs); at += stride {
		fuel := min(int64(binary.LittleEndian.Uint32(costs[at:])), most)
		b := bucketOf(fuel)
		t.buckets[b]++
		t.used[b/64] |= 1 << (b % 64)
		sum += fuel
		highest = max(highest, fuel)
	}
	t.sum += sum
	t.max = max(t.max, highest)
}

// addTo adds the tally to c, nil to drop it, and begins anew.
func (t *fuelTally) addTo(c *fuelCounts) {
	for i, used := range t.used {
		for ; used != 0; used &= used - 1 {
			b := i*64 + bits.TrailingZeros64(used)
			if c != nil {
				c.buckets[b].Add(int64(t.buckets[b]))
			}
			t.buckets[b] = 0
		}
		t.used[i] = 0
	}
	if c != nil && t.sum > 0 {
		c.sum.Add(t.sum)
		raise(&c.max, t.max)
	}
	t.sum, t.max = 0, 0
}
