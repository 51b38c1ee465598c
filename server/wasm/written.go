package wasm

import (
	"bytes"
	"os"
)

// before returns a copy of the memory that a record is about to see, nil unless somebody asks what it writes and it is
// alone in its batch.
func (e *evaluation) before() []byte {
	if e.to.Wrote == nil || e.batch.Len() != 1 {
		return nil
	}
	memory, _ := e.in.memory.Read(0, e.in.memory.Size())
	return bytes.Clone(memory)
}

// wrote tells how much of the memory a record left otherwise than it was.
func (e *evaluation) wrote(check, card int, before []byte) {
	if before == nil {
		return
	}
	after, _ := e.in.memory.Read(0, e.in.memory.Size())
	grown := make([]byte, len(after)-len(before)) // as it came, zero
	e.to.Wrote(check, card, e.in.others(before, after[:len(before)], 0)+e.in.others(grown, after[len(before):], len(before)))
}

// others counts the bytes that differ in two memories of one length, which lie at an address, but for those that the host
// writes: the cards with what is noted of them, and the place of results.
func (in *instance) others(a, b []byte, at int) (n int64) {
	page := os.Getpagesize()
	for start := 0; start < len(a); start += page {
		end := min(start+page, len(a))
		if bytes.Equal(a[start:end], b[start:end]) {
			continue
		}
		for i := start; i < end; i++ {
			if a[i] != b[i] && !in.cards.holds(at+i) && !in.results.holds(at+i) {
				n++
			}
		}
	}
	return n
}

// holds says whether an address is in the area.
func (a area) holds(address int) bool {
	return address >= int(a.pointer) && address < int(a.pointer)+int(a.size)
}
