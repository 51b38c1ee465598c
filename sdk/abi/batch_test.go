package abi_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"assay/sdk/abi"
)

func TestBatchKeepsItsCards(t *testing.T) {
	var b abi.Batch
	for round := range 3 {
		b.Reset()
		var cards [][]byte
		for i := range 100 * (round + 1) {
			card := []byte(strings.Repeat(string(rune('a'+i%26)), i%37))
			cards = append(cards, card)
			b.Add(card)
		}
		if b.Len() != len(cards) {
			t.Fatalf("%d cards, want %d", b.Len(), len(cards))
		}
		for i, card := range cards {
			if !bytes.Equal(b.Card(i), card) {
				t.Fatalf("round %d: card %d is %q, want %q", round, i, b.Card(i), card)
			}
		}
		checkTable(t, b.Bytes(), cards)
	}
}

// checkTable reads a batch as a module's host loop does.
func checkTable(t *testing.T, batch []byte, cards [][]byte) {
	t.Helper()
	for i, card := range cards {
		entry := batch[i*abi.BatchEntry:]
		offset, length := binary.LittleEndian.Uint32(entry), binary.LittleEndian.Uint32(entry[4:])
		if offset%8 != 0 || int(offset) < len(cards)*abi.BatchEntry {
			t.Fatalf("card %d begins at %d", i, offset)
		}
		if !bytes.Equal(batch[offset:offset+length], card) {
			t.Fatalf("card %d is %q, want %q", i, batch[offset:offset+length], card)
		}
	}
}

func TestZeroBatchIsEmpty(t *testing.T) {
	var b abi.Batch
	b.Reset()
	if b.Len() != 0 || len(b.Bytes()) != 0 || b.Full() {
		t.Errorf("%d cards, %d bytes, full %v", b.Len(), len(b.Bytes()), b.Full())
	}
}

func TestBatchIsFullAtTheTarget(t *testing.T) {
	var b abi.Batch
	card := make([]byte, 600)
	for !b.Full() {
		b.Add(card)
	}
	if n := len(b.Bytes()); n < 32<<10 || n > 64<<10 {
		t.Errorf("full at %d bytes", n)
	}
}

func TestReusedBatchAllocatesNothing(t *testing.T) {
	var b abi.Batch
	card := make([]byte, 611)
	fill := func() {
		b.Reset()
		for !b.Full() {
			b.Add(card)
		}
	}
	fill()
	if n := testing.AllocsPerRun(10, fill); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
