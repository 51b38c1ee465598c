package meter

import (
	"assay/sdk/abi"
	"assay/server/wasm/internal/instrument"
)

// Costs by size, in fuel. The instruction itself costs what costOf says.
const (
	bytesShift = 3    // memory.copy, fill, init: a unit for 8 bytes
	entryCost  = 1    // table.copy, fill, init: an entry
	growCost   = 16   // table.grow: an entry
	pageCost   = 8192 // memory.grow: a page of 64 KiB, which the system clears when it is touched
)

// Costs of host functions, in fuel. What depends on arguments is taken by the host as it runs.
const (
	// HostCall is the cost of a call that leaves the guest, whatever it does.
	HostCall = 300
	// HostByte is the cost of a byte that the host reads or writes for a guest.
	HostByte = 1
	// LogMessage is the cost of a message of assay.log, a byte of it costs LogByte.
	LogMessage = 2000
	LogByte    = 10
	// Match is the cost of a match. PatternByte is that of a byte of the pattern, which is parsed,
	// PatternWork of a unit of what parsing takes beyond that (pattern.Work), PatternNode of an instruction that it compiles to, MatchStep of an instruction and a byte of
	// the text together. Whether the host has the pattern compiled already makes no difference.
	Match       = 500
	PatternByte = 100
	PatternWork = 6
	PatternNode = 200
	MatchStep   = 4
	// DoubleText is the cost of a double as text, beside its bytes.
	DoubleText = 100
	// ParseDouble is the cost of a text as a double, a byte of it costs ParseByte. A text of more than 19
	// bytes, or of the least doubles, may take an exact reckoning: ExactParse, and ExactByte for
	// each of the first MaxExactBytes bytes.
	ParseDouble   = 2500
	ParseByte     = 10
	ExactParse    = 80_000
	ExactByte     = 250
	MaxExactBytes = 800
	// Zone is the cost of a time zone's offset, NoZone of looking for one that there is not.
	Zone   = 300
	NoZone = 50_000
	// Phone is the cost of reading a phone number, a byte of the text and the country costs PhoneByte.
	Phone     = 15_000
	PhoneByte = 300
)

// Costs of calls and charges, in fuel.
const (
	callCost     = 4
	indirectCost = 8
	chargeCost   = 2 // of the meter's own instructions at a function entry or loop head

	// loadCost is for loads that miss the caches, each of which needs what the one before loaded: 130 ns were
	// measured. What a load costs mostly is a unit or two, and more than this makes the budget small for guests that load
	// much and quickly, such as those with a garbage collector.
	loadCost = 20
)

// simpleCosts are the costs of the instructions of one byte, one unit where nothing is said.
var simpleCosts = func() (t [256]uint16) {
	fill := func(cost uint16, from, to int) {
		for op := from; op <= to; op++ {
			t[op] = cost
		}
	}
	fill(1, 0, 255)
	fill(0, 0x01, 0x03)     // nop, block, loop
	t[0x05], t[0x0b] = 0, 0 // else, end
	t[0x0e] = 3             // br_table
	t[opCall] = callCost    //
	t[0x1a] = 0             // drop
	fill(2, 0x25, 0x26)     // table.get, set
	fill(loadCost, 0x28, 0x35)
	fill(2, 0x36, 0x3e)     // stores
	t[opMemoryGrow] = 1000  // leaves the guest
	fill(20, 0x6d, 0x70)    // i32 division
	fill(25, 0x7f, 0x82)    // i64 division
	fill(2, 0x8b, 0x98)     // f32: abs to copysign
	fill(8, 0x91, 0x91)     // f32.sqrt
	t[0x95] = 6             // f32.div
	fill(3, 0x96, 0x97)     // f32.min, max
	fill(2, 0x99, 0xa6)     // f64: abs to copysign
	fill(10, 0x9f, 0x9f)    // f64.sqrt
	t[0xa3] = 8             // f64.div
	fill(3, 0xa4, 0xa5)     // f64.min, max
	fill(4, 0xa8, 0xbf)     // conversions between integers and floats
	t[0xac], t[0xad] = 1, 1 // i64.extend_i32
	t[opRefFunc] = 200      // leaves the guest
	return t
}()

// Instructions whose cost or treatment is their own.
const (
	opUnreachable  = 0x00
	opBlock        = 0x02
	opLoop         = 0x03
	opIf           = 0x04
	opElse         = 0x05
	opEnd          = 0x0b
	opBr           = 0x0c
	opBrIf         = 0x0d
	opBrTable      = 0x0e
	opReturn       = 0x0f
	opCall         = 0x10
	opCallIndirect = 0x11
	opDrop         = 0x1a
	opSelect       = 0x1b
	opLocalGet     = 0x20
	opLocalSet     = 0x21
	opLocalTee     = 0x22
	opGlobalGet    = 0x23
	opGlobalSet    = 0x24
	opMemoryGrow   = 0x40
	opI32Const     = 0x41
	opI64Const     = 0x42
	opI32LeU       = 0x4d
	opI64LtS       = 0x53
	opI32Add       = 0x6a
	opI64Add       = 0x7c
	opI64Sub       = 0x7d
	opI64Mul       = 0x7e
	opI64Or        = 0x84
	opI64ShrU      = 0x88
	opI64ExtendI32 = 0xad
	opI32OfF32     = 0xbc // the bits
	opI64OfF64     = 0xbd
	opF32OfI32     = 0xbe
	opF64OfI64     = 0xbf
	opRefFunc      = 0xd2
	opMisc         = 0xfc
	opVector       = 0xfd
)

// Sub-opcodes of opMisc.
const (
	miscMemoryInit = 8
	miscDataDrop   = 9
	miscMemoryCopy = 10
	miscMemoryFill = 11
	miscTableInit  = 12
	miscElemDrop   = 13
	miscTableCopy  = 14
	miscTableGrow  = 15
	miscTableSize  = 16
	miscTableFill  = 17
)

// costOf is the cost of an instruction; of a call it includes what the callee does not charge.
func (r *rewriter) costOf(in *instrument.Instruction) int64 {
	switch in.Op {
	case opCall:
		if int(in.Index) < len(r.imports) {
			return r.imports[in.Index]
		}
		if callee := &r.functions[int(in.Index)-len(r.imports)]; callee.absorbed {
			return callCost + callee.entry
		}
	case opCallIndirect:
		return indirectCost + r.indirect
	case opMisc:
		switch in.Sub {
		case miscMemoryInit, miscMemoryCopy, miscMemoryFill, miscTableInit, miscTableCopy, miscTableFill:
			return 30
		case miscTableGrow:
			return 1000
		default:
			return 5
		}
	case opVector:
		if vectorLoads(in.Sub) {
			return loadCost
		}
		return 4
	}
	return int64(simpleCosts[in.Op])
}

// vectorLoads says whether a vector instruction loads: v128.load and its kin, lanes, and those that fill with zeros.
func vectorLoads(sub uint32) bool {
	return sub <= 10 || 84 <= sub && sub <= 87 || 92 <= sub && sub <= 93
}

// importCosts returns the cost of calling each imported function.
func importCosts(imports []instrument.Import) []int64 {
	var costs []int64
	for _, im := range imports {
		if im.Kind == instrument.KindFunction {
			costs = append(costs, ImportCost(im.Module, im.Name))
		}
	}
	return costs
}

// ImportCost is the cost of calling an imported function, without what depends on its arguments.
func ImportCost(module, name string) int64 {
	if module == abi.ImportModule && name == abi.ImportLog {
		return HostCall + LogMessage
	}
	return HostCall
}
