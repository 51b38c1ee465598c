package abi

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
)

// ResultKind says what a row of results is.
type ResultKind uint8

// Kinds of result rows.
const (
	ResultFinding ResultKind = 1 // something is wrong with the client
	ResultLabel   ResultKind = 2 // the segment the client belongs to
	ResultMeasure ResultKind = 3 // a number to rank the client by
	ResultError   ResultKind = 4 // the client could not be judged
)

// Tags of a row's fields.
const (
	TagCode       = 1  // finding: its code, required
	TagPath       = 2  // finding: the field of the client's JSON form
	TagRowID      = 3  // finding: the id of the row the path leads to
	TagSuggest    = 4  // finding: a better value for the field, JSON
	TagParamKey   = 5  // finding, label: a message parameter's key; a TagParamValue follows
	TagParamValue = 6  // finding, label: the value of the key before
	TagLabel      = 7  // label: required
	TagMeasure    = 9  // measure: its name, required
	TagValue      = 10 // measure: i64, required
	TagError      = 11 // error: what went wrong, required
	TagSeverity   = 12 // finding: how much it matters, one of Severities; the rule's severity without
)

// Severities are how much a finding can matter, the least first.
var Severities = [...]string{"info", "warning", "error"}

const (
	rowHeader   = 5 // u32 size, u8 kind
	fieldHeader = 5 // u8 tag, u32 length
)

// Param is a parameter of a message: {{ Key }} in the template becomes Value.
type Param struct {
	Key   string
	Value string
}

// ResultRow is one row of results. Which fields are set depends on Kind; the others are empty.
type ResultRow struct {
	Kind ResultKind

	Code     string          // finding
	Path     string          // finding, may be empty
	RowID    string          // finding, may be empty
	Severity string          // finding, one of Severities or empty
	Suggest  json.RawMessage // finding, may be nil
	Params   []Param         // finding and label, in the module's order

	Label   string // label
	Measure string // measure: its name
	Value   int64  // measure
	Error   string // error
}

// ResultsError says what is wrong with packed results and where.
type ResultsError struct {
	Row    int    // index of the row, -1 for the results as a whole
	Offset int    // byte offset from the start of the results
	Reason string // what is wrong
}

func (e *ResultsError) Error() string {
	if e.Row < 0 {
		return "results: " + e.Reason
	}
	return fmt.Sprintf("results row %d at byte %d: %s", e.Row, e.Offset, e.Reason)
}

// ParseResults decodes the packed results of one record and calls yield for each row. Every
// bound is checked. It stops at the first error of yield and returns it as it is;
// malformed results are a *ResultsError. Rows hold copies: b may be reused afterwards.
func ParseResults(b []byte, yield func(ResultRow) error) error {
	var reader ResultsReader
	var unknown *ResultsChecker
	return eachRow(b, func(row, start int, body []byte) error {
		if err := unknown.checkRow(row, start, body); err != nil {
			return err
		}
		return reader.Read(b[start-4:start+len(body)], func(r *ResultRow) error {
			own := *r
			own.Params = append([]Param(nil), r.Params...)
			return yield(own)
		})
	})
}

// ResultsReader decodes results that CheckResults has accepted. It remembers the texts it read
// last: the findings of a check mostly share their code, their path and their parameters' keys, which then cost
// nothing. What is a row's own is copied into room for many. The zero ResultsReader is ready for use, by one
// goroutine at a time, and must not be copied.
type ResultsReader struct {
	last  [TagSeverity + 1]string // by tag
	keys  []string                // of the parameters, by place
	value string                  // of the parameter before: the same thing is said in many languages
	row   ResultRow
	body  []byte // of the row
	room  strings.Builder
}

// readerRoom is how many bytes of texts are allocated at once. Who keeps one text keeps as much in memory.
const readerRoom = 1 << 10

