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
	r.rows = append(r.rows, 0, 0, 0, 0, kind)
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

// append adds a field to the last row.
func (r *Report) append(tag byte, value string) {
	r.rows = append(appendHead(r.rows, tag, len(value)), value...)
}

func appendHead(b []byte, tag byte, length int) []byte {
	return append(b, tag, byte(length), byte(length>>8), byte(length>>16), byte(length>>24))
}

// fieldHead is the size of the tag and the length before a field's value.
const fieldHead = 5

// set puts a field in its place in the row: fields stand in the order of rank, however
// they were given. It replaces one that is there; an empty value takes it away.
func (w row) set(tag byte, value string) {
	r := w.open()
	at, old := w.place(tag)
	size := len(value)
	if size > 0 {
		size += fieldHead
	}
	r.replace(at, old, size)
	if size > 0 {
		head := appendHead(r.rows[:at], tag, len(value)) // the room is there
		copy(r.rows[len(head):], value)
	}
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

// rank orders the fields of a row: the severity stands before the parameters.
func rank(tag byte) byte {
	switch tag {
	case tagKey, tagValue:
		return tagSeverity
	case tagSeverity:
		return tagKey
	}
	return tag
}

// replace makes room for size bytes in place of old ones.
func (r *Report) replace(at, old, size int) {
	end := len(r.rows)
	for range size - old {
		r.rows = append(r.rows, 0)
	}
	copy(r.rows[at+size:], r.rows[at+old:end])
	r.rows = r.rows[:end+size-old]
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
	given := index
	for i := range len(path) {
		b = append(b, path[i])
		if path[i] != '[' || i+1 == len(path) || path[i+1] != ']' {
			continue
		}
		if len(index) == 0 {
			panicPath(path, len(given))
		}
		b = strconv.AppendInt(b, int64(index[0]), 10)
		index = index[1:]
	}
	if len(index) > 0 {
		panicPath(path, len(given))
	}
	return b
}

func panicPath(path string, indexes int) {
	panic("assay: path " + quoted(path) + " has another number of [] than the " + strconv.Itoa(indexes) + " given indexes")
}
