package report

import (
	"cmp"
	"slices"

	"assay/server/crm"
)

// alive shows with a finding what was decided about it. Of several waivers the
// one that lasts longest is shown.
func (r *Reporter) alive(v *crm.FindingView, client int64, f *crm.Finding) {
	v.Waived = f.Waived
	if f.Life != nil {
		v.Assignee, v.Due, v.Note = f.Life.Assignee, f.Life.Due, f.Life.Note
		if w := f.Life.Waiver; w != nil {
			waived(v, w.Until, w.Reason, v.ID)
		}
	}
	if w := f.WaivedAt; w != nil {
		waived(v, w.Until, w.Reason, crm.RuleWaiverID(client, f.Rule))
	}
	for _, selector := range f.WaivedBy {
		if r.Waiver == nil {
			return
		}
		if w := r.Waiver(selector); w != nil {
			waived(v, w.Until, w.Reason, w.ID)
		}
	}
}

func waived(v *crm.FindingView, until crm.Date, reason, id string) {
	if v.WaivedUntil.IsZero() || until.UnixMilli() > v.WaivedUntil.UnixMilli() {
		v.WaivedUntil, v.WaiverReason, v.Waiver = until, reason, id
	}
}

// History puts together what became of a client's findings: those that are open,
// and those that have closed, the newest first.
func (r *Reporter) History(client int64, results []crm.Result, past []crm.Past) []crm.FindingHistory {
	var list []*crm.FindingHistory
	open := map[string]*crm.FindingHistory{} // by identity: the one that changes belong to
	begin := func(f *crm.Finding) *crm.FindingHistory {
		h := &crm.FindingHistory{ID: crm.FindingID(client, f), Rule: f.Rule, Code: f.Code, RowID: f.RowID, OpenedAt: f.Since, Changes: []crm.LifeChange{}}
		list, open[h.ID] = append(list, h), h
		return h
	}
	for _, p := range past {
		f := &crm.Finding{Rule: p.Rule, Code: p.Code, RowID: p.RowID, Since: p.Since}
		h := open[crm.FindingID(client, f)]
		if h == nil || p.Code != "" && !p.Since.IsZero() && h.OpenedAt != p.Since {
			h = begin(f)
		}
		if p.Type == crm.EventFindingClosed {
			h.ClosedAt, h.Reason, h.By = p.At, p.Reason, p.By
			continue
		}
		h.Changes = append(h.Changes, changeOf(&p))
	}
	for i := range results {
		for j := range results[i].Findings {
			f := &results[i].Findings[j]
			if h := open[crm.FindingID(client, f)]; h == nil || !h.ClosedAt.IsZero() {
				begin(f)
			}
		}
	}
	out := make([]crm.FindingHistory, len(list))
	for i, h := range list {
		out[i] = *h
	}
	slices.SortStableFunc(out, func(a, b crm.FindingHistory) int { return cmp.Compare(b.OpenedAt.UnixMilli(), a.OpenedAt.UnixMilli()) })
	return out
}

func changeOf(p *crm.Past) crm.LifeChange {
	c := crm.LifeChange{At: p.At, Type: map[crm.EventType]string{crm.EventFindingChanged: "changed", crm.EventFindingWaived: "waived", crm.EventFindingUnwaived: "unwaived"}[p.Type],
		By: p.By, Rule: p.Code == "", Reason: p.Reason}
	if p.Life == nil {
		return c
	}
	c.Assignee, c.Due, c.Note = p.Life.Assignee, p.Life.Due, p.Life.Note
	if w := p.Life.Waiver; w != nil {
		c.WaivedUntil = w.Until
		if c.Type == "waived" {
			c.Reason = w.Reason
		}
	}
	return c
}
