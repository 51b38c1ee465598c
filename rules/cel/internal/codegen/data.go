package codegen

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"assay/rules/cel/internal/ir"
	"assay/sdk/abi"
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

// errorBlob returns the address of {u32 length, error row}: what the error variable holds.
func (g *generator) errorBlob(pos ir.Pos, text string) uint32 {
	if pos.Line > 0 {
		text = fmt.Sprintf("%s (%s, line %d, column %d)", text, pos.Field, pos.Line, pos.Column)
	}
	row := abi.AppendResult(nil, abi.ResultRow{Kind: abi.ResultError, Error: text})
	return g.data.put(string(binary.LittleEndian.AppendUint32(nil, uint32(len(row)))) + string(row))
}
