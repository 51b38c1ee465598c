package rules

import (
	"bytes"
	"encoding/json"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// YAML writes JSON, an object's or any other, as YAML for people. Keys keep their
// order, so that a manifest begins with its kind and its name.
func YAML(text []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	root, err := yamlNode(d)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(root); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

// yamlNode reads one value.
func yamlNode(d *json.Decoder) (*yaml.Node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		return yamlList(d, v)
	case string:
		return yamlText(v), nil
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: v.String()}, nil
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: map[bool]string{true: "true", false: "false"}[v]}, nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
}

// yamlList reads the rest of an object or an array.
func yamlList(d *json.Decoder, opening json.Delim) (*yaml.Node, error) {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	if opening == '{' {
		list.Kind = yaml.MappingNode
	}
	for d.More() { // a key is read as a value is
		item, err := yamlNode(d)
		if err != nil {
			return nil, err
		}
		list.Content = append(list.Content, item)
	}
	if len(list.Content) == 0 {
		list.Style = yaml.FlowStyle
	}
	_, err := d.Token() // what closes it
	return list, err
}

// otherYAML is text that readers of YAML 1.1 take for something else.
var otherYAML = regexp.MustCompile(`^(?i:y|yes|on|n|no|off)$|^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$|^<<$`)

func yamlText(text string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(text)
	if otherYAML.MatchString(text) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}
