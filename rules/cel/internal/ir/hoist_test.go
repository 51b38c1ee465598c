package ir_test

import (
	"testing"

	"assay/rules/cel/internal/ir"
)

// TestHoisting: what a loop's body does not get from its variables is found, whole and once, if it
// takes time.
func TestHoisting(t *testing.T) {
	var none ir.Pos
	text := func(name string) *ir.Node { return ir.UseOf(&ir.Var{Name: name, Kind: ir.String}) }
	outer, inner := &ir.Var{Kind: ir.String}, &ir.Var{Kind: ir.String}
	client := ir.ConcatOf(none, text("a"), text("b"))
	list := func() *ir.Node { return ir.UseOf(&ir.Var{Kind: ir.Strings}) }
	exists := func(v *ir.Var, body *ir.Node) *ir.Node { return ir.QuantifyOf(ir.Exists, nil, v, list(), body) }
	equal := func(a, b *ir.Node) *ir.Node { return ir.CompareOf(ir.Eq, a, b) }
	for name, test := range map[string]struct {
		n           *ir.Node
		loop, total int // values found for the outer loop, and for all
	}{
		"a part":             {exists(outer, equal(ir.UseOf(outer), client)), 1, 1},
		"all":                {exists(outer, equal(client, text("c"))), 1, 1},
		"quick":              {exists(outer, equal(ir.UseOf(outer), text("a"))), 0, 0},
		"compared with \"\"": {exists(outer, ir.AndOf(equal(text("a"), ir.TextOf("")), equal(ir.UseOf(outer), text("a")))), 0, 0},
		"the variable's":     {exists(outer, equal(ir.ConcatOf(none, ir.UseOf(outer), text("a")), text("b"))), 0, 0},
		"through two":        {exists(outer, exists(inner, equal(ir.ConcatOf(none, ir.UseOf(outer), ir.UseOf(inner)), client))), 1, 1},
		"in each other":      {exists(outer, exists(inner, equal(ir.UseOf(inner), client))), 1, 2},
		"of the inner one":   {exists(outer, exists(inner, equal(ir.UseOf(inner), ir.ConcatOf(none, ir.UseOf(outer), text("a"))))), 0, 1},
		"of both":            {exists(outer, exists(inner, equal(ir.ConcatOf(none, ir.UseOf(outer), text("a")), ir.ConcatOf(none, ir.UseOf(inner), client)))), 1, 2},
		"a whole loop":       {exists(outer, ir.AndOf(exists(inner, equal(ir.UseOf(inner), text("a"))), equal(ir.UseOf(outer), text("a")))), 1, 1},
		"perhaps nothing":    {exists(outer, equal(ir.OrElseOf(ir.MaybeOf(ir.PresentOf(equal(client, text("c")), client)), ir.UseOf(outer)), text("a"))), 2, 2},
	} {
		check := ir.Hoist(&ir.Check{Require: test.n})
		total := 0
		check.Require.Walk(func(n *ir.Node) {
			if n.Op == ir.Once {
				total++
			}
		})
		if len(check.Require.Once) != test.loop || total != test.total {
			t.Errorf("%s: %d of %d, want %d of %d", name, len(check.Require.Once), total, test.loop, test.total)
		}
	}
}
