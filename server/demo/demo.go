package demo

import (
	"io"
	"iter"
)

// The kinds of clients, in percent; the rest are persons.
const (
	Companies   = 62
	SoleTraders = 20
)

// What is missing, in percent. What is missing is left out, or a placeholder
// such as "-" or "нет" stands there; both mean the same.
const (
	NoManager   = 8  // of all clients
	NoTaxID     = 12 // of companies and sole traders
	NoChannels  = 6  // of all clients: neither its own nor of a contact
	NoContacts  = 10 // of companies
	NoJobTitle  = 20 // of contacts
	Placeholder = 40 // of what is missing
)

// What is there and wrong, in percent.
const (
	WrongTaxID = 5 // of tax ids: a wrong check digit or a lost digit
	BadPhone   = 4 // of phones: nothing that can be dialled
)

// Clients yields n clients, a JSON object with a line break each. A document is
// valid until the next one is asked for.
func Clients(seed uint64, n int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		d := new(document)
		for i := range n {
			if !yield(d.client(seed, i)) {
				return
			}
		}
	}
}

// NewReader returns the same clients as a file.
func NewReader(seed uint64, n int) io.Reader {
	return &reader{seed: seed, n: n}
}

type reader struct {
	seed uint64
	next int
	n    int
	doc  document
	rest []byte // of the document at hand
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(r.rest) == 0 {
			if r.next == r.n {
				break
			}
			r.rest = r.doc.client(r.seed, r.next)
			r.next++
		}
		k := copy(p[n:], r.rest)
		r.rest = r.rest[k:]
		n += k
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}
