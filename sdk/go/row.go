package assay

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unsafe"

	"assay/sdk/go/internal/abi"
)

// The functions here have few branches and calls: in WebAssembly as Go makes it a branch that is taken is charged the fuel
// of its whole function. A field with a text takes 1,500 units.

// row is a row that is being written, the last of its report.
type row struct {
	report *Report // nil for a row that is not there
	start  int
}

// headSize is that of a field; a row's is the same.
const headSize = abi.FieldHeader

// begin starts a row behind those that are there, with its first field.
func (r *Report) begin(kind, tag byte, value string) row {
	r.start, r.rank = len(r.rows), 0
	r.room(abi.RowHeader)[4] = kind
	r.field(tag, value)
	return row{r, r.start}
}

// room lengthens the rows by size bytes and returns these, with whatever is in them.
func (r *Report) room(size int) []byte {
	if at := len(r.rows); at+size <= cap(r.rows) {
		r.rows = r.rows[:at+size]
		return r.rows[at:]
	}
	r.grow(size)
	return r.room(size)
}

//go:noinline
func (r *Report) grow(size int) {
	r.rows = append(make([]byte, 0, 2*(len(r.rows)+size)), r.rows...)
}

// field adds a field to the row.
func (r *Report) field(tag byte, value string) {
	b := r.room(headSize + len(value))
	b[0] = tag
	binary.LittleEndian.PutUint32(b[1:], uint32(len(value)))
	copy(b[headSize:], value)
	r.size()
}

// set gives the row a field that it has once, in place of one that is there; an empty value takes that away.
func (w row) set(tag byte, value string) {
	if r := w.report; r.start == w.start && ranks[tag] > r.rank && value != "" {
		r.rank = ranks[tag]
		r.field(tag, value)
		return
	}
	w.amend(tag, value)
}

// amend is set for what is not simply added.
func (w row) amend(tag byte, value string) {
	r := w.open()
	end := len(r.rows)
	r.field(tag, value)
	r.settle(end, tag)
}

// open returns the report while the row is its last.
func (w row) open() *Report {
	if w.report.start != w.start {
		panic("assay: a finding or label is changed after the next thing was reported")
	}
	return w.report
}

// ranks are the places of fields in a row by tag: the severity stands before the parameters.
var ranks = [...]byte{abi.TagCode: 1, abi.TagPath: 2, abi.TagRowID: 3, abi.TagSuggest: 4, abi.TagSeverity: 5, abi.TagParamKey: 6, abi.TagParamValue: 6}

// settle takes a field that was added last. It belongs before those of a higher rank and in place of one with its tag; an
// empty one is left out.
func (r *Report) settle(end int, tag byte) {
	if ranks[tag] > r.rank && len(r.rows) > end+headSize {
		r.rank = ranks[tag]
		r.size()
		return
	}
	r.rearrange(end, tag)
}

// size writes the size of the row.
func (r *Report) size() {
	binary.LittleEndian.PutUint32(r.rows[r.start:], uint32(len(r.rows)-r.start-4))
}

func (r *Report) rearrange(end int, tag byte) {
	if len(r.rows) == end+headSize {
		r.rows = r.rows[:end]
	}
	at, old := r.start+headSize, 0
	for at < end && ranks[r.rows[at]] <= ranks[tag] {
		size := headSize + int(binary.LittleEndian.Uint32(r.rows[at+1:]))
		if r.rows[at] == tag {
			old = size
			break
		}
		at += size
	}
	// What stands behind its place is copied behind it; then all that moves down over what was there.
	r.rows = append(r.rows, r.rows[at+old:end]...)
	r.rows = append(r.rows[:at], r.rows[end:]...)
	r.rank = max(r.rank, ranks[tag])
	r.size()
}

// path is set for a path with indexes in place of its [].
func (w row) path(path string, index []int) {
	r := w.open()
	end := len(r.rows)
	b := r.room(headSize + len(path) + mostDigits*len(index))
	size := indexed(b[headSize:], path, index)
	b[0] = abi.TagPath
	binary.LittleEndian.PutUint32(b[1:], uint32(size))
	r.rows = r.rows[:end+headSize+size]
	r.settle(end, abi.TagPath)
}

// indexed writes a path with its indexes into b and returns its length.
func indexed(b []byte, path string, index []int) (size int) {
	rest := path
	for _, i := range index {
		at := brackets(rest)
		if at == 0 {
			panic("assay: path " + quoted(path) + " has fewer [] than the " + strconv.Itoa(len(index)) + " given indexes")
		}
		size += copy(b[size:], rest[:at])
		size += decimal(b[size:], i)
		rest = rest[at:]
	}
	return size + copy(b[size:], rest)
}

const mostDigits = 20

// decimal writes a number into b and returns how many digits it has.
func decimal(b []byte, value int) int {
	if uint(value) < 10 {
		b[0] = byte('0' + value)
		return 1
	}
	if value < 0 {
		panic("assay: the index " + strconv.Itoa(value) + " of a path is negative")
	}
	n := decimal(b, value/10)
	b[n] = byte('0' + value%10)
	return n + 1
}

// brackets returns the place between the first two that belong together, 0 without such.
func brackets(path string) int {
	for at := 0; ; {
		next := strings.IndexByte(path[at:], '[') + 1
		if at += next; next == 0 || at == len(path) {
			return 0
		}
		if path[at] == ']' {
			return at
		}
	}
}

func (w row) param(key, value string) {
	if w.report == nil {
		return
	}
	r := w.open()
	r.field(abi.TagParamKey, key)
	r.field(abi.TagParamValue, value)
	r.rank = ranks[abi.TagParamValue]
}

func (w row) paramInt(key string, value int64) {
	var digits [20]byte
	w.param(key, view(strconv.AppendInt(digits[:0], value, 10)))
}

func (w row) paramUint(key string, value uint64) {
	var digits [20]byte
	w.param(key, view(strconv.AppendUint(digits[:0], value, 10)))
}

func (w row) paramDate(key string, ms int64) {
	var digits [20]byte
	w.param(key, view(appendDate(digits[:0], ms)))
}

// view returns the bytes as a text, which is what they are until they change.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
