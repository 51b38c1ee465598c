package meter_test

import (
	"encoding/binary"

	"assay/server/wasm/internal/instrument"
)

// Types of values a generated module computes with.
const (
	i32 = instrument.I32
	i64 = instrument.I64
)

// generator makes a valid module of any bytes: each byte is a decision. It may loop or recurse for
// ever. It makes no bitwise and: see package meter for what the engine does to them.
type generator struct {
	seed []byte
}

// signatures are the types of the functions; function 0 is assay_evaluate.
var signatures = []instrument.FuncType{
	{Params: []byte{i32, i32, i32}, Results: []byte{i64}},
	{Params: []byte{i32}, Results: []byte{i32}},
	{Params: []byte{i64, i32}, Results: []byte{i64}},
	{},
	{Params: []byte{i32}, Results: []byte{i32, i64}},
}

func (g *generator) next(n int) int {
	if len(g.seed) == 0 {
		return 0
	}
	b := int(g.seed[0])
	g.seed = g.seed[1:]
	return b % n
}

func generate(seed []byte) []byte {
	vector := func(entries ...[]byte) []byte {
		b := binary.AppendUvarint(nil, uint64(len(entries)))
		for _, e := range entries {
			b = append(b, e...)
		}
		return b
	}
	sized := func(b []byte) []byte { return append(binary.AppendUvarint(nil, uint64(len(b))), b...) }
	section := func(id byte, b []byte) []byte { return append([]byte{id}, sized(b)...) }
	var types, functions, code [][]byte
	g := &generator{seed: seed}
	for i, s := range signatures {
		t := append([]byte{0x60}, sized(s.Params)...)
		types = append(types, append(t, sized(s.Results)...))
		functions = append(functions, []byte{byte(i)})
		f := &function{generator: g, signature: s}
		code = append(code, sized(f.body()))
	}
	var module []byte
	module = append(module, "\x00asm\x01\x00\x00\x00"...)
	module = append(module, section(1, vector(types...))...)
	module = append(module, section(3, vector(functions...))...)
	module = append(module, section(4, []byte{1, 0x70, 0, 5})...)
	module = append(module, section(5, []byte{1, 1, 1, 4})...)
	module = append(module, section(6, vector([]byte{i32, 1, 0x41, 7, 0x0b}, []byte{i64, 1, 0x42, 9, 0x0b}))...)
	exports := vector(append(sized([]byte("assay_evaluate")), 0, 0), append(sized([]byte("memory")), 2, 0),
		append(sized([]byte("g")), 3, 0), append(sized([]byte("h")), 3, 1))
	module = append(module, section(7, exports)...)
	module = append(module, section(9, []byte{1, 0, 0x41, 0, 0x0b, 4, 1, 2, 3, 4})...)
	return append(module, section(10, vector(code...))...)
}

// function generates one function. Locals behind the parameters: two i32, two i64.
type function struct {
	*generator
	signature instrument.FuncType
	labels    [][]byte // types that a branch takes, the innermost last
	b         []byte
	left      int // instructions it may still have
}

func (f *function) body() []byte {
	f.left = 60
	f.labels = [][]byte{f.signature.Results}
	f.b = []byte{2, 2, i32, 2, i64}
	f.statements()
	f.values(f.signature.Results)
	return append(f.b, 0x0b)
}

func (f *function) op(b ...byte) { f.b = append(f.b, b...) }

func (f *function) values(types []byte) {
	for _, t := range types {
		f.value(t, 3)
	}
}

// local picks a local of a type.
func (f *function) local(t byte) byte {
	all := append(append([]byte(nil), f.signature.Params...), i32, i32, i64, i64)
	for i, start := 0, f.next(len(all)); ; i++ {
		if at := (start + i) % len(all); all[at] == t {
			return byte(at)
		}
	}
}

