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

// Function is a function with code: its type and its body as the code section has it, without
// the size in front.
type Function struct {
	Type   FuncType
	Locals []Locals // as declared, parameters excluded
	Body   []byte
	Start  int      // of the first instruction in Body
	Calls  []uint32 // the functions that call instructions name, in their order

	module *Module
	offset int // of Body in the module
}

// Locals is a run of locals of one type.
type Locals struct {
	Count uint32
	Type  byte
}

// Instruction is one instruction of a function. It is valid until the next one is read.
type Instruction struct {
	Op    byte   // 0xfc and 0xfd stand for Sub
	Sub   uint32 // the number behind those two
	Index uint32 // of the label, local, global, function, type, table or segment behind the opcode, the first of two
	Start int    // in the function's Body
	End   int
	Block FuncType // of a block, loop or if
	// Labels are the targets of a br_table, the default last.
	Labels []uint32
}

// Code reads a function's instructions one after the other.
type Code struct {
	Instruction
	module *Module
	reader reader
	depth  int
}

// Local returns the type of a local, parameters included, 0 when there is none of this number.
func (f *Function) Local(i uint32) byte {
	if i < uint32(len(f.Type.Params)) {
		return f.Type.Params[i]
	}
	i -= uint32(len(f.Type.Params))
	for _, l := range f.Locals {
		if i < l.Count {
			return l.Type
		}
		i -= l.Count
	}
	return 0
}

// Code begins to read the function's instructions.
func (f *Function) Code() *Code {
	return &Code{module: f.module, reader: reader{b: f.Body, at: f.Start, base: f.offset, survey: f.module.survey}, depth: 1}
}

// Next reads the next instruction. It is false behind the function's last end, and at an error.
func (c *Code) Next() bool {
	r := &c.reader
	if c.depth == 0 || r.err != nil {
		return false
	}
	c.Start = r.at
	c.Op = r.byte()
	switch im := immediates[c.Op]; im {
	case immNone:
	case immBlock:
		c.Block = c.module.readBlockType(r)
		c.depth++
	case immEnd:
		c.depth--
	default:
		c.module.readImmediate(r, im, &c.Instruction)
	}
	c.End = r.at
	return r.err == nil
}

// Depth is the number of blocks that are open behind the instruction, the function's own included.
func (c *Code) Depth() int { return c.depth }

// readCode checks the functions of the code section.
func (m *Module) readCode(r *reader) {
	for range r.atMost("functions", m.max.Functions) {
		body := r.take(r.atMost("bytes of code in a function", m.max.FunctionBytes))
		if r.err != nil {
			return
		}
		if len(m.Functions) == len(m.funcs)-m.imported {
			r.fail("more functions have code than are declared")
			return
		}
		f := Function{Body: body, Type: m.types[m.funcs[m.imported+len(m.Functions)]], module: m, offset: r.base + r.at - len(body)}
		if r.err = f.check(); r.err != nil {
			return
		}
		m.Functions = append(m.Functions, f)
	}
}

// check reads the function's locals and code and checks the indices in them.
func (f *Function) check() error {
	r := &reader{b: f.Body, base: f.offset, survey: f.module.survey}
	m := f.module
	max, locals, labels, loops, reloads := &m.max, uint64(0), 0, uint64(0), uint64(1)
	for range r.count() {
		l := Locals{Count: r.u32(), Type: r.valueType()}
		locals += uint64(l.Count)
		r.most("locals in a function", locals, max.Locals)
		if l.Count > 0 {
			f.Locals = append(f.Locals, l)
		}
	}
	if r.err != nil {
		return r.err
	}
	f.Start = r.at
	c := f.Code()
	for c.Next() {
		switch c.Op {
		case opCall:
			f.Calls = append(f.Calls, c.Index)
			reloads++
		case opCallIndirect, opMemoryGrow, opMisc:
			reloads++
		case opRefFunc:
			f.module.taken[c.Index] = true
		case opBrTable:
			labels += len(c.Labels)
			c.reader.most("br_table targets in a function", uint64(labels), max.Labels)
		case opBlock, opLoop, opIf:
			if c.Op == opLoop {
				loops++
				c.reader.most("loops in a function", loops, max.Loops)
				reloads++ // by the meter, as at the entry
			}
			c.reader.most("blocks inside one another", uint64(c.depth-1), max.Nesting)
		}
		if change := lasting(&c.Instruction); change != "" {
			m.keep("function %d contains %s", m.imported+len(m.Functions), change)
		}
	}
	r = &c.reader
	m.reloads += reloads * uint64(m.mutable+addedGlobals)
	r.most("reloads of mutable globals after calls", m.reloads, max.Reloads)
	if r.err == nil && !r.done() {
		r.fail("%d bytes follow a function's end", r.left())
	}
	return r.err
}

// readImmediate reads what follows an opcode into in.
func (m *Module) readImmediate(r *reader, im immediate, in *Instruction) {
	switch im {
	case immU32:
		in.Index = r.u32()
	case immLabels:
		in.Labels = in.Labels[:0]
		for range r.count() {
			in.Labels = append(in.Labels, r.u32())
		}
		in.Labels = append(in.Labels, r.u32())
	case immFunction:
		in.Index = r.index("function", len(m.funcs))
	case immIndirect:
		in.Index = r.index("type", len(m.types))
		r.index("table", m.tables)
	case immSelect:
		if r.byte() != 1 {
			r.fail("select has other than one type")
		}
		r.valueType()
	case immGlobal:
		in.Index = r.index("global", m.globals)
	case immTable:
		in.Index = r.index("table", m.tables)
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
		in.Sub = r.u32()
		m.readMisc(r, in.Sub)
	case immVector:
		in.Sub = readVector(r)
	default:
		r.at--
		r.fail("opcode 0x%02x is not of WebAssembly 2.0", r.b[r.at])
	}
}

func (m *Module) readBlockType(r *reader) (t FuncType) {
	if r.done() {
		r.fail("cut off")
		return t
	}
	switch r.b[r.at] {
	case 0x40:
		r.at++
	case I32, I64, F32, F64, V128, funcref, externref:
		r.at++
		t.Results = r.b[r.at-1 : r.at : r.at]
	default:
		// A type index is a signed number of 33 bits; one with a sign is not of WebAssembly 2.0.
		at := r.at
		n := r.u32()
		if r.err == nil && r.b[r.at-1]&0x40 != 0 && r.at-at < 5 {
			r.fail("a block type is negative")
		}
		if r.err == nil && uint64(n) >= uint64(len(m.types)) {
			r.fail("type %d does not exist, the module has %d", n, len(m.types))
		}
		if r.err == nil {
			t = m.types[n]
		}
	}
	return t
}

// readMisc reads what follows 0xfc and its sub-opcode.
func (m *Module) readMisc(r *reader, sub uint32) {
	switch {
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

// readVector reads what follows 0xfd and returns the sub-opcode. Those from 128 are two bytes,
// the second being 1.
func readVector(r *reader) uint32 {
	sub := uint32(r.byte())
	if sub >= 0x80 {
		if r.byte() != 1 {
			r.fail("a vector opcode is not of WebAssembly 2.0")
		}
		return sub
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
	return sub
}

// readConstant reads a constant expression: one constant and an end.
func (m *Module) readConstant(r *reader) {
	if r.done() {
		r.fail("cut off")
		return
	}
	switch op := r.byte(); op {
	case 0x23, 0x41, 0x42, 0x43, 0x44, 0xd0, 0xd2:
		var in Instruction
		m.readImmediate(r, immediates[op], &in)
		if op == opRefFunc && r.err == nil {
			m.taken[in.Index] = true
		}
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
