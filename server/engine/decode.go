package engine

import (
	"fmt"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
)

// decoder makes results of what one rule's module answers. It remembers the last answer: clients mostly lack the same,
// and what a module says of that is the same bytes.
type decoder struct {
	reader abi.ResultsReader
	packed []byte        // the last answer that was findings alone
	said   []crm.Finding // which
}

// forget makes the decoder ready for another rule.
func (d *decoder) forget() { d.packed, d.said = d.packed[:0], d.said[:0] }

// result makes the domain's result of what the module of a rule answered about a card.
func (d *decoder) result(r *Rule, on *shelf, packed []byte, fault error) (crm.Result, bool) {
	if fault != nil {
		return crm.Result{Rule: r.Name, Error: fault.Error()}, true
	}
	out := crm.Result{Rule: r.Name}
	if len(d.packed) > 0 && string(d.packed) == string(packed) {
		for i := range d.said {
			on.addFinding(&d.said[i])
		}
		out.Findings = on.takeFindings()
		return out, true
	}
	err := d.reader.Read(packed, func(row *abi.ResultRow) error { return r.take(&out, on, row) })
	out.Findings = on.takeFindings()
	if err != nil {
		return crm.Result{Rule: r.Name, Error: err.Error()}, true
	}
	if out.Error != "" {
		return crm.Result{Rule: r.Name, Error: out.Error}, true
	}
	if len(out.Findings) == 1 && out.Findings[0].Params == nil && out.Findings[0].Suggest == nil {
		d.packed, d.said = append(d.packed[:0], packed...), append(d.said[:0], out.Findings...)
	}
	return out, len(out.Findings) > 0 || out.Label != ""
}

func (r *Rule) take(out *crm.Result, on *shelf, row *abi.ResultRow) error {
	switch row.Kind {
	case abi.ResultFinding:
		return r.takeFinding(on, row)
	case abi.ResultLabel:
		if r.Spec.Type != rules.Segmentation {
			return fmt.Errorf("a %s check gave a label", r.Spec.Type)
		}
		if _, declared := r.Spec.Labels[row.Label]; !declared && len(r.Spec.Labels) > 0 {
			return fmt.Errorf("the label %q is not among the rule's labels", row.Label)
		}
		out.Label, out.Reason = row.Label, on.keepParams(row.Params)
	case abi.ResultError:
		out.Error = row.Error
	}
	return nil
}

func (r *Rule) takeFinding(on *shelf, row *abi.ResultRow) error {
	if r.Spec.Type != rules.Quality {
		return fmt.Errorf("a %s check gave a finding", r.Spec.Type)
	}
	f := crm.Finding{Rule: r.Name, Code: row.Code, Path: row.Path, RowID: row.RowID, Params: on.keepParams(row.Params), Suggest: row.Suggest, Severity: crm.Severity(row.Severity)}
	for i := range on.findings {
		if crm.SameIdentity(&on.findings[i], &f) {
			return nil // one finding an identity: the first stands
		}
	}
	on.addFinding(&f)
	return nil
}
