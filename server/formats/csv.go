package formats

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"
)

// csvRows reads the records of CSV text in UTF-8.
type csvRows struct {
	scanner *recordScanner
	cells   []cell
}

var delimiters = []byte{';', ',', '\t', '|'} // the likelier first

func newCSV(r io.Reader, o Options) (source, error) {
	raw, _, err := openText(r, CSV)
	if err != nil {
		return nil, err
	}
	text := bufio.NewReaderSize(newCharsetReader(raw), sampleSize)
	sample, err := fullPeek(text)
	if err != nil {
		return nil, err
	}
	var lines io.Reader = text
	if bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(sample, '\r') >= 0 {
		lines = &oldMacReader{text}
		sample = bytes.ReplaceAll(sample, []byte{'\r'}, []byte{'\n'})
	}
	delim, skip := delimiter(sample, o)
	scanner := newRecordScanner(lines, delim, o.MaxLine)
	if skip {
		if err := scanner.skipLine(); err != nil {
			return nil, err
		}
	}
	return newTable(&csvRows{scanner: scanner}, o)
}

// fullPeek peeks as much as there is room for; a peek ends early only at the
// end of the text. An error of the text's own comes later, when it is read.
func fullPeek(br *bufio.Reader) ([]byte, error) {
	sample, err := br.Peek(sampleSize)
	if err == nil || err == io.EOF {
		return sample, nil
	}
	if len(sample) > 0 {
		return sample, nil
	}
	return nil, err
}

// delimiter returns the delimiter of a table and whether its first line is
// Excel's "sep=;", which says so. Otherwise it is the one by which the header
// has most known titles, and of equals the one that makes most columns.
func delimiter(sample []byte, o Options) (delim byte, skip bool) {
	line, _, _ := bytes.Cut(sample, []byte{'\n'})
	line = dropCR(line)
	if len(line) == 5 && bytes.EqualFold(line[:4], []byte("sep=")) && line[4] < utf8.RuneSelf && line[4] != '"' {
		return line[4], true
	}
	best, bestKnown, bestWidth := delimiters[0], -1, 0
	for _, d := range delimiters {
		known, width := headerBy(sample, d, o)
		if known > bestKnown || known == bestKnown && width > bestWidth {
			best, bestKnown, bestWidth = d, known, width
		}
	}
	return best, false
}

// headerBy returns how many known titles and how many cells the header has with a delimiter.
func headerBy(sample []byte, delim byte, o Options) (known, width int) {
	text := bytes.NewReader(sample)
	table := &csvRows{scanner: newRecordScanner(text, delim, len(sample)+1)}
	first, err := firstRows(table)
	if err != nil || len(first) == 0 {
		return 0, 0
	}
	cells := first[headerRow(first, o)].cells
	return knownTitlesIn(cells, o), len(cells)
}

func (c *csvRows) next() (row, error) {
	cells, line, bad, err := c.scanner.next()
	if err != nil {
		return row{}, err
	}
	if bad != nil {
		return row{line: line, bad: bad}, nil
	}
	c.cells = c.cells[:0]
	for _, text := range cells {
		if !utf8.Valid(text) {
			reason := invalidUTF8(text, "cell")
			return row{line: line, bad: &reason}, nil
		}
		c.cells = append(c.cells, cell{text: string(text)})
	}
	return row{cells: c.cells, line: line}, nil
}

func (c *csvRows) close() error { return nil }

func (c *csvRows) padded() bool { return false }

// oldMacReader turns the line breaks of old Macintosh programs, CR alone, into LF.
type oldMacReader struct{ r io.Reader }

// Read implements io.Reader.
func (m *oldMacReader) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}
