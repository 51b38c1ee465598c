package rules

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// The bounds of a text. A real manifest has less than a hundredth of each.
const (
	maxManifestBytes = 1 << 20
	maxDepth         = 64
	maxNodes         = 100_000 // after aliases are expanded
)

type nodeKind uint8

const (
	nullNode nodeKind = iota
	textNode
	numberNode
	boolNode
	listNode
	objectNode
)

func (k nodeKind) String() string {
	return [...]string{"nothing", "text", "a number", "true or false", "a list", "a mapping (key: value)"}[k]
}

// node is one value of a document, YAML or JSON, with its place.
type node struct {
	kind         nodeKind
	line, column int
	text         string // text as it is; numbers and booleans as JSON literals; of numbers in YAML see source
	source       string // a scalar as its author wrote it
	items        []*node
	pairs        []pair
}

type pair struct {
	key          string
	line, column int
	value        *node
}

// get returns the value of a key, nil when there is none.
func (n *node) get(name string) *node {
	for i := range n.pairs {
		if n.pairs[i].key == name {
			return n.pairs[i].value
		}
	}
	return nil
}

// find returns the node at the path, or the last one on the way there.
func (n *node) find(path string) *node {
	for path != "" {
		next, rest := n.step(path)
		if next == nil {
			return n
		}
		n, path = next, strings.TrimPrefix(rest, ".")
	}
	return n
}

func (n *node) step(path string) (next *node, rest string) {
	if n.kind == listNode {
		number, rest, _ := strings.Cut(strings.TrimPrefix(path, "["), "]")
		i, err := strconv.Atoi(number)
		if err != nil || i < 0 || i >= len(n.items) {
			return nil, path
		}
		return n.items[i], rest
	}
	longest := 0 // keys may hold dots themselves, as assay/v1.owner
	for _, p := range n.pairs {
		cut, ok := strings.CutPrefix(path, p.key)
		if ok && len(p.key) > longest && (cut == "" || cut[0] == '.' || cut[0] == '[') {
			next, rest, longest = p.value, cut, len(p.key)
		}
	}
	return next, rest
}

// json returns the node as JSON, keys in the author's order.
func (n *node) json() json.RawMessage {
	var b bytes.Buffer
	n.writeJSON(&b)
	return b.Bytes()
}

func (n *node) writeJSON(b *bytes.Buffer) {
	switch n.kind {
	case nullNode:
		b.WriteString("null")
	case textNode:
		writeJSONText(b, n.text)
	case numberNode, boolNode:
		b.WriteString(n.text)
	case listNode:
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.writeJSON(b)
		}
		b.WriteByte(']')
	case objectNode:
		b.WriteByte('{')
		for i, p := range n.pairs {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSONText(b, p.key)
			b.WriteByte(':')
			p.value.writeJSON(b)
		}
		b.WriteByte('}')
	}
}

// writeJSONText writes a JSON string without the escapes for HTML pages, in
// which CEL's && and < would be unreadable.
func writeJSONText(b *bytes.Buffer, text string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string always encodes, and a buffer takes everything
	b.Truncate(b.Len() - 1)
}
