package assay

import (
	"encoding/binary"
	"strconv"
	"unsafe"
)

// begin starts a row behind those that are there.
func (r *Report) begin(kind byte) row {
	r.close()
	r.last = len(r.rows)
	r.rank = 0
	r.room(fieldHead)[fieldHead-1] = kind // the size is written when it is known
	return row{r, r.last}
}

// close writes the size of the last row.
func (r *Report) close() {
	if size := len(r.rows) - r.last; size > 0 {
		binary.LittleEndian.PutUint32(r.rows[r.last:], uint32(size-4))
	}
}

// results returns the rows, nil when nothing was reported.
func (r *Report) results() []byte {
	r.close()
	return r.rows
}

// reset empties the report and keeps its memory.
func (r *Report) reset() { r.rows, r.last = r.rows[:0], 0 }

// append adds a field to the last row. Copies into room that is there, instead of Go's append, keep functions
// small: in WebAssembly as Go makes it each branch is charged the fuel of its whole function.
func (r *Report) append(tag byte, value string) {
	r.rank = max(r.rank, rank(tag))
	b := r.room(fieldHead + len(value))
	b[0] = tag
	binary.LittleEndian.PutUint32(b[1:], uint32(len(value)))
	copy(b[fieldHead:], value)
}

// room lengthens the rows by size bytes and returns these.
func (r *Report) room(size int) []byte {
	length := len(r.rows)
	if size > cap(r.rows)-length {
		r.grow(size)
	}
	r.rows = r.rows[:length+size]
	return r.rows[length:]
}

//go:noinline
func (r *Report) grow(size int) {
	r.rows = append(make([]byte, 0, 2*(len(r.rows)+size)), r.rows...)
}

// fieldHead is the size of the tag and the length before a field's value.
const fieldHead = 5

// set puts a field in its place in the row: fields stand in the order of rank, however
// they were given. It replaces one that is there; an empty value takes it away.
func (w row) set(tag byte, value string) {
	r := w.open()
	if rank(tag) > r.rank {
		if value != "" {
			r.append(tag, value)
		}
		return
	}
	r.replace(tag, value, w)
}

// replace puts a field before others, or in place of one.
func (r *Report) replace(tag byte, value string, w row) {
	at, old := w.place(tag)
	end := len(r.rows)
	if value != "" {
		r.append(tag, value)
	}
	r.rows = append(r.rows, r.rows[at+old:end]...) // what stands behind it, now behind the new
	r.rows = append(r.rows[:at], r.rows[end:]...)
}

func (w row) setBytes(tag byte, value []byte) { w.set(tag, view(value)) }

// view returns the bytes as a text, which is what they are until they change.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// place returns where a field belongs and how many bytes of an older one stand there.
func (w row) place(tag byte) (at, old int) {
	rows := w.report.rows
	at = w.start + fieldHead // a row's head has the size of a field's
	for at < len(rows) {
		size := fieldHead + int(binary.LittleEndian.Uint32(rows[at+1:]))
		if rows[at] == tag {
			return at, size
		}
		if rank(rows[at]) > rank(tag) {
			break
		}
		at += size
	}
	return at, 0
}

// rank orders the fields of a row: the severity stands before the parameters, which stand as they are given.
func rank(tag byte) byte {
	switch tag {
	case tagSeverity:
		return tagSuggest + 1
	case tagKey, tagValue:
		return tagSuggest + 2
	}
	return tag
}

func (w row) param(key, value string) {
	if w.report == nil {
		return
	}
	r := w.open()
	r.append(tagKey, key)
	r.append(tagValue, value)
}

func (w row) paramInt(key string, value int64) {
	if w.report == nil {
		return
	}
	w.report.scratch = strconv.AppendInt(w.report.scratch[:0], value, 10)
	w.param(key, view(w.report.scratch))
}

func (w row) paramDate(key string, ms int64) {
	if w.report == nil {
		return
	}
	w.report.scratch = appendDate(w.report.scratch[:0], ms)
	w.param(key, view(w.report.scratch))
}

// open returns the report while the row is its last.
func (w row) open() *Report {
	if w.report.last != w.start {
		panic("assay: a finding or label is changed after the next thing was reported")
	}
	return w.report
}

// appendPath appends the path with the indexes in place of its [].
func appendPath(b []byte, path string, index []int) []byte {
	rest := path
	for _, i := range index {
		at := brackets(rest)
		if at < 0 {
			panicPath(path, len(index))
		}
		b = strconv.AppendInt(append(b, rest[:at]...), int64(i), 10)
		rest = rest[at:]
	}
	if brackets(rest) >= 0 {
		panicPath(path, len(index))
	}
	return append(b, rest...)
}

// brackets returns the place between the first two that belong together, -1 without such.
func brackets(path string) int {
	for i := 1; i < len(path); i++ {
		if path[i] == ']' && path[i-1] == '[' {
			return i
		}
	}
	return -1
}

func panicPath(path string, indexes int) {
	panic("assay: path " + quoted(path) + " has another number of [] than the " + strconv.Itoa(indexes) + " given indexes")
}
