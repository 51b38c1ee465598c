package author

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readMapping reads a piece of a text that is a mapping. Anchors and aliases lead out of it.
func readMapping(text []byte) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, errors.New("it has aliases, or is written in a way that this does not know")
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode || anchored(&doc) {
		return nil, errors.New("it has anchors, or is written in a way that this does not know")
	}
	return doc.Content[0], nil
}

func anchored(n *yaml.Node) bool {
	if n.Anchor != "" || n.Kind == yaml.AliasNode {
		return true
	}
	for _, c := range n.Content {
		if anchored(c) {
			return true
		}
	}
	return false
}

// write writes a mapping as YAML.
func write(m *yaml.Node) (string, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(m); err != nil {
		return "", err
	}
	return b.String(), e.Close()
}

// valueOf returns the value of a key of a mapping, nil when there is none.
func valueOf(m *yaml.Node, key string) *yaml.Node {
	if m == nil {
		return nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

// set gives a key of a mapping a text. One that is there already stays as it is written.
func set(m *yaml.Node, key, text string) {
	was := valueOf(m, key)
	if was == nil || was.Value != text {
		put(m, key, scalar(was, "!!str", text))
	}
}

// put gives a key of a mapping another value, nil to take it out.
func put(m *yaml.Node, key string, value *yaml.Node) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		switch {
		case m.Content[i].Value != key:
		case value == nil:
			m.Content = slices.Delete(m.Content, i, i+2)
			return
		default:
			m.Content[i+1] = value
			return
		}
	}
	if value != nil {
		m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
	}
}

// jsonNode is a value of JSON, nil for none.
func jsonNode(text json.RawMessage) *yaml.Node {
	var doc yaml.Node
	if text == nil || yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 { // JSON is YAML but for escapes of halves of characters
		return nil
	}
	return doc.Content[0]
}

// scalar is a value in the way the old one was written.
func scalar(was *yaml.Node, tag, value string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
	if was != nil && was.Kind == yaml.ScalarNode {
		n.Style, n.LineComment, n.HeadComment, n.FootComment = was.Style, was.LineComment, was.HeadComment, was.FootComment
	}
	if n.Style == 0 && strings.ContainsAny(value, "[]{},") {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}
