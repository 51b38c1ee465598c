package wasmgen

import (
	"encoding/binary"
	"math"
)

// Instr is an instruction that can be appended to a Func.
type Instr interface{ write(f *Func) }

func (l Local) write(f *Func) { f.code = uleb(append(f.code, 0x20), uint64(l)) }

// Set is local.set.
type Set Local

func (l Set) write(f *Func) { f.code = uleb(append(f.code, 0x21), uint64(l)) }

// Tee is local.tee.
type Tee Local

func (l Tee) write(f *Func) { f.code = uleb(append(f.code, 0x22), uint64(l)) }

// Int32 is i32.const.
type Int32 int32

func (v Int32) write(f *Func) { f.code = sleb(append(f.code, 0x41), int64(v)) }

// Int64 is i64.const.
type Int64 int64

func (v Int64) write(f *Func) { f.code = sleb(append(f.code, 0x42), int64(v)) }

// Float64 is f64.const.
type Float64 float64

func (v Float64) write(f *Func) {
	f.code = binary.LittleEndian.AppendUint64(append(f.code, 0x44), math.Float64bits(float64(v)))
}

// A Symbol as an instruction is i32.const of its address.
func (s *Symbol) write(f *Func) {
	f.code = append(f.code, 0x41)
	f.fixups = append(f.fixups, fixup{at: len(f.code), symbol: s})
}

// A Func as an instruction is a call of it.
func (callee *Func) write(f *Func) {
	if f.Through != nil {
		callee = f.Through(callee)
	}
	f.code = append(f.code, 0x10)
	f.fixups = append(f.fixups, fixup{at: len(f.code), fn: callee})
}

// A Global as an instruction is global.get.
func (g *Global) write(f *Func) { f.code = uleb(append(f.code, 0x23), uint64(g.index)) }

// SetGlobal is global.set.
func SetGlobal(g *Global) Instr { return globalSet{g} }

type globalSet struct{ g *Global }

func (s globalSet) write(f *Func) { f.code = uleb(append(f.code, 0x24), uint64(s.g.index)) }

// Br branches to a label, BrIf when the i32 on the stack is not zero.
type (
	Br   Label
	BrIf Label
)

func (l Br) write(f *Func)   { f.branch(0x0c, Label(l)) }
func (l BrIf) write(f *Func) { f.branch(0x0d, Label(l)) }

func (f *Func) branch(op byte, l Label) {
	if l < 1 || int(l) > f.depth {
		panic("wasmgen: branch to a label that is not open")
	}
	f.code = uleb(append(f.code, op), uint64(f.depth-int(l)))
}

// Op is an instruction without immediates.
type Op byte

func (o Op) write(f *Func) { f.code = append(f.code, byte(o)) }

