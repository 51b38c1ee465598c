package abi

import "encoding/binary"

// SetID writes the client's id into a finished card, in place. The store assigns it at commit.
// It returns a *HeaderError, and changes nothing, when the bytes are not a card with that slot.
func SetID(card []byte, id int64) error { return setWord(card, SlotClientID, uint64(id)) }

// SetRevision writes the client's revision into a finished card, in place, as SetID does the id.
func SetRevision(card []byte, revision int64) error {
	return setWord(card, SlotClientRevision, uint64(revision))
}

// setWord writes a slot among the client's first 64 and marks it present, or absent when it is 0.
func setWord(card []byte, slot uint32, word uint64) error {
	c, err := Open(card)
	if err != nil {
		return err
	}
	if slot >= c.rec.slots {
		return &HeaderError{"slots", uint64(c.rec.slots), "a card that holds id and revision"}
	}
	binary.LittleEndian.PutUint64(card[HeaderSize+8*slot:], word)
	bits := binary.LittleEndian.Uint64(card[placeBitmap:]) &^ (1 << slot)
	if word != 0 {
		bits |= 1 << slot
	}
	binary.LittleEndian.PutUint64(card[placeBitmap:], bits)
	return nil
}
