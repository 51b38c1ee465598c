package assaytest

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"

	"assay/sdk/go"
)

// Card returns the client's card. The error names the value that no card holds.
func (c Client) Card() ([]byte, error) {
	w := writer{card: make([]byte, assay.HeaderSize+8*assay.ClientSlots)}
	const bitmap = 16
	if err := w.record(reflect.ValueOf(c), bitmap, assay.HeaderSize, ""); err != nil {
		return nil, err
	}
	w.align()
	if len(w.card) > assay.MaxCard {
		return nil, fmt.Errorf("the card has %d bytes, more than 16 MiB", len(w.card))
	}
	binary.LittleEndian.PutUint32(w.card, assay.Magic)
	binary.LittleEndian.PutUint32(w.card[4:], uint32(len(w.card)))
	binary.LittleEndian.PutUint16(w.card[8:], assay.Layout)
	binary.LittleEndian.PutUint16(w.card[10:], assay.ClientSlots)
	return w.card, nil
}

// writer lays out a card as sdk/abi/FORMAT.md says: the slots, then lists and texts as they come.
type writer struct{ card []byte }

// record writes the fields of a struct into the slots at a place, and which are present into the bitmap.
func (w *writer) record(record reflect.Value, bitmap, slots int, path string) error {
	for i := range record.NumField() {
		name := path + record.Type().Field(i).Name
		word, err := w.word(record.Field(i), name)
		if err != nil {
			return err
		}
		if !empty(record.Field(i)) {
			binary.LittleEndian.PutUint64(w.card[slots+8*i:], word)
			w.card[bitmap+i/8] |= 1 << (i % 8)
		}
	}
	return nil
}

// empty tells values that are absent. A key is there, and so is the type of a field's value.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}

// word returns the eight bytes of the value at a path, whose list or text it appends to the card.
func (w *writer) word(v reflect.Value, path string) (uint64, error) {
	switch value := v.Interface().(type) {
	case Date:
		return millisWord(value, value == "", path)
	case Time:
		return millisWord(value, value == "", path)
	case []string:
		return w.strings(value), nil
	case map[string]string:
		var rows []propertyRow
		for _, key := range slices.Sorted(maps.Keys(value)) {
			rows = append(rows, propertyRow{key, value[key]})
		}
		return w.rows(reflect.ValueOf(rows), path)
	case Fields:
		var rows []fieldRow
		for _, key := range slices.Sorted(maps.Keys(value)) {
			row, err := fieldOf(key, value[key])
			if err != nil {
				return 0, fmt.Errorf("%s[%q]: %w", path, key, err)
			}
			rows = append(rows, row)
		}
		return w.rows(reflect.ValueOf(rows), path)
	}
	switch v.Kind() {
	case reflect.String:
		return w.text(v.String()), nil
	case reflect.Slice:
		return w.rows(v, path)
	case reflect.Float64:
		return math.Float64bits(v.Float()), nil
	case reflect.Bool:
		return 1, nil // false is absent
	case reflect.Uint8:
		return v.Uint(), nil
	}
	return uint64(v.Int()), nil
}

func millisWord(v interface{ millis() (int64, error) }, absent bool, path string) (uint64, error) {
	if absent {
		return 0, nil
	}
	ms, err := v.millis()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	return uint64(ms), nil
}

func span(at, count int) uint64 {
	if count == 0 {
		return 0
	}
	return uint64(at) | uint64(count)<<32
}

func (w *writer) text(s string) uint64 {
	at := len(w.card)
	w.card = append(w.card, s...)
	return span(at, len(s))
}

func (w *writer) strings(list []string) uint64 {
	at := w.room(8 * len(list))
	for i, s := range list {
		binary.LittleEndian.PutUint64(w.card[at+8*i:], w.text(s))
	}
	return span(at, len(list))
}

func (w *writer) rows(list reflect.Value, path string) (uint64, error) {
	if list.Len() == 0 {
		return 0, nil
	}
	slots := list.Type().Elem().NumField()
	stride := 8 + 8*slots
	at := w.room(8 + stride*list.Len())
	binary.LittleEndian.PutUint16(w.card[at:], uint16(slots))
	for i := range list.Len() {
		row := at + 8 + stride*i
		if err := w.record(list.Index(i), row, row+8, fmt.Sprintf("%s[%d].", path, i)); err != nil {
			return 0, err
		}
	}
	return span(at, list.Len()), nil
}

// room returns the place of new zero bytes.
func (w *writer) room(size int) int {
	w.align()
	at := len(w.card)
	w.card = append(w.card, make([]byte, size)...)
	return at
}

func (w *writer) align() {
	for len(w.card)%8 != 0 {
		w.card = append(w.card, 0)
	}
}