// Read calls yield for each row and returns the first error of it. A row and its slice of Params are valid during
// yield; texts are copies: b may be reused afterwards.
func (d *ResultsReader) Read(b []byte, yield func(*ResultRow) error) error {
	for at := 0; at < len(b); {
		end := at + 4 + int(binary.LittleEndian.Uint32(b[at:]))
		row := &d.row
		*row = ResultRow{Kind: ResultKind(b[at+4]), Params: row.Params[:0]}
		d.body = b[at+rowHeader : end]
		for field := 0; field < len(d.body); {
			tag, length := d.body[field], int(binary.LittleEndian.Uint32(d.body[field+1:]))
			field += fieldHeader + length
			d.set(row, tag, field-length, field)
		}
		if err := yield(row); err != nil {
			return err
		}
		at = end
	}
	return nil
}

// set puts a field, whose value is a part of the row's body, into the row.
func (d *ResultsReader) set(row *ResultRow, tag byte, from, to int) {
	switch tag {
	case TagCode:
		row.Code = d.shared(tag, from, to)
	case TagPath:
		row.Path = d.shared(tag, from, to)
	case TagLabel:
		row.Label = d.shared(tag, from, to)
	case TagMeasure:
		row.Measure = d.shared(tag, from, to)
	case TagParamKey:
		row.Params = append(row.Params, Param{Key: d.key(len(row.Params), from, to)})
	case TagParamValue:
		if d.value != string(d.body[from:to]) {
			d.value = d.own(from, to)
		}
		row.Params[len(row.Params)-1].Value = d.value
	case TagSeverity:
		row.Severity = d.shared(tag, from, to)
	case TagRowID:
		row.RowID = d.own(from, to)
	case TagSuggest:
		row.Suggest = json.RawMessage(d.own(from, to))
	case TagValue:
		row.Value = int64(binary.LittleEndian.Uint64(d.body[from:to]))
	case TagError:
		row.Error = d.own(from, to)
	}
}

// shared returns a copy of a value, or the one it made last when that is the same.
func (d *ResultsReader) shared(tag byte, from, to int) string {
	if d.last[tag] != string(d.body[from:to]) {
		d.last[tag] = d.own(from, to)
	}
	return d.last[tag]
}

// key is shared for the key of a row's parameter.
func (d *ResultsReader) key(i, from, to int) string {
	if i == len(d.keys) {
		d.keys = append(d.keys, "")
	}
	if d.keys[i] != string(d.body[from:to]) {
		d.keys[i] = d.own(from, to)
	}
	return d.keys[i]
}

// own returns a copy of a value.
func (d *ResultsReader) own(from, to int) string {
	if d.room.Len()+to-from > d.room.Cap() {
		d.room.Reset()
		d.room.Grow(max(readerRoom, to-from))
	}
	start := d.room.Len()
	d.room.Write(d.body[from:to])
	return d.room.String()[start:]
}

// AppendResult appends the row's packed form to dst. It writes what it is given; ParseResults
// is the judge of it.
func AppendResult(dst []byte, r ResultRow) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0, byte(r.Kind))
	switch r.Kind {
	case ResultFinding:
		dst = appendField(dst, TagCode, r.Code)
		dst = appendOptional(dst, TagPath, r.Path)
		dst = appendOptional(dst, TagRowID, r.RowID)
		dst = appendOptional(dst, TagSuggest, string(r.Suggest))
		dst = appendOptional(dst, TagSeverity, r.Severity)
	case ResultLabel:
		dst = appendField(dst, TagLabel, r.Label)
	case ResultMeasure:
		dst = appendField(dst, TagMeasure, r.Measure)
		dst = append(dst, TagValue, 8, 0, 0, 0)
		dst = binary.LittleEndian.AppendUint64(dst, uint64(r.Value))
	case ResultError:
		dst = appendField(dst, TagError, r.Error)
	}
	for _, p := range r.Params {
		dst = appendField(dst, TagParamKey, p.Key)
		dst = appendField(dst, TagParamValue, p.Value)
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

func appendOptional(dst []byte, tag byte, value string) []byte {
	if value == "" {
		return dst
	}
	return appendField(dst, tag, value)
}

func appendField(dst []byte, tag byte, value string) []byte {
	dst = append(dst, tag)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(value)))
	return append(dst, value...)
}
