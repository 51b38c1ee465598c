package abitest

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync"

	"assay/sdk/abi"
)

// NoKey is the key that lookups are tried with in every card, besides those that are there.
const NoKey = "no such key"

// Fields returns the projection of a card: a line for each value that is present, in the order of the schema, then
// lines for the lookups by key, and the number of absent values that do not read as empty.
func Fields(c abi.Client) []byte {
	var out bytes.Buffer
	writeRecord(&out, "", abi.ClientSchema, reflect.ValueOf(c))
	list := c.Fields()
	for i := range list.Len() {
		writeField(&out, c, list.At(i).Key())
	}
	writeField(&out, c, NoKey)
	properties := c.Properties()
	for i := range properties.Len() {
		writeProperty(&out, c, properties.At(i).Key())
	}
	writeProperty(&out, c, NoKey)
	fmt.Fprintf(&out, "defaults=%d\n", absentNotEmpty(c))
	return out.Bytes()
}

func writeField(out *bytes.Buffer, c abi.Client, key string) {
	found := "none"
	if f, ok := c.Fields().Find(key); ok {
		found = f.Type().String()
	}
	fmt.Fprintf(out, "field(%s)=%s\n", key, found)
}

func writeProperty(out *bytes.Buffer, c abi.Client, key string) {
	found := "none"
	if p, ok := c.Properties().Find(key); ok {
		found = p.Value()
	}
	fmt.Fprintf(out, "property(%s)=%s\n", key, found)
}

func writeRecord(out *bytes.Buffer, at string, slots []abi.Slot, record reflect.Value) {
	for _, s := range slots {
		if accessor(record, "Has"+s.Name).Bool() {
			writeSlot(out, at+s.Path(), s, accessor(record, s.Name))
		}
	}
}

func writeSlot(out *bytes.Buffer, path string, s abi.Slot, value reflect.Value) {
	switch s.Kind {
	case abi.KindFloat:
		fmt.Fprintf(out, "%s=%016x\n", path, math.Float64bits(value.Float()))
	case abi.KindStrings, abi.KindRows:
		count := int(accessor(value, "Len").Int())
		fmt.Fprintf(out, "%s=%d\n", path, count)
		for i := range count {
			row := value.MethodByName("At").Call([]reflect.Value{reflect.ValueOf(i)})[0]
			place := fmt.Sprintf("%s[%d]", path, i)
			if s.Kind == abi.KindStrings {
				fmt.Fprintf(out, "%s=%s\n", place, row)
			} else {
				writeRecord(out, place+".", abi.Rows[s.Of], row)
			}
		}
	default:
		fmt.Fprintf(out, "%s=%v\n", path, value)
	}
}

// accessor calls the method that a slot's name gives, whatever letters of it Go writes in capitals.
func accessor(record reflect.Value, name string) reflect.Value {
	i, ok := methodsOf(record.Type())[strings.ToLower(name)]
	if !ok {
		panic(record.Type().String() + " has no accessor " + name)
	}
	return record.Method(i).Call(nil)[0]
}

var methods sync.Map // of reflect.Type: what methodsOf returns

// methodsOf returns the numbers of a type's methods by their names in small letters.
func methodsOf(t reflect.Type) map[string]int {
	if known, ok := methods.Load(t); ok {
		return known.(map[string]int)
	}
	numbers := map[string]int{}
	for i := range t.NumMethod() {
		numbers[strings.ToLower(t.Method(i).Name)] = i
	}
	methods.Store(t, numbers)
	return numbers
}

// absentNotEmpty counts the client's slots that are not present and read as something all the same.
func absentNotEmpty(c abi.Client) (count int) {
	record := reflect.ValueOf(c)
	for _, s := range abi.ClientSchema {
		value := accessor(record, s.Name)
		if s.Kind == abi.KindStrings || s.Kind == abi.KindRows {
			value = accessor(value, "Len")
		}
		if !accessor(record, "Has"+s.Name).Bool() && !value.IsZero() {
			count++
		}
	}
	return count
}
