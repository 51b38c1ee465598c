package instrument

import (
	"bytes"
	"errors"
	"fmt"
)

// Section numbers of the binary format.
const (
	secCustom    = 0
	secType      = 1
	secImport    = 2
	secFunction  = 3
	secTable     = 4
	secMemory    = 5
	secGlobal    = 6
	secExport    = 7
	secStart     = 8
	secElement   = 9
	secCode      = 10
	secData      = 11
	secDataCount = 12
)

// rank gives the place of each section in a module: the data count section, the youngest, stands
// before the code.
var rank = [...]int{
	secType: 1, secImport: 2, secFunction: 3, secTable: 4, secMemory: 5, secGlobal: 6, secExport: 7,
	secStart: 8, secElement: 9, secDataCount: 10, secCode: 11, secData: 12,
}

// Kinds of imports and exports.
const (
	KindFunction = 0
	KindTable    = 1
	KindMemory   = 2
	KindGlobal   = 3
)

// FuncType is a function's type; parameters and results are value types as encoded.
type FuncType struct {
	Params, Results []byte
}

// Equal says whether both types are the same.
func (t FuncType) Equal(o FuncType) bool {
	return bytes.Equal(t.Params, o.Params) && bytes.Equal(t.Results, o.Results)
}

// String writes the type as (i32, i64) -> i32.
func (t FuncType) String() string {
	results := "()"
	if len(t.Results) > 0 {
		results = typeNames(t.Results)
	}
	return "(" + typeNames(t.Params) + ") -> " + results
}

func typeNames(types []byte) string {
	names := map[byte]string{
		I32: "i32", I64: "i64", F32: "f32", F64: "f64", V128: "v128", funcref: "funcref", externref: "externref",
	}
	var b bytes.Buffer
	for i, t := range types {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(names[t])
	}
	return b.String()
}

// Import is an imported item.
type Import struct {
	Module, Name string
	Kind         byte
	Type         FuncType // of a function
}

// Export is an exported item.
type Export struct {
	Name  string
	Kind  byte
	Index uint32
	Type  FuncType // of a function
}

// Module is a module whose sections and indices have been read and checked.
type Module struct {
	Imports []Import
	Exports []Export
	// MemoryMin is the minimum of the module's memory in pages of 64 KiB, 0 without one; MemoryMax is its
	// maximum when it has one.
	MemoryMin, MemoryMax uint32
	MemoryBounded        bool
	// Functions are those with code; imported ones come before them in the index space.
	Functions []Function

	sections  []section
	size      int
	types     []FuncType
	funcs     []uint32 // type of every function, imported ones first
	imported  int      // functions that are imported
	tables    int
	ownTables []table
	memories  int
	globals   int
	mutable   int      // globals
	state     []uint32 // the mutable globals whose value is a number
	counters  []uint32 // those of i64
	keeps     string   // see Keeps
	reloads   uint64
	elements  int // entries of all segments
	max       Limits
	survey    *survey         // nil: the limits hold
	start     int             // function, -1: none
	taken     map[uint32]bool // functions that something else than a call instruction may lead to
}

type section struct {
	id      byte
	offset  int // of the payload in the module
	payload []byte
}

// Errors of bytes that are something else than a core module.
var (
	ErrNotWasm   = errors.New("the bytes do not start with \\0asm: not a WebAssembly module")
	ErrComponent = errors.New("this is a WebAssembly component, not a core module")
	ErrVersion   = errors.New("the version of the binary format is not 1")
)

const preamble = 8 // magic and version

// Parse reads a module and checks every index in it against the module's own counts, and its counts
// against the limits. Its errors are ErrNotWasm, ErrComponent, ErrVersion, a *FormatError or a
// *LimitError. The Module refers to wasm's bytes.
func Parse(wasm []byte, max Limits) (*Module, error) { return parse(wasm, max, nil) }

func parse(wasm []byte, max Limits, survey *survey) (*Module, error) {
	if len(wasm) < preamble || string(wasm[:4]) != "\x00asm" {
		return nil, ErrNotWasm
	}
	if wasm[6] == 1 && wasm[7] == 0 { // version u16, layer u16: layer 1 is the component model
		return nil, ErrComponent
	}
	if string(wasm[4:8]) != "\x01\x00\x00\x00" {
		return nil, ErrVersion
	}
	m := &Module{size: len(wasm), max: max, survey: survey, start: -1, taken: map[uint32]bool{}}
	if err := m.split(wasm); err != nil {
		return nil, err
	}
	for _, s := range m.sections {
		if err := m.readSection(s); err != nil {
			return nil, err
		}
	}
	if own := len(m.funcs) - m.imported; own != len(m.Functions) {
		return nil, &FormatError{Offset: len(wasm), Reason: fmt.Sprintf("%d functions are declared, %d have code", own, len(m.Functions))}
	}
	return m, nil
}

