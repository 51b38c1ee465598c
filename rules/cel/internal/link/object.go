package link

import (
	"errors"
	"fmt"

	"assay/rules/cel/internal/wasmgen"
)

// Object is a parsed object file. It is immutable and safe for concurrent use.
type Object struct {
	types    []signature
	imports  []imported // functions
	funcs    []function
	segments []segment
	symbols  []symbol
	byName   map[string]int // defined symbols
}

type signature struct{ params, results []wasmgen.Type }

type imported struct {
	module, name string
	signature    int
}

type function struct {
	signature int
	body      []byte // locals and code, without the end
	relocs    []reloc
	charges   []charge
}

type segment struct {
	name   string
	align  uint32
	bytes  []byte
	relocs []reloc
}

// symbol is what a relocation names: a function by index, or a place in a segment.
type symbol struct {
	kind    byte
	name    string
	index   int // of the function or segment
	offset  int // in the segment
	defined bool
}

// Kinds of symbols.
const (
	symbolFunc = 0
	symbolData = 1
)

// reloc is an immediate to be written anew: at is its place in the function's body or segment.
type reloc struct {
	kind   byte
	at     int
	symbol int
	addend int32
}

// Kinds of relocations.
const (
	relocCall    = 0 // R_WASM_FUNCTION_INDEX_LEB
	relocPlace   = 3 // R_WASM_MEMORY_ADDR_LEB
	relocAddress = 4 // R_WASM_MEMORY_ADDR_SLEB
	relocPointer = 5 // R_WASM_MEMORY_ADDR_I32
)

// padded is the length of an immediate that a relocation of code replaces.
const padded = 5

// Sections.
const (
	sectionCustom   = 0
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionCode     = 10
	sectionData     = 11
)

// Parse reads an object file.
func Parse(file []byte) (*Object, error) {
	r := &reader{b: file}
	if string(r.take(8)) != "\x00asm\x01\x00\x00\x00" {
		return nil, errors.New("not a WebAssembly file")
	}
	p := parser{o: &Object{byName: map[string]int{}}}
	for len(r.b) > 0 && r.err == nil {
		id := r.byte()
		p.section(id, &reader{b: r.take(r.int())})
	}
	if err := errors.Join(append(p.errs, r.err)...); err != nil {
		return nil, fmt.Errorf("read the object file: %w", err)
	}
	p.place()
	for i := range p.o.funcs {
		f := &p.o.funcs[i]
		var err error
		if f.charges, err = charges(f); err != nil {
			return nil, fmt.Errorf("read function %d of the object file: %w", i, err)
		}
	}
	return p.o, nil
}

// parser keeps what is joined when all sections were read.
type parser struct {
	o            *Object
	sections     int
	code, data   int // section numbers
	funcAt       []span
	segmentAt    []span
	codeRelocs   []reloc
	dataRelocs   []reloc
	segmentName  []string
	segmentAlign []uint32
	errs         []error
}

// span is where a part lies in its section.
type span struct{ start, end int }

func (p *parser) section(id byte, r *reader) {
	switch id {
	case sectionCustom:
		p.custom(r)
	case sectionType:
		p.types(r)
	case sectionImport:
		p.imports(r)
	case sectionFunction:
		for range r.int() {
			p.o.funcs = append(p.o.funcs, function{signature: r.int()})
		}
	case sectionCode:
		p.code = p.sections
		p.bodies(r)
	case sectionData:
		p.data = p.sections
		p.segments(r)
	}
	p.sections++
	if r.err != nil {
		p.errs = append(p.errs, fmt.Errorf("section %d: %w", id, r.err))
	}
}

func (p *parser) types(r *reader) {
	for range r.int() {
		r.byte() // the form: a function
		p.o.types = append(p.o.types, signature{r.types(), r.types()})
	}
}

func (p *parser) imports(r *reader) {
	for range r.int() {
		module, name := r.text(), r.text()
		switch kind := r.byte(); kind {
		case 0:
			p.o.imports = append(p.o.imports, imported{module, name, r.int()})
		case 2: // memory
			if r.byte()&1 != 0 {
				r.int()
			}
			r.int()
		case 3: // global
			r.take(2)
		default:
			p.errs = append(p.errs, fmt.Errorf("import %s.%s is of kind %d", module, name, kind))
			return
		}
	}
}

func (p *parser) bodies(r *reader) {
	for i := range r.int() {
		size := r.int()
		start := r.at
		body := r.take(size)
		if r.err != nil || i >= len(p.o.funcs) || size == 0 {
			r.fail()
			return
		}
		p.o.funcs[i].body = body[:size-1]
		p.funcAt = append(p.funcAt, span{start, r.at})
	}
}

func (p *parser) segments(r *reader) {
	for range r.int() {
		r.int() // flags: active
		if r.byte() != opcI32Const {
			r.fail()
		}
		r.signed() // the address, whose bytes may be those of any instruction
		if r.byte() != opcEnd {
			r.fail()
		}
		size := r.int()
		start := r.at
		p.o.segments = append(p.o.segments, segment{bytes: r.take(size)})
		p.segmentAt = append(p.segmentAt, span{start, r.at})
	}
}

// The instructions of a segment's address.
const (
	opcI32Const = 0x41
	opcEnd      = 0x0b
)
