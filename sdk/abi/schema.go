package abi

// Kind is the kind of a slot: how its eight bytes are read.
type Kind uint8

// The kinds of slots. FORMAT.md says how each lies in its eight bytes.
const (
	KindInt     Kind = iota + 1 // i64
	KindFloat                   // f64, finite
	KindBool                    // u64, 0 or 1
	KindEnum                    // u64, a code of the enum named by Slot.Of; 0 is absent
	KindTime                    // i64, unix milliseconds UTC
	KindDate                    // i64, unix milliseconds of a UTC midnight
	KindMoney                   // i64, hundredths of the base currency
	KindString                  // u32 offset, u32 length of UTF-8
	KindStrings                 // u32 offset, u32 count of {u32 offset, u32 length}
	KindRows                    // u32 offset, u32 count of a list of the rows named by Slot.Of
)

// String returns the kind as schema.yaml writes it, without the name it refers to.
func (k Kind) String() string {
	names := [...]string{"", "int", "float", "bool", "enum", "time", "date", "money", "string", "strings", "rows"}
	if int(k) >= len(names) {
		return ""
	}
	return names[k]
}

// Slot describes one slot of the client or of a row type.
type Slot struct {
	Name  string // the JSON name of the value, "jobTitle"
	Index int    // its place among the slots of its record, from 0
	Kind  Kind
	Of    string // KindEnum: a key of Enums; KindRows: a key of Rows; else ""
	In    string // the JSON object of the client that holds the value ("activity"), "" for the client itself
}

// Path returns the name of the slot in the JSON form of its record, "activity.revenue".
func (s Slot) Path() string {
	if s.In == "" {
		return s.Name
	}
	return s.In + "." + s.Name
}
