package cel

import (
	"fmt"

	"assay/rules/cel/internal/codegen"
	"assay/rules/cel/internal/ir"
	"assay/sdk/abi"
)

// Check is one rule, as its manifest says it. The fields of the other type must be empty.
type Check struct {
	Name string // of the rule; the code of its findings
	Type string // Quality | Segmentation

	// Match limits the check to clients for which it is true; "" means all.
	Match string

	// Quality: a finding for each row of ForEachIn that does not satisfy Require, or for the
	// client when ForEachIn is empty.
	ForEachIn string // a list of rows, client.contacts
	ForEachAs string // the name of the row in Require and Message
	Require   string
	Path      string            // "taxId", "contacts[].jobTitle": [] is replaced by the row's index
	Message   map[string]string // by language, with {{ CEL }} placeholders
	// SeverityBy gives a finding's own severity, info, warning or error, and Suggest a better value
	// for what Path names; both see what Require sees and may be empty.
	SeverityBy string
	Suggest    string

	// Segmentation: the label of a client, no label when it is "".
	Label  string
	Reason map[string]string            // by language, with {{ CEL }} placeholders
	Labels map[string]map[string]string // titles by label and language, copied to the description

	// Settings are what settings.<name> stands for in all expressions, by name; nil: there are none to speak of.
	Settings map[string]Setting

	Fuel int64 // units a record may cost; 0 means abi.DefaultFuel
}

// Compiled is the module of a check.
type Compiled struct {
	// Wasm has one check, called as the rule is.
	Wasm []byte
	// UsesNow says that results depend on the evaluation time.
	UsesNow bool

	check *ir.Check // what the module was written from
}

// Named returns the module with a name section, for those who measure where its fuel goes: its functions have names, and
// what an expression calls goes through a function that bears the expression's place, such as "require 1:14 rows". It judges
// as Wasm does, and takes a little longer.
func (c *Compiled) Named() []byte { return codegen.WriteNamed(c.check) }

// FilterLabel is the label that the module of a filter gives to a client that passes.
const FilterLabel = "match"

// compilation is the work on one check.
type compilation struct {
	env      *Env
	check    Check
	out      ir.Check
	problems []Problem
	noRow    bool   // forEach was reported: what its variable leads to is not
	target   member // what the path leads to
	found    bool   // it leads somewhere
}

// Compile type-checks a check and writes its module. The error is an *Error when the
// check is at fault.
func (e *Env) Compile(c Check) (*Compiled, error) {
	w := &compilation{env: e, check: c}
	w.checkHead()
	if !w.checkSettings() {
		return w.finish() // a field that is not there would be reported wherever it is read
	}
	w.out.Match = w.predicate("match", c.Match)
	switch c.Type {
	case abi.TypeQuality:
		w.quality()
	case abi.TypeSegmentation:
		w.segmentation()
	}
	return w.finish()
}

// CompileFilter compiles a predicate as a segmentation named "filter" that gives the label
// FilterLabel where it is true. The error is an *Error with field "filter" when the
// expression is at fault.
func (e *Env) CompileFilter(expr string) (*Compiled, error) {
	w := &compilation{env: e, check: Check{Name: "filter", Type: abi.TypeSegmentation}}
	test := w.predicate("filter", expr)
	if test == nil && len(w.problems) == 0 {
		w.report("filter", "the expression is empty")
	}
	if test != nil {
		w.out.Label = ir.CondOf(test, ir.TextOf(FilterLabel), ir.TextOf(""))
	}
	return w.finish()
}

func (w *compilation) finish() (*Compiled, error) {
	if len(w.problems) == 0 {
		w.describe()
	}
	if len(w.problems) > 0 {
		return nil, &Error{Problems: w.problems}
	}
	w.out.Fuel = w.check.Fuel
	return &Compiled{Wasm: codegen.Write(&w.out), UsesNow: usesNow(&w.out), check: &w.out}, nil
}

func usesNow(c *ir.Check) bool {
	found := false
	for _, root := range c.Roots() {
		root.Walk(func(n *ir.Node) { found = found || n.Op == ir.Now })
	}
	return found
}

// report adds a problem that has no place in an expression.
func (w *compilation) report(field, format string, args ...any) {
	w.problems = append(w.problems, Problem{Field: field, Message: fmt.Sprintf(format, args...)})
}
