package wasmgen

import (
	"encoding/binary"
	"slices"
)

// Type is a WebAssembly value type.
type Type byte

// The value types that are used.
const (
	I32 Type = 0x7f
	I64 Type = 0x7e
	F64 Type = 0x7c
)

// PageSize is the unit of memory, in bytes.
const PageSize = 64 << 10

// Module is a WebAssembly module under construction. The zero Module is empty.
type Module struct {
	// Pages is the memory's first size. A module always has one memory.
	Pages uint32

	types   []signature
	imports []*Func
	funcs   []*Func
	globals []*Global
	exports []export
	data    []segment
}

type signature struct{ params, results []Type }

type export struct {
	name string
	kind byte
	fn   *Func
	at   uint32 // the number of what is no function
}

type segment struct {
	address uint32
	bytes   []byte
}

// Global is a mutable i32 or i64 global. Init may be set until Encode.
type Global struct {
	Init  int64
	typ   Type
	index uint32
}

// Symbol is an address that is decided after the code that uses it was written.
type Symbol struct{ Address uint32 }

// Import declares an imported function.
func (m *Module) Import(module, name string, params, results []Type) *Func {
	f := m.newFunc(params, results)
	f.module, f.name = module, name
	m.imports = append(m.imports, f)
	return f
}

// Func adds a function with an empty body.
func (m *Module) Func(params, results []Type) *Func {
	f := m.newFunc(params, results)
	m.funcs = append(m.funcs, f)
	return f
}

// RawFunc adds a function whose code, its locals before it, is appended by the Raw methods. The
// end of the body is added by Encode.
func (m *Module) RawFunc(params, results []Type) *Func {
	f := m.Func(params, results)
	f.raw = true
	return f
}

func (m *Module) newFunc(params, results []Type) *Func {
	return &Func{owner: m, signature: m.typeIndex(params, results), params: len(params), locals: slices.Clone(params)}
}

// Global adds a mutable global.
func (m *Module) Global(t Type, init int64) *Global {
	g := &Global{Init: init, typ: t, index: uint32(len(m.globals))}
	m.globals = append(m.globals, g)
	return g
}

// Export exports f under name.
func (m *Module) Export(name string, f *Func) {
	m.exports = append(m.exports, export{name: name, fn: f})
}

// ExportMemory exports the memory under name.
func (m *Module) ExportMemory(name string) {
	m.exports = append(m.exports, export{name: name, kind: 2})
}

// ExportGlobal exports g under name.
func (m *Module) ExportGlobal(name string, g *Global) {
	m.exports = append(m.exports, export{name: name, kind: 3, at: g.index})
}

// Data places bytes at address when the module is instantiated.
func (m *Module) Data(address uint32, bytes []byte) {
	m.data = append(m.data, segment{address, bytes})
}

// typeIndex returns the index of a function type, added when it is new.
func (m *Module) typeIndex(params, results []Type) uint32 {
	for i, t := range m.types {
		if slices.Equal(t.params, params) && slices.Equal(t.results, results) {
			return uint32(i)
		}
	}
	m.types = append(m.types, signature{slices.Clone(params), slices.Clone(results)})
	return uint32(len(m.types) - 1)
}

// Encode returns the module's bytes. Imports come first in the order of their creation, then
// functions in theirs.
func (m *Module) Encode() []byte {
	for i, f := range slices.Concat(m.imports, m.funcs) {
		f.index = uint32(i)
	}
	out := []byte{0, 'a', 's', 'm', 1, 0, 0, 0}
	out = section(out, 1, len(m.types), m.encodeTypes())
	out = section(out, 2, len(m.imports), m.encodeImports())
	out = section(out, 3, len(m.funcs), m.encodeFuncs())
	out = section(out, 5, 1, uleb([]byte{0}, uint64(m.Pages)))
	out = section(out, 6, len(m.globals), m.encodeGlobals())
	out = section(out, 7, len(m.exports), m.encodeExports())
	out = section(out, 10, len(m.funcs), m.encodeCode())
	return section(out, 11, len(m.data), m.encodeData())
}

func section(out []byte, id byte, count int, body []byte) []byte {
	if count == 0 {
		return out
	}
	body = append(uleb(nil, uint64(count)), body...)
	out = append(out, id)
	out = uleb(out, uint64(len(body)))
	return append(out, body...)
}

func (m *Module) encodeTypes() (b []byte) {
	for _, t := range m.types {
		b = append(b, 0x60)
		for _, list := range [][]Type{t.params, t.results} {
			b = uleb(b, uint64(len(list)))
			for _, v := range list {
				b = append(b, byte(v))
			}
		}
	}
	return b
}

func (m *Module) encodeImports() (b []byte) {
	for _, f := range m.imports {
		b = text(text(b, f.module), f.name)
		b = append(b, 0)
		b = uleb(b, uint64(f.signature))
	}
	return b
}

func (m *Module) encodeFuncs() (b []byte) {
	for _, f := range m.funcs {
		b = uleb(b, uint64(f.signature))
	}
	return b
}

func (m *Module) encodeGlobals() (b []byte) {
	for _, g := range m.globals {
		b = append(b, byte(g.typ), 1)
		if g.typ == I32 {
			b = sleb(append(b, 0x41), int64(int32(g.Init)))
		} else {
			b = sleb(append(b, 0x42), g.Init)
		}
		b = append(b, 0x0b)
	}
	return b
}

func (m *Module) encodeExports() (b []byte) {
	for _, e := range m.exports {
		b = append(text(b, e.name), e.kind)
		if e.fn == nil {
			b = uleb(b, uint64(e.at))
			continue
		}
		b = uleb(b, uint64(e.fn.index))
	}
	return b
}

func (m *Module) encodeCode() (b []byte) {
	for _, f := range m.funcs {
		body := f.encode()
		b = uleb(b, uint64(len(body)))
		b = append(b, body...)
	}
	return b
}

func (m *Module) encodeData() (b []byte) {
	for _, s := range m.data {
		b = sleb(append(b, 0, 0x41), int64(int32(s.address)))
		b = append(b, 0x0b)
		b = uleb(b, uint64(len(s.bytes)))
		b = append(b, s.bytes...)
	}
	return b
}

func text(b []byte, s string) []byte { return append(uleb(b, uint64(len(s))), s...) }

func uleb(b []byte, v uint64) []byte { return binary.AppendUvarint(b, v) }

func sleb(b []byte, v int64) []byte {
	for {
		low := byte(v & 0x7f)
		v >>= 7
		if v == 0 && low&0x40 == 0 || v == -1 && low&0x40 != 0 {
			return append(b, low)
		}
		b = append(b, low|0x80)
	}
}