// value pushes a value of a type.
func (f *function) value(t byte, depth int) {
	f.left--
	base, wide := byte(0x6a), byte(0)
	if t == i64 {
		base, wide = 0x7c, 1
	}
	choice := f.next(12)
	if depth == 0 || f.left < 0 {
		choice %= 2
	}
	switch choice {
	case 0:
		f.op(0x20, f.local(t))
	case 1:
		f.op(0x41+wide, byte(f.next(64)))
	case 2, 3: // add to shr_u, without and: division traps
		operator := byte(f.next(13))
		if operator == 7 {
			operator = 9
		}
		f.value(t, depth-1)
		f.value(t, depth-1)
		f.op(base + operator)
	case 4: // a comparison, of something that is no constant
		f.value(t, depth-1)
		f.op(0x20, f.local(t), 0x46+11*wide+byte(f.next(10)))
		if wide == 1 {
			f.op(0xad)
		}
	case 5:
		f.op(0x23, wide)
	case 6: // memory, sometimes out of bounds
		f.address(depth)
		f.op(0x28+wide, 0, byte(f.next(128)))
	case 7:
		f.block(0x02, []byte{t}, depth)
	case 8:
		f.value(i32, depth-1)
		f.block(0x04, []byte{t}, depth)
	case 9:
		f.value(t, depth-1)
		f.value(t, depth-1)
		f.value(i32, depth-1)
		f.op(0x1b)
	case 10:
		if t == i32 {
			f.value(i32, depth-1)
			f.op(0x10, 1)
		} else {
			f.value(i64, depth-1)
			f.value(i32, depth-1)
			f.op(0x10, 2)
		}
	case 11:
		if t == i32 {
			f.value(i32, depth-1)
			f.value(i32, depth-1)
			f.op(0x11, 1, 0)
		} else {
			f.value(i32, depth-1)
			f.op(0x40, 0, 0xad) // memory.grow
		}
	}
}

func (f *function) address(depth int) {
	f.value(i32, depth-1)
	f.op(0x41, 0xf4, 0x03, 0x70) // remainder of 500
}

// block pushes the results of a block, loop or if.
func (f *function) block(op byte, results []byte, depth int) {
	kind := byte(0x40)
	if len(results) == 1 {
		kind = results[0]
	}
	f.op(op, kind)
	f.labels = append(f.labels, results)
	f.statements()
	f.valuesAt(results, depth)
	if op == 0x04 {
		f.op(0x05)
		f.statements()
		f.valuesAt(results, depth)
	}
	f.labels = f.labels[:len(f.labels)-1]
	f.op(0x0b)
}

func (f *function) valuesAt(types []byte, depth int) {
	for _, t := range types {
		f.value(t, depth-1)
	}
}

func (f *function) statements() {
	for range f.next(5) {
		if f.left < 0 {
			return
		}
		f.left--
		f.statement()
	}
}

func (f *function) statement() {
	switch f.next(14) {
	case 0, 1:
		t := f.type_()
		f.value(t, 3)
		f.op(0x21, f.local(t))
	case 2:
		wide := byte(f.next(2))
		f.value([]byte{i32, i64}[wide], 3)
		f.op(0x24, wide)
	case 3:
		f.address(2)
		t := f.type_()
		f.value(t, 2)
		f.op([]byte{0x36, 0x37}[f.next(1)+int(t&1^1)], 0, byte(f.next(128)))
	case 4:
		f.value(i32, 2)
		f.block(0x04, nil, 3)
	case 5:
		f.block(0x02, nil, 3)
	case 6, 7:
		f.loop()
	case 8, 9:
		f.branch()
	case 10:
		f.value(i32, 2)
		f.op(0x10, 4, 0x1a, 0x1a)
	case 11:
		f.op(0x10, 3)
	case 12:
		f.address(2)
		f.address(2)
		f.address(2)
		f.op(0xfc, 10, 0, 0)
	case 13:
		f.address(2)
		f.value(i32, 2)
		f.address(2)
		f.op(0xfc, 11, 0)
	}
}

func (f *function) type_() byte { return []byte{i32, i64}[f.next(2)] }

// loop is a loop that mostly ends: a local counts up to a small number.
func (f *function) loop() {
	counter := byte(len(f.signature.Params))
	f.op(0x03, 0x40)
	f.labels = append(f.labels, nil)
	f.statements()
	f.op(0x20, counter, 0x41, 1, 0x6a, 0x22, counter, 0x41, byte(f.next(60)), 0x48, 0x0d, 0)
	f.labels = f.labels[:len(f.labels)-1]
	f.op(0x0b)
}

// branch leaves some block, under a condition, through a table, or the function.
func (f *function) branch() {
	label := f.next(len(f.labels))
	types := f.labels[len(f.labels)-1-label]
	f.value(i32, 2)
	f.op(0x04, 0x40) // what follows a branch is never reached: an if goes around it
	f.labels = append(f.labels, nil)
	switch f.next(3) {
	case 0:
		f.values(types)
		f.op(0x0c, byte(label+1))
	case 1:
		f.values(types)
		f.value(i32, 2)
		f.op(0x0e, 1, byte(label+1), byte(label+1))
	case 2:
		f.values(f.signature.Results)
		f.op(0x0f)
	}
	f.labels = f.labels[:len(f.labels)-1]
	f.op(0x0b)
}
