package instrument

import "assay/sdk/abi"

// Parameters of the batch loop, in order, and its locals.
const (
	loopHandle  = iota // i32: handed to assay_evaluate
	loopBase           // i32: address of the batch's table
	loopFirst          // i32: record to begin with
	loopCount          // i32: records in the batch
	loopOut            // i32: address of the area for results
	loopCap            // i32: its size
	loopFuel           // i64: fuel a record may spend, the first part
	loopReserve        // i64: the other part
	loopSlice          // i64: fuel after which the call returns
	loopUsed           // i32: bytes of the area for results in use
	loopEntry          // i32: address of the record's entry in the table
	loopPtr            // i32: address of the record's results
	loopLen            // i32: their length
	loopPacked         // i64: both, as assay_evaluate returned them
	loopSpent          // i64: fuel the record spent
)

var (
	loopType   = FuncType{Params: []byte{I32, I32, I32, I32, I32, I32, I64, I64, I64}, Results: []byte{I32}}
	loopLocals = []byte{2, 4, I32, 2, I64}
)

// batchLoop returns the body of assay.batch.
//
//	func batch(handle, base, first, count, out, cap, fuel, reserve, slice) (stopped i32) {
//	    used := 0
//	    for first < count {
//	        index = first
//	        entry := base + first*24
//	        assay.fuel, assay.reserve = fuel, reserve
//	        packed := evaluate(handle, base+entry.cardOffset, entry.cardLength)
//	        spent := fuel - assay.fuel + reserve - assay.reserve
//	        entry.spent = spent | cost<<32
//	        slice -= spent
//	        ptr, len := packed>>32, packed
//	        entry.resultLength = len
//	        if len != 0 {
//	            entry.resultOffset = ptr
//	            if len > cap-used || u64(ptr)+u64(len) > memory.size*65536 { return first }
//	            memory.copy(out+used, ptr, len)
//	            entry.resultOffset = used
//	            used += len
//	        }
//	        first++
//	        if slice <= 0 { break }
//	    }
//	    return first
//	}
//
// It stops at a record whose results do not fit or do not exist and leaves their address and length
// in the record's entry: the host reads and judges them there, and nothing is evaluated twice; index
// is that record. And it stops between two records when its slice of fuel is spent, for nothing
// preempts a guest and package meter does not see this loop; index is then the record before.
//
// cost is what a module counted itself, if it has abi.ExportCost, else 0.
//
// The spend of a record stands in guest memory, where the guest may write over it: it is for
// statistics. The budget does not depend on it.
func batchLoop(evaluate, index, fuel, reserve uint32, cost int) []byte {
	a := assembler{b: append([]byte(nil), loopLocals...)}
	a.op(opBlock, 0x40).op(opLoop, 0x40)
	a.get(loopFirst).get(loopCount).op(opI32GeU).opU32(opBrIf, 1)
	a.get(loopFirst).opU32(opGlobalSet, index)
	a.get(loopBase).get(loopFirst).i32(abi.BatchEntry).op(opI32Mul).op(opI32Add).set(loopEntry)

	a.get(loopFuel).opU32(opGlobalSet, fuel)
	a.get(loopReserve).opU32(opGlobalSet, reserve)
	a.get(loopHandle)
	a.get(loopBase).get(loopEntry).load(0).op(opI32Add)
	a.get(loopEntry).load(4)
	a.opU32(opCall, evaluate).set(loopPacked)
	a.get(loopFuel).opU32(opGlobalGet, fuel).op(opI64Sub)
	a.get(loopReserve).opU32(opGlobalGet, reserve).op(opI64Sub).op(opI64Add).set(loopSpent)
	a.get(loopEntry).get(loopSpent)
	if cost >= 0 {
		a.opU32(opGlobalGet, uint32(cost)).i64(32).op(opI64Shl).op(opI64Or)
	}
	a.op(opI64Store, 3, 16)
	a.get(loopSlice).get(loopSpent).op(opI64Sub).set(loopSlice)

	a.get(loopPacked).i64(32).op(opI64ShrU).op(opI32WrapI64).set(loopPtr)
	a.get(loopPacked).op(opI32WrapI64).set(loopLen)
	a.get(loopEntry).get(loopLen).store(12)
	a.get(loopLen).op(opIf, 0x40)
	a.get(loopEntry).get(loopPtr).store(8)
	a.get(loopLen).get(loopCap).get(loopUsed).op(opI32Sub).op(opI32GtU)
	a.get(loopPtr).op(opI64ExtendI32U).get(loopLen).op(opI64ExtendI32U).op(opI64Add)
	a.op(opMemorySize, 0).op(opI64ExtendI32U).i64(16).op(opI64Shl).op(opI64GtU)
	a.op(opI32Or).op(opIf, 0x40).get(loopFirst).op(opReturn).op(opEnd)
	a.get(loopOut).get(loopUsed).op(opI32Add).get(loopPtr).get(loopLen).op(opMisc, opMiscMemoryCopy, 0, 0)
	a.get(loopEntry).get(loopUsed).store(8)
	a.get(loopUsed).get(loopLen).op(opI32Add).set(loopUsed)
	a.op(opEnd)

	a.get(loopFirst).i32(1).op(opI32Add).set(loopFirst)
	a.get(loopSlice).i64(0).op(opI64GtS).opU32(opBrIf, 0)
	a.op(opEnd).op(opEnd)
	a.get(loopFirst).op(opEnd)
	return a.b
}

