package bolt

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestKeptUnionsAreOfTheirMoment changes the sets of two rules through many transactions, one
// client at a time and chunk by chunk as a sweep does, and asks each index for their union, older ones too.
func TestKeptUnionsAreOfTheirMoment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shared := &unions{}
		var published []*index
		rules := []*ruleIndex{{name: "a"}, {name: "b"}}
		ids := rapid.Custom(func(t *rapid.T) uint32 {
			return rapid.SampledFrom([]uint32{0, chunkSize - 20, 2*chunkSize - 1}).Draw(t, "base") + rapid.Uint32Range(0, 40).Draw(t, "offset")
		})
		last := epoch(rapid.IntRange(1, 8).Draw(t, "transactions"))
		for own := epoch(0); own <= last; own++ { // 0 is what was rebuilt
			rules = slices.Clone(rules)
			for i := range rules {
				r := *rules[i]
				for _, s := range []**set{&r.violating, &r.graded} {
					*s = changed(t, *s, ids, own)
				}
				rules[i] = &r
			}
			published = append(published, &index{rules: rules, unions: shared})
			for range rapid.IntRange(0, 2).Draw(t, "reports") {
				checkUnion(t, rapid.SampledFrom(published).Draw(t, "index"))
			}
		}
		checkUnion(t, published[len(published)-1])
	})
}

// changed is a set after a transaction.
func changed(t *rapid.T, s *set, ids *rapid.Generator[uint32], own epoch) *set {
	some := func() []uint32 {
		n := rapid.SampledFrom([]int{0, 5, 3 * fewIDs}).Draw(t, "how many")
		return rapid.SliceOfN(ids, n, n).Draw(t, "ids")
	}
	for _, id := range some() {
		s = member(s, id, rapid.IntRange(0, 2).Draw(t, "remove") > 0, own)
	}
	if rapid.Bool().Draw(t, "written") {
		return s
	}
	var swept *set
	for _, id := range some() {
		swept = swept.add(id, own)
	}
	k := rapid.IntRange(0, 2).Draw(t, "chunk")
	return s.withChunk(k, swept.chunk(k), own)
}

// checkUnion compares the union of an index with its sets, client by client.
func checkUnion(t *rapid.T, ix *index) {
	t.Helper()
	var pieces []piece
	for _, r := range ix.rules {
		pieces = append(pieces, piece{r.name, pieceUngraded, r.violating, r.graded})
	}
	members := map[uint32]bool{}
	for _, r := range ix.rules {
		for _, id := range membersOf(r.violating) {
			members[id] = members[id] || !r.graded.contains(id)
		}
	}
	maps.DeleteFunc(members, func(_ uint32, is bool) bool { return !is })
	checkSet(t, ix.union(pieces), members)
}

// TestFewUnionsAreKept asks for the unions of more rules than are kept.
func TestFewUnionsAreKept(t *testing.T) {
	ix := &index{unions: &unions{}}
	for i := range 3 * unionsKept {
		one := (*set)(nil).add(uint32(i), 1)
		name := string(rune('a' + i))
		pieces := []piece{{rule: name, of: one}, {rule: name, kind: pieceErrors, of: (*set)(nil).add(0, 1)}}
		for range 2 {
			if got := ix.union(slices.Clone(pieces)); !got.contains(0) || !got.contains(uint32(i)) {
				t.Fatalf("the union of the sets of rule %d is %v", i, got)
			}
		}
		if ix.unions.kept[keyOf(pieces)] == nil {
			t.Fatalf("the union that was asked for last is not kept, of %d", len(ix.unions.kept))
		}
	}
	if len(ix.unions.kept) != unionsKept {
		t.Errorf("%d unions are kept, want %d", len(ix.unions.kept), unionsKept)
	}
}
