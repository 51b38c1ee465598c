package ir

// Check is one check, ready to be written as a module.
type Check struct {
	Description []byte // what assay_describe returns

	Match *Node // nil: every client

	// A finding for each row of List (bound to Var) that does not satisfy Require, or for the
	// client when List is nil.
	List    *Node
	Var     *Var
	Require *Node
	Once    []*Var // what is the same for every row
	Code    string
	Path    string // "[]" is replaced by the row's index

	// Severity is a text, how much a finding matters, and Suggest (Dyn or Optional) a better value for
	// what Path names; either may be nil. An error leaves it out of the finding.
	Severity *Node
	Suggest  *Node
	AsDates  bool // times in Suggest are dates

	// Or a label, when Label is not nil: the text, if it is not empty.
	Label *Node

	Params []Param

	Fuel int64 // units that a record may cost; 0 means abi.DefaultFuel
}

// Param is a parameter of the message: its value is written with the finding or label.
type Param struct {
	Key   string
	Value *Node
	Given *Node // nil, or whether there is a value to write
	As    Style
}

// Style says how a timestamp is written.
type Style uint8

// The styles.
const (
	AsText Style = iota // RFC 3339 with the time of day
	AsDate              // the date alone
)

// Roots returns the check's expressions.
func (c *Check) Roots() []*Node {
	var roots []*Node
	for _, n := range []*Node{c.Match, c.List, c.Require, c.Severity, c.Suggest, c.Label} {
		if n != nil {
			roots = append(roots, n)
		}
	}
	for _, p := range c.Params {
		roots = append(roots, p.Value)
		if p.Given != nil {
			roots = append(roots, p.Given)
		}
	}
	return roots
}
