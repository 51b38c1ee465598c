package codegen

import (
	"fmt"

	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// maxQuiet is how many checks one quiet pass can have: their outcomes are bits of an i32.
const maxQuiet = 32

// quietOps are the operations of a require that a quiet pass can evaluate: they neither fail nor loop in code that is
// written here, nor make values.
var quietOps = map[ir.Op]bool{ir.Const: true, ir.Field: true, ir.Has: true, ir.Use: true, ir.Now: true, ir.Not: true, ir.And: true,
	ir.Or: true, ir.Cond: true, ir.Compare: true, ir.StartsWith: true, ir.EndsWith: true, ir.Contains: true, ir.Size: true, ir.In: true, ir.InList: true}

// quietKey is the same for checks of the rows of one list that a quiet pass can have together, "" for others.
func quietKey(c *ir.Check) string {
	if c.List == nil || c.Match != nil || c.List.Op != ir.Field || len(c.List.Args) > 0 || c.Require.Fails || makes(c.Require) {
		return ""
	}
	quiet := true
	c.Require.Walk(func(n *ir.Node) { quiet = quiet && quietOps[n.Op] })
	if !quiet {
		return ""
	}
	return fmt.Sprint("rows ", c.List.Slot.Index)
}

// quiet writes checks that each look at every row of the same list. Mostly they are content with all of them: that is
// found out in one pass over the rows. Those that are not, or cost too much, then judge by themselves, as if
// nothing had been.
func (x *fused) quiet(members []int, checks []*ir.Check, needs []map[string]int) {
	g, f := x.g, x.g.f
	g.need = map[string]int{}
	costs := make([]checkCost, len(members))
	for k, i := range members {
		costs[k] = costOfCheck(checks[i])
		for row, n := range needs[i] {
			g.need[row] = max(g.need[row], n)
		}
	}
	count, bad := f.Local(i32), f.Local(i32)
	x.quietRows(members, checks, count, bad)
	spent := f.Local(i64)
	for k, i := range members {
		c := costs[k]
		f.Do(count, wasmgen.I64ExtendI32U, wasmgen.Int64(c.turns[checks[i].Var]), wasmgen.I64Mul, wasmgen.Int64(c.first), wasmgen.I64Add)
		if textOps(checks[i].Require) {
			f.Do(x.out, wasmgen.I64Load32U(uint32(4*i)), wasmgen.I64Add)
		}
		g.check = checks[i]
		f.Do(wasmgen.Tee(spent), wasmgen.Int64(g.fuel()), wasmgen.I64GtU, bad, wasmgen.Int32(1<<k), wasmgen.I32And, wasmgen.I32Or)
		f.If()
		x.member(i, checks, needs)
		f.Else()
		f.Do(x.out, spent, wasmgen.I32WrapI64, wasmgen.I32Store(uint32(4*i)))
		f.End()
	}
	f.Release(count, bad, spent)
}

// quietRows sets count to how many rows there are and the bits of bad to who is not content with one. What only the rows
// tell of the costs is left in their places.
func (x *fused) quietRows(members []int, checks []*ir.Check, count, bad wasmgen.Local) {
	g, f := x.g, x.g.f
	list := checks[members[0]].List
	g.emit(list)
	rows := g.save(list.Kind)
	at, left, stride := rows[0], rows[1], rows[2]
	f.Do(left, wasmgen.Set(count), wasmgen.Int32(0), wasmgen.Set(bad))
	for _, i := range members {
		if textOps(checks[i].Require) {
			f.Do(x.out, wasmgen.Int32(0), wasmgen.I32Store(uint32(4*i)))
		}
	}
	wide := g.zeroed(8 + 8*g.need[list.Row])
	row := f.Local(i32)
	end := f.Block()
	next := f.Loop()
	f.Do(left, wasmgen.I32Eqz, wasmgen.BrIf(end), at)
	g.widenRow(stride, wide, list.Row)
	f.Do(wasmgen.Set(row))
	for k, i := range members {
		x.quietRequire(i, checks[i], row)
		f.Do(wasmgen.I32Eqz, wasmgen.Int32(k), wasmgen.I32Shl, bad, wasmgen.I32Or, wasmgen.Set(bad))
	}
	f.Do(at, stride, wasmgen.I32Add, wasmgen.Set(at), left, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.Set(left), wasmgen.Br(next))
	f.End()
	f.End()
	f.Release(row)
	f.Release(rows...)
}

// quietRequire leaves whether a check is content with a row.
func (x *fused) quietRequire(i int, c *ir.Check, row wasmgen.Local) {
	g, f := x.g, x.g.f
	g.check = c
	g.vars[c.Var] = []wasmgen.Local{row}
	defer delete(g.vars, c.Var)
	if !textOps(c.Require) {
		g.emit(c.Require)
		return
	}
	f.Do(wasmgen.Int64(0), wasmgen.SetGlobal(g.rt.cost))
	g.emit(c.Require)
	f.Do(x.out, x.out, wasmgen.I32Load(uint32(4*i)), g.rt.cost, wasmgen.I32WrapI64, wasmgen.I32Add, wasmgen.I32Store(uint32(4*i)))
}

// textOps says whether evaluating n costs what only the record tells.
func textOps(n *ir.Node) bool {
	found := false
	n.Walk(func(n *ir.Node) { found = found || openOps(n) })
	return found
}
