package rules

import (
	"encoding/json"
	"maps"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// decode fills *into, a pointer to one of our types, from a node. Keys that the type does not
// have and values of another type become problems; null is as if the key were absent.
func (ps *problems) decode(n *node, into any, path string) {
	ps.decodeValue(n, reflect.ValueOf(into).Elem(), path)
}

var (
	rawType  = reflect.TypeFor[json.RawMessage]()
	timeType = reflect.TypeFor[time.Time]()
)

func (ps *problems) decodeValue(n *node, v reflect.Value, path string) {
	switch {
	case n.kind == nullNode:
		return
	case v.Type() == rawType:
		v.SetBytes(n.json())
		return
	case v.Type() == timeType:
		ps.decodeTime(n, v, path)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		ps.decodeValue(n, v.Elem(), path)
	case reflect.Struct:
		ps.decodeStruct(n, v, path)
	case reflect.Map:
		ps.decodeMap(n, v, path)
	case reflect.Slice:
		ps.decodeSlice(n, v, path)
	case reflect.String:
		if ps.expect(n, textNode, path) {
			v.SetString(n.text)
		}
	case reflect.Bool:
		if ps.expect(n, boolNode, path) {
			v.SetBool(n.text == "true")
		}
	case reflect.Int64:
		ps.decodeInt(n, v, path)
	}
}

func (ps *problems) decodeStruct(n *node, v reflect.Value, path string) {
	if !ps.expect(n, objectNode, path) {
		return
	}
	fields := jsonFields(v.Type())
	for _, p := range n.pairs {
		i, known := fields[p.key]
		if !known {
			ps.unknownKey(p, fields, path)
			continue
		}
		ps.decodeValue(p.value, v.Field(i), key(path, p.key))
	}
}

func (ps *problems) unknownKey(p pair, known map[string]int, path string) {
	near, hint := nearest(p.key, maps.Keys(known))
	if strings.ContainsAny(p.key, `()"'=<>`) {
		hint = "; if it is a piece of an expression, put the whole expression in quotes: inside { } a comma ends a value"
	}
	if near != "" {
		ps.blame(key(path, near))
	}
	ps.put(Problem{Line: p.line, Column: p.column, Path: key(path, p.key), Message: "unknown key" + hint})
}

// jsonFields returns the fields of a struct by their JSON names.
func jsonFields(t reflect.Type) map[string]int {
	fields := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		fields[name] = i
	}
	return fields
}

func (ps *problems) decodeMap(n *node, v reflect.Value, path string) {
	if !ps.expect(n, objectNode, path) {
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.pairs)))
	for _, p := range n.pairs {
		item := reflect.New(v.Type().Elem()).Elem()
		ps.decodeValue(p.value, item, key(path, p.key))
		v.SetMapIndex(reflect.ValueOf(p.key), item)
	}
}

func (ps *problems) decodeSlice(n *node, v reflect.Value, path string) {
	if !ps.expect(n, listNode, path) {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		if item.kind == nullNode {
			ps.at(item, index(path, i), "the item is empty; fill it in or remove it")
			continue
		}
		ps.decodeValue(item, v.Index(i), index(path, i))
	}
}

func (ps *problems) decodeInt(n *node, v reflect.Value, path string) {
	if !ps.expect(n, numberNode, path) {
		return
	}
	value, err := strconv.ParseInt(n.text, 10, 64)
	if err != nil {
		ps.at(n, path, "must be a whole number, not %s", n.source)
		return
	}
	v.SetInt(value)
}

func (ps *problems) decodeTime(n *node, v reflect.Value, path string) {
	if !ps.expect(n, textNode, path) {
		return
	}
	value, err := time.Parse(time.RFC3339, n.text)
	if err != nil {
		ps.at(n, path, "%q is not a time such as 2027-01-31T09:30:00Z", n.text)
		return
	}
	v.Set(reflect.ValueOf(value))
}

// expect notes a problem when a value is of another type than its key wants.
func (ps *problems) expect(n *node, want nodeKind, path string) bool {
	if n.kind == want {
		return true
	}
	if want == textNode && n.source != "" {
		ps.at(n, path, `must be text, not %s; put it in quotes: "%s"`, n.kind, n.source)
		return false
	}
	ps.at(n, path, "must be %s, not %s", want, n.kind)
	return false
}
