package abi

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// CheckResults tells whether ParseResults would accept b, without allocating. The error is a
// *ResultsError.
func CheckResults(b []byte) error {
	var unknown *ResultsChecker
	return eachRow(b, unknown.checkRow)
}

// ResultsChecker is CheckResults that remembers what it accepted last: clients mostly lack the same, and what a check
// says of it differs in a value or two. The zero ResultsChecker is ready for use, by one goroutine at a time. nil
// remembers nothing.
type ResultsChecker struct {
	last   [keptResults]byte // begins with the last results, if they are short
	size   int
	fields [keptFields]keptField // by their place in a row
}

const (
	keptResults = 256 // bytes that are worth a comparison with the next
	keptFields  = 12
	keptText    = 95
)

// keptField is a field that was accepted.
type keptField struct {
	tag, size byte
	text      [keptText]byte
}

// Check is CheckResults.
func (c *ResultsChecker) Check(b []byte) error {
	if string(b) == string(c.last[:c.size]) {
		return nil
	}
	err := eachRow(b, c.checkRow)
	if err == nil && len(b) <= keptResults {
		c.size = copy(c.last[:], b)
	}
	return err
}

// knows tells whether the last field in a place of a row was this one.
func (c *ResultsChecker) knows(place int, tag byte, value []byte) bool {
	if c == nil || place >= keptFields {
		return false
	}
	f := &c.fields[place]
	return f.tag == tag && string(f.text[:f.size]) == string(value)
}

func (c *ResultsChecker) remember(place int, tag byte, value []byte) {
	if c == nil || place >= keptFields || len(value) > keptText {
		return
	}
	f := &c.fields[place]
	f.tag, f.size = tag, byte(copy(f.text[:], value))
}

// eachRow cuts b into rows; body begins with the kind.
func eachRow(b []byte, do func(row, start int, body []byte) error) error {
	if len(b) > MaxResultsBytes {
		return &ResultsError{Row: -1, Reason: fmt.Sprintf("%d bytes, at most %d are allowed", len(b), MaxResultsBytes)}
	}
	row := 0
	for at := 0; at < len(b); row++ {
		if row == MaxResultRows {
			return &ResultsError{Row: row, Offset: at, Reason: fmt.Sprintf("more than %d rows", MaxResultRows)}
		}
		if len(b)-at < rowHeader {
			return &ResultsError{Row: row, Offset: at, Reason: "cut off in the row's header"}
		}
		size := uint64(binary.LittleEndian.Uint32(b[at:]))
		if size < 1 || size > uint64(len(b)-at-4) {
			return &ResultsError{Row: row, Offset: at, Reason: fmt.Sprintf("row size %d, %d bytes are left", size, len(b)-at-4)}
		}
		if err := do(row, at+4, b[at+4:at+4+int(size)]); err != nil {
			return err
		}
		at += 4 + int(size)
	}
	return nil
}

// allowedTags has bit t set when a row of the kind may hold tag t; requiredTags when it must.
var (
	allowedTags = [...]uint16{
		ResultFinding: 1<<TagCode | 1<<TagPath | 1<<TagRowID | 1<<TagSuggest | 1<<TagSeverity | 1<<TagParamKey | 1<<TagParamValue,
		ResultLabel:   1<<TagLabel | 1<<TagParamKey | 1<<TagParamValue,
		ResultMeasure: 1<<TagMeasure | 1<<TagValue,
		ResultError:   1 << TagError,
	}
	requiredTags = [...]uint16{
		ResultFinding: 1 << TagCode,
		ResultLabel:   1 << TagLabel,
		ResultMeasure: 1<<TagMeasure | 1<<TagValue,
		ResultError:   1 << TagError,
	}
)

// checkRow checks one row.
func (c *ResultsChecker) checkRow(row, start int, body []byte) error {
	fail := func(at int, format string, args ...any) error {
		return &ResultsError{Row: row, Offset: start + at, Reason: fmt.Sprintf(format, args...)}
	}
	kind := ResultKind(body[0])
	if kind == 0 || int(kind) >= len(allowedTags) {
		return fail(0, "unknown kind %d", kind)
	}
	var seen uint16
	keyOpen := false
	var said []byte // the last parameter's value: the same thing is mostly said in every language
	for at, place := 1, 0; at < len(body); place++ {
		if len(body)-at < fieldHeader {
			return fail(at, "cut off in a field's header")
		}
		tag := body[at]
		length := uint64(binary.LittleEndian.Uint32(body[at+1:]))
		if length > uint64(len(body)-at-fieldHeader) {
			return fail(at, "field %d claims %d bytes, %d are left in the row", tag, length, len(body)-at-fieldHeader)
		}
		value := body[at+fieldHeader : at+fieldHeader+int(length)]
		switch {
		case tag > 15 || allowedTags[kind]&(1<<tag) == 0:
			return fail(at, "field %d does not belong in a row of kind %d", tag, kind)
		case keyOpen != (tag == TagParamValue):
			return fail(at, "a parameter is a key (field %d) directly followed by its value (field %d)", TagParamKey, TagParamValue)
		case tag == TagParamKey:
			keyOpen = true
		case tag == TagParamValue:
			keyOpen = false
		case seen&(1<<tag) != 0:
			return fail(at, "field %d stands twice in a row", tag)
		}
		seen |= 1 << tag
		again := tag == TagParamValue && said != nil && string(said) == string(value)
		if !again && !c.knows(place, tag, value) {
			if reason := checkField(tag, value); reason != "" {
				return fail(at, "field %d %s", tag, reason)
			}
			c.remember(place, tag, value)
		}
		if tag == TagParamValue {
			said = value
		}
		at += fieldHeader + int(length)
	}
	if keyOpen {
		return fail(len(body), "the last parameter has no value")
	}
	if missing := requiredTags[kind] &^ seen; missing != 0 {
		return fail(0, "a row of kind %d lacks a required field", kind)
	}
	return nil
}

// checkField returns what is wrong with a field's value, "" when nothing is.
func checkField(tag byte, value []byte) string {
	if tag == TagValue {
		if len(value) != 8 {
			return "is not 8 bytes long"
		}
		return ""
	}
	if !utf8.Valid(value) {
		return "is not valid UTF-8"
	}
	switch tag {
	case TagCode, TagLabel, TagMeasure, TagParamKey:
		if len(value) == 0 {
			return "is empty"
		}
	}
	switch tag {
	case TagCode, TagLabel, TagMeasure, TagRowID:
		if len(value) > MaxIdentBytes {
			return fmt.Sprintf("is longer than %d bytes", MaxIdentBytes)
		}
	case TagSuggest:
		if !json.Valid(value) {
			return "is not JSON"
		}
	case TagSeverity:
		if s := string(value); s != Severities[0] && s != Severities[1] && s != Severities[2] {
			return "is not info, warning or error"
		}
	}
	return ""
}
