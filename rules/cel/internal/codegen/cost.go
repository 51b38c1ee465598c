package codegen

import (
	"cmp"
	"math"
	"regexp/syntax"
	"slices"

	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
	"assay/sdk/abi"
)

// What a record costs is counted by what its rule says, not by the instructions that came of it: a
// rule costs the same alone and fused with others, however much of their work they share. A unit
// is about an instruction, as the host's meter counts them.
//
// An expression costs the sum of its nodes, evaluated or not, and the body of a loop that for each element of its list,
// whether it comes to it or not. It is added when the record comes to it: the match first, the rest when that holds, a
// finding when there is one, and a loop before its first turn. Functions of the runtime add what they do for each turn of their loops and by the
// bytes they copy (package link does that for those in C).

// nodeCosts are the costs of nodes without their parts, defaultCost where nothing is said.
var nodeCosts = map[ir.Op]int64{
	ir.Const: 2, ir.Has: 20, ir.CustomRow: 150, ir.Lookup: 150, ir.HasKey: 130, ir.Now: 15, ir.Use: 3,
	ir.Not: 1, ir.And: 12, ir.Or: 12, ir.Cond: 4, ir.Compare: 8, ir.Div: 50, ir.Mod: 50, ir.Concat: 60,
	ir.StartsWith: 40, ir.EndsWith: 40, ir.Contains: 40, ir.Size: 20, ir.In: 10, ir.InList: 20, ir.MakeMap: 40,
	ir.Index: 60, ir.All: 40, ir.Exists: 40, ir.ExistsOne: 40, ir.Collect: 80, ir.CollectMap: 80, ir.Let: 10, ir.Once: 10, ir.Present: 5, ir.OrElse: 10, ir.Given: 2, ir.Fail: 5,
	ir.Getter: 60,
}

const (
	defaultCost = 30
	baseCost    = 30  // of a check on a record
	nowCost     = 320 // of the first look at the clock
	rowCost     = 200 // of a finding or label, paramCost of each parameter in it
	paramCost   = 250
	turnBase    = 60  // of a turn of a loop: the element, rowTurn where it is a row
	rowTurn     = 180 //
	// Of functions of the host, as it reckons.
	hostCost    = 700
	phoneCost   = 15_000
	phoneByte   = 300
	parseCost   = 2500
	parseByte   = 10
	fastDigits  = 19
	exactCost   = 80_000
	exactByte   = 250
	exactBytes  = 800
	noZoneCost  = 50_000
	matchCost   = 800
	patternByte = 100
	patternNode = 200
	matchUnit   = 4
	partCost    = 20 // of an element of a list that is written out, or an entry of a map
)

// ownCost is the cost of a node without its parts.
func ownCost(n *ir.Node) int64 {
	switch n.Op {
	case ir.Field:
		switch n.Kind {
		case ir.String, ir.Strings, ir.Rows, ir.Map:
			return 50
		}
		return 15
	case ir.Has:
		if n.Slot.Kind == abi.KindStrings || n.Slot.Kind == abi.KindRows {
			return 60
		}
	case ir.Compare:
		if n.Args[0].Kind == ir.String {
			return 45
		}
	case ir.In:
		return nodeCosts[ir.In] + 45*int64(len(n.Args))
	case ir.MakeList, ir.MakeMap:
		return nodeCosts[ir.MakeMap] + partCost*int64(len(n.Args))
	case ir.Matches:
		if pattern := n.Args[1]; pattern.IsConst() {
			return matchCost + patternByte*int64(len(pattern.Text)) + patternNode*matchStep(pattern.Text)/matchUnit
		}
		return matchCost
	}
	if cost, ok := nodeCosts[n.Op]; ok {
		return cost
	}
	return defaultCost
}

// loops says whether the node evaluates Args[1:] for each element of Args[0].
func loops(n *ir.Node) bool {
	return n.Var != nil && n.Op != ir.Use && n.Op != ir.Let && n.Op != ir.Once
}

