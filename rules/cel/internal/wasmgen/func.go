package wasmgen

import "slices"

// Func is a function: an import, or a body that Do and the control methods append to.
type Func struct {
	owner     *Module
	signature uint32
	index     uint32 // set by Encode

	module, name string // of an import
	title        string // in the name section, "" for none

	// EachTurn stands at the head of every loop that is opened from now on.
	EachTurn []Instr
	// Through says what a call of a function in Do is to call in its place; nil: the function itself.
	Through func(callee *Func) *Func

	params int
	raw    bool // code begins with the locals
	locals []Type
	free   []Local
	code   []byte
	fixups []fixup
	depth  int
}

// fixup is an immediate that Encode inserts at a place in the code.
type fixup struct {
	at     int
	fn     *Func
	symbol *Symbol
	offset int32 // from the symbol
	place  bool  // the offset of a load or store, not an i32.const
}

// Local is a parameter or local variable; as an instruction it is local.get.
type Local uint32

// Label names an open block, loop or if as the target of a branch.
type Label int

// Param returns parameter i.
func (f *Func) Param(i int) Local { return Local(i) }

// Local returns a variable of type t that nobody else uses until Release. Its first value is
// whatever its last user left.
func (f *Func) Local(t Type) Local {
	for i := len(f.free) - 1; i >= 0; i-- {
		if l := f.free[i]; f.locals[l] == t {
			f.free = append(f.free[:i], f.free[i+1:]...)
			return l
		}
	}
	return f.OwnLocal(t)
}

// OwnLocal returns a variable of type t that nobody used before: it is zero at first.
func (f *Func) OwnLocal(t Type) Local {
	f.locals = append(f.locals, t)
	return Local(len(f.locals) - 1)
}

// Release gives variables back for others to use.
func (f *Func) Release(locals ...Local) { f.free = append(f.free, locals...) }

// Do appends instructions.
func (f *Func) Do(list ...Instr) {
	for _, i := range list {
		i.write(f)
	}
}

// Mark is a place between two instructions of a function.
type Mark struct{ code, fixups int }

// Mark returns the place behind what has been appended so far.
func (f *Func) Mark() Mark { return Mark{len(f.code), len(f.fixups)} }

// Size returns how many bytes of code there are so far.
func (f *Func) Size() int { return len(f.code) }

// Insert puts instructions at a place. They may not branch; places behind it are no longer known.
func (f *Func) Insert(at Mark, list ...Instr) {
	code, fixups := slices.Clone(f.code[at.code:]), slices.Clone(f.fixups[at.fixups:])
	f.code, f.fixups = f.code[:at.code], f.fixups[:at.fixups]
	f.Do(list...)
	for _, x := range fixups {
		x.at += len(f.code) - at.code
		f.fixups = append(f.fixups, x)
	}
	f.code = append(f.code, code...)
}

// Block opens a block; a branch to its label goes to its end.
func (f *Func) Block(results ...Type) Label { return f.open(0x02, results) }

// Loop opens a loop; a branch to its label goes to its start.
func (f *Func) Loop() Label {
	l := f.open(0x03, nil)
	f.Do(f.EachTurn...)
	return l
}

// If opens a block that runs when the i32 on the stack is not zero.
func (f *Func) If(results ...Type) Label { return f.open(0x04, results) }

// Else starts the other branch of the innermost If.
func (f *Func) Else() { f.code = append(f.code, 0x05) }

// End closes the innermost block, loop or if.
func (f *Func) End() {
	f.depth--
	f.code = append(f.code, 0x0b)
}

func (f *Func) open(op byte, results []Type) Label {
	f.code = append(f.code, op)
	switch len(results) {
	case 0:
		f.code = append(f.code, 0x40)
	case 1:
		f.code = append(f.code, byte(results[0]))
	default:
		f.code = sleb(f.code, int64(f.owner.typeIndex(nil, results)))
	}
	f.depth++
	return Label(f.depth)
}

// Raw appends bytes of a compiled function as they are.
func (f *Func) Raw(code []byte) { f.code = append(f.code, code...) }

// RawCall appends the immediate of a call of callee.
func (f *Func) RawCall(callee *Func) {
	f.fixups = append(f.fixups, fixup{at: len(f.code), fn: callee})
}

// RawAddress appends the immediate of an address: that of i32.const, or the offset of a load or store.
func (f *Func) RawAddress(s *Symbol, offset int32, place bool) {
	f.fixups = append(f.fixups, fixup{at: len(f.code), symbol: s, offset: offset, place: place})
}

// encode returns the locals and the code with all immediates in place.
func (f *Func) encode() []byte {
	var b []byte
	if !f.raw {
		b = f.encodeLocals()
	}
	start := 0
	for _, x := range f.fixups {
		b = append(b, f.code[start:x.at]...)
		switch {
		case x.fn != nil:
			b = uleb(b, uint64(x.fn.index))
		case x.place:
			b = uleb(b, uint64(x.symbol.Address+uint32(x.offset)))
		default:
			b = sleb(b, int64(int32(x.symbol.Address)+x.offset))
		}
		start = x.at
	}
	b = append(b, f.code[start:]...)
	return append(b, 0x0b)
}

// encodeLocals writes the variables as runs of one type.
func (f *Func) encodeLocals() []byte {
	vars := f.locals[f.params:]
	var runs []byte
	count := uint64(0)
	for i := 0; i < len(vars); {
		end := i
		for end < len(vars) && vars[end] == vars[i] {
			end++
		}
		runs = append(uleb(runs, uint64(end-i)), byte(vars[i]))
		count++
		i = end
	}
	return append(uleb(nil, count), runs...)
}
