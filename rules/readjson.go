package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// jsonReader turns JSON texts, one after another, into nodes.
type jsonReader struct {
	reader
	data    []byte
	decoder *json.Decoder

	// The place of the offset at, carried along: counting lines anew for each token
	// would take time in the square of the text.
	at, line, column int
}

// readJSON returns the JSON documents of a text, and the problem at which it had to stop.
func readJSON(data []byte) (docs []document, bad *Problem) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	r := &jsonReader{data: data, decoder: json.NewDecoder(bytes.NewReader(data)), line: 1, column: 1}
	r.decoder.UseNumber()
	for {
		root, err := r.value("", 0)
		if errors.Is(err, io.EOF) || r.full {
			if r.full {
				docs = append(docs, r.end(&node{line: 1, column: 1}))
			}
			return docs, nil
		}
		if err != nil {
			return docs, r.problem(err)
		}
		docs = append(docs, r.end(root))
	}
}

// errFull ends the reading of a text that is over a bound.
var errFull = errors.New("the text is over a bound")

// value reads the next value; io.EOF at the end of the text.
func (r *jsonReader) value(path string, depth int) (*node, error) {
	line, column := r.place()
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	n := &node{line: line, column: column}
	if !r.admit(n, path, depth) {
		return n, errFull
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '[' {
			return n, r.list(n, path, depth)
		}
		return n, r.object(n, path, depth)
	case string:
		n.kind, n.text, n.source = textNode, token, token
	case json.Number:
		n.kind, n.text, n.source = numberNode, token.String(), token.String()
	case bool:
		n.kind, n.text = boolNode, "false"
		if token {
			n.text = "true"
		}
		n.source = n.text
	}
	return n, nil
}

func (r *jsonReader) list(n *node, path string, depth int) error {
	n.kind = listNode
	for r.decoder.More() {
		item, err := r.value(index(path, len(n.items)), depth+1)
		if err != nil {
			return unended(err)
		}
		n.items = append(n.items, item)
	}
	return r.close()
}

func (r *jsonReader) object(n *node, path string, depth int) error {
	n.kind = objectNode
	seen := map[string]int{}
	for r.decoder.More() {
		line, column := r.place()
		token, err := r.decoder.Token()
		if err != nil {
			return unended(err)
		}
		name, _ := token.(string) // the decoder lets nothing else stand here
		value, err := r.value(key(path, name), depth+1)
		if err != nil {
			return unended(err)
		}
		r.pair(n, pair{key: name, line: line, column: column, value: value}, seen, path)
	}
	return r.close()
}

func (r *jsonReader) close() error {
	_, err := r.decoder.Token()
	return unended(err)
}

// unended tells a text that breaks off from one that is over.
func unended(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// next returns the offset at which the next token begins.
func (r *jsonReader) next() int {
	at := int(r.decoder.InputOffset())
	for at < len(r.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[at]) >= 0 {
		at++
	}
	return at
}

// place returns the place at which the next token begins.
func (r *jsonReader) place() (line, column int) {
	for next := r.next(); r.at < next; {
		char, size := utf8.DecodeRune(r.data[r.at:])
		r.at += size
		r.column++
		if char == '\n' {
			r.line, r.column = r.line+1, 1
		}
	}
	return r.line, r.column
}

func (r *jsonReader) problem(err error) *Problem {
	at := min(r.next(), len(r.data))
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) { // inside a value the offset is that after the bad byte
		at = min(max(int(syntax.Offset)-1, at), len(r.data))
	}
	line, column := placeAt(r.data, at)
	message := "not JSON: " + err.Error()
	if errors.Is(err, io.ErrUnexpectedEOF) {
		line, column = placeAt(r.data, len(r.data))
		message = "not JSON: the text ends before its last bracket is closed"
	}
	return &Problem{Line: line, Column: column, Message: message}
}
