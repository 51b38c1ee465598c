package ir

// Kind is the static type of a node.
type Kind uint8

// The kinds. Comments say how the back holds a value.
const (
	Bad      Kind = iota // a node that was refused; never reaches the back
	Bool                 // i32 0 or 1
	Int                  // i64
	Uint                 // i64, unsigned
	Double               // f64
	String               // i32 pointer, i32 length
	Enum                 // i64 code; Node.Names lists the texts
	Millis               // i64: a timestamp, unix milliseconds
	Time                 // i64, i32: a timestamp, unix milliseconds and nanoseconds below one
	Duration             // i64 nanoseconds
	Strings              // i32 pointer to {offset, length} from the card's start, i32 count
	Rows                 // i32 first row, i32 count, i32 stride; Node.Row is the row type
	Row                  // i32 pointer; Node.Row is the row type
	Map                  // as Rows of Property: text by key
	List                 // i32 pointer to boxed values, i32 count; Node.Elem is their kind
	Dyn                  // i32 pointer to a boxed value of any kind
	Record               // client, its activity or fields: only their members are values
	Optional             // a Maybe: what its Args[0] is of, if it is there. OrElseOf and others open it
)

// String names the kind as messages to rule authors do.
func (k Kind) String() string {
	names := [...]string{"error", "bool", "int", "uint", "double", "string", "string", "timestamp", "timestamp",
		"duration", "list of strings", "list of rows", "row", "map", "list", "dyn", "record", "optional value"}
	if int(k) >= len(names) {
		return "unknown"
	}
	return names[k]
}

// Scalar says whether values of the kind can be compared.
func (k Kind) Scalar() bool { return k >= Bool && k <= Duration }

// List says whether values of the kind are lists.
func (k Kind) List() bool { return k == Strings || k == Rows || k == List }
