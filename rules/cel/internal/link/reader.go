package link

import (
	"encoding/binary"
	"errors"

	"assay/rules/cel/internal/wasmgen"
)

// reader reads the values of a section. After the first error all values are zero.
type reader struct {
	b   []byte
	at  int
	err error
}

var errShort = errors.New("the file ends in the middle of a value")

func (r *reader) fail() {
	r.err, r.b = errShort, nil
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.fail()
		return nil
	}
	taken := r.b[:n]
	r.b, r.at = r.b[n:], r.at+n
	return taken
}

func (r *reader) byte() byte {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

// int is an unsigned LEB128 of at most 31 bits.
func (r *reader) int() int {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > 1<<31-1 {
		r.fail()
		return 0
	}
	r.take(n)
	return int(v)
}

// signed is a signed LEB128.
func (r *reader) signed() int64 {
	var v int64
	for shift := 0; shift < 64; shift += 7 {
		b := r.byte()
		v |= int64(b&0x7f) << shift
		if b&0x80 == 0 {
			if b&0x40 != 0 && shift < 57 {
				v |= -1 << (shift + 7)
			}
			break
		}
	}
	return v
}

func (r *reader) text() string { return string(r.take(r.int())) }

func (r *reader) types() []wasmgen.Type {
	list := make([]wasmgen.Type, 0, 4)
	for _, t := range r.take(r.int()) {
		list = append(list, wasmgen.Type(t))
	}
	return list
}
