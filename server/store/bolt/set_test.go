package bolt

import (
	"maps"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"pgregory.net/rapid"
)

// TestSetsStayAsPublished changes a set through many transactions and looks at
// all its former versions at the end.
func TestSetsStayAsPublished(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type version struct {
			set     *set
			members map[uint32]bool
		}
		var published []version
		var s *set
		members := map[uint32]bool{}
		// Ids in a few places, so that chunks fill, empty and border on one another.
		ids := rapid.Custom(func(t *rapid.T) uint32 {
			return rapid.SampledFrom([]uint32{0, 1000, chunkSize - 20, chunkSize, 3*chunkSize - 1}).Draw(t, "base") + rapid.Uint32Range(0, 40).Draw(t, "offset")
		})
		for own := epoch(1); own <= epoch(rapid.IntRange(1, 8).Draw(t, "transactions")); own++ {
			for _, id := range rapid.SliceOfN(ids, 0, 80).Draw(t, "ids") {
				if rapid.IntRange(0, 2).Draw(t, "remove") == 0 {
					s = s.remove(id, own)
					delete(members, id)
				} else {
					s = s.add(id, own)
					members[id] = true
				}
				if s.contains(id) != members[id] {
					t.Fatalf("contains(%d) = %t", id, s.contains(id))
				}
			}
			s.compact(own)
			published = append(published, version{s, maps.Clone(members)})
		}
		for _, v := range published {
			checkSet(t, v.set, v.members)
		}
	})
}

func membersOf(s *set) (ids []uint32) {
	for k := range s.span() {
		if low := s.chunk(k); low != nil {
			low.Iterate(func(id uint32) bool {
				ids = append(ids, uint32(k)<<chunkBits|id)
				return true
			})
		}
	}
	return ids
}

func checkSet(t *rapid.T, s *set, members map[uint32]bool) {
	got, blocks := membersOf(s), map[int64]bool{}
	want := slices.Sorted(maps.Keys(members))
	if !slices.Equal(got, want) || s.len() != int64(len(want)) {
		t.Fatalf("got %d members %v, want %v", s.len(), got, want)
	}
	for id := range members {
		blocks[int64(id>>blockBits)] = true
		if s.blockEmpty(int64(id >> blockBits)) {
			t.Fatalf("the block of %d is said to be empty", id)
		}
	}
	if !slices.Equal(s.blocks(), slices.Sorted(maps.Keys(blocks))) {
		t.Fatalf("blocks %v of %v", s.blocks(), got)
	}
	for block := range int64(3 * chunkSize >> blockBits) {
		if s.blockEmpty(block) == blocks[block] {
			t.Fatalf("blockEmpty(%d) = %t", block, s.blockEmpty(block))
		}
	}
}

func TestBitSlicesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var slicesOf bitSlices
		counts := map[uint32]int{}
		for own := epoch(1); own < 40; own++ {
			id := rapid.Uint32Range(0, 60).Draw(t, "id")
			count := rapid.IntRange(0, 1000).Draw(t, "count")
			slicesOf = slicesOf.with(id, counts[id], count, own)
			counts[id] = count
		}
		var selected *set
		var want int64
		for _, id := range rapid.SliceOfDistinct(rapid.Uint32Range(0, 60), rapid.ID).Draw(t, "selected") {
			selected = selected.add(id, 99)
			want += int64(counts[id])
		}
		only := &chosen{chunks: []*roaring.Bitmap{selected.chunk(0)}}
		if got := only.sum(slicesOf); got != want {
			t.Fatalf("the sum is %d, want %d", got, want)
		}
	})
}

// TestExternalIndexKeepsAll compares the hash table of external ids with a map.
func TestExternalIndexKeepsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := newExternalIndex()
		want := map[string]map[uint32]bool{}
		for range rapid.IntRange(0, 3000).Draw(t, "operations") {
			// Few texts in two shards' worth of tags make long runs of entries.
			text := string(rune('a' + rapid.IntRange(0, 40).Draw(t, "text")))
			id := rapid.Uint32Range(1, 60).Draw(t, "id")
			if want[text] == nil {
				want[text] = map[uint32]bool{}
			}
			if rapid.IntRange(0, 2).Draw(t, "drop") == 0 {
				e.drop(text, id)
				delete(want[text], id)
			} else if e.add(text, id) == want[text][id] {
				t.Fatalf("adding %s %d: was there %t", text, id, want[text][id])
			} else {
				want[text][id] = true
			}
		}
		for text, ids := range want {
			got := e.candidates(nil, text)
			slices.Sort(got)
			if !slices.Equal(got, slices.Sorted(maps.Keys(ids))) {
				t.Fatalf("candidates of %s: %v, want %v", text, got, ids)
			}
		}
	})
}
