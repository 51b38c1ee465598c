package engine

import (
	"sync"

	"assay/rules"
	"assay/rules/cel"
	"assay/sdk/abi"
)

var batches = sync.Pool{New: func() any { return new(abi.Batch) }}

// Rule is one declared rule, compiled and bound to its module.
type Rule struct {
	Name    string
	Spec    rules.RuleSpec
	Digest  string // of the module that runs; of a CEL rule, the compiled one
	Wasm    []byte // the module's bytes, when this compilation made them
	UsesNow bool   // its verdicts change with the calendar

	// Alarm is called by the evaluation that has the rule quarantined; it must
	// not wait. It is set before the rule is in force, nil for nobody.
	Alarm func()

	module     Module
	configured abi.Configured
	compiled   *cel.Compiled // of a CEL rule
	stats      stats
	breaker    *breaker // nil: the rule is asked however often it fails
}

// Trial returns the rule with figures of its own, to be tried out: it is never
// quarantined. It runs on the same module, which is the rule's to close.
func (r *Rule) Trial() *Rule {
	return &Rule{Name: r.Name, Spec: r.Spec, Digest: r.Digest, Wasm: r.Wasm, UsesNow: r.UsesNow, module: r.module, configured: r.configured}
}

// Named returns the module of a rule in CEL with names in it, for profiles; nil of a rule that runs on a module of somebody
// else's.
func (r *Rule) Named() []byte {
	if r.compiled == nil {
		return nil
	}
	return r.compiled.Named()
}

// Running reports whether the rule has a module to run.
func (r *Rule) Running() bool { return r.module != nil }

// Description returns what the running module says of this rule's check.
func (r *Rule) Description() (abi.CheckDescription, bool) {
	if r.module == nil {
		return abi.CheckDescription{}, false
	}
	d := r.module.Description()
	i := d.Check(r.configured.Check)
	if i < 0 {
		return abi.CheckDescription{}, false
	}
	return d.Checks[i], true
}
