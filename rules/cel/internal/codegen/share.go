package codegen

import (
	"fmt"
	"slices"
	"strings"

	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// What the checks of a fused module share. It changes nothing of what they cost: that is counted by what they say.

// shareLists has the lists of rows of the client that several checks look at resolved once for a card.
func (x *fused) shareLists(checks []*ir.Check) {
	uses := map[int]int{}
	for _, c := range checks {
		for _, root := range c.Roots() {
			root.Walk(func(n *ir.Node) {
				if n.Op == ir.Field && n.Kind == ir.Rows && len(n.Args) == 0 {
					uses[n.Slot.Index]++
				}
			})
		}
	}
	x.g.lists = map[int]*wasmgen.Symbol{}
	for slot, n := range uses {
		if n > 1 {
			x.lists = append(x.lists, slot)
		}
	}
	slices.Sort(x.lists)
	for _, slot := range x.lists {
		x.g.lists[slot] = x.g.zeroed(12)
	}
}

// resolveLists writes what parts look at.
func (x *fused) resolveLists() {
	g, f := x.g, x.g.f
	first, count, stride := f.Local(i32), f.Local(i32), f.Local(i32)
	for _, slot := range x.lists {
		place := g.locate(&ir.Node{Slot: abi.Slot{Index: slot}})
		f.Do(place.base, wasmgen.Int32(place.value), wasmgen.I32Add, g.card, g.limit, g.rt.rows(),
			wasmgen.Set(stride), wasmgen.Set(count), wasmgen.Set(first))
		at := g.lists[slot]
		f.Do(at, first, wasmgen.I32Store(0), at, count, wasmgen.I32Store(4), at, stride, wasmgen.I32Store(8))
	}
}

// sharedList leaves a list that was resolved before, if n is one.
func (g *generator) sharedList(n *ir.Node) bool {
	at := g.lists[n.Slot.Index]
	if at == nil || n.Kind != ir.Rows || len(n.Args) > 0 {
		return false
	}
	g.f.Do(at, wasmgen.I32Load(0), at, wasmgen.I32Load(4), at, wasmgen.I32Load(8))
	return true
}

// grouped returns the numbers of the checks, those side by side that share work: those with the same match, which is then
// evaluated once, if it cannot fail and costs the same on every record, and those of one quiet pass.
func grouped(checks []*ir.Check) (groups [][]int) {
	at := map[string]int{}
	for i, c := range checks {
		key := matchKey(c.Match) + quietKey(c)
		g, known := at[key]
		if key == "" || !known || len(groups[g]) == maxQuiet {
			g = len(groups)
			groups = append(groups, nil)
			at[key] = g
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}

// matchKey is the same for expressions that are, "" for one that is not to be shared.
func matchKey(n *ir.Node) string {
	if n == nil || n.Fails {
		return ""
	}
	var key strings.Builder
	shared := true
	n.Walk(func(n *ir.Node) {
		shared = shared && !openOps(n) && n.Var == nil
		fmt.Fprintf(&key, "%d %d %d %d %v %q %v %q %d %v %q %v %d %v;", n.Op, n.Kind, n.Int, n.Nanos, n.Float, n.Text, n.Slot, n.Row, n.Elem, n.Names, n.Row, n.Cmp, n.Part, len(n.Args))
	})
	if !shared {
		return ""
	}
	return key.String()
}
