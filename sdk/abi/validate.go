package abi

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"unicode/utf8"
)

// InvalidError says what is wrong with a card and where.
type InvalidError struct {
	Place string // "header" or the value in the client's JSON form, "contacts[2].channels[0].value"
	Err   error  // a *HeaderError at "header"
}

func (e *InvalidError) Error() string { return e.Place + ": " + e.Err.Error() }

// Unwrap returns what is wrong without its place.
func (e *InvalidError) Unwrap() error { return e.Err }

// Validate checks a whole card and returns an *InvalidError for the first fault in the order of
// slots. A valid card reads the same in every reader of its age: every reference lies in the
// heap, every text is UTF-8, keyed rows are sorted, and absent slots hold zero.
//
// Slots and enum codes that this version does not know are no fault: the card is newer. The work
// is linear in the size of the card, however its parts refer to one another.
func Validate(card []byte) error {
	c, err := Open(card)
	if err != nil {
		return &InvalidError{"header", err}
	}
	heap := c.rec.at + 8*c.rec.slots
	if reserved := load(c.rec.card, placeLayout) >> 32; reserved != 0 {
		return &InvalidError{"header", &HeaderError{"reserved word", reserved, "0"}}
	}
	w := walk{card: c.rec.card, heap: heap, unclaimed: uint64(len(card)) - uint64(heap)}
	if err := w.record(ClientSchema, c.rec, MaxClientSlots); err != nil {
		return err
	}
	return nil
}

// walk is one pass over a card. Each part takes its bytes from unclaimed before it is looked
// into. Honest parts do not overlap, so they never run out; parts that share bytes do, which
// bounds the work.
type walk struct {
	card      string
	heap      uint32 // where the heap begins
	unclaimed uint64
}

// record checks one client or row. Its error is nil or an *InvalidError relative to the record.
func (w *walk) record(schema []Slot, r record, most uint32) *InvalidError {
	for i := uint32(0); i < most; i += 64 {
		known := min(max(r.slots, i)-i, 64)
		if stray := load(w.card, r.bits+i/8) >> known; stray != 0 {
			name := slotName(schema, i+known+uint32(bits.TrailingZeros64(stray)))
			return fault(name, "is marked present, and the record has %d slots", r.slots)
		}
	}
	for i := range r.slots {
		word := r.word(i)
		switch {
		case r.has(i) && int(i) < len(schema):
			if err := w.slot(&schema[i], word); err != nil {
				return err
			}
		case !r.has(i) && word != 0:
			return fault(slotName(schema, i), "is marked absent and holds %#x, want 0", word)
		}
	}
	return nil
}

func slotName(schema []Slot, i uint32) string {
	if int(i) < len(schema) {
		return schema[i].Path()
	}
	return fmt.Sprintf("slot %d", i)
}

// slot checks a value that is present.
func (w *walk) slot(s *Slot, word uint64) *InvalidError {
	var err error
	switch s.Kind {
	case KindFloat:
		if f := math.Float64frombits(word); math.IsNaN(f) || math.IsInf(f, 0) {
			err = fmt.Errorf("%v is not a finite number", f)
		}
	case KindBool:
		if word > 1 {
			err = fmt.Errorf("holds %d, a boolean is 0 or 1", word)
		}
	case KindEnum:
		if word > MaxEnumCode {
			err = fmt.Errorf("code %d of %s is above %d", word, s.Of, MaxEnumCode)
		}
	case KindDate:
		if ms := int64(word); ms%dayMillis != 0 {
			err = fmt.Errorf("%d ms is not the midnight of a day", ms)
		}
	case KindString:
		err = w.text(word)
	case KindStrings:
		return w.strings(s, word)
	case KindRows:
		return w.rows(s, word)
	}
	return s.fails(err)
}

const dayMillis = 24 * 60 * 60 * 1000

func (w *walk) text(word uint64) error {
	offset, length := uint32(word), uint32(word>>32)
	if err := w.claim(offset, length, uint64(length)); err != nil {
		return err
	}
	if text, _ := cut(w.card, word); !utf8.ValidString(text) {
		return fmt.Errorf("%q is not UTF-8", text[:min(len(text), 32)])
	}
	return nil
}

func (w *walk) strings(s *Slot, word uint64) *InvalidError {
	offset, count := uint32(word), uint32(word>>32)
	size := 8 * uint64(count)
	err := w.list(offset, count, size)
	if err == nil {
		err = w.claim(offset, count, size)
	}
	if err != nil {
		return s.fails(err)
	}
	for i := range count {
		if err := w.text(load(w.card, offset+8*i)); err != nil {
			return &InvalidError{fmt.Sprintf("%s[%d]", s.Path(), i), err}
		}
	}
	return nil
}

func (w *walk) rows(s *Slot, word uint64) *InvalidError {
	offset, count := uint32(word), uint32(word>>32)
	if err := w.list(offset, count, 8); err != nil || count == 0 {
		return s.fails(err)
	}
	slots := load(w.card, offset)
	if slots > MaxRowSlots {
		return fault(s.Path(), "the list begins with %#x, want the number of slots of a row, at most %d", slots, MaxRowSlots)
	}
	if err := w.claim(offset, count, 8+uint64(count)*(8+8*slots)); err != nil {
		return s.fails(err)
	}
	list := rowList{w.card, offset + 8, count, uint32(slots)}
	schema, last := Rows[s.Of], ""
	keyed := schema[0].Name == "key"
	for i := range int(count) {
		row := list.row(i)
		if err := w.record(schema, row, MaxRowSlots); err != nil {
			return &InvalidError{fmt.Sprintf("%s[%d].%s", s.Path(), i, err.Place), err.Err}
		}
		if key := row.text(0); keyed {
			if i > 0 && key <= last {
				return fault(fmt.Sprintf("%s[%d].%s", s.Path(), i, schema[0].Name),
					"%q comes after %q, want ascending keys without repeats", key, last)
			}
			last = key
		}
	}
	return nil
}

// list checks that the first size bytes of a list lie in the heap, aligned to 8.
func (w *walk) list(offset, count uint32, size uint64) error {
	if offset%8 != 0 {
		return fmt.Errorf("offset %d of the list is not a multiple of 8", offset)
	}
	return w.inside(offset, count, size)
}

// inside checks that a part lies in the heap; count is what its reference says.
func (w *walk) inside(offset, count uint32, size uint64) error {
	switch {
	case count == 0 && offset != 0:
		return fmt.Errorf("offset %d of an empty value, want 0", offset)
	case count == 0:
		return nil
	case uint64(offset)+size > uint64(len(w.card)):
		return fmt.Errorf("offset %d length %d lies outside the card of %d bytes", offset, count, len(w.card))
	case offset < w.heap:
		return fmt.Errorf("offset %d length %d begins before the heap, which begins at %d", offset, count, w.heap)
	}
	return nil
}

// claim takes the bytes of one part of the heap.
func (w *walk) claim(offset, count uint32, size uint64) error {
	if err := w.inside(offset, count, size); err != nil {
		return err
	}
	if size > w.unclaimed {
		return errOverlap
	}
	w.unclaimed -= size
	return nil
}

var errOverlap = errors.New("the parts of the card add up to more than its heap: some overlap")

// fails places an error at the slot; nil stays nil.
func (s *Slot) fails(err error) *InvalidError {
	if err == nil {
		return nil
	}
	return &InvalidError{s.Path(), err}
}

func fault(place, layout string, args ...any) *InvalidError {
	return &InvalidError{place, fmt.Errorf(layout, args...)}
}
