package bolt

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"sort"
)

// A block holds the results of one rule for up to 1,024 neighbouring clients:
//
//	u8 version = 1, u8 0, u16 n
//	n entries {u16 slot, u32 end}, by slot = id modulo 1,024
//	the results, each ending at end bytes after the first one's start
//
// Numbers are little-endian. One client's result is found by binary search, and
// a block without results is not stored.
const (
	blockVersion = 1
	blockHeader  = 4
	blockEntry   = 6
)

// storedBlock is a block as it lies in the file. The nil block is empty.
type storedBlock []byte

func (b storedBlock) len() int {
	if len(b) < blockHeader {
		return 0
	}
	return int(binary.LittleEndian.Uint16(b[2:]))
}

func (b storedBlock) slot(i int) int {
	return int(binary.LittleEndian.Uint16(b[blockHeader+i*blockEntry:]))
}

// end returns where result i ends in the block.
func (b storedBlock) end(i int) int {
	start := blockHeader + b.len()*blockEntry
	if i < 0 {
		return start
	}
	return start + int(binary.LittleEndian.Uint32(b[blockHeader+i*blockEntry+2:]))
}

func (b storedBlock) result(i int) []byte {
	from, to := b.end(i-1), b.end(i)
	return b[from:to:to]
}

// find returns the result of a slot, nil when it has none. It trusts nothing,
// so that one client is read without a check of the whole block.
func (b storedBlock) find(slot int) ([]byte, error) {
	if b == nil {
		return nil, nil
	}
	n := b.len()
	if len(b) < blockHeader+n*blockEntry {
		return nil, fmt.Errorf("%w: a block of %d results is cut short", ErrDamaged, n)
	}
	at := sort.Search(n, func(i int) bool { return b.slot(i) >= slot })
	if at == n || b.slot(at) != slot {
		return nil, nil
	}
	if from, to := b.end(at-1), b.end(at); from > to || to > len(b) {
		return nil, fmt.Errorf("%w: entry %d of a block of %d results makes no sense", ErrDamaged, at, n)
	}
	return b.result(at), nil
}

// check tells what is wrong with the frame of a block. The methods other
// than find may be used only on a block that was checked.
func (b storedBlock) check() error {
	if b == nil {
		return nil
	}
	if len(b) < blockHeader || b[0] != blockVersion {
		return fmt.Errorf("%w: a block of results has no valid header", ErrDamaged)
	}
	n := b.len()
	if len(b) < blockHeader+n*blockEntry {
		return fmt.Errorf("%w: a block of %d results is cut short", ErrDamaged, n)
	}
	slot, end := -1, b.end(-1)
	for i := range n {
		if b.slot(i) <= slot || b.slot(i) >= blockSize || b.end(i) < end || b.end(i) > len(b) {
			return fmt.Errorf("%w: entry %d of a block of %d results makes no sense", ErrDamaged, i, n)
		}
		slot, end = b.slot(i), b.end(i)
	}
	if end != len(b) {
		return fmt.Errorf("%w: a block of results has %d bytes too many", ErrDamaged, len(b)-end)
	}
	return nil
}

// block is a block with the changes of the running transaction, which are
// written once however many clients of it are touched.
type block struct {
	stored storedBlock
	edits  map[int][]byte // by slot; no bytes: the result goes
}

func (b *block) get(slot int) []byte {
	if edited, ok := b.edits[slot]; ok {
		return edited
	}
	found, _ := b.stored.find(slot) // it was checked
	return found
}

// put replaces a result; it keeps the bytes. No bytes remove it.
func (b *block) put(slot int, result []byte) {
	if b.edits == nil {
		b.edits = make(map[int][]byte)
	}
	b.edits[slot] = result
}

// encode returns the block with its edits, nil when no result is left.
func (b *block) encode() []byte {
	results := make([][]byte, 0, b.stored.len()+len(b.edits))
	slots := make([]int, 0, cap(results))
	size := 0
	keep := func(slot int, result []byte) {
		if len(result) > 0 {
			slots, results = append(slots, slot), append(results, result)
			size += len(result)
		}
	}
	edited := slices.Sorted(maps.Keys(b.edits))
	for i := range b.stored.len() {
		slot := b.stored.slot(i)
		for len(edited) > 0 && edited[0] < slot {
			keep(edited[0], b.edits[edited[0]])
			edited = edited[1:]
		}
		if len(edited) > 0 && edited[0] == slot {
			keep(slot, b.edits[slot])
			edited = edited[1:]
			continue
		}
		keep(slot, b.stored.result(i))
	}
	for _, slot := range edited {
		keep(slot, b.edits[slot])
	}
	return packBlock(len(slots), size, func(i int) (int, []byte) { return slots[i], results[i] })
}

// packBlock makes a block of n results of so many bytes together, by slot.
func packBlock(n, size int, result func(i int) (slot int, result []byte)) []byte {
	if n == 0 {
		return nil
	}
	start := blockHeader + n*blockEntry
	out := make([]byte, start, start+size)
	out[0] = blockVersion
	binary.LittleEndian.PutUint16(out[2:], uint16(n))
	for i := range n {
		slot, bytes := result(i)
		out = append(out, bytes...)
		binary.LittleEndian.PutUint16(out[blockHeader+i*blockEntry:], uint16(slot))
		binary.LittleEndian.PutUint32(out[blockHeader+i*blockEntry+2:], uint32(len(out)-start))
	}
	return out
}