// split cuts the module into sections and checks their order.
func (m *Module) split(wasm []byte) error {
	r := &reader{b: wasm, at: preamble, survey: m.survey}
	last := 0
	for !r.done() {
		id := r.byte()
		if id > secDataCount {
			r.at--
			r.fail("section %d is not of WebAssembly 2.0", id)
			break
		}
		size := r.count()
		s := section{id: id, offset: r.at, payload: r.take(size)}
		if id != secCustom {
			if rank[id] <= last {
				r.fail("section %d stands twice or in the wrong place", id)
			}
			last = rank[id]
		}
		m.sections = append(m.sections, s)
		r.most("sections", uint64(len(m.sections)), m.max.Sections)
	}
	return r.err
}

// readSection reads one section. Sections come in order, so that counts of functions, tables
// and globals are known before the first use of an index; only an export or a start function
// stands before the code it leads to, and needs the function section alone.
func (m *Module) readSection(s section) error {
	r := &reader{b: s.payload, base: s.offset, survey: m.survey}
	switch s.id {
	case secCustom:
		return nil
	case secType:
		m.readTypes(r)
	case secImport:
		m.readImports(r)
	case secFunction:
		for range r.atMost("functions", m.max.Functions) {
			m.funcs = append(m.funcs, r.index("type", len(m.types)))
		}
	case secTable:
		for range r.atMost("tables", m.max.Tables) {
			m.readTable(r)
		}
	case secMemory:
		for range r.count() {
			m.MemoryMin, m.MemoryMax, m.MemoryBounded = r.limits()
			m.memories++
		}
	case secGlobal:
		m.readGlobals(r)
	case secExport:
		m.readExports(r)
	case secStart:
		m.readStart(r)
	case secElement:
		m.readElements(r)
	case secDataCount:
		r.u32()
	case secCode:
		m.readCode(r)
	case secData:
		m.readData(r)
	}
	if r.err == nil && !r.done() {
		r.fail("section %d has %d bytes too many", s.id, r.left())
	}
	return r.err
}

func (m *Module) readTable(r *reader) {
	t := table{element: r.refType()}
	t.low, t.high, t.bounded = r.limits()
	r.most("entries in a table", uint64(t.low), m.max.TableEntries)
	m.tables++
	m.ownTables = append(m.ownTables, t)
}

// table is a table of the module's own.
type table struct {
	element   byte
	low, high uint32
	bounded   bool // has a maximum, high
}

// tableSection returns the table section with every maximum lowered to the limit: nothing else keeps
// a guest from growing a table. Nil: nothing changes.
func (m *Module) tableSection() []byte {
	if m.max.TableEntries == 0 || len(m.ownTables) == 0 {
		return nil
	}
	b := AppendU32(nil, uint32(len(m.ownTables)))
	for _, t := range m.ownTables {
		high := uint32(m.max.TableEntries)
		if t.bounded {
			high = min(high, t.high)
		}
		b = AppendU32(AppendU32(append(b, t.element, 1), t.low), high)
	}
	return b
}

func (m *Module) readTypes(r *reader) {
	for range r.atMost("types", m.max.Types) {
		if form := r.byte(); form != 0x60 {
			r.fail("type form 0x%02x is not of WebAssembly 2.0", form)
			return
		}
		params, results := r.valueTypes(), r.valueTypes()
		r.most("parameters in a type", uint64(len(params)), m.max.Arity)
		r.most("results in a type", uint64(len(results)), m.max.Arity)
		m.types = append(m.types, FuncType{Params: params, Results: results})
	}
}

func (r *reader) valueTypes() []byte {
	n := r.count()
	start := r.at
	for range n {
		r.valueType()
	}
	if r.err != nil {
		return nil
	}
	return r.b[start:r.at:r.at]
}

