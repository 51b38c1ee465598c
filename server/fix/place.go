package fix

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"assay/server/crm"
)

// document is a client in the wire form, taken apart.
type document map[string]any

func documentOf(c *crm.Client) (document, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write client %d as JSON: %w", c.ID, err)
	}
	return read[document](text)
}

// read decodes JSON with the digits of its numbers kept.
func read[T any](text []byte) (value T, err error) {
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	err = d.Decode(&value)
	return value, err
}

// step is one part of a path: a member, and the row of it if it is a list of rows.
type step struct {
	member string
	index  int // -1: the member itself
}

// steps reads a path such as contacts[1].jobTitle or fields.gln.
func steps(path string) (list []step, err error) {
	for part := range strings.SplitSeq(path, ".") {
		s := step{member: part, index: -1}
		if name, rest, ok := strings.Cut(part, "["); ok {
			digits, closed := strings.CutSuffix(rest, "]")
			n, err := strconv.Atoi(digits)
			if err != nil || !closed || n < 0 {
				return nil, fmt.Errorf("%q is no place in a client", path)
			}
			s = step{name, n}
		}
		if s.member == "" {
			return nil, fmt.Errorf("%q is no place in a client", path)
		}
		list = append(list, s)
	}
	return list, nil
}

// place is where a value stands: a member of an object within a client.
type place struct {
	in     map[string]any
	member string
}

// find finds the place of a path. The first row in it is the one of that id, wherever it stands now.
func (d document) find(path, row string) (place, error) {
	list, err := steps(path)
	if err != nil {
		return place{}, err
	}
	at := map[string]any(d)
	for i, s := range list {
		last := i == len(list)-1
		if last && s.index < 0 {
			return place{at, s.member}, nil
		}
		if last {
			return place{}, fmt.Errorf("%s is a whole row: there is no single value to put there", path)
		}
		if at, err = enter(at, s, row); err != nil {
			return place{}, fmt.Errorf("%s: %w", path, err)
		}
		if s.index >= 0 {
			row = "" // it names a row of the first list
		}
	}
	return place{}, fmt.Errorf("%q is no place in a client", path)
}

func enter(at map[string]any, s step, row string) (map[string]any, error) {
	if s.index < 0 {
		inner, ok := at[s.member].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("a client has no %s with members", s.member)
		}
		return inner, nil
	}
	rows, _ := at[s.member].([]any)
	for i, r := range rows {
		r, _ := r.(map[string]any)
		if r != nil && (row == "" && i == s.index || row != "" && r["id"] == row) {
			return r, nil
		}
	}
	return nil, fmt.Errorf("the row is no longer there")
}

// value is what stands at the place, null for nothing.
func (p place) value() json.RawMessage {
	text, err := json.Marshal(p.in[p.member])
	if err != nil {
		return json.RawMessage("null")
	}
	return text
}

func (p place) put(value json.RawMessage) error {
	v, err := read[any](value)
	if err != nil {
		return fmt.Errorf("the suggested value is no JSON: %w", err)
	}
	p.in[p.member] = v
	return nil
}

// patch is the merge patch of the members in which these places lie. Of an object with free members only those that
// are named are sent: the others may change meanwhile.
func (d document) patch(paths []string) (json.RawMessage, error) {
	out := map[string]any{}
	for _, path := range paths {
		list, err := steps(path)
		if err != nil {
			return nil, err
		}
		top := list[0]
		inner, isObject := d[top.member].(map[string]any)
		if !isObject || len(list) != 2 {
			out[top.member] = d[top.member]
			continue
		}
		part, _ := out[top.member].(map[string]any)
		if part == nil {
			part = map[string]any{}
			out[top.member] = part
		}
		part[list[1].member] = inner[list[1].member]
	}
	return json.Marshal(out)
}

// same compares two JSON values.
func same(a, b json.RawMessage) bool {
	x, errX := read[any](a)
	y, errY := read[any](b)
	return errX == nil && errY == nil && reflect.DeepEqual(x, y)
}
