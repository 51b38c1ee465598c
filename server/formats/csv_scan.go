package formats

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
)

// recordScanner splits CSV text into records. It holds one record at a time,
// at most max bytes of it.
//
// A record that cannot be read ends at its first line break, wherever the
// trouble was found: a quote that is never closed costs its own line and not
// the thousand lines after it.
type recordScanner struct {
	r     io.Reader
	delim byte
	max   int
	buf   []byte
	start int // of the record being read
	end   int
	line  int // physical lines before start
	err   error
	cells [][]byte
}

func newRecordScanner(r io.Reader, delim byte, max int) *recordScanner {
	return &recordScanner{r: r, delim: delim, max: max, buf: make([]byte, min(lineBuffer, max+2))}
}

// next returns the cells of the next record with quotes undone, and the line it
// starts at. They are valid until the next call.
func (s *recordScanner) next() (cells [][]byte, line int, bad *LineError, err error) {
	s.cells = s.cells[:0]
	line = s.line + 1
	for {
		state, at, reason := s.split(s.start)
		switch state {
		case complete:
			s.line += bytes.Count(s.buf[s.start:at], []byte{'\n'})
			s.start = at
			return s.cells, line, nil, nil
		case broken:
			return nil, line, reason, s.skipLine()
		}
		if s.err != nil {
			if s.start == s.end || s.err != io.EOF {
				return nil, line, nil, s.err
			}
			return nil, line, unclosed("a quoted cell is not closed by the end of the file", "file"), s.skipLine()
		}
		if s.end-s.start > s.max {
			reason := lineTooLong(s.max)
			if s.quoted() {
				reason = *unclosed(fmt.Sprintf("a quoted cell is not closed within %d bytes", s.max), "within", "most", strconv.Itoa(s.max))
			}
			return nil, line, &reason, s.skipLine()
		}
		s.fill()
	}
}

// maxCells bounds the cells of a record, so that a line of delimiters takes no
// more memory than one of text.
const maxCells = 4 * maxColumns

type splitState int

const (
	complete   splitState = iota
	incomplete            // more bytes are needed
	broken
)

// split cuts the record that begins at pos into cells and returns where the
// next one begins. Nothing in the buffer changes until the record is complete.
func (s *recordScanner) split(pos int) (splitState, int, *LineError) {
	s.cells = s.cells[:0]
	for {
		var cell []byte
		var state splitState
		var reason *LineError
		if pos < s.end && s.buf[pos] == '"' {
			cell, pos, state, reason = s.quotedCell(pos)
		} else {
			cell, pos, state = s.plainCell(pos)
		}
		if state != complete {
			return state, pos, reason
		}
		if s.cells = append(s.cells, cell); len(s.cells) > maxCells {
			return broken, pos, tooManyCells(fmt.Sprintf("the line has more than %d cells", maxCells), maxCells)
		}
		if pos >= s.end { // the end of the file ends the record
			break
		}
		pos++
		if s.buf[pos-1] == '\n' {
			break
		}
	}
	for i, cell := range s.cells {
		s.cells[i] = unquote(cell)
	}
	return complete, pos, nil
}

// plainCell returns the cell at pos and the position of what ends it. Quotes
// inside have no meaning.
func (s *recordScanner) plainCell(pos int) ([]byte, int, splitState) {
	for i := pos; i < s.end; i++ {
		switch s.buf[i] {
		case s.delim:
			return s.buf[pos:i], i, complete
		case '\n':
			return dropCR(s.buf[pos:i]), i, complete
		}
	}
	if s.err != io.EOF || s.start == s.end {
		return nil, pos, incomplete
	}
	return dropCR(s.buf[pos:s.end]), s.end, complete
}

// quotedCell returns the cell at pos with its quotes.
func (s *recordScanner) quotedCell(pos int) ([]byte, int, splitState, *LineError) {
	for i := pos + 1; ; i++ {
		next := bytes.IndexByte(s.buf[min(i, s.end):s.end], '"')
		if next < 0 {
			return nil, pos, incomplete, nil
		}
		i += next
		after := i + 1
		if after < s.end && s.buf[after] == '\r' && (after+1 == s.end || s.buf[after+1] == '\n') {
			after++
		}
		switch {
		case after >= s.end && s.err != io.EOF:
			return nil, pos, incomplete, nil
		case after >= s.end || s.buf[after] == s.delim || s.buf[after] == '\n':
			return s.buf[pos : i+1], after, complete, nil
		case s.buf[i+1] == '"':
			i++
		default:
			return nil, pos, broken, unclosed("a quoted cell has a single quote inside: double it (\"\") or leave the cell unquoted", "inside")
		}
	}
}

// unquote undoes the quotes of a cell in place.
func unquote(cell []byte) []byte {
	if len(cell) < 2 || cell[0] != '"' {
		return cell
	}
	out := cell[:0]
	for i := 1; i < len(cell)-1; i++ {
		out = append(out, cell[i])
		if cell[i] == '"' {
			i++
		}
	}
	return out
}

// quoted reports whether the unfinished record is inside a quoted cell.
func (s *recordScanner) quoted() bool {
	pos := s.start
	for range s.cells { // the cells before the unfinished one are whole
		if s.buf[pos] == '"' {
			_, pos, _, _ = s.quotedCell(pos)
		} else {
			_, pos, _ = s.plainCell(pos)
		}
		pos++
	}
	return pos < s.end && s.buf[pos] == '"'
}

// skipLine goes on after the first line break of the record.
func (s *recordScanner) skipLine() error {
	s.line++
	for {
		if i := bytes.IndexByte(s.buf[s.start:s.end], '\n'); i >= 0 {
			s.start += i + 1
			return nil
		}
		s.start = s.end
		if s.err == io.EOF {
			return nil
		}
		if s.err != nil {
			return s.err
		}
		s.fill()
	}
}

// fill reads until the buffer is full, making room first as lineScanner.fill
// does. It is filled wholly because an unfinished record is split anew after it.
func (s *recordScanner) fill() {
	if s.start > 0 {
		s.end = copy(s.buf, s.buf[s.start:s.end])
		s.start = 0
	}
	if s.end == len(s.buf) {
		grown := make([]byte, min(2*len(s.buf), s.max+2))
		s.end = copy(grown, s.buf[:s.end])
		s.buf = grown
	}
	for s.end < len(s.buf) && s.err == nil {
		var n int
		n, s.err = readSome(s.r, s.buf[s.end:])
		s.end += n
	}
}

func unclosed(message, text string, args ...string) *LineError {
	e := LineError{Code: "unbalanced_quote", Message: message}.with(text, args...)
	return &e
}

func tooManyCells(message string, most int) *LineError {
	e := LineError{Code: "too_many_cells", Message: message}.with("", "most", strconv.Itoa(most))
	return &e
}
