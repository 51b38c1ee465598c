package hostile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

// Instructions that bombs are made of.
const (
	nop      = 0x01
	ifOpen   = 0x04
	end      = 0x0b
	call     = 0x10
	drop     = 0x1a
	i32Const = 0x41
	i64Const = 0x42
)

// Where a bomb keeps what it answers.
const (
	findingAt     = 2048
	acceptedAt    = 3072
	descriptionAt = 4096
)

// bomb is a module that costs much, around a rule module that finds Code in every card.
type bomb struct {
	types, imports, functions, tables, globals, exports, elements, data int // more of each
	locals                                                              int // of each additional function
	body                                                                []byte
	description                                                         string // "" for one check, Check
}

func u32(v int) []byte { return binary.AppendUvarint(nil, uint64(v)) }

// i64 is signed LEB128 of a number that is not negative.
func i64(v uint64) (b []byte) {
	for v >= 0x40 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

func list(entries ...[]byte) []byte { return append(u32(len(entries)), bytes.Join(entries, nil)...) }

func sized(b []byte) []byte { return append(u32(len(b)), b...) }

func section(id byte, payload []byte) []byte { return append([]byte{id}, sized(payload)...) }

func times(n int, entry ...byte) []byte { return bytes.Repeat(entry, n) }

func nested(n int, open, inside []byte) []byte {
	return append(append(bytes.Repeat(open, n), inside...), times(n, end)...)
}

// checks is a description of that many checks.
func checks(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`{"name":"c%d","type":"Quality"}`, i)
	}
	return `{"abi":1,"checks":[` + strings.Join(list, ",") + `]}`
}

func (b bomb) module() []byte {
	if b.description == "" {
		b.description = `{"abi":1,"checks":[{"name":"` + Check + `","type":"Quality"}]}`
	}
	return bytes.Join([][]byte{
		[]byte("\x00asm\x01\x00\x00\x00"),
		section(1, b.typeSection()),
		section(2, list(bytesTimes(b.imports, "\x05assay\x03log\x00\x05")...)),
		section(3, list(append([][]byte{{0}, {1}, {2}, {3}, {3}}, bytesTimes(b.functions, "\x04")...)...)),
		section(4, list(bytesTimes(b.tables, "\x70\x00\x01")...)),
		section(5, []byte{1, 0, 16}),
		section(6, list(bytesTimes(b.globals, "\x7f\x01\x41\x00\x0b")...)),
		section(7, b.exportSection()),
		section(9, list(bytesTimes(b.elements, "\x01\x00\x00")...)),
		section(10, b.codeSection()),
		section(11, b.dataSection()),
	}, nil)
}

func bytesTimes(n int, entry string) [][]byte {
	entries := make([][]byte, n)
	for i := range entries {
		entries[i] = []byte(entry)
	}
	return entries
}

func (b bomb) typeSection() []byte {
	types := [][]byte{
		{0x60, 0, 1, 0x7f}, {0x60, 1, 0x7f, 1, 0x7f}, {0x60, 0, 1, 0x7e}, {0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7e}, {0x60, 0, 0},
	}
	if b.imports > 0 {
		types = append(types, []byte{0x60, 2, 0x7f, 0x7f, 0})
	}
	return list(append(types, bytesTimes(b.types, "\x60\x00\x00")...)...)
}

func (b bomb) exportSection() []byte {
	export := func(name string, kind byte, index int) []byte {
		return append(append(sized([]byte(name)), kind), u32(index)...)
	}
	exports := [][]byte{export("memory", 2, 0)}
	for i, name := range []string{"assay_abi", "assay_alloc", "assay_describe", "assay_configure", "assay_evaluate"} {
		exports = append(exports, export(name, 0, b.imports+i))
	}
	for i := range b.exports {
		exports = append(exports, export(fmt.Sprint("x", i), 2, 0))
	}
	return list(exports...)
}

func (b bomb) codeSection() []byte {
	packed := func(at, length int) []byte {
		return sized(append(append([]byte{0, i64Const}, i64(uint64(at)<<32|uint64(length))...), end))
	}
	code := [][]byte{
		sized([]byte{0, i32Const, 1, end}),
		// memory.grow((size >> 16) + 1) << 16
		sized([]byte{0, 0x20, 0, i32Const, 16, 0x76, i32Const, 1, 0x6a, 0x40, 0, i32Const, 16, 0x74, end}),
		packed(descriptionAt, len(b.description)),
		packed(acceptedAt, 8),
		packed(findingAt, 16),
	}
	locals := []byte{0}
	if b.locals > 0 {
		locals = append(append([]byte{1}, u32(b.locals)...), 0x7f)
	}
	for range b.functions {
		code = append(code, sized(bytes.Join([][]byte{locals, b.body, {end}}, nil)))
	}
	return list(code...)
}

func (b bomb) dataSection() []byte {
	at := func(address int, content string) []byte {
		return bytes.Join([][]byte{{0, i32Const}, i64(uint64(address)), {end}, sized([]byte(content))}, nil)
	}
	segments := [][]byte{at(findingAt, "\x0c\x00\x00\x00\x01\x01\x06\x00\x00\x00"+Code), at(descriptionAt, b.description)}
	return list(append(segments, bytesTimes(b.data, "\x01\x00")...)...)
}
