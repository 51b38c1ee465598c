package ir

import "assay/sdk/abi"

// Op says what a node computes from its arguments.
type Op uint8

// The operations. Args are in the order given.
const (
	Const      Op = iota // the constant in Int, Nanos, Float or Text, by kind
	Field                // slot Slot of Args[0] (a Row), or of the client
	Has                  // whether the slot is present and not default; for times: present
	CustomRow            // the row of custom field Text if its type's code is Int, else a row without values
	Lookup               // the property with key Args[0]; fails when there is none
	HasKey               // whether there is a property with key Args[0]
	Now                  // the evaluation time
	Use                  // the value of Var
	Not                  // Args[0]
	And                  // Args[0], Args[1]; an error of one is absorbed by a false other
	Or                   // Args[0], Args[1]; an error of one is absorbed by a true other
	Cond                 // Args[0] ? Args[1] : Args[2]
	Compare              // Args[0] Cmp Args[1], of one kind
	Add                  // arithmetic of one kind, or a timestamp and a duration
	Sub                  //
	Mul                  //
	Div                  //
	Mod                  //
	Neg                  //
	Concat               // of strings
	StartsWith           // Args[0] begins with Args[1]
	EndsWith             //
	Contains             //
	Matches              // Args[0] matches the RE2 pattern Args[1]
	Size                 // code points of a string, elements of a list or map
	In                   // Args[0] equals one of Args[1:]; all of them are evaluated
	InList               // Args[0] is an element of the Strings Args[1]
	MakeList             // the list of Args
	MakeMap              // the map of Args, keys and values in turn; a value that is Optional and not there leaves its entry out
	Index                // element Args[1] (Int) of the list Args[0]
	All                  // Args[1] holds for every element Var of Args[0]
	Exists               // … for some element
	ExistsOne            // … for exactly one element
	Collect              // the list of Args[1] for every element Var (and its index or key before it, Key) of Args[0]; for those with Args[2] if Tested
	CollectMap           // the map of Args[1] to Args[2] likewise, or with all entries of Args[1]; for those with the last of Args if Tested
	Let                  // Args[1] with Var bound to Args[0], whose error is that of its uses
	Once                 // Args[0], evaluated at the first use in the loop that lists Var
	Call                 // the runtime's function Fn
	Convert              // Args[0] as Kind
	Getter               // part Part of a time or duration
	Maybe                // an optional value: Args[0], where that may find that there is none
	Present              // Args[1] if Args[0] holds; else there is none
	Open                 // what the optional value Args[0] (Dyn) holds; else there is none
	OrElse               // Args[0], or Args[1] when there is none
	Given                // true once Args[0] is there
	Gather               // the list of Args (Dyn or Optional) that are there
	Fail                 // the error Text
)

// Cmp is a comparison.
type Cmp uint8

// The comparisons.
const (
	Eq Cmp = iota
	Ne
	Lt
	Le
	Gt
	Ge
)

// Node is one operation with its operands.
type Node struct {
	Op    Op
	Kind  Kind
	Fails bool // evaluating it may end in an error
	None  bool // evaluating it may find that there is no value, which an OrElse around it answers
	Args  []*Node
	Pos   Pos

	Int   int64 // Const: Bool, Int, Uint, Enum, Millis, Time (milliseconds), Duration
	Nanos int32 // Const Time: nanoseconds below the millisecond
	Float float64
	Text  string

	Tested bool // Collect, CollectMap: the last of Args says for which elements
	IfAny  bool // Index, Lookup, Call: where there is nothing there is none, and no error
	Static bool // MakeList: it is done with before it is made again, and may lie in memory of its own

	Slot  abi.Slot // Field, Has
	Names []string // Enum: text by code
	Row   string   // Row, Rows: the row type
	Elem  Kind     // List: of its elements; a Const of kind Dyn: String for bytes, Optional for none, else null
	Var   *Var
	Key   *Var   // All, Exists, ExistsOne, Collect, CollectMap with two variables: the index or key
	Once  []*Var // All, Exists, ExistsOne, Collect, CollectMap: what is the same for every element
	Fn    *Fn
	Cmp   Cmp
	Part  Part
}

// Pos is a place in the rule for error texts.
type Pos struct {
	Field        string // "require"
	Line, Column int    // from 1, in code points
}

// Var is a variable bound by a macro or by forEach.
type Var struct {
	Name  string
	Kind  Kind
	Row   string
	Elem  Kind
	Names []string
	Fails bool // of Let: what it is bound to may be an error, which a Use of it ends in
}

// Fn is a function of the runtime (package runtime): its name in C, and what it takes and returns.
// Extra are numbers it takes after its arguments.
type Fn struct {
	Name   string
	Params []Kind
	Extra  []int32
	Result Kind
	Elem   Kind // of a Result that is a List; Bad for elements of the first argument
	Fails  bool // it may end in an error
	Makes  bool // it makes values for the record
}

// Part is a part of a timestamp or duration.
type Part uint8

// The parts, as CEL numbers them: Month, DayOfMonth, DayOfYear and DayOfWeek (Sunday) from 0,
// Date from 1. The Total parts are those of durations, cut towards zero.
const (
	FullYear Part = iota
	Month
	Date
	DayOfMonth
	DayOfWeek
	DayOfYear
	Hours
	Minutes
	Seconds
	Milliseconds
	TotalHours
	TotalMinutes
	TotalSeconds
	TotalMilliseconds
)

// Walk calls visit for n and everything below it.
func (n *Node) Walk(visit func(*Node)) {
	visit(n)
	for _, a := range n.Args {
		a.Walk(visit)
	}
}

// IsConst says whether the node is a constant.
func (n *Node) IsConst() bool { return n.Op == Const }
