// Package reading reads out a whole card through the accessors of any of the Go readers, so that what a
// guest sees can be held against what the host sees.
package reading

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// most bounds a reading: lists of a hostile card may lie over one another.
const most = 250

// Value is one value of a card, as text that is ASCII.
type Value struct{ Path, Text string }

// Of returns the values that client's methods give, in the order of their names, up to a bound.
func Of(client any) []Value {
	var values []Value
	Learn(reflect.TypeOf(client))
	read(reflect.ValueOf(client), "", &values)
	return values
}

// accessor is a method that gives a value of a record.
type accessor struct {
	index int
	name  string
	has   bool // it says whether a value is there; that it is not is not worth a line
}

// accessors are the methods of the records seen, by type: to find them costs a guest more than to call them.
var accessors = map[reflect.Type][]accessor{}

// Learn looks at the methods of a record and of all that it holds.
func Learn(record reflect.Type) {
	if _, known := accessors[record]; known || record.Kind() != reflect.Struct {
		return
	}
	accessors[record] = nil
	for i := range record.NumMethod() {
		m := record.Method(i)
		list := m.Name == "At" && m.Type.NumIn() == 2
		if m.Type.NumOut() != 1 || m.Type.NumIn() != 1 && !list {
			continue
		}
		if !list {
			accessors[record] = append(accessors[record], accessor{i, m.Name, strings.HasPrefix(m.Name, "Has")})
		}
		Learn(m.Type.Out(0))
	}
}

func read(record reflect.Value, path string, values *[]Value) {
	for _, a := range accessors[record.Type()] {
		out := record.Method(a.index).Call(nil)[0]
		if !a.has || out.Kind() != reflect.Bool || out.Bool() {
			readValue(out, path+a.name, values)
		}
	}
}

func readValue(v reflect.Value, path string, values *[]Value) {
	if len(*values) >= most {
		return
	}
	switch v.Kind() {
	case reflect.String:
		*values = append(*values, Value{path, strconv.QuoteToASCII(v.String())})
	case reflect.Struct:
		if at := v.MethodByName("At"); at.IsValid() {
			readList(v, at, path, values)
			return
		}
		read(v, path+".", values)
	default:
		*values = append(*values, Value{path, strconv.QuoteToASCII(fmt.Sprint(v.Interface()))})
	}
}

func readList(list, at reflect.Value, path string, values *[]Value) {
	n := int(list.MethodByName("Len").Call(nil)[0].Int())
	*values = append(*values, Value{path, strconv.Itoa(n)})
	for i := 0; i < n && len(*values) < most; i++ {
		readValue(at.Call([]reflect.Value{reflect.ValueOf(i)})[0], fmt.Sprintf("%s[%d]", path, i), values)
	}
	// One more than there are, and one less: what lies outside the list is absent.
	for _, i := range [...]int{-1, n} {
		readValue(at.Call([]reflect.Value{reflect.ValueOf(i)})[0], fmt.Sprintf("%s[%d]", path, i), values)
	}
}
