// Package flat makes lines of what was read from a card, so that what a guest read can be held against what the
// host read.
package flat

import (
	"maps"
	"slices"
	"strconv"
)

// Value is one value of a card, as text that is ASCII.
type Value struct{ Path, Text string }

// Values returns the values of a projected client, by their names.
func Values(client map[string]any) (values []Value) {
	add("", client, &values)
	return values
}

func add(path string, v any, values *[]Value) {
	text := ""
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			add(path+name, v[name], values)
		}
		return
	case []any:
		for i := range v {
			add(path+"["+strconv.Itoa(i)+"]", v[i], values)
		}
		text = strconv.Itoa(len(v))
	case string:
		text = strconv.QuoteToASCII(v)
	case int64:
		text = strconv.FormatInt(v, 10)
	case float64:
		text = strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		text = strconv.FormatBool(v)
	default:
		panic("a value of another type at " + path)
	}
	*values = append(*values, Value{path, text})
}