// onceCost is what the values cost that a loop evaluates once.
func onceCost(once []*ir.Var, bodies ...*ir.Node) (cost int64) {
	for _, body := range bodies {
		body.Walk(func(n *ir.Node) {
			if n.Op == ir.Once && slices.Contains(once, n.Var) {
				cost += costOf(n.Args[0])
			}
		})
	}
	return cost
}

// costOf is the cost of an expression, but for the turns of its loops.
func costOf(n *ir.Node) int64 {
	if n == nil {
		return 0
	}
	cost := ownCost(n)
	if n.Op == ir.Once {
		return cost
	}
	if len(n.Once) > 0 {
		cost += onceCost(n.Once, n.Args[1:]...)
	}
	for i, a := range n.Args {
		if i == 0 || !loops(n) {
			cost += costOf(a)
		}
	}
	return cost
}

// checkCost is what the parts of a check cost.
type checkCost struct {
	first   int64             // to begin with, the match included
	matched int64             // when the match holds
	row     int64             // for a finding or label
	open    bool              // it also costs what only the record tells
	turns   map[*ir.Var]int64 // of the loop that binds a variable; of forEach a finding included
}

func costOfCheck(c *ir.Check) checkCost {
	cost := checkCost{first: baseCost + costOf(c.Match), matched: costOf(c.Label), row: rowCost, turns: map[*ir.Var]int64{}}
	text := ""
	if c.Label != nil {
		text, _ = constLabel(c.Label)
	}
	for _, n := range []*ir.Node{c.Severity, c.Suggest} {
		if n != nil {
			cost.row += paramCost + costOf(n)
			cost.open = true
		}
	}
	cost.open = cost.open || len(c.Params) > 0 || c.Label != nil && text == ""
	for _, p := range c.Params {
		cost.row += paramCost + costOf(p.Value) + costOf(p.Given)
	}
	if c.List == nil {
		cost.matched += costOf(c.Require)
	} else {
		cost.matched += costOf(c.List) + onceCost(c.Once, c.Require)
		cost.turns[c.Var] = rowTurn + costOf(c.Require) + cost.row
		cost.open = true
	}
	now := false
	for _, root := range c.Roots() {
		root.Walk(func(n *ir.Node) {
			now = now || n.Op == ir.Now
			cost.open = cost.open || openOps(n)
			if loops(n) {
				turn := int64(turnBase)
				if n.Args[0].Kind == ir.Rows {
					turn = rowTurn
				}
				for _, body := range n.Args[1:] {
					turn += costOf(body)
				}
				cost.turns[n.Var] = turn
			}
		})
	}
	if now {
		cost.first += nowCost
	}
	if c.Match == nil {
		cost.first, cost.matched = cost.first+cost.matched, 0
	}
	return cost
}

// openOps says whether a node costs what only the record tells: it has a loop, or calls what may have one.
func openOps(n *ir.Node) bool {
	switch n.Op {
	case ir.Const, ir.Field, ir.Has, ir.Now, ir.Use, ir.Not, ir.And, ir.Or, ir.Cond, ir.Let,
		ir.Add, ir.Sub, ir.Mul, ir.Div, ir.Mod, ir.Neg:
		return false
	case ir.Compare:
		text := n.Args[0].Kind == ir.String
		for _, a := range n.Args {
			text = text && !(a.IsConst() && a.Text == "")
		}
		return text
	}
	return true
}

// spend adds to what the record has cost.
func (rt *runtime) spend(units int64) []wasmgen.Instr {
	return []wasmgen.Instr{rt.cost, wasmgen.Int64(units), wasmgen.I64Add, wasmgen.SetGlobal(rt.cost)}
}

// turnCost is what a turn of a loop costs in a function of the runtime that is written here.
func turnCost(name string) int64 {
	switch name {
	case "find":
		return 90
	case "inList":
		return 60
	}
	return 20
}

