package meter

import "assay/server/wasm/internal/instrument"

// The engine stops nothing that runs, and Go's collector waits for all that runs. So a guest spends its budget
// in stretches: the global fuel holds what is left of one, the global reserve what is left beside. At the end of
// a stretch the function $more takes the next one from the reserve and leaves the guest for a
// moment, which is when Go can stop the goroutine.
//
// A call costs the code around it dearly, even one that is hardly ever made: where ways meet, wazero 1.12.0 takes over
// the registers of the way that it saw first, which is that of the call, after which most are lost. So the way with the
// call does not meet the other again, but goes back to the loop's head, from where it came in good order, and
// an entry has a loop for that. And what a loop's head gets from more than one way is
// stored in each turn if it has to outlast a call anywhere: before the call all such locals are made anew.
// Tight loops took 1.3 to 1.7 times as long with a plain call, 1.0 to 1.4 with the way back, and take 1.0 to 1.3 with
// both; with a trap in place of the call it was 1.0 to 1.2.

// checkEntry appends what goes on with the next stretch when this one, or the stack, has been spent. What is left
// comes into the loop as its parameter, which stays in a register.
func (r *rewriter) checkEntry(b []byte, stack bool) []byte {
	b = instrument.AppendS64(append(r.left(b, stack), opLoop), int64(r.firstType+1)) // moreType
	b = append(b, opI64Const, 0, opI64LtS, opIf, 0x40)
	return append(r.callMore(b, 0), opI64Const, 0, opBr, 1, opEnd, opEnd)
}

// checkLoop is checkEntry behind the charge of a loop's head, which the way back takes again.
func (r *rewriter) checkLoop(b []byte, f *instrument.Function, c *change) []byte {
	b = append(r.left(b, false), opI64Const, 0, opI64LtS, opIf)
	b = r.blockType(b, c.params, c.params)
	for i := uint32(0); c.carried>>i != 0; i++ {
		if c.carried>>i&1 != 0 {
			b = makeAnew(b, i, f.Local(i))
		}
	}
	return append(r.callMore(b, c.cost), opBr, 1, opEnd)
}

// makeAnew appends local = local in a way that is another value to the engine.
func makeAnew(b []byte, local uint32, valueType byte) []byte {
	same := anew[valueType]
	if same == nil { // a vector or a reference
		return b
	}
	b = append(instrument.AppendU32(append(b, opLocalGet), local), same...)
	return instrument.AppendU32(append(b, opLocalSet), local)
}

var anew = map[byte][]byte{
	instrument.I32: {opI32Const, 0, opI32Add},
	instrument.I64: {opI64Const, 0, opI64Add},
	instrument.F32: {opI32OfF32, opF32OfI32},
	instrument.F64: {opI64OfF64, opF64OfI64},
}

// left appends what is left of the stretch, with that of the stack: the or of two numbers is negative when one of
// them is.
func (r *rewriter) left(b []byte, stack bool) []byte {
	b = instrument.AppendU32(append(b, opGlobalGet), r.fuel)
	if !stack {
		return b
	}
	return append(instrument.AppendU32(append(b, opGlobalGet), r.stack), opI64Or)
}

func (r *rewriter) callMore(b []byte, back int64) []byte {
	b = instrument.AppendS64(append(b, opI64Const), back)
	return instrument.AppendU32(append(b, opCall), r.firstHelper+helperMore)
}

var moreType = instrument.FuncType{Params: []byte{instrument.I64}}

// more returns the body of the function that begins the next stretch.
//
//	func more(back i64) {
//	    next := min(stretch - fuel, reserve)
//	    reserve -= next
//	    fuel += next
//	    if fuel|stack < 0 { unreachable }
//	    fuel += back
//	    memory.grow(0)
//	}
func (r *rewriter) more(stretch int64) []byte {
	const back, next = 0, 1
	b := []byte{1, 1, instrument.I64}
	global := func(op byte, i uint32) { b = instrument.AppendU32(append(b, op), i) }
	add := func(i uint32, op byte, local byte) {
		global(opGlobalGet, i)
		b = append(b, opLocalGet, local, op)
		global(opGlobalSet, i)
	}
	b = instrument.AppendS64(append(b, opI64Const), stretch)
	global(opGlobalGet, r.fuel)
	b = append(b, opI64Sub, opLocalTee, next)
	global(opGlobalGet, r.reserve)
	b = append(b, opLocalGet, next)
	global(opGlobalGet, r.reserve)
	b = append(b, opI64LtS, opSelect, opLocalSet, next)
	add(r.reserve, opI64Sub, next)
	add(r.fuel, opI64Add, next)
	b = append(r.left(b, true), opI64Const, 0, opI64LtS, opIf, 0x40, opUnreachable, opEnd)
	add(r.fuel, opI64Add, back)
	return append(b, opI32Const, 0, opMemoryGrow, 0, opDrop, opEnd)
}
