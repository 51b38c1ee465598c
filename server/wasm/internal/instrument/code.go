package instrument

// immediate says what follows an opcode.
type immediate uint8

const (
	immIllegal immediate = iota
	immNone
	immBlock    // block type; opens a block
	immEnd      // closes a block
	immU32      // a label or a local, which the engine checks
	immLabels   // br_table
	immFunction // function index
	immIndirect // type index, table index
	immSelect   // one value type in a vector
	immGlobal   // global index
	immTable    // table index
	immMemarg   // alignment, offset
	immMemory   // memory index, a zero byte
	immI32
	immI64
	immF32
	immF64
	immRefType
	immMisc   // 0xfc and its sub-opcode
	immVector // 0xfd and its sub-opcode
)

var immediates = func() (t [256]immediate) {
	fill := func(from, to int, im immediate) {
		for op := from; op <= to; op++ {
			t[op] = im
		}
	}
	fill(0x00, 0x01, immNone)  // unreachable, nop
	fill(0x02, 0x04, immBlock) // block, loop, if
	t[0x05] = immNone          // else
	t[0x0b] = immEnd
	fill(0x0c, 0x0d, immU32) // br, br_if
	t[0x0e] = immLabels
	t[0x0f] = immNone // return
	t[0x10] = immFunction
	t[0x11] = immIndirect
	fill(0x1a, 0x1b, immNone) // drop, select
	t[0x1c] = immSelect
	fill(0x20, 0x22, immU32) // local.get, set, tee
	fill(0x23, 0x24, immGlobal)
	fill(0x25, 0x26, immTable)
	fill(0x28, 0x3e, immMemarg)
	fill(0x3f, 0x40, immMemory) // memory.size, grow
	t[0x41], t[0x42], t[0x43], t[0x44] = immI32, immI64, immF32, immF64
	fill(0x45, 0xc4, immNone) // arithmetic
	t[0xd0] = immRefType      // ref.null
	t[0xd1] = immNone         // ref.is_null
	t[0xd2] = immFunction     // ref.func
	t[0xfc] = immMisc
	t[0xfd] = immVector
	return t
}()

// readCode checks the functions of the code section.
func (m *Module) readCode(r *reader) {
	for range r.count() {
		body := r.take(r.count())
		if r.err != nil {
			return
		}
		f := &reader{b: body, base: r.base + r.at - len(body)}
		for range f.count() {
			f.u32()
			f.valueType()
		}
		// The meter's charge at function entry goes in front of the byte f stands at.
		m.readBody(f)
		if f.err != nil {
			r.err = f.err
			return
		}
		m.bodies++
	}
}

// readBody reads a function's instructions to its last end and checks the indices in them.
func (m *Module) readBody(r *reader) {
	depth := 1
	for depth > 0 && r.err == nil {
		switch im := immediates[r.byte()]; im {
		case immNone:
		case immBlock:
			// The meter's charge of a loop (opcode 0x03) goes behind its block type.
			m.readBlockType(r)
			depth++
		case immEnd:
			depth--
		default:
			m.readImmediate(r, im)
		}
	}
	if r.err == nil && !r.done() {
		r.fail("%d bytes follow a function's end", r.left())
	}
}

func (m *Module) readImmediate(r *reader, im immediate) {
	switch im {
	case immU32:
		r.u32()
	case immLabels:
		for range r.count() {
			r.u32()
		}
		r.u32()
	case immFunction:
		r.index("function", len(m.funcs))
	case immIndirect:
		r.index("type", len(m.types))
		r.index("table", m.tables)
	case immSelect:
		if r.byte() != 1 {
			r.fail("select has other than one type")
		}
		r.valueType()
	case immGlobal:
		r.index("global", m.globals)
	case immTable:
		r.index("table", m.tables)
	case immMemarg:
		r.u32()
		r.u32()
	case immMemory:
		r.zero()
	case immI32:
		r.skipSigned(5)
	case immI64:
		r.skipSigned(10)
	case immF32:
		r.take(4)
	case immF64:
		r.take(8)
	case immRefType:
		r.refType()
	case immMisc:
		m.readMisc(r)
	case immVector:
		readVector(r)
	default:
		r.at--
		r.fail("opcode 0x%02x is not of WebAssembly 2.0", r.b[r.at])
	}
}

func (m *Module) readBlockType(r *reader) {
	if r.done() {
		r.fail("cut off")
		return
	}
	switch r.b[r.at] {
	case 0x40, I32, I64, f32, f64, v128, funcref, externref:
		r.at++
	default:
		// A type index is a signed number of 33 bits; one with a sign is not of WebAssembly 2.0.
		at := r.at
		n := r.u32()
		if r.err == nil && r.b[r.at-1]&0x40 != 0 && r.at-at < 5 {
			r.fail("a block type is negative")
			return
		}
		if r.err == nil && uint64(n) >= uint64(len(m.types)) {
			r.fail("type %d does not exist, the module has %d", n, len(m.types))
		}
	}
}

// readMisc reads what follows 0xfc.
func (m *Module) readMisc(r *reader) {
	switch sub := r.u32(); {
	case sub <= 7: // saturating truncations
	case sub == 8: // memory.init
		r.u32()
		r.zero()
	case sub == 9, sub == 13: // data.drop, elem.drop
		r.u32()
	case sub == 10: // memory.copy
		r.zero()
		r.zero()
	case sub == 11: // memory.fill
		r.zero()
	case sub == 12: // table.init
		r.u32()
		r.index("table", m.tables)
	case sub == 14: // table.copy
		r.index("table", m.tables)
		r.index("table", m.tables)
	case sub <= 17: // table.grow, size, fill
		r.index("table", m.tables)
	default:
		r.fail("opcode 0xfc %d is not of WebAssembly 2.0", sub)
	}
}

// readVector reads what follows 0xfd. Sub-opcodes from 128 are two bytes, the second being 1.
func readVector(r *reader) {
	sub := r.byte()
	if sub >= 0x80 {
		if r.byte() != 1 {
			r.fail("a vector opcode is not of WebAssembly 2.0")
		}
		return
	}
	switch {
	case sub <= 11, sub == 92, sub == 93: // loads and stores
		r.u32()
		r.u32()
	case sub == 12, sub == 13: // v128.const, i8x16.shuffle
		r.take(16)
	case sub >= 21 && sub <= 34: // lanes
		r.byte()
	case sub >= 84 && sub <= 91: // loads and stores of a lane
		r.u32()
		r.u32()
		r.byte()
	}
}

// readConstant reads a constant expression: one constant and an end.
func (m *Module) readConstant(r *reader) {
	if r.done() {
		r.fail("cut off")
		return
	}
	switch op := r.byte(); op {
	case 0x23, 0x41, 0x42, 0x43, 0x44, 0xd0, 0xd2:
		m.readImmediate(r, immediates[op])
	case 0xfd:
		if r.byte() != 12 {
			r.fail("a constant expression is not of WebAssembly 2.0")
		}
		r.take(16)
	default:
		r.fail("a constant expression is not of WebAssembly 2.0")
	}
	if r.byte() != 0x0b {
		r.fail("a constant expression does not end after one constant")
	}
}
