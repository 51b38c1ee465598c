package rules

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// document is one document of a text and what was wrong with it when it was read.
type document struct {
	root     *node
	problems []Problem
}

// read returns the documents of a text that are not empty, and notes where it is no
// text, no YAML or no JSON.
func (ps *problems) read(data []byte, limit int) []document {
	if len(data) > limit {
		ps.put(Problem{Line: 1, Column: 1, Message: fmt.Sprintf("the text has %d bytes and at most %d are read; split it", len(data), limit)})
		return nil
	}
	if bad := invalidUTF8(data); bad >= 0 {
		line, column := placeAt(data, bad)
		ps.put(Problem{Line: line, Column: column, Message: "not UTF-8 text; save the file in the encoding UTF-8"})
		return nil
	}
	var docs []document
	var bad *Problem
	if looksLikeJSON(data) {
		docs, bad = readJSON(data)
	}
	if docs == nil || bad != nil {
		docs, bad = preferYAML(data, docs, bad)
	}
	if bad != nil {
		ps.put(*bad)
	}
	return docs
}

// preferYAML reads as YAML what is not JSON. Where a text that looks like JSON is neither, it is
// the JSON's problem that helps.
func preferYAML(data []byte, docs []document, bad *Problem) ([]document, *Problem) {
	asYAML, badYAML := readYAML(data)
	if bad != nil && badYAML != nil {
		return docs, bad
	}
	return asYAML, badYAML
}

// looksLikeJSON tells {"kind": … from YAML, of which JSON is not quite a part:
// \ud83d\ude00 and \/ are JSON's alone.
func looksLikeJSON(data []byte) bool {
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(data, " \t\r\n\ufeff"), []byte("{"))
	if !ok {
		rest, ok = bytes.CutPrefix(bytes.TrimLeft(data, " \t\r\n\ufeff"), []byte("["))
	}
	if !ok {
		return false
	}
	rest = bytes.TrimLeft(rest, " \t\r\n")
	return len(rest) > 0 && (rest[0] == '"' || rest[0] == '}' || rest[0] == '{' || rest[0] == ']')
}

func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// placeAt returns the line and the column, in characters, of a byte offset.
func placeAt(data []byte, offset int) (line, column int) {
	before := data[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}

// reader bounds what becomes of a text.
type reader struct {
	found []Problem // in the document at hand
	nodes int
	full  bool // a bound was met; said once
}

func (r *reader) at(line, column int, path, format string, args ...any) {
	r.found = append(r.found, Problem{Line: line, Column: column, Path: path, Message: fmt.Sprintf(format, args...)})
}

// end returns the document at hand.
func (r *reader) end(root *node) document {
	doc := document{root: root, problems: r.found}
	r.found = nil
	return doc
}

// admit counts a node and reports whether it may be read.
func (r *reader) admit(n *node, path string, depth int) bool {
	r.nodes++
	switch {
	case r.full:
		return false
	case r.nodes > maxNodes:
		r.at(n.line, n.column, path, "more than %d values after the aliases (*name) are expanded; split the text", maxNodes)
	case depth > maxDepth:
		r.at(n.line, n.column, path, "nested more than %d levels deep", maxDepth)
	default:
		return true
	}
	r.full = true
	return false
}

// pair adds a key to an object unless it is there already.
func (r *reader) pair(n *node, p pair, seen map[string]int, path string) {
	if first := seen[p.key]; first > 0 {
		r.at(p.line, p.column, key(path, p.key), "the key is here twice: first on line %d; remove one", first)
		return
	}
	seen[p.key] = p.line
	n.pairs = append(n.pairs, p)
}
