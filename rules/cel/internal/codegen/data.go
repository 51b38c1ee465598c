package codegen

import (
	"bytes"
	"fmt"

	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

// dataStart is the address of the first constant; below it nothing lies, so that no pointer is 0.
const dataStart = 16

// data is the module's constant memory.
type data struct{ bytes []byte }

// put returns the address of s, which is stored once however often it is asked for.
func (d *data) put(s string) uint32 {
	at := bytes.Index(d.bytes, []byte(s))
	if at < 0 {
		at = len(d.bytes)
		d.bytes = append(d.bytes, s...)
	}
	return dataStart + uint32(at)
}

// putAligned returns the address of new bytes at a multiple of 8.
func (d *data) putAligned(b []byte) uint32 {
	for len(d.bytes)%8 != 0 {
		d.bytes = append(d.bytes, 0)
	}
	at := len(d.bytes)
	d.bytes = append(d.bytes, b...)
	return dataStart + uint32(at)
}

// errorOf is the error variable's value for a text and a place: the addresses of both, the place's
// in the low half. What a function of the runtime says is in rt_error until catch puts it into the high half.
func (g *generator) errorOf(pos ir.Pos, text string) wasmgen.Instr {
	return wasmgen.Int64(uint64(g.data.put(text+"\x00"))<<32 | uint64(g.placeOf(pos)))
}

// placeOf returns the address of what an error row says of a place, 0 for no place.
func (g *generator) placeOf(pos ir.Pos) uint32 {
	if pos.Line == 0 {
		return 0
	}
	return g.data.put(fmt.Sprintf(" (%s, line %d, column %d)\x00", pos.Field, pos.Line, pos.Column))
}
