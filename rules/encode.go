package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// EncodeJSON writes an object on one line, always in the same way: keys in the order of
// the types (metadata, spec, status last), maps sorted by key. [Decode] reads it back.
func EncodeJSON(o Object) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(o); err != nil {
		return nil, fmt.Errorf("encode %s %q: %w", o.ResourceKind(), o.Meta().Name, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Decode reads what [EncodeJSON] wrote, status included. It is not strict:
// keys of another release are passed over. Manifests of people go to [Parse].
func Decode(data []byte) (Object, error) {
	var head struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("decode a stored object: %w", err)
	}
	object := newObject(head.Kind)
	if object == nil {
		return nil, fmt.Errorf("decode a stored object: %q is not a kind", head.Kind)
	}
	if err := json.Unmarshal(data, object); err != nil {
		return nil, fmt.Errorf("decode a stored %s: %w", head.Kind, err)
	}
	return object, nil
}

// EncodeYAML writes objects for people, one document each, in the same order as EncodeJSON.
func EncodeYAML(objects ...Object) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	for _, o := range objects {
		root, err := yamlOf(o)
		if err != nil {
			return nil, err
		}
		if err := e.Encode(root); err != nil {
			return nil, fmt.Errorf("encode %s %q: %w", o.ResourceKind(), o.Meta().Name, err)
		}
	}
	if err := e.Close(); err != nil {
		return nil, fmt.Errorf("encode manifests: %w", err)
	}
	return b.Bytes(), nil
}

// yamlOf goes by way of the JSON, so that the two forms cannot differ.
func yamlOf(o Object) (*yaml.Node, error) {
	data, err := EncodeJSON(o)
	if err != nil {
		return nil, err
	}
	docs, bad := readJSON(data)
	if bad != nil || len(docs) != 1 || docs[0].problems != nil {
		return nil, fmt.Errorf("encode %s %q: it is too large or too deep for a manifest", o.ResourceKind(), o.Meta().Name)
	}
	return docs[0].root.yaml(), nil
}

func (n *node) yaml() *yaml.Node {
	y := &yaml.Node{Kind: yaml.ScalarNode, Value: n.text}
	switch n.kind {
	case nullNode:
		y.Tag, y.Value = "!!null", "null"
	case textNode:
		y = yamlText(n.text)
	case listNode:
		y.Kind = yaml.SequenceNode
		for _, item := range n.items {
			y.Content = append(y.Content, item.yaml())
		}
	case objectNode:
		y.Kind = yaml.MappingNode
		for _, p := range n.pairs {
			y.Content = append(y.Content, yamlText(p.key), p.value.yaml())
		}
	}
	if len(y.Content) == 0 && y.Kind != yaml.ScalarNode {
		y.Style = yaml.FlowStyle
	}
	return y
}

// otherYAML is text that readers of other versions of YAML take for something else:
// booleans of YAML 1.1, sexagesimal numbers, merge keys.
var otherYAML = regexp.MustCompile(`^(?i:y|yes|on|n|no|off)$|^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$|^<<$`)

func yamlText(text string) *yaml.Node {
	y := &yaml.Node{}
	y.SetString(text)
	if otherYAML.MatchString(text) {
		y.Style = yaml.DoubleQuotedStyle
	}
	return y
}

// SameSpec reports whether two objects of one kind declare the same, whoever
// stamped or labelled them: then the generation stays.
func SameSpec(a, b Object) bool {
	switch a := a.(type) {
	case *Rule:
		b, ok := b.(*Rule)
		return ok && sameJSON(a.Spec, b.Spec)
	case *Field:
		b, ok := b.(*Field)
		return ok && sameJSON(a.Spec, b.Spec)
	case *Dictionary:
		b, ok := b.(*Dictionary)
		return ok && sameJSON(a.Spec, b.Spec)
	}
	return false
}

// sameJSON compares as JSON values, in which the order of keys means nothing.
func sameJSON(a, b any) bool {
	x, errA := anyJSON(a)
	y, errB := anyJSON(b)
	return errA == nil && errB == nil && reflect.DeepEqual(x, y)
}

func anyJSON(v any) (value any, err error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	err = d.Decode(&value)
	return value, err
}
