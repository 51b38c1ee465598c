package formats

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
)

// sharedInMemory is how much text of the shared strings is kept in memory; what
// is larger goes to a temporary file as a whole.
const sharedInMemory = 16 << 20

// stride is how many strings share one entry of the index.
const stride = 32

// sharedStrings holds the texts that cells refer to by number: one after
// another, each with its length before it.
type sharedStrings struct {
	text  io.ReaderAt
	size  int64
	index []int64 // where every stride-th string begins
	count int
	file  *os.File // nil when the text is in memory
}

func (w *workbook) readSharedStrings() error {
	r, size, err := w.openPart(w.stringsPart, w.budget)
	if err != nil || r == nil {
		return err
	}
	defer func() { _ = r.Close() }()
	w.shared = &sharedStrings{}
	var out io.Writer
	memory := &bytes.Buffer{}
	out = memory
	if size > sharedInMemory {
		w.shared.file, err = os.CreateTemp(w.tempIn, "assay-import-*.strings")
		if err != nil {
			return fmt.Errorf("spool the workbook's texts: %w", err)
		}
		out = w.shared.file
	}
	buffered := bufio.NewWriterSize(out, 64<<10)
	if err := w.shared.load(newXMLWalker(r), buffered); err != nil {
		return damaged(w.stringsPart, err)
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("spool the workbook's texts: %w", err)
	}
	w.shared.text = bytes.NewReader(memory.Bytes())
	if w.shared.file != nil {
		w.shared.text = w.shared.file
	}
	return nil
}

func (s *sharedStrings) load(tokens *xmlWalker, out *bufio.Writer) error {
	var text textCollector
	for {
		token, err := tokens.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := token.(xml.EndElement); ok && e.Name.Local == "si" {
			if err := s.add(text.take(), out); err != nil {
				return err
			}
			continue
		}
		if err := text.token(token); err != nil {
			return err
		}
	}
}

func (s *sharedStrings) add(text []byte, out *bufio.Writer) error {
	if s.count%stride == 0 {
		s.index = append(s.index, s.size)
	}
	s.count++
	var length [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(length[:], uint64(len(text)))
	s.size += int64(n + len(text))
	_, err1 := out.Write(length[:n])
	_, err2 := out.Write(text)
	return errors.Join(err1, err2)
}

// get returns a string by its number.
func (s *sharedStrings) get(number int) (string, error) {
	if s == nil || number < 0 || number >= s.count {
		return "", fmt.Errorf("there is no shared string %d", number)
	}
	at := s.index[number/stride]
	for skip := number % stride; ; skip-- {
		length, header, err := s.length(at)
		if err != nil {
			return "", err
		}
		at += int64(header)
		if skip > 0 {
			at += length
			continue
		}
		text := make([]byte, length)
		if _, err := s.text.ReadAt(text, at); err != nil {
			return "", fmt.Errorf("read shared string %d: %w", number, err)
		}
		return string(text), nil
	}
}

func (s *sharedStrings) length(at int64) (length int64, header int, err error) {
	var b [binary.MaxVarintLen64]byte
	n, err := s.text.ReadAt(b[:], at)
	if n == 0 {
		return 0, 0, fmt.Errorf("read shared strings at %d: %w", at, err)
	}
	v, header := binary.Uvarint(b[:n])
	return int64(v), header, nil
}

func (s *sharedStrings) close() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
	}
}

// textCollector gathers the text of <t> elements, those of rich text runs
// included and phonetic readings (<rPh>) left out.
type textCollector struct {
	buf      []byte
	inText   bool
	phonetic bool
}

const maxSharedText = 1 << 20

var errTextTooLong = errors.New("the text of a cell is longer than 1 MiB")

func (c *textCollector) token(token xml.Token) error {
	switch e := token.(type) {
	case xml.StartElement:
		c.inText = e.Name.Local == "t"
		c.phonetic = c.phonetic || e.Name.Local == "rPh"
	case xml.EndElement:
		c.inText = false
		c.phonetic = c.phonetic && e.Name.Local != "rPh"
	case xml.CharData:
		if c.inText && !c.phonetic {
			c.buf = append(c.buf, e...)
		}
	}
	if len(c.buf) > maxSharedText {
		return errTextTooLong
	}
	return nil
}

// take returns what was gathered and begins anew.
func (c *textCollector) take() []byte {
	text := unescapeXML(c.buf)
	c.buf, c.inText, c.phonetic = c.buf[:0], false, false
	return text
}
