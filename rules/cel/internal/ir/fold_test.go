package ir_test

import (
	"math"
	"testing"

	"assay/rules/cel/internal/ir"
)

func i(v int64) *ir.Node { return ir.IntOf(ir.Int, v) }

// TestFolding: constants are computed, unless the result is an error, which is left to happen.
func TestFolding(t *testing.T) {
	var none ir.Pos
	unknown := ir.UseOf(&ir.Var{Kind: ir.Bool})
	failing := ir.CompareOf(ir.Eq, ir.ArithmeticOf(none, ir.Div, i(1), ir.UseOf(&ir.Var{Kind: ir.Int})), i(1))
	for name, test := range map[string]struct {
		got   *ir.Node
		fold  bool
		value int64
		fails bool
	}{
		"sum":                        {ir.ArithmeticOf(none, ir.Add, i(2), i(3)), true, 5, false},
		"overflow":                   {ir.ArithmeticOf(none, ir.Add, i(math.MaxInt64), i(1)), false, 0, true},
		"product overflow":           {ir.ArithmeticOf(none, ir.Mul, i(math.MinInt64), i(-1)), false, 0, true},
		"product overflow, mirrored": {ir.ArithmeticOf(none, ir.Mul, i(-1), i(math.MinInt64)), false, 0, true},
		"quotient":                   {ir.ArithmeticOf(none, ir.Div, i(-7), i(2)), true, -3, false},
		"division by zero":           {ir.ArithmeticOf(none, ir.Div, i(1), i(0)), false, 0, true},
		"quotient overflow":          {ir.ArithmeticOf(none, ir.Div, i(math.MinInt64), i(-1)), false, 0, true},
		"negative":                   {ir.NegOf(none, i(5)), true, -5, false},
		"negative overflow":          {ir.NegOf(none, i(math.MinInt64)), false, 0, true},
		"false absorbs an error":     {ir.AndOf(failing, ir.BoolOf(false)), true, 0, false},
		"true absorbs an error":      {ir.OrOf(failing, ir.BoolOf(true)), true, 1, false},
		"true leaves an error":       {ir.AndOf(ir.BoolOf(true), failing), false, 0, true},
		"comparison":                 {ir.CompareOf(ir.Lt, ir.TextOf("a"), ir.TextOf("я")), true, 1, false},
		"NaN is below nothing":       {ir.CompareOf(ir.Lt, ir.DoubleOf(math.NaN()), ir.DoubleOf(1)), true, 0, false},
		"times":                      {ir.CompareOf(ir.Gt, &ir.Node{Kind: ir.Time, Int: 5, Nanos: 1}, &ir.Node{Kind: ir.Time, Int: 5}), true, 1, false},
		"branch":                     {ir.CondOf(ir.BoolOf(true), i(1), ir.ArithmeticOf(none, ir.Div, i(1), i(0))), true, 1, false},
		"code points":                {ir.SizeOf(ir.Pos{}, ir.TextOf("яб𝄞")), true, 3, false},
		"in":                         {ir.InOf(i(2), []*ir.Node{i(1), i(2)}), true, 1, false},
		"in nothing":                 {ir.InOf(unknown, nil), true, 0, false},
		"all of a constant":          {ir.QuantifyOf(ir.All, nil, &ir.Var{}, ir.ListOf(ir.Int, []*ir.Node{i(1)}), ir.BoolOf(true)), true, 1, false},
		"a constant divisor":         {ir.ArithmeticOf(none, ir.Mod, ir.UseOf(&ir.Var{Kind: ir.Int}), i(3)), false, 0, false},
		"a divisor of -1":            {ir.ArithmeticOf(none, ir.Div, ir.UseOf(&ir.Var{Kind: ir.Int}), i(-1)), false, 0, true},
	} {
		if test.got.IsConst() != test.fold || test.got.Fails != test.fails || test.fold && test.got.Int != test.value {
			t.Errorf("%s: constant %v, value %d, fails %v", name, test.got.IsConst(), test.got.Int, test.got.Fails)
		}
	}
	if ir.NotOf(ir.NotOf(unknown)) != unknown {
		t.Error("not not x is not x")
	}
}
