package ir

import "assay/sdk/abi"

// FieldOf reads a slot of row, or of the client when row is nil. An absent one reads as the
// kind's default.
func FieldOf(row *Node, slot abi.Slot) *Node {
	n := &Node{Op: Field, Slot: slot, Kind: slotKind(slot)}
	n.under(row)
	switch n.Kind {
	case Enum:
		n.Names = abi.Enums[slot.Of]
	case Rows:
		n.Row = slot.Of
	}
	return n
}

// MapOf reads a slot with rows of Property as a map.
func MapOf(slot abi.Slot) *Node { return &Node{Op: Field, Slot: slot, Kind: Map, Row: slot.Of} }

// HasOf tests a slot of row, or of the client when row is nil.
func HasOf(row *Node, slot abi.Slot) *Node {
	n := &Node{Op: Has, Slot: slot, Kind: Bool}
	n.under(row)
	return n
}

// GivenOf tests whether a timestamp that is a field was given at all; nil for anything else.
func GivenOf(n *Node) *Node {
	if n.Op != Field || n.Kind != Millis {
		return nil
	}
	if len(n.Args) == 0 {
		return HasOf(nil, n.Slot)
	}
	return HasTimeOf(n.Args[0], n.Slot)
}

// HasTimeOf is HasOf for a slot with a timestamp. In a custom field's row a value of zero,
// 1970-01-01, is stored as no value: that the row is there says that there is one.
func HasTimeOf(row *Node, slot abi.Slot) *Node {
	if row != nil && row.Row == customRow {
		slot = abi.Slot{Index: abi.SlotFieldType, Kind: abi.KindInt}
	}
	return HasOf(row, slot)
}

func (n *Node) under(row *Node) {
	if row == nil {
		return
	}
	n.Args = []*Node{row}
	n.Fails = row.Fails
}

func slotKind(s abi.Slot) Kind {
	switch s.Kind {
	case abi.KindInt:
		return Int
	case abi.KindFloat, abi.KindMoney:
		return Double
	case abi.KindBool:
		return Bool
	case abi.KindEnum:
		return Enum
	case abi.KindTime, abi.KindDate:
		return Millis
	case abi.KindStrings:
		return Strings
	case abi.KindRows:
		return Rows
	}
	return String
}

// customRow is the type of rows of custom fields.
const customRow = "Field"

// CustomRowOf finds a custom field of the given type.
func CustomRowOf(key string, t abi.FieldType) *Node {
	return &Node{Op: CustomRow, Kind: Row, Row: customRow, Text: key, Int: int64(t)}
}