// chargeSize(n) adds the cost of copying n bytes and returns n.
func (rt *runtime) chargeSize() *wasmgen.Func {
	return rt.fn("chargeSize", sig(i32), sig(i32), func(f *wasmgen.Func) {
		n := f.Param(0)
		f.Do(n, wasmgen.I64ExtendI32U, wasmgen.Int64(3), wasmgen.I64ShrU, wasmgen.Int64(40), wasmgen.I64Add,
			rt.cost, wasmgen.I64Add, wasmgen.SetGlobal(rt.cost), n)
	})
}

// hostCall(fn, ptr, len) is assay.call for the runtime in C: it adds what the function costs, as the host reckons.
// Its code is written when it is known which functions of the host are called.
func (rt *runtime) hostCall() *wasmgen.Func {
	if rt.host == nil {
		rt.host = rt.g.m.Func(sig(i32, i32, i32), sig(i64))
		rt.host.SetName("host")
	}
	return rt.host
}

// writeHostCall writes it, if it is called.
func (rt *runtime) writeHostCall() {
	f := rt.host
	if f == nil {
		return
	}
	fn, at, n := f.Param(0), f.Param(1), f.Local(i32)
	each := func(units int64) {
		f.Do(n, wasmgen.I64ExtendI32U, wasmgen.Int64(units), wasmgen.I64Mul, rt.cost, wasmgen.I64Add, wasmgen.SetGlobal(rt.cost))
	}
	f.Do(rt.spend(hostCost)...)
	if rt.link.Has("rt_phone") {
		f.Do(fn, wasmgen.Int32(abi.CallPhone), wasmgen.I32Eq)
		f.If()
		f.Do(at, wasmgen.I32Load(4), at, wasmgen.I32Load(12), wasmgen.I32Add, wasmgen.Set(n), wasmgen.Int32(abi.MaxPhoneBytes))
		smallerOf(f, n)
		f.Do(rt.spend(phoneCost)...)
		each(phoneByte)
		f.End()
	}
	if rt.link.Has("rt_parse_double") {
		f.Do(fn, wasmgen.Int32(abi.CallParseDouble), wasmgen.I32Eq)
		f.If()
		f.Do(rt.spend(parseCost)...)
		f.Do(at, wasmgen.I32Load(4), wasmgen.Set(n))
		each(parseByte)
		f.Do(n, wasmgen.Int32(fastDigits), wasmgen.I32GtU)
		f.If()
		f.Do(rt.spend(exactCost)...)
		f.Do(wasmgen.Int32(exactBytes))
		smallerOf(f, n)
		each(exactByte)
		f.End()
		f.End()
	}
	f.Do(fn, at, f.Param(2), rt.call())
	if rt.link.Has("rt_local") {
		answer := f.Local(i64)
		f.Do(wasmgen.Tee(answer), wasmgen.Int64(abi.NoZone), wasmgen.I64Eq)
		f.If()
		f.Do(rt.spend(noZoneCost)...)
		f.End()
		f.Do(answer)
	}
}

// smallerOf makes n the i32 on the stack if that is smaller.
func smallerOf(f *wasmgen.Func, n wasmgen.Local) {
	most := f.Local(i32)
	f.Do(wasmgen.Set(most))
	smaller(f, n, most)
	f.Release(most)
}

// charge adds a cost.
func (g *generator) charge(units int64) { g.f.Do(g.rt.spend(units)...) }

// chargeFirst begins to count.
func (g *generator) chargeFirst(cost checkCost) {
	g.setCost(cost, cost.first)
	g.stopIfOver(cost.first, false)
}

func (g *generator) chargeMatched(cost checkCost) {
	if cost.open {
		g.charge(cost.matched)
	} else {
		g.setCost(cost, cost.first+cost.matched)
	}
	g.stopIfOver(cost.first+cost.matched, false)
}

