package formats

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// ndjson hands lines through as they are: whoever takes a record decodes it
// strictly and can then list every reason against it.
type ndjson struct {
	lines *lineScanner
	max   int
}

func newNDJSON(r io.Reader, o Options) (source, error) {
	text, head, err := openText(r, NDJSON)
	if err != nil {
		return nil, err
	}
	if first := bytes.TrimLeft(head, " \t\r\n"); len(first) > 0 && first[0] == '[' {
		return nil, fileError("wrong_format", "the file is a JSON array: give one object a line (jq -c '.[]' makes that)")
	}
	return &ndjson{lines: newLineScanner(text, o.MaxLine), max: o.MaxLine}, nil
}

func (n *ndjson) next() (Record, error) {
	for {
		line, tooLong, err := n.lines.next()
		if err != nil {
			return Record{}, err
		}
		rec := Record{Line: n.lines.line}
		if tooLong {
			rec.Errs = []LineError{lineTooLong(n.max)}
			return rec, nil
		}
		line = bytes.Trim(line, " \t\r")
		if len(line) == 0 {
			continue
		}
		if !utf8.Valid(line) {
			rec.Errs = []LineError{invalidUTF8(line, "line")}
			return rec, nil
		}
		rec.Doc = line
		return rec, nil
	}
}

func (n *ndjson) close() error { return nil }

func lineTooLong(max int) LineError {
	return LineError{Code: "line_too_long", Message: fmt.Sprintf("the line is longer than %d bytes: one client a line, and split what is not one client", max)}.with("", "most", strconv.Itoa(max))
}

// invalidUTF8 names the first broken byte of a line or cell.
func invalidUTF8(text []byte, of string) LineError {
	at := 0
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return LineError{Code: "invalid_utf8", Message: fmt.Sprintf("byte %d of the %s (0x%02x) is not UTF-8: save the file as UTF-8", at+1, of, text[min(at, len(text)-1)])}.
		with("", "byte", strconv.Itoa(at+1))
}
