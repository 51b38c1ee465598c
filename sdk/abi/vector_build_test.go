package abi_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"assay/sdk/abi"
)

// The builder below writes cards from the schema and FORMAT.md alone. It shares nothing with the
// encoder of server/crm and lays a card out in another order, so that readers are not tested
// against the one layout our encoder happens to use.

// object is a record in the JSON form of vectors.json.
type object = map[string]any

// age says how many slots the writer of a card knew.
type age struct {
	client int
	rows   map[string]int // today's, when a row type is missing
	extra  []abi.Slot     // the client's slots after those of today
}

var today = age{client: abi.ClientSlots}

// builder lays out one card.
type builder struct {
	t    testing.TB
	card []byte
	age  age
}

func build(t testing.TB, client object, written age) []byte {
	t.Helper()
	slots := append(slices.Clone(abi.ClientSchema), written.extra...)[:written.client]
	b := &builder{t: t, age: written, card: make([]byte, abi.HeaderSize+8*len(slots))}
	b.record(abi.HeaderSize, 16, slots, client)
	b.align()
	le := binary.LittleEndian
	le.PutUint32(b.card, abi.Magic)
	le.PutUint32(b.card[4:], uint32(len(b.card)))
	le.PutUint16(b.card[8:], abi.Layout)
	le.PutUint16(b.card[10:], uint16(len(slots)))
	return b.card
}

// record fills the slots at `at` and their bitmap at `bits`.
func (b *builder) record(at, bits int, slots []abi.Slot, values object) {
	known := 0
	for i, s := range slots {
		value, present := lookup(values, s)
		if !present {
			continue
		}
		known++
		word := b.word(s, value)
		binary.LittleEndian.PutUint64(b.card[at+8*i:], word)
		b.card[bits+i/8] |= 1 << (i % 8)
	}
	if known != leaves(values) {
		b.t.Fatalf("%d of the values %v have a slot", known, values)
	}
}

func lookup(values object, s abi.Slot) (any, bool) {
	if s.In != "" {
		values, _ = values[s.In].(object)
	}
	v, ok := values[s.Name]
	return v, ok
}

// leaves counts the values of a record, those of its inner object included.
func leaves(values object) int {
	n := 0
	for _, v := range values {
		if inner, ok := v.(object); ok {
			n += len(inner)
			continue
		}
		n++
	}
	return n
}

func (b *builder) word(s abi.Slot, value any) uint64 {
	switch v := value.(type) {
	case bool:
		if v {
			return 1
		}
		return 0
	case int:
		return uint64(v)
	case float64:
		return math.Float64bits(v)
	case string:
		if s.Kind == abi.KindEnum {
			return uint64(slices.Index(abi.Enums[s.Of], v))
		}
		return b.text(v)
	case []string:
		return b.strings(v)
	case []object:
		return b.rows(s.Of, v)
	}
	b.t.Fatalf("no slot holds %T (%s)", value, s.Path())
	return 0
}

func (b *builder) text(s string) uint64 {
	if s == "" {
		return 0
	}
	at := len(b.card)
	b.card = append(b.card, s...)
	return uint64(at) | uint64(len(s))<<32
}

// strings writes the texts before the list that refers to them.
func (b *builder) strings(list []string) uint64 {
	if len(list) == 0 {
		return 0
	}
	var words []uint64
	for _, s := range list {
		words = append(words, b.text(s))
	}
	at := b.align()
	for _, word := range words {
		b.card = binary.LittleEndian.AppendUint64(b.card, word)
	}
	return uint64(at) | uint64(len(list))<<32
}

func (b *builder) rows(of string, list []object) uint64 {
	if len(list) == 0 {
		return 0
	}
	slots := abi.Rows[of]
	if n, ok := b.age.rows[of]; ok {
		slots = slotsOfAge(slots, n)
	}
	stride := 8 + 8*len(slots)
	at := b.align()
	b.card = append(b.card, make([]byte, 8+len(list)*stride)...)
	binary.LittleEndian.PutUint16(b.card[at:], uint16(len(slots)))
	for i, values := range list {
		row := at + 8 + i*stride
		b.record(row+8, row, slots, values)
	}
	return uint64(at) | uint64(len(list))<<32
}

// slotsOfAge returns the first n slots, those after today's being integers of a newer writer.
func slotsOfAge(slots []abi.Slot, n int) []abi.Slot {
	slots = slices.Clone(slots)
	for i := len(slots); i < n; i++ {
		slots = append(slots, abi.Slot{Name: fmt.Sprint("new", i), Index: i, Kind: abi.KindInt})
	}
	return slots[:n]
}

func (b *builder) align() int {
	for len(b.card)%8 != 0 {
		b.card = append(b.card, 0)
	}
	return len(b.card)
}