// chargeRow adds the cost of a finding or label.
func (g *generator) chargeRow(cost checkCost) {
	if cost.open {
		g.charge(cost.row)
	} else {
		g.setCost(cost, cost.first+cost.matched+cost.row)
		g.stopIfOver(cost.first+cost.matched+cost.row, false)
	}
}

// setCost says what the record costs so far: where it is looked for, unless more comes to it that only the record
// tells.
func (g *generator) setCost(cost checkCost, units int64) {
	if g.costAt != nil && !cost.open {
		g.f.Do(g.costAt, wasmgen.Int32(int32(min(units, math.MaxInt32))), wasmgen.I32Store(g.costOffset))
	} else {
		g.f.Do(wasmgen.Int64(units), wasmgen.SetGlobal(g.rt.cost))
	}
}

// chargeTurns adds the cost of so many turns of the loop that binds v.
func (g *generator) chargeTurns(turns wasmgen.Local, v *ir.Var) {
	g.chargeEach(turns, g.turns[v])
	g.stopIfOver(0, true)
}

// chargeEach adds a cost as many times as an i32 says.
func (g *generator) chargeEach(n wasmgen.Local, units int64) {
	g.f.Do(n, wasmgen.I64ExtendI32U, wasmgen.Int64(units), wasmgen.I64Mul, g.rt.cost, wasmgen.I64Add, wasmgen.SetGlobal(g.rt.cost))
}

// stopIfOver ends the record when it has cost more than it may: open says that only the record tells, else
// cost is what it has.
func (g *generator) stopIfOver(cost int64, open bool) {
	switch {
	case open:
		g.loadOver()
		g.f.Do(wasmgen.BrIf(g.over))
	case cost > g.fuel():
		g.f.Do(wasmgen.Br(g.over))
	}
}

// loadOver leaves whether the record has cost more than it may.
func (g *generator) loadOver() {
	g.f.Do(g.rt.cost, wasmgen.Int64(g.fuel()), wasmgen.I64GtU)
}

// overspent is what the check answers then, in the words of the host's meter.
func (g *generator) overspent() wasmgen.Instr {
	row := abi.AppendResult(nil, abi.ResultRow{Kind: abi.ResultError, Error: "fuel: " + abi.OutOfFuel(g.fuel())})
	return packed(g.data.put(string(row)), len(row))
}

// chargeMatch adds the cost of matching a text against a pattern, by their lengths in bytes.
func (g *generator) chargeMatch(n *ir.Node, pattern, text wasmgen.Local) {
	if n.IsConst() {
		g.chargeEach(text, matchStep(n.Text))
		return
	}
	g.chargeEach(pattern, patternByte+2*patternNode)
	g.f.Do(text, wasmgen.I64ExtendI32U, pattern, wasmgen.I64ExtendI32U, wasmgen.I64Mul, wasmgen.Int64(2*matchUnit), wasmgen.I64Mul,
		g.rt.cost, wasmgen.I64Add, wasmgen.SetGlobal(g.rt.cost))
}

// matchStep is the cost of a byte of text that a pattern is matched against: as the host reckons.
func matchStep(pattern string) int64 {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return matchUnit
	}
	return matchUnit * programSize(parsed)
}

// programSize is the number of instructions of a pattern, about.
func programSize(re *syntax.Regexp) int64 {
	size := int64(1)
	switch re.Op {
	case syntax.OpLiteral:
		size += int64(len(re.Rune))
	case syntax.OpCharClass:
		size += int64(len(re.Rune) / 2)
	}
	for _, sub := range re.Sub {
		size += programSize(sub) + 1
	}
	if re.Op == syntax.OpRepeat {
		size *= int64(max(1, re.Min, re.Max) + 1)
	}
	return min(size, 1<<30)
}

// fuel is what a record may cost.
func (g *generator) fuel() int64 { return cmp.Or(g.check.Fuel, abi.DefaultFuel) }
