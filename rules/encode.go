package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
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
	case *Webhook:
		b, ok := b.(*Webhook)
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
