package cases

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
)

// ClientError says what is wrong with the client of a case; paths begin in the client.
type ClientError struct{ Problems []rules.Problem }

// Error returns the problems in a line.
func (e *ClientError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "; ")
}

var ownReading = reflect.TypeFor[json.Unmarshaler]()

// check lists where a value decoded from JSON is not of the type: keys that it does not have, values of another kind.
// encoding/json would say the first, and not where.
func check(value any, t reflect.Type, path string) []rules.Problem {
	if value == nil {
		return nil
	}
	if reflect.PointerTo(t).Implements(ownReading) {
		return checkOwn(value, t, path)
	}
	switch t.Kind() {
	case reflect.Struct:
		return checkObject(value, t, path)
	case reflect.Map:
		return checkEach(value, t.Elem(), path)
	case reflect.Slice:
		list, ok := value.([]any)
		if !ok {
			return wrong(path, "a list", value)
		}
		var found []rules.Problem
		for i, item := range list {
			found = append(found, check(item, t.Elem(), fmt.Sprintf("%s[%d]", path, i))...)
		}
		return found
	case reflect.String:
		if _, ok := value.(string); !ok {
			return wrong(path, "text", value)
		}
	case reflect.Bool:
		if _, ok := value.(bool); !ok {
			return wrong(path, "true or false", value)
		}
	default:
		return checkNumber(value, t, path)
	}
	return nil
}

func checkNumber(value any, t reflect.Type, path string) []rules.Problem {
	number, ok := value.(json.Number)
	if !ok {
		return wrong(path, "a number", value)
	}
	if err := json.Unmarshal([]byte(number), reflect.New(t).Interface()); err != nil {
		return wrong(path, "a whole number", value)
	}
	return nil
}

// checkOwn has a type say itself whether it can be read from a value.
func checkOwn(value any, t reflect.Type, path string) []rules.Problem {
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, reflect.New(t).Interface())
	}
	if err != nil {
		return []rules.Problem{{Path: path, Message: err.Error()}}
	}
	return nil
}

func checkObject(value any, t reflect.Type, path string) (found []rules.Problem) {
	object, ok := value.(map[string]any)
	if !ok {
		return wrong(path, "a mapping (key: value)", value)
	}
	fields := map[string]reflect.Type{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		fields[name] = t.Field(i).Type
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if fields[key] == nil {
			found = append(found, rules.Problem{Path: join(path, key), Message: "a client has nothing of this name" + rules.Hint(key, maps.Keys(fields))})
			continue
		}
		found = append(found, check(object[key], fields[key], join(path, key))...)
		found = append(found, checkWord(object[key], closed[t][key], join(path, key))...)
	}
	return found
}

// closed are the texts that have few values, with these.
var closed = map[reflect.Type]map[string][]string{
	reflect.TypeFor[crm.Client]():  {"kind": words(abi.ClientKindCompany)},
	reflect.TypeFor[crm.Channel](): {"type": words(abi.ChannelTypePhone), "state": words(abi.ChannelStateUnverified)},
}

// words returns the values of an enum from the first on.
func words[E interface {
	~uint8
	fmt.Stringer
}](first E) (list []string) {
	for code := first; code.String() != ""; code++ {
		list = append(list, code.String())
	}
	return list
}

func checkWord(value any, allowed []string, path string) []rules.Problem {
	word, ok := value.(string)
	if !ok || word == "" || allowed == nil || slices.Contains(allowed, word) {
		return nil
	}
	return []rules.Problem{{Path: path, Message: fmt.Sprintf("%q is not known here%s", word, rules.Hint(word, slices.Values(allowed)))}}
}

func checkEach(value any, t reflect.Type, path string) (found []rules.Problem) {
	object, ok := value.(map[string]any)
	if !ok {
		return wrong(path, "a mapping (key: value)", value)
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		found = append(found, check(object[key], t, join(path, key))...)
	}
	return found
}

func wrong(path, want string, value any) []rules.Problem {
	text, _ := json.Marshal(value) // it was decoded from JSON
	got := string(text)
	if len(got) > 40 {
		got = strings.ToValidUTF8(got[:40], "") + "…"
	}
	return []rules.Problem{{Path: path, Message: fmt.Sprintf("must be %s, not %s", want, got)}}
}

func join(path, key string) string { return strings.TrimPrefix(path+"."+key, ".") }