func (m *Module) readImports(r *reader) {
	for range r.atMost("imports", m.max.Imports) {
		im := Import{Module: r.name(), Name: r.name(), Kind: r.byte()}
		switch im.Kind {
		case KindFunction:
			t := r.index("type", len(m.types))
			if r.err != nil {
				return
			}
			im.Type = m.types[t]
			m.funcs = append(m.funcs, t)
			m.imported++
		case KindTable:
			r.refType()
			r.limits()
			m.tables++
		case KindMemory:
			m.MemoryMin, _, _ = r.limits()
			m.memories++
		case KindGlobal:
			m.addGlobal(r.globalType())
		default:
			r.fail("import kind %d is not of WebAssembly 2.0", im.Kind)
		}
		if r.err != nil {
			return
		}
		m.Imports = append(m.Imports, im)
	}
}

// globalType reads a global's type.
func (r *reader) globalType() (valueType byte, mutable bool) {
	valueType = r.valueType()
	m := r.byte()
	if m > 1 {
		r.fail("a global is neither constant nor mutable")
	}
	return valueType, m == 1
}

func (m *Module) readGlobals(r *reader) {
	for range r.atMost("globals", m.max.Globals) {
		valueType, mutable := r.globalType()
		// An initialiser may name globals before it; in WebAssembly 2.0 imported ones only.
		m.readConstant(r)
		m.addGlobal(valueType, mutable)
	}
}

func (m *Module) readExports(r *reader) {
	for range r.atMost("exports", m.max.Exports) {
		e := Export{Name: r.name(), Kind: r.byte()}
		switch e.Kind {
		case KindFunction:
			e.Index = r.index("function", len(m.funcs))
			if r.err == nil {
				e.Type = m.types[m.funcs[e.Index]]
				m.taken[e.Index] = true
			}
		case KindTable:
			e.Index = r.index("table", m.tables)
		case KindMemory:
			e.Index = r.index("memory", m.memories)
		case KindGlobal:
			e.Index = r.index("global", m.globals)
		default:
			r.fail("export kind %d is not of WebAssembly 2.0", e.Kind)
		}
		if r.err != nil {
			return
		}
		m.Exports = append(m.Exports, e)
	}
}

func (m *Module) readStart(r *reader) {
	f := r.index("function", len(m.funcs))
	if r.err == nil && !m.types[m.funcs[f]].Equal(FuncType{}) {
		r.fail("the start function has parameters or results")
		return
	}
	m.start = int(f)
	m.taken[f] = true
}

func (m *Module) readElements(r *reader) {
	for range r.atMost("element segments", m.max.Elements) {
		flags := r.u32()
		if flags > 7 {
			r.fail("element flags %d are not of WebAssembly 2.0", flags)
			return
		}
		passive, explicit, expressions := flags&1 != 0, flags&2 != 0, flags&4 != 0
		if !passive {
			if explicit {
				r.index("table", m.tables)
			}
			m.readConstant(r)
		}
		switch {
		case !passive && !explicit: // functions are implied
		case expressions:
			r.refType()
		default:
			r.zero()
		}
		n := r.count()
		m.elements += n
		r.most("entries in element segments", uint64(m.elements), m.max.ElementEntries)
		for range n {
			if expressions {
				m.readConstant(r)
			} else {
				m.taken[r.index("function", len(m.funcs))] = true
			}
		}
	}
}

func (m *Module) readData(r *reader) {
	for range r.atMost("data segments", m.max.Data) {
		flags := r.u32()
		if flags > 2 {
			r.fail("data flags %d are not of WebAssembly 2.0", flags)
			return
		}
		if flags == 2 {
			r.index("memory", m.memories)
		}
		if flags != 1 {
			m.readConstant(r)
		}
		r.take(r.count())
	}
}

// Reloads is the figure of Limits.Reloads.
func (m *Module) Reloads() uint64 { return m.reloads }

// Custom returns the contents of the custom sections of a name, in their order.
func (m *Module) Custom(name string) (contents [][]byte) {
	for _, s := range m.sections {
		r := &reader{b: s.payload, base: s.offset}
		if s.id == secCustom && r.name() == name && r.err == nil {
			contents = append(contents, s.payload[r.at:])
		}
	}
	return contents
}

// Type returns a type of the module by its number, which must exist.
func (m *Module) Type(i uint32) FuncType { return m.types[i] }

// Taken says whether something else than a call instruction may lead to a function: the host, a
// table, a reference.
func (m *Module) Taken(function uint32) bool { return m.taken[function] }

// FunctionType returns the type of a function by its number, which must exist.
func (m *Module) FunctionType(i uint32) FuncType { return m.types[m.funcs[i]] }
