package crm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"assay/sdk/abi"
)

// ErrTooLarge is wrapped by the error of EncodeCard for a client whose card would exceed abi.MaxCard bytes.
var ErrTooLarge = errors.New("the client is too large for a card")

// EncodeCard appends the card of c to dst and returns the extended slice. It allocates nothing
// when dst has room for the card, whose length is a multiple of 8. Equal clients give equal
// bytes: fields and properties are sorted by key, and empty and nil lists are the same.
//
// A client that has no card leaves dst as it was and is an error: one that is too large
// (ErrTooLarge), has an enum value outside its enum, text that is not UTF-8, or a number that
// is not finite; of the last three the error wraps an *abi.InvalidError with the place.
func EncodeCard(dst []byte, c *Client) ([]byte, error) {
	var size cardSize
	size.addClient(c)
	texts := abi.HeaderSize + 8*abi.ClientSlots + size.lists
	total := (texts + size.texts + 7) &^ 7
	if total > abi.MaxCard {
		return dst, fmt.Errorf("encode card: %w: %d bytes, at most %d", ErrTooLarge, total, abi.MaxCard)
	}
	start := len(dst)
	out := slices.Grow(dst, total)[:start+total]
	w := cardWriter{card: out[start:], nextList: abi.HeaderSize + 8*abi.ClientSlots, nextText: texts}
	clear(w.card)
	w.putClient(c)
	// One pass over all text is much faster than one a string. It is as good because no string
	// begins inside a character, which text watches for.
	if w.faulty || !utf8.Valid(w.card[texts:]) {
		return dst, w.fault()
	}
	return out, nil
}

// DecodeCard returns the client of a card. The client shares no memory with the card, and its
// lists and maps are never nil. A card that is not valid is an error that wraps an
// *abi.InvalidError; enum values and slots this version does not know are left out.
func DecodeCard(card []byte) (*Client, error) {
	if err := abi.Validate(card); err != nil {
		return nil, fmt.Errorf("decode card: %w", err)
	}
	// All the client's strings share this one copy.
	r, err := abi.Open(bytes.Clone(card))
	if err != nil {
		return nil, fmt.Errorf("decode card: %w", err)
	}
	c := decodeClient(r)
	return &c, nil
}

// cardSize adds up what a card has besides its header and the client's slots, in bytes.
type cardSize struct{ lists, texts int }

func (s *cardSize) addStrings(list []string) {
	s.lists += 8 * len(list)
	for _, text := range list {
		s.texts += len(text)
	}
}

func (s *cardSize) addRows(count, slots int) {
	if count != 0 {
		s.lists += 8 + count*(8+8*slots)
	}
}

// cardWriter fills a zeroed card of the right size: the lists come after the client's slots, the
// texts after the lists, each in the order of the slots that hold them.
type cardWriter struct {
	card               []byte
	nextList, nextText int

	faulty  bool   // the card is not valid; fault says why
	unknown string // the first value that is not in its enum
}

func (w *cardWriter) putHeader(slots int, has []uint64) {
	binary.LittleEndian.PutUint32(w.card, abi.Magic)
	binary.LittleEndian.PutUint32(w.card[4:], uint32(len(w.card)))
	binary.LittleEndian.PutUint16(w.card[8:], abi.Layout)
	binary.LittleEndian.PutUint16(w.card[10:], uint16(slots))
	for i, bits := range has {
		put(w.card[16+8*i:], bits)
	}
}

// text stores s and returns the word of its slot.
func (w *cardWriter) text(s string) uint64 {
	if s == "" {
		return 0
	}
	if !utf8.RuneStart(s[0]) {
		w.faulty = true
	}
	at := w.nextText
	w.nextText += copy(w.card[at:], s)
	return reference(at, len(s))
}

// strings stores a list that is not empty and returns the word of its slot.
func (w *cardWriter) strings(list []string) uint64 {
	at := w.nextList
	w.nextList += 8 * len(list)
	for i, s := range list {
		put(w.card[at+8*i:], w.text(s))
	}
	return reference(at, len(list))
}

// rows makes room for a list that is not empty. It returns the place of the first row and the
// word of the list's slot.
func (w *cardWriter) rows(count, slots int) (first int, word uint64) {
	at := w.nextList
	w.nextList += 8 + count*(8+8*slots)
	put(w.card[at:], uint64(slots))
	return at + 8, reference(at, count)
}

func (w *cardWriter) float(v float64) uint64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		w.faulty = true
	}
	return math.Float64bits(v)
}

// code returns the word of an enum slot. A value outside the enum gets a code that no enum has,
// so that fault finds its place.
func (w *cardWriter) code(code uint64, known bool, value string) uint64 {
	if known {
		return code
	}
	if !w.faulty {
		w.unknown = value
	}
	w.faulty = true
	return math.MaxUint64
}

// fault returns what is wrong with the card, with its place.
func (w *cardWriter) fault() error {
	err := abi.Validate(w.card)
	if w.unknown != "" {
		return fmt.Errorf("encode card: %w: %q is not one of its values", err, w.unknown)
	}
	return fmt.Errorf("encode card: %w", err)
}

func put(b []byte, word uint64) { binary.LittleEndian.PutUint64(b, word) }

func reference(at, count int) uint64 { return uint64(uint32(at)) | uint64(count)<<32 }

// fewKeys is how many keys are sorted without allocating.
const fewKeys = 16

func sortedKeys[V any](few []string, m map[string]V) []string {
	for key := range m {
		few = append(few, key)
	}
	slices.Sort(few)
	return few
}

func decodeStrings(l abi.Strings) []string {
	out := make([]string, l.Len())
	for i := range out {
		out[i] = l.At(i)
	}
	return out
}

func decodeTime(has bool, ms int64) Time {
	if !has {
		return Time{}
	}
	return TimeFromUnixMilli(ms)
}

func decodeDate(has bool, ms int64) Date {
	if !has {
		return Date{}
	}
	return DateFromUnixMilli(ms)
}
