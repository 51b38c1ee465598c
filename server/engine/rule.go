package engine

import (
	"fmt"
	"sync"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
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
	stats      stats
	breaker    *breaker // nil: the rule is asked however often it fails
}

// Trial returns the rule with figures of its own, to be tried out: it is never
// quarantined. It runs on the same module, which is the rule's to close.
func (r *Rule) Trial() *Rule {
	return &Rule{Name: r.Name, Spec: r.Spec, Digest: r.Digest, Wasm: r.Wasm, UsesNow: r.UsesNow, module: r.module, configured: r.configured}
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

// result makes the domain's result of what the module answered about a card.
func (r *Rule) result(reader *abi.ResultsReader, packed []byte, fault error) (crm.Result, bool) {
	if fault != nil {
		return crm.Result{Rule: r.Name, Error: fault.Error()}, true
	}
	out := crm.Result{Rule: r.Name}
	err := reader.Read(packed, func(row *abi.ResultRow) error { return r.take(&out, row) })
	if err != nil {
		return crm.Result{Rule: r.Name, Error: err.Error()}, true
	}
	if out.Error != "" {
		return crm.Result{Rule: r.Name, Error: out.Error}, true
	}
	return out, len(out.Findings) > 0 || out.Label != ""
}

func (r *Rule) take(out *crm.Result, row *abi.ResultRow) error {
	switch row.Kind {
	case abi.ResultFinding:
		return r.takeFinding(out, row)
	case abi.ResultLabel:
		if r.Spec.Type != rules.Segmentation {
			return fmt.Errorf("a %s check gave a label", r.Spec.Type)
		}
		if _, declared := r.Spec.Labels[row.Label]; !declared && len(r.Spec.Labels) > 0 {
			return fmt.Errorf("the label %q is not among the rule's labels", row.Label)
		}
		out.Label, out.Reason = row.Label, params(row.Params)
	case abi.ResultError:
		out.Error = row.Error
	}
	return nil
}

func (r *Rule) takeFinding(out *crm.Result, row *abi.ResultRow) error {
	if r.Spec.Type != rules.Quality {
		return fmt.Errorf("a %s check gave a finding", r.Spec.Type)
	}
	f := crm.Finding{Rule: r.Name, Code: row.Code, Path: row.Path, RowID: row.RowID, Params: params(row.Params), Suggest: row.Suggest, Severity: crm.Severity(row.Severity)}
	for i := range out.Findings {
		if crm.SameIdentity(&out.Findings[i], &f) {
			return nil // one finding an identity: the first stands
		}
	}
	out.Findings = append(out.Findings, f)
	return nil
}

func params(in []abi.Param) []crm.Param {
	if len(in) == 0 {
		return nil
	}
	out := make([]crm.Param, len(in))
	for i, p := range in {
		out[i] = crm.Param{Key: p.Key, Value: p.Value}
	}
	return out
}
