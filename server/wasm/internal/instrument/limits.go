package instrument

import "fmt"

// Limits are the most a module may have of what costs memory or time before its code ever runs: the
// engine compiles in one piece what it is given, and some of it in more than linear time. A zero is no
// limit.
type Limits struct {
	Sections       int // custom ones included
	Types          int
	Arity          int // parameters of a type, and its results
	Imports        int
	Functions      int
	FunctionBytes  int // code of one function
	Locals         int // of one function, parameters excluded
	Nesting        int // blocks inside one another
	Loops          int // of one function
	Labels         int // br_table targets of one function
	Tables         int
	TableEntries   int // of one table, at first and later: its maximum is lowered to this
	Globals        int
	Exports        int
	Elements       int // segments
	ElementEntries int // of all segments
	Data           int // segments
	// Reloads are the mutable globals times the places after which a compiler must read them all again: calls,
	// memory.grow and bulk instructions, and the entries and loops where a meter puts calls. wazero takes 0.3 us and 90 bytes for each.
	Reloads int
}

// LimitError says which limit a module exceeds.
type LimitError struct {
	What   string // what there is too much of, as in "has 70000 functions"
	Figure uint64
	Most   int
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("the module has %d %s, at most %d are allowed", e.Figure, e.What, e.Most)
}

// most checks a figure against its limit.
func (r *reader) most(what string, figure uint64, most int) {
	if r.survey != nil {
		r.survey.note(what, figure, most)
		return
	}
	if r.err == nil && most > 0 && figure > uint64(most) {
		r.err = &LimitError{What: what, Figure: figure, Most: most}
		r.at = len(r.b)
	}
}

// atMost reads the number of a list's entries.
func (r *reader) atMost(what string, most int) int {
	n := r.count()
	if r.most(what, uint64(n), most); r.err != nil {
		return 0
	}
	return n
}
