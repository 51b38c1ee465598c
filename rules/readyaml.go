package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readYAML returns the documents of a YAML stream that are not empty.
func readYAML(data []byte) (docs []document, bad *Problem) {
	r := &reader{}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for !r.full {
		root, err := nextYAML(decoder)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return docs, syntaxProblem(data, err.Error())
		}
		doc := r.end(r.yaml(root, "", 0))
		if doc.root.kind != nullNode || doc.problems != nil {
			docs = append(docs, doc)
		}
	}
	return docs, nil
}

// nextYAML returns the root value of the next document. The library answers
// bad text with an error, and with a panic where it doubts itself.
func nextYAML(decoder *yaml.Decoder) (root *yaml.Node, err error) {
	defer func() {
		if doubt := recover(); doubt != nil {
			root, err = nil, fmt.Errorf("yaml: this text cannot be read: %v", doubt)
		}
	}()
	var doc yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}, nil
	}
	return doc.Content[0], nil
}

// yaml turns a YAML node into ours. Problems are noted and a null stands in for what failed.
func (r *reader) yaml(y *yaml.Node, path string, depth int) *node {
	n := &node{line: y.Line, column: y.Column}
	if !r.admit(n, path, depth) {
		return n
	}
	if y.Kind == yaml.AliasNode {
		return r.yaml(y.Alias, path, depth+1)
	}
	if y.Style&yaml.TaggedStyle != 0 {
		r.at(y.Line, y.Column, path, "YAML tags such as %s are not used here; remove it", y.Tag)
		return n
	}
	switch y.Kind {
	case yaml.MappingNode:
		r.yamlObject(n, y, path, depth)
	case yaml.SequenceNode:
		n.kind = listNode
		for i, item := range y.Content {
			n.items = append(n.items, r.yaml(item, index(path, i), depth+1))
		}
	case yaml.ScalarNode:
		r.yamlScalar(n, y, path)
	}
	return n
}

func (r *reader) yamlObject(n *node, y *yaml.Node, path string, depth int) {
	n.kind = objectNode
	seen := map[string]int{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		k := y.Content[i]
		name, ok := r.yamlKey(k, path)
		if !ok {
			n.kind = nullNode // nothing more can be said of it
			continue
		}
		value := r.yaml(y.Content[i+1], key(path, name), depth+1)
		r.pair(n, pair{key: name, line: k.Line, column: k.Column, value: value}, seen, path)
	}
}

func (r *reader) yamlKey(k *yaml.Node, path string) (name string, ok bool) {
	switch {
	case k.Kind == yaml.MappingNode:
		r.at(k.Line, k.Column, path, "a mapping stands where a key is expected; text that begins with {{ must be in quotes")
	case k.Kind != yaml.ScalarNode:
		r.at(k.Line, k.Column, path, "a key must be plain text")
	case k.Tag == "!!merge":
		r.at(k.Line, k.Column, path, "merge keys (<<) are not used here; write the keys out")
	case k.Tag != "!!str":
		r.at(k.Line, k.Column, path, "the key %s reads as something other than text; put it in quotes", k.Value)
	default:
		return k.Value, true
	}
	return "", false
}

func (r *reader) yamlScalar(n *node, y *yaml.Node, path string) {
	n.text, n.source = y.Value, y.Value
	switch y.Tag {
	case "!!null":
		n.kind = nullNode
	case "!!bool":
		n.kind, n.text = boolNode, strings.ToLower(y.Value)
	case "!!int", "!!float":
		n.kind = numberNode
		literal, err := jsonNumber(y)
		if err != nil {
			r.at(y.Line, y.Column, path, "%s is not a number that JSON can hold; put it in quotes if it is text", y.Value)
			n.kind = nullNode
			return
		}
		n.text = literal
	default: // text, and dates: JSON has no type for them
		n.kind = textNode
	}
}

// jsonNumber returns a YAML number (0x1F, +5, .5, 1_000) as JSON writes it.
func jsonNumber(y *yaml.Node) (string, error) {
	if json.Valid([]byte(y.Value)) {
		return y.Value, nil
	}
	var value any
	if err := y.Decode(&value); err != nil {
		return "", err
	}
	literal, err := json.Marshal(value)
	return string(literal), err
}
