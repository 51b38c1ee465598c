package abi

import "encoding/binary"

// BatchTarget is the size in bytes at which a batch is worth evaluating: below it the crossing
// into the module shows, above 64 KiB cards fall out of the processor's cache.
const BatchTarget = 48 << 10

// BatchEntry is the size of an entry of a batch's table:
// {u32 card offset, u32 card length, u32 results offset, u32 results length, u32 fuel spent, u32 the module's own cost}.
// A card's offset counts from the start of the batch; the fields behind its length are the host's.
const BatchEntry = 24

// minTable is the number of entries a new batch has room for.
const minTable = 16

// Batch is a table of entries followed by the cards it lists, ready to be copied into a
// module's memory: it holds no addresses, so that one batch serves every instance. The zero
// Batch is empty and ready for use. Reset keeps its memory. A Batch is for one goroutine
// at a time, but may be read by many once it is built.
type Batch struct {
	buf   []byte // table entries, then cards, each 8-aligned
	table int    // entries there is room for
	count int
}

// padding makes a card's length a multiple of 8.
var padding [7]byte

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() {
	b.count = 0
	b.buf = b.buf[:b.table*BatchEntry]
}

// Add copies card to the end of the batch. All cards of a batch together must stay below
// 2 GiB; Full says when to stop long before.
func (b *Batch) Add(card []byte) {
	if b.count == b.table {
		b.growTable()
	}
	offset := len(b.buf)
	b.buf = append(append(b.buf, card...), padding[:-len(card)&7]...)
	entry := b.buf[b.count*BatchEntry:]
	binary.LittleEndian.PutUint32(entry, uint32(offset))
	binary.LittleEndian.PutUint32(entry[4:], uint32(len(card)))
	clear(entry[8:BatchEntry])
	b.count++
}

// Len returns the number of cards.
func (b *Batch) Len() int { return b.count }

// Full says whether the batch has reached BatchTarget.
func (b *Batch) Full() bool { return len(b.buf) >= BatchTarget }

// Card returns the i-th card. It is valid until Reset or the next Add.
func (b *Batch) Card(i int) []byte {
	if i < 0 || i >= b.count {
		panic("abi: card index out of range")
	}
	entry := b.buf[i*BatchEntry:]
	offset := binary.LittleEndian.Uint32(entry)
	end := offset + binary.LittleEndian.Uint32(entry[4:])
	return b.buf[offset:end:end]
}

// Bytes returns the table and the cards as they go into a module's memory, at an address
// that is a multiple of 8. It is valid until Reset or the next Add.
func (b *Batch) Bytes() []byte { return b.buf }

// growTable doubles the room for entries and moves the cards behind it.
func (b *Batch) growTable() {
	more := max(b.table, minTable) * BatchEntry
	old := len(b.buf)
	for range more {
		b.buf = append(b.buf, 0)
	}
	start := b.table * BatchEntry
	copy(b.buf[start+more:], b.buf[start:old])
	clear(b.buf[start : start+more])
	b.table += more / BatchEntry
	for i := range b.count {
		entry := b.buf[i*BatchEntry:]
		binary.LittleEndian.PutUint32(entry, binary.LittleEndian.Uint32(entry)+uint32(more))
	}
}
