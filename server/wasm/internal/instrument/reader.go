package instrument

import (
	"fmt"
	"unicode/utf8"
)

// FormatError says why bytes are not a module of the WebAssembly 2.0 core.
type FormatError struct {
	Offset int // byte of the module
	Reason string
	Cut    bool // the module ends where more is claimed
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("byte %d of the module: %s", e.Offset, e.Reason)
}

// reader reads from a part of a module. After the first error it stands at its end and
// returns zeros, so that callers check err once.
type reader struct {
	b    []byte
	at   int
	base int // offset of b in the module
	err  error

	survey *survey // notes what else would be held against limits; nil: they hold
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = &FormatError{Offset: r.base + r.at, Reason: fmt.Sprintf(format, args...)}
	}
	r.at = len(r.b)
}

// failCut is fail for a module that ends too early.
func (r *reader) failCut(format string, args ...any) {
	first := r.err == nil
	r.fail(format, args...)
	if cut, ok := r.err.(*FormatError); ok && first {
		cut.Cut = true
	}
}

func (r *reader) done() bool { return r.at >= len(r.b) }

func (r *reader) left() int { return len(r.b) - r.at }

func (r *reader) byte() byte {
	if r.done() {
		r.failCut("cut off")
		return 0
	}
	r.at++
	return r.b[r.at-1]
}

// zero reads a byte that must be 0.
func (r *reader) zero() {
	if r.byte() != 0 {
		r.fail("a reserved byte is not zero")
	}
}

// take returns the next n bytes.
func (r *reader) take(n int) []byte {
	if n < 0 || n > r.left() {
		r.failCut("%d bytes are claimed, %d are left", n, r.left())
		return nil
	}
	r.at += n
	return r.b[r.at-n : r.at : r.at]
}

// u32 reads an unsigned LEB128 of at most 32 bits.
func (r *reader) u32() uint32 {
	if r.at < len(r.b) && r.b[r.at] < 0x80 { // nearly all are one byte
		r.at++
		return uint32(r.b[r.at-1])
	}
	var v uint64
	for shift := 0; shift < 35; shift += 7 {
		c := r.byte()
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			if v > 1<<32-1 {
				break
			}
			return uint32(v)
		}
	}
	r.fail("an integer exceeds 32 bits")
	return 0
}

// skipSigned skips a signed LEB128 of at most size bytes and leaves its value to the engine.
func (r *reader) skipSigned(size int) {
	for range size {
		if r.byte() < 0x80 {
			return
		}
	}
	r.fail("a constant is too long")
}

// count reads the length of a vector whose elements take at least one byte each.
func (r *reader) count() int {
	n := r.u32()
	if uint64(n) > uint64(r.left()) {
		r.failCut("a list of %d entries does not fit into %d bytes", n, r.left())
		return 0
	}
	return int(n)
}

// index reads an index that must be below limit.
func (r *reader) index(what string, limit int) uint32 {
	at := r.at
	n := r.u32()
	if uint64(n) >= uint64(limit) {
		r.at = at
		r.fail("%s %d does not exist, the module has %d", what, n, limit)
		return 0
	}
	return n
}

func (r *reader) name() string {
	b := r.take(r.count())
	if !utf8.Valid(b) {
		r.fail("a name is not valid UTF-8")
		return ""
	}
	return string(b)
}

// Value types of the 2.0 core, as encoded.
const (
	I32       = 0x7f
	I64       = 0x7e
	F32       = 0x7d
	F64       = 0x7c
	V128      = 0x7b
	funcref   = 0x70
	externref = 0x6f
)

func (r *reader) valueType() byte {
	switch t := r.byte(); t {
	case I32, I64, F32, F64, V128, funcref, externref:
		return t
	default:
		r.fail("0x%02x is not a value type of WebAssembly 2.0", t)
		return 0
	}
}

func (r *reader) refType() byte {
	t := r.byte()
	if t != funcref && t != externref {
		r.fail("0x%02x is not a reference type of WebAssembly 2.0", t)
	}
	return t
}

// limits reads the limits of a table or memory.
func (r *reader) limits() (low, high uint32, bounded bool) {
	flag := r.byte()
	if flag > 1 {
		r.fail("limits flag %d is not of WebAssembly 2.0 (shared and 64-bit memories are not supported)", flag)
	}
	low = r.u32()
	if flag == 1 {
		high = r.u32()
	}
	return low, high, flag == 1
}

// AppendU32 appends v as unsigned LEB128.
func AppendU32(b []byte, v uint32) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// AppendS64 appends v as signed LEB128.
func AppendS64(b []byte, v int64) []byte {
	for v < -64 || v > 63 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v)&0x7f)
}
