package formats

import (
	"bytes"
	"io"
)

const lineBuffer = 256 << 10

// lineScanner gives the physical lines of a text one by one. It buffers at
// most max bytes: the rest of a longer line is read and thrown away.
type lineScanner struct {
	r     io.Reader
	max   int
	buf   []byte
	start int // of what is not given yet
	end   int
	line  int // number of the line given last
	err   error
}

func newLineScanner(r io.Reader, max int) *lineScanner {
	return &lineScanner{r: r, max: max, buf: make([]byte, min(lineBuffer, max+2))}
}

// next returns the next line without its line break, valid until the next
// call. tooLong says that the line exceeded the limit and its end is missing.
func (s *lineScanner) next() (line []byte, tooLong bool, err error) {
	scanned := 0
	for {
		if i := bytes.IndexByte(s.buf[s.start+scanned:s.end], '\n'); i >= 0 {
			line = s.buf[s.start : s.start+scanned+i]
			s.start += scanned + i + 1
			s.line++
			line = dropCR(line)
			return line, len(line) > s.max, nil
		}
		scanned = s.end - s.start
		if scanned > s.max+1 { // one more than the limit, and a CR
			return s.skipRest()
		}
		if s.err != nil {
			return s.last()
		}
		s.fill()
	}
}

// last gives the line that no line break ends.
func (s *lineScanner) last() ([]byte, bool, error) {
	if s.start == s.end {
		return nil, false, s.err
	}
	line := s.buf[s.start:s.end]
	s.start = s.end
	s.line++
	if s.err != io.EOF { // half a line is not a line
		return nil, false, s.err
	}
	line = dropCR(line)
	return line, len(line) > s.max, nil
}

// skipRest reads on to the end of a line that is too long.
func (s *lineScanner) skipRest() ([]byte, bool, error) {
	s.line++
	head := bytes.Clone(s.buf[s.start:min(s.end, s.start+128)])
	for {
		s.start = s.end
		if s.err != nil {
			if s.err != io.EOF {
				return nil, false, s.err
			}
			return head, true, nil
		}
		s.fill()
		if i := bytes.IndexByte(s.buf[s.start:s.end], '\n'); i >= 0 {
			s.start += i + 1
			return head, true, nil
		}
	}
}

// fill reads more, making room first: by moving what is left to the front, or
// by growing up to the limit.
func (s *lineScanner) fill() {
	if s.start > 0 {
		s.end = copy(s.buf, s.buf[s.start:s.end])
		s.start = 0
	}
	if s.end == len(s.buf) {
		grown := make([]byte, min(2*len(s.buf), s.max+2))
		s.end = copy(grown, s.buf[:s.end])
		s.buf = grown
	}
	n, err := readSome(s.r, s.buf[s.end:])
	s.end += n
	s.err = err
}

// readSome reads at least a byte or fails; a reader that keeps returning
// nothing is an error rather than an endless loop.
func readSome(r io.Reader, p []byte) (int, error) {
	for range 100 {
		n, err := r.Read(p)
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

func dropCR(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}
