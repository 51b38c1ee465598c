package meter

import (
	"slices"

	"assay/server/wasm/internal/instrument"
)

// takeFuel appends fuel -= cost.
func (r *rewriter) takeFuel(b []byte, cost int64) []byte {
	return addTo(b, r.fuel, opI64Sub, cost)
}

// addTo appends global = global <op> constant.
func addTo(b []byte, global uint32, op byte, constant int64) []byte {
	b = instrument.AppendU32(append(b, opGlobalGet), global)
	b = instrument.AppendS64(append(b, opI64Const), constant)
	return instrument.AppendU32(append(b, op, opGlobalSet), global)
}

func (r *rewriter) takeStack(b []byte, frame int64) []byte {
	return addTo(b, r.stack, opI64Sub, frame)
}

func (r *rewriter) giveStack(b []byte, frame int64) []byte {
	return addTo(b, r.stack, opI64Add, frame)
}

// helperType is the type of the functions that charge for a size: they return it.
var helperType = instrument.FuncType{Params: []byte{instrument.I32}, Results: []byte{instrument.I32}}

// Helpers, by their order.
const (
	helperBytes uint32 = iota
	helperEntries
	helperTableGrow
	helperMemoryGrow
	helperMore // see stretch.go
)

// helperOf names the helper that charges for an instruction.
func helperOf(in *instrument.Instruction) (uint32, bool) {
	switch in.Op {
	case opMemoryGrow:
		return helperMemoryGrow, true
	case opMisc:
		switch in.Sub {
		case miscMemoryInit, miscMemoryCopy, miscMemoryFill:
			return helperBytes, true
		case miscTableInit, miscTableCopy, miscTableFill:
			return helperEntries, true
		case miscTableGrow:
			return helperTableGrow, true
		}
	}
	return 0, false
}

// helpers returns the bodies of the functions that charge for a size.
func (r *rewriter) helpers() [][]byte {
	charge := func(factor int64, op byte) []byte {
		b := instrument.AppendU32([]byte{opGlobalGet}, r.fuel)
		b = append(b, opLocalGet, 0, opI64ExtendI32, opI64Const)
		b = append(instrument.AppendS64(b, factor), op, opI64Sub)
		return r.checkEntry(instrument.AppendU32(append(b, opGlobalSet), r.fuel), false)
	}
	function := func(code []byte) []byte {
		return slices.Concat([]byte{0}, code, []byte{opLocalGet, 0, opEnd})
	}
	// More pages than there can be are refused, and cost nothing.
	possible := instrument.AppendS64([]byte{opLocalGet, 0, opI32Const}, 65536)
	possible = append(possible, opI32LeU, opIf, 0x40)
	return [][]byte{
		helperBytes:      function(charge(bytesShift, opI64ShrU)),
		helperEntries:    function(charge(entryCost, opI64Mul)),
		helperTableGrow:  function(charge(growCost, opI64Mul)),
		helperMemoryGrow: function(slices.Concat(possible, charge(pageCost, opI64Mul), []byte{opEnd})),
	}
}
