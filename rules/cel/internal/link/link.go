package link

import (
	"encoding/binary"
	"fmt"

	"assay/rules/cel/internal/wasmgen"
)

// Linker puts parts of an object into one module.
type Linker struct {
	object *Object
	module *wasmgen.Module
	host   func(module, name string) *wasmgen.Func // the imports that functions of the object call

	// Charge gives the code that adds to what a record has cost, and Size the function that adds for a number of bytes,
	// which it returns. The functions of the object do both as they run (cost.go); nil: they do not.
	Charge func(units int64) []wasmgen.Instr
	Size   func() *wasmgen.Func

	funcs map[int]*wasmgen.Func
	data  []*placed // in the order they were asked for
}

// placed is a segment that is in the module.
type placed struct {
	segment int
	symbol  wasmgen.Symbol
	bytes   []byte // a copy
	relocs  []pointer
}

// pointer is an address inside a segment, written when all segments have theirs.
type pointer struct {
	at     int
	to     *wasmgen.Symbol
	offset int32
}

// New returns a linker for a module. host gives the imports.
func New(o *Object, m *wasmgen.Module, host func(module, name string) *wasmgen.Func) *Linker {
	return &Linker{object: o, module: m, host: host, funcs: map[int]*wasmgen.Func{}}
}

// Func returns a function of the object by its name in C. The name is this repository's, as is
// the object: what is not there, or cannot be linked, panics.
func (l *Linker) Func(name string) *wasmgen.Func {
	s, ok := l.object.byName[name]
	if !ok || l.object.symbols[s].kind != symbolFunc {
		panic(fmt.Sprintf("link: the runtime has no function %s", name))
	}
	return l.funcAt(s)
}

// Has says whether a function of the object is in the module.
func (l *Linker) Has(name string) bool {
	s, ok := l.object.byName[name]
	return ok && l.funcs[l.object.symbols[s].index] != nil
}

// Data returns the address of a variable of the object by its name in C.
func (l *Linker) Data(name string) *wasmgen.Symbol {
	s, ok := l.object.byName[name]
	if !ok || l.object.symbols[s].kind != symbolData {
		panic(fmt.Sprintf("link: the runtime has no variable %s", name))
	}
	symbol, offset := l.dataAt(s)
	if offset != 0 {
		panic(fmt.Sprintf("link: %s does not begin its segment", name))
	}
	return symbol
}

// funcAt returns the function of a symbol, added with all it needs when it is new.
func (l *Linker) funcAt(at int) *wasmgen.Func {
	s := l.object.symbols[at]
	if s.kind != symbolFunc {
		panic(fmt.Sprintf("link: %s is called and is no function", s.name))
	}
	if s.index < len(l.object.imports) {
		i := l.object.imports[s.index]
		return l.host(i.module, i.name)
	}
	if f, ok := l.funcs[s.index]; ok {
		return f
	}
	code := &l.object.funcs[s.index-len(l.object.imports)]
	t := l.object.types[code.signature]
	f := l.module.RawFunc(t.params, t.results)
	f.SetName(s.name)
	l.funcs[s.index] = f
	start, charges := 0, code.charges
	upTo := func(at int) {
		for ; len(charges) > 0 && charges[0].at < at; charges = charges[1:] {
			f.Raw(code.body[start:charges[0].at])
			start = charges[0].at
			l.charge(f, charges[0], len(charges) == len(code.charges))
		}
		f.Raw(code.body[start:at])
	}
	for _, x := range code.relocs {
		upTo(x.at)
		start = x.at + padded
		switch x.kind {
		case relocCall:
			f.RawCall(l.funcAt(x.symbol))
		case relocPlace, relocAddress:
			to, offset := l.dataAt(x.symbol)
			f.RawAddress(to, offset+x.addend, x.kind == relocPlace)
		default:
			panic(fmt.Sprintf("link: %s holds a relocation of kind %d (7: it uses the C stack)", s.name, x.kind))
		}
	}
	upTo(len(code.body))
	return f
}

// dataAt returns the segment of a symbol, added when it is new, and the offset in it.
func (l *Linker) dataAt(at int) (*wasmgen.Symbol, int32) {
	s := l.object.symbols[at]
	if s.kind != symbolData || !s.defined {
		panic(fmt.Sprintf("link: %s is no variable", s.name))
	}
	for _, p := range l.data {
		if p.segment == s.index {
			return &p.symbol, int32(s.offset)
		}
	}
	segment := &l.object.segments[s.index]
	p := &placed{segment: s.index, bytes: append([]byte{}, segment.bytes...)}
	l.data = append(l.data, p)
	for _, x := range segment.relocs {
		if x.kind != relocPointer {
			panic(fmt.Sprintf("link: %s holds a relocation of kind %d", segment.name, x.kind))
		}
		to, offset := l.dataAt(x.symbol)
		p.relocs = append(p.relocs, pointer{x.at, to, offset + x.addend})
	}
	return &p.symbol, int32(s.offset)
}

// Place decides where the data lies, from an address on, and returns the address behind it. No
// function or variable may be asked for afterwards.
func (l *Linker) Place(at uint32) uint32 {
	for _, p := range l.data {
		align := l.object.segments[p.segment].align
		at = (at + align - 1) &^ (align - 1)
		p.symbol.Address = at
		at += uint32(len(p.bytes))
	}
	return at
}

// Set overwrites the first bytes of a variable.
func (l *Linker) Set(symbol *wasmgen.Symbol, words ...uint32) {
	for _, p := range l.data {
		if &p.symbol == symbol {
			for i, w := range words {
				binary.LittleEndian.PutUint32(p.bytes[4*i:], w)
			}
		}
	}
}

// Emit writes the data that is not zero into the module. All is placed.
func (l *Linker) Emit() {
	for _, p := range l.data {
		for _, x := range p.relocs {
			binary.LittleEndian.PutUint32(p.bytes[x.at:], x.to.Address+uint32(x.offset))
		}
		if !zero(p.bytes) {
			l.module.Data(p.symbol.Address, p.bytes)
		}
	}
}

func zero(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}
