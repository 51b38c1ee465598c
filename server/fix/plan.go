package fix

import (
	"fmt"
	"slices"

	"assay/server/crm"
)

// change is what is to be done to one client: what is kept of it, and the patch that does it.
type change struct {
	*crm.FixedClient
	patch []byte
}

// planFix makes a change of what rules suggest for a client, waived findings aside. One place gets one value: the first suggestion stands.
func planFix(c *crm.Client, results []crm.Result, wanted func(rule string) bool) (*change, error) {
	p, err := newPlan(c)
	if err != nil {
		return nil, err
	}
	for _, r := range results {
		if !wanted(r.Rule) {
			continue
		}
		for i := range r.Findings {
			if f := &r.Findings[i]; len(f.Suggest) > 0 && !f.Waived {
				p.add(crm.FixEdit{Rule: f.Rule, Code: f.Code, Path: f.Path, RowID: f.RowID, After: f.Suggest})
			}
		}
	}
	return p.change()
}

// planUndo makes a change that takes back what was done to a client, as far as it stands as it was left.
func planUndo(c *crm.Client, done *crm.FixedClient) (*change, error) {
	p, err := newPlan(c)
	if err != nil {
		return nil, err
	}
	for _, e := range done.Edits {
		at, err := p.doc.find(e.Path, e.RowID)
		if err == nil && !same(at.value(), e.After) {
			err = fmt.Errorf("%s was changed since", e.Path)
		}
		if err != nil {
			p.conflicts = append(p.conflicts, err)
			continue
		}
		p.add(crm.FixEdit{Rule: e.Rule, Code: e.Code, Path: e.Path, RowID: e.RowID, After: e.Before})
	}
	return p.change()
}

// plan collects the edits of one client.
type plan struct {
	client    *crm.FixedClient
	doc       document
	faults    []error
	conflicts []error
}

func newPlan(c *crm.Client) (*plan, error) {
	doc, err := documentOf(c)
	return &plan{client: &crm.FixedClient{Client: c.ID, From: c.Revision, Edits: []crm.FixEdit{}}, doc: doc}, err
}

func (p *plan) add(e crm.FixEdit) {
	if slices.ContainsFunc(p.client.Edits, func(other crm.FixEdit) bool { return other.Path == e.Path && other.RowID == e.RowID }) {
		return
	}
	at, err := p.doc.find(e.Path, e.RowID)
	if err != nil {
		p.faults = append(p.faults, err)
		return
	}
	e.Before = at.value()
	if same(e.Before, e.After) {
		return
	}
	if err := at.put(e.After); err != nil {
		p.faults = append(p.faults, fmt.Errorf("%s: %w", e.Path, err))
		return
	}
	p.client.Edits = append(p.client.Edits, e)
}

// change ends the plan. Without edits there is nothing to do, and the outcome is known.
func (p *plan) change() (*change, error) {
	out := &change{FixedClient: p.client}
	switch {
	case len(p.client.Edits) > 0:
		p.client.Outcome = crm.FixPlanned
		if left := slices.Concat(p.conflicts, p.faults); len(left) > 0 {
			p.client.Message = "not all of it: " + left[0].Error()
		}
		var paths []string
		for _, e := range p.client.Edits {
			paths = append(paths, e.Path)
		}
		var err error
		out.patch, err = p.doc.patch(paths)
		return out, err
	case len(p.conflicts) > 0:
		p.client.Outcome, p.client.Message = crm.FixConflict, p.conflicts[0].Error()
	case len(p.faults) > 0:
		p.client.Outcome, p.client.Message = crm.FixFaulty, p.faults[0].Error()
	default:
		p.client.Outcome = crm.FixUnchanged
	}
	return out, nil
}
