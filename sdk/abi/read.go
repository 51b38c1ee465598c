package abi

import (
	"math"
	"strconv"
	"unsafe"
)

// The fixed part of a card; FORMAT.md describes it.
const (
	Magic      = 0x44524143 // "CARD" in memory
	Layout     = 1          // the layout version this package reads
	HeaderSize = 32         // bytes before the first slot of the client
)

// Limits of the card. A card that breaks one is invalid, however new its writer is.
const (
	MaxCard        = 16 << 20 // bytes of one card
	MaxClientSlots = 128      // slots of the client, for good
	MaxRowSlots    = 64       // slots of a row, for good
	MaxEnumCode    = 255      // the highest code of an enum
)

// Places in the header, in bytes from the start of the card.
const (
	placeLayout = 8  // u16 layout version, u16 slots, u32 zero
	placeBitmap = 16 // two u64
)

// HeaderError says why bytes are not a card that can be read.
type HeaderError struct {
	What string // what is wrong: "size", "magic", "layout version", "length", "slots"
	Got  uint64
	Want string
}

func (e *HeaderError) Error() string {
	return "card header: " + e.What + " is " + strconv.FormatUint(e.Got, 10) + ", want " + e.Want
}

// Client reads a client card in place. It is a view: it and everything read from it is valid
// only while the bytes given to Open stay unchanged. The zero Client has every value absent.
//
// Reading never fails and never allocates. Whatever does not lie inside the card reads as
// absent; so does a slot that the writer of the card did not know.
type Client struct{ rec record }

// Open checks the header of a card and returns its reader, or a *HeaderError. It reads nothing
// else, so that it costs the same for any card; Validate of the host checks the rest. The bytes
// must be exactly one card.
func Open(card []byte) (Client, error) {
	size := uint64(len(card))
	if size < HeaderSize || size > MaxCard || size%8 != 0 {
		return Client{}, &HeaderError{"size", size, "a multiple of 8 from 32 bytes to 16 MiB"}
	}
	b := unsafe.String(unsafe.SliceData(card), len(card))
	first, second := load(b, 0), load(b, placeLayout)
	layout, slots := second&0xffff, second>>16&0xffff
	switch {
	case first&0xffff_ffff != Magic:
		return Client{}, &HeaderError{"magic", first & 0xffff_ffff, "1146241347 (\"CARD\")"}
	case first>>32 != size:
		return Client{}, &HeaderError{"length", first >> 32, strconv.Itoa(len(card)) + ", the bytes given"}
	case layout != Layout:
		return Client{}, &HeaderError{"layout version", layout, strconv.Itoa(Layout)}
	case slots > MaxClientSlots || HeaderSize+8*slots > size:
		return Client{}, &HeaderError{"slots", slots, "at most 128 and room for them in the card"}
	}
	return Client{record{card: b, at: HeaderSize, bits: placeBitmap, slots: uint32(slots)}}, nil
}

// Strings is a list of strings, read in place.
type Strings struct {
	card  string
	at    uint32 // the first {offset, length}
	count uint32
}

// Len returns the number of strings.
func (l Strings) Len() int { return int(l.count) }

// At returns string i, "" outside 0 to Len()-1. The string shares the card's memory.
func (l Strings) At(i int) string {
	if uint(i) >= uint(l.count) {
		return ""
	}
	s, _ := cut(l.card, load(l.card, l.at+8*uint32(i)))
	return s
}

// record is the client or a row: its slots lie inside the card, which whoever makes a record sees to.
type record struct {
	card  string // the whole card, sharing the memory given to Open
	at    uint32 // slot 0
	bits  uint32 // the presence bitmap
	slots uint32 // how many the writer of the card knew
}

// word returns the eight bytes of a slot, 0 when the card has no such slot.
func (r record) word(slot uint32) uint64 {
	if slot >= r.slots {
		return 0
	}
	return load(r.card, r.at+8*slot)
}

func (r record) has(slot uint32) bool {
	return slot < r.slots && load(r.card, r.bits+slot/64*8)>>(slot%64)&1 == 1
}

func (r record) float(slot uint32) float64 { return math.Float64frombits(r.word(slot)) }

// code returns an enum's code, 0 when it is above the highest this version knows.
func (r record) code(slot uint32, top uint64) uint64 {
	code := r.word(slot)
	if code > top {
		return 0
	}
	return code
}

func (r record) hasCode(slot uint32, top uint64) bool {
	return r.has(slot) && r.code(slot, top) != 0
}

func (r record) text(slot uint32) string {
	s, _ := cut(r.card, r.word(slot))
	return s
}

func (r record) hasText(slot uint32) bool {
	_, inside := cut(r.card, r.word(slot))
	return inside && r.has(slot)
}

func (r record) strings(slot uint32) Strings {
	w := r.word(slot)
	at, count := uint32(w), uint32(w>>32)
	if at%8 != 0 || uint64(at)+8*uint64(count) > uint64(len(r.card)) {
		return Strings{}
	}
	return Strings{r.card, at, count}
}

func (r record) hasStrings(slot uint32) bool {
	return r.has(slot) && r.strings(slot).count == uint32(r.word(slot)>>32)
}

func (r record) rows(slot uint32) rowList {
	w := r.word(slot)
	at, count := uint32(w), uint32(w>>32)
	if count == 0 || at%8 != 0 || uint64(at)+8 > uint64(len(r.card)) {
		return rowList{}
	}
	slots := uint32(load(r.card, at) & 0xffff)
	size := 8 + uint64(count)*uint64(8+8*slots)
	if slots > MaxRowSlots || uint64(at)+size > uint64(len(r.card)) {
		return rowList{}
	}
	return rowList{r.card, at + 8, count, slots}
}

func (r record) hasRows(slot uint32) bool {
	return r.has(slot) && r.rows(slot).count == uint32(r.word(slot)>>32)
}

// rowList is a list of rows that lies inside the card.
type rowList struct {
	card  string
	at    uint32 // the first row's presence bitmap
	count uint32
	slots uint32 // of each row
}

func (l rowList) row(i int) record {
	if uint(i) >= uint(l.count) {
		return record{}
	}
	at := l.at + uint32(i)*(8+8*l.slots)
	return record{card: l.card, at: at + 8, bits: at, slots: l.slots}
}

// find searches rows that are sorted by the bytes of their slot 0.
func (l rowList) find(key string) (record, bool) {
	low, high := 0, int(l.count)
	for low < high {
		mid := int(uint(low+high) / 2)
		if l.row(mid).text(0) < key {
			low = mid + 1
		} else {
			high = mid
		}
	}
	found := l.row(low)
	if found.slots == 0 || found.text(0) != key {
		return record{}, false
	}
	return found, true
}

// cut returns the string a slot refers to, false when it does not lie inside the card. An empty
// string lies nowhere.
func cut(card string, word uint64) (string, bool) {
	at, length := uint64(uint32(word)), word>>32
	if at+length > uint64(len(card)) {
		return "", length == 0
	}
	return card[at : at+length], true
}

// load reads a little-endian word; the compiler makes one load of it.
func load(card string, at uint32) uint64 {
	b := card[at : at+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}
