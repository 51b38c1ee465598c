package wasm

import (
	"fmt"
	"testing"
)

// waysOf is a profile of so many ways through few functions as fit in, of those that begin with some of them.
func waysOf(functions []*function, first, last int) *Profile {
	p := &Profile{}
	for _, top := range functions[first:last] {
		a := p.call(&p.host, top, 0)
		for _, f := range functions {
			b := p.call(a, f, 1)
			for _, g := range functions {
				c := p.call(b, g, 2)
				c.calls++
				c.self += 3
			}
		}
	}
	return p
}

// A command is profiled client by client, and what is kept of all together is bounded as of one: of 216 000 ways the
// tree kept twice as many as it may.
func TestMergedProfilesAreBounded(t *testing.T) {
	functions := make([]*function, 60)
	for i := range functions {
		functions[i] = &function{name: fmt.Sprintf("f%d", i)}
	}
	var all Profile
	want := int64(0)
	for range 2 {
		for first := 0; first < 60; first += 30 {
			one := waysOf(functions, first, first+30)
			one.prepared(7)
			want += one.Fuel()
			all.merge(one)
		}
	}
	if most := maxProfileNodes + len(functions) + 2; all.nodes > most {
		t.Errorf("%d places are kept, at most %d are wanted", all.nodes, most)
	}
	if all.Fuel() != want {
		t.Errorf("%d units, of %d", all.Fuel(), want)
	}
	var counted int
	for _, f := range all.Functions() {
		if f.Function == beyond.name || f.Function == preparing.name {
			counted++
		}
	}
	if counted != 2 {
		t.Errorf("what no function did stands in %d places of its own", counted)
	}
	if frames := all.Frames(); len(frames) != all.nodes {
		t.Errorf("%d frames of %d places", len(frames), all.nodes)
	}
	for _, f := range all.Frames() {
		if (f.Function == beyond.name || f.Function == preparing.name) && f.Caller != -1 {
			t.Errorf("%s is called by frame %d", f.Function, f.Caller)
		}
	}
}
