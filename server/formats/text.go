package formats

import (
	"bufio"
	"bytes"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const sampleSize = 64 << 10 // bytes an encoding and a delimiter are guessed from

// foreign lists first bytes of files that are not text, with what to do about them.
var foreign = []struct{ magic, code, advice string }{
	{"\x1f\x8b", "compressed", "the file is gzip: unpack it first (gunzip)"},
	{"BZh", "compressed", "the file is bzip2: unpack it first"},
	{"\x28\xb5\x2f\xfd", "compressed", "the file is zstd: unpack it first"},
	{"\xfd7zXZ\x00", "compressed", "the file is xz: unpack it first"},
	{"7z\xbc\xaf\x27\x1c", "compressed", "the file is a 7z archive: unpack it first"},
	{"Rar!\x1a\x07", "compressed", "the file is a RAR archive: unpack it first"},
	{"PK\x03\x04", "wrong_format", "the file is a ZIP archive or an XLSX workbook: give format=xlsx for a workbook, unpack an archive"},
	{oleMagic, "wrong_format", "the file is an old Excel workbook (.xls) or is protected by a password: save it as .xlsx without a password"},
	{"%PDF-", "wrong_format", "the file is a PDF: export the table it was made from"},
}

const oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// openText returns the text of r as bytes in the file's 8-bit encoding or
// UTF-8: a byte order mark is dropped and UTF-16 is decoded. head is what the
// text begins with, for looking at.
func openText(r io.Reader, format string) (text io.Reader, head []byte, err error) {
	br := bufio.NewReaderSize(r, sampleSize)
	raw, err := peek(br, format == NDJSON)
	if err != nil {
		return nil, nil, err
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil, fileError("empty_file", "the file is empty")
	}
	for _, f := range foreign {
		if bytes.HasPrefix(raw, []byte(f.magic)) {
			return nil, nil, fileError(f.code, "format=%s, but %s", format, f.advice)
		}
	}
	switch order, bom := byteOrder(raw); {
	case order != "":
		return openUTF16(br, order, format)
	case bom:
		_, _ = br.Discard(3) // peeked above, so it is there
		raw = raw[3:]
	}
	if bytes.IndexByte(raw, 0) >= 0 {
		return nil, nil, fileError("not_text", "the file holds zero bytes, so it is not text: format=%s needs a text file", format)
	}
	return br, raw, nil
}

// peek returns the sample without taking it from br: all of it, or only what
// has arrived when the sender may be waiting for an answer to its first lines.
func peek(br *bufio.Reader, arrived bool) ([]byte, error) {
	if arrived {
		if _, err := br.Peek(4); err != nil && err != io.EOF {
			return nil, err
		}
		return br.Peek(br.Buffered())
	}
	raw, err := br.Peek(sampleSize)
	if err == io.EOF {
		err = nil
	}
	return raw, err
}

func openUTF16(br *bufio.Reader, order, format string) (io.Reader, []byte, error) {
	endian := unicode.LittleEndian
	if order == "be" {
		endian = unicode.BigEndian
	}
	decoder := unicode.UTF16(endian, unicode.UseBOM).NewDecoder()
	text := bufio.NewReaderSize(transform.NewReader(br, decoder), sampleSize)
	head, err := peek(text, format == NDJSON)
	if err == nil && len(head) == 0 {
		err = fileError("empty_file", "the file is empty")
	}
	return text, head, err
}

// byteOrder tells UTF-16 ("le", "be") from 8-bit text (""), and whether
// there is a UTF-8 byte order mark.
func byteOrder(raw []byte) (order string, utf8BOM bool) {
	switch {
	case bytes.HasPrefix(raw, []byte{0xef, 0xbb, 0xbf}):
		return "", true
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		return "le", false
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		return "be", false
	}
	// Without a mark: the high halves of Latin, Cyrillic and common punctuation
	// are 00, 04, 20 and 21, and line breaks and delimiters give zeros.
	var high, zeros [2]int
	for i, b := range raw {
		switch b {
		case 0:
			zeros[i%2]++
			high[i%2]++
		case 0x04, 0x20, 0x21:
			high[i%2]++
		}
	}
	most := len(raw) / 2 * 9 / 10
	switch {
	case zeros[1] > 0 && zeros[0] == 0 && high[1] >= most:
		return "le", false
	case zeros[0] > 0 && zeros[1] == 0 && high[0] >= most:
		return "be", false
	}
	return "", false
}