// Instructions without immediates, by their WebAssembly names.
const (
	Unreachable Op = 0x00
	Return      Op = 0x0f
	Drop        Op = 0x1a
	Select      Op = 0x1b

	I32Eqz Op = 0x45
	I32Eq  Op = 0x46
	I32Ne  Op = 0x47
	I32LtS Op = 0x48
	I32LtU Op = 0x49
	I32GtS Op = 0x4a
	I32GtU Op = 0x4b
	I32LeS Op = 0x4c
	I32LeU Op = 0x4d
	I32GeS Op = 0x4e
	I32GeU Op = 0x4f

	I64Eqz Op = 0x50
	I64Eq  Op = 0x51
	I64Ne  Op = 0x52
	I64LtS Op = 0x53
	I64LtU Op = 0x54
	I64GtS Op = 0x55
	I64GtU Op = 0x56
	I64LeS Op = 0x57
	I64LeU Op = 0x58
	I64GeS Op = 0x59
	I64GeU Op = 0x5a

	F64Eq Op = 0x61
	F64Ne Op = 0x62
	F64Lt Op = 0x63
	F64Gt Op = 0x64
	F64Le Op = 0x65
	F64Ge Op = 0x66

	I32Clz  Op = 0x67
	I32Add  Op = 0x6a
	I32Sub  Op = 0x6b
	I32Mul  Op = 0x6c
	I32DivS Op = 0x6d
	I32DivU Op = 0x6e
	I32RemU Op = 0x70
	I32And  Op = 0x71
	I32Or   Op = 0x72
	I32Xor  Op = 0x73
	I32Shl  Op = 0x74
	I32ShrU Op = 0x76

	I64Clz    Op = 0x79
	I64Popcnt Op = 0x7b
	I64Add    Op = 0x7c
	I64Sub    Op = 0x7d
	I64Mul    Op = 0x7e
	I64DivS   Op = 0x7f
	I64DivU   Op = 0x80
	I64RemS   Op = 0x81
	I64RemU   Op = 0x82
	I64And    Op = 0x83
	I64Or     Op = 0x84
	I64Xor    Op = 0x85
	I64Shl    Op = 0x86
	I64ShrS   Op = 0x87
	I64ShrU   Op = 0x88

	F64Abs     Op = 0x99
	F64Neg     Op = 0x9a
	F64Floor   Op = 0x9c
	F64Trunc   Op = 0x9d
	F64Nearest Op = 0x9e
	F64Add     Op = 0xa0
	F64Sub     Op = 0xa1
	F64Mul     Op = 0xa2
	F64Div     Op = 0xa3

	I32WrapI64     Op = 0xa7
	I64ExtendI32S  Op = 0xac
	I64ExtendI32U  Op = 0xad
	I64TruncF64S   Op = 0xb0
	I64TruncF64U   Op = 0xb1
	F64ConvertI64S Op = 0xb9
	F64ConvertI64U Op = 0xba
	I64Reinterpret Op = 0xbd // f64 to i64
	F64Reinterpret Op = 0xbf // i64 to f64
)

// Instructions on the one memory.
const (
	MemorySize mem  = 0x3f
	MemoryGrow mem  = 0x40
	MemoryCopy bulk = 10
	MemoryFill bulk = 11
)

// mem is an instruction on the one memory.
type mem byte

func (o mem) write(f *Func) { f.code = append(f.code, byte(o), 0) }

// bulk is a bulk memory instruction.
type bulk byte

func (o bulk) write(f *Func) {
	f.code = append(f.code, 0xfc, byte(o), 0)
	if o == MemoryCopy {
		f.code = append(f.code, 0)
	}
}

// access is a load or store with its constant offset.
type access struct {
	op     byte
	offset uint32
}

// All accesses claim byte alignment: it is a hint, and a module takes no address on trust.
func (a access) write(f *Func) { f.code = uleb(append(f.code, a.op, 0), uint64(a.offset)) }

// I32Load and the functions below load or store at offset from the address on the stack.
func I32Load(offset uint32) Instr { return access{0x28, offset} }

// I64Load: see I32Load.
func I64Load(offset uint32) Instr { return access{0x29, offset} }

// F64Load: see I32Load.
func F64Load(offset uint32) Instr { return access{0x2b, offset} }

// I32Load8U: see I32Load.
func I32Load8U(offset uint32) Instr { return access{0x2d, offset} }

// I32Load16U: see I32Load.
func I32Load16U(offset uint32) Instr { return access{0x2f, offset} }

// I64Load32U: see I32Load.
func I64Load32U(offset uint32) Instr { return access{0x35, offset} }

// I32Store: see I32Load.
func I32Store(offset uint32) Instr { return access{0x36, offset} }

// I64Store: see I32Load.
func I64Store(offset uint32) Instr { return access{0x37, offset} }

// F64Store: see I32Load.
func F64Store(offset uint32) Instr { return access{0x39, offset} }

// I32Store16: see I32Load.
func I32Store16(offset uint32) Instr { return access{0x3b, offset} }

// I32Store8: see I32Load.
func I32Store8(offset uint32) Instr { return access{0x3a, offset} }