// Opcodes of the loop.
const (
	opUnreachable    = 0x00
	opBlock          = 0x02
	opLoop           = 0x03
	opIf             = 0x04
	opEnd            = 0x0b
	opBrIf           = 0x0d
	opBrTable        = 0x0e
	opReturn         = 0x0f
	opCall           = 0x10
	opCallIndirect   = 0x11
	opLocalGet       = 0x20
	opLocalSet       = 0x21
	opGlobalGet      = 0x23
	opGlobalSet      = 0x24
	opTableSet       = 0x26
	opI32Load        = 0x28
	opI32Store       = 0x36
	opI64Store       = 0x37
	opMemorySize     = 0x3f
	opMemoryGrow     = 0x40
	opI32Const       = 0x41
	opI64Const       = 0x42
	opI32GtU         = 0x4b
	opI32GeU         = 0x4f
	opI64GtS         = 0x55
	opI64GtU         = 0x56
	opI32Add         = 0x6a
	opI32Sub         = 0x6b
	opI32Mul         = 0x6c
	opI32Or          = 0x72
	opI64Add         = 0x7c
	opI64Sub         = 0x7d
	opI64Or          = 0x84
	opI64Shl         = 0x86
	opI64ShrU        = 0x88
	opI32WrapI64     = 0xa7
	opI64ExtendI32U  = 0xad
	opRefFunc        = 0xd2
	opMisc           = 0xfc
	opMiscMemoryCopy = 10
)

// assembler writes instructions one after the other.
type assembler struct{ b []byte }

func (a *assembler) op(bytes ...byte) *assembler {
	a.b = append(a.b, bytes...)
	return a
}

func (a *assembler) opU32(op byte, v uint32) *assembler {
	a.b = AppendU32(append(a.b, op), v)
	return a
}

func (a *assembler) get(local uint32) *assembler { return a.opU32(opLocalGet, local) }
func (a *assembler) set(local uint32) *assembler { return a.opU32(opLocalSet, local) }

// i32 and i64 push constants below 64, which are one byte in signed LEB128.
func (a *assembler) i32(v byte) *assembler { return a.op(opI32Const, v) }
func (a *assembler) i64(v byte) *assembler { return a.op(opI64Const, v) }

// load and store take the address from the stack, plus offset.
func (a *assembler) load(offset uint32) *assembler  { return a.op(opI32Load, 2).u32(offset) }
func (a *assembler) store(offset uint32) *assembler { return a.op(opI32Store, 2).u32(offset) }

func (a *assembler) u32(v uint32) *assembler {
	a.b = AppendU32(a.b, v)
	return a
}
