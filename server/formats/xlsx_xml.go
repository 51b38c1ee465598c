package formats

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
)

// xmlWalker reads XML token by token. It keeps no stack of open elements and
// no token longer than maxTokenBytes, so memory does not follow the input.
type xmlWalker struct {
	decoder *xml.Decoder
	limit   *tokenLimit
}

func newXMLWalker(r io.Reader) *xmlWalker {
	limit := &tokenLimit{r: r}
	return &xmlWalker{decoder: xml.NewDecoder(bufio.NewReaderSize(limit, 64<<10)), limit: limit}
}

func (w *xmlWalker) next() (xml.Token, error) {
	w.limit.since = 0
	return w.decoder.RawToken()
}

type tokenLimit struct {
	r     io.Reader
	since int // bytes read for the token
}

var errTokenTooLong = errors.New("an XML tag or text is longer than 4 MiB")

// Read implements io.Reader.
func (l *tokenLimit) Read(p []byte) (int, error) {
	if l.since > maxTokenBytes {
		return 0, errTokenTooLong
	}
	n, err := l.r.Read(p)
	l.since += n
	return n, err
}

// attr returns an attribute by its local name, "" when there is none.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
