package server

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"assay/rules"
	"assay/server/crm"
	"assay/server/preview"
	"assay/server/reconcile"
	"assay/server/report"
)

// differ says what versions of rules would change, in the words of the rules.
type differ struct{ *reconcile.Reconciler }

// Diff implements rest.Differ.
func (d differ) Diff(ctx context.Context, rq reconcile.DiffRequest, language string) (*crm.RuleDiff, error) {
	found, err := d.Reconciler.Diff(ctx, rq)
	if err != nil {
		return nil, err
	}
	out := &crm.RuleDiff{Rule: found.Rule, Version: found.Version, Shadow: found.Shadow, AsOf: crm.TimeOf(found.At), Clients: found.Clients,
		Judged: found.Judged, Partial: !found.Done(), Errors: found.Failed, Failure: found.Failure}
	v := diffView{after: reportRule(found.After), language: language}
	if v.before = v.after; found.Before != nil {
		v.before = reportRule(found.Before)
	}
	if found.After.Spec.Type == rules.Quality || found.Before != nil && found.Before.Spec.Type == rules.Quality {
		out.Opened, out.Closed, out.Changed = v.findings(&found.Opened), v.findings(&found.Closed), v.findings(&found.Changed)
	}
	if found.After.Spec.Type == rules.Segmentation || found.Before != nil && found.Before.Spec.Type == rules.Segmentation {
		out.Entered, out.Left, out.Moved = v.labels(&found.Entered), v.labels(&found.Left), v.labels(&found.Moved)
	}
	return out, nil
}

// diffView shows changes in the words of the version that they are of.
type diffView struct {
	before, after report.Rule
	language      string
}

func (v *diffView) findings(c *preview.Changes) *crm.FindingChanges {
	out := &crm.FindingChanges{Findings: c.Count, Clients: c.Clients, BySeverity: c.BySeverity, ByManager: c.ByManager.Counts(),
		BySource: c.BySource.Counts(), Sample: []crm.ChangedFinding{}}
	if out.BySeverity == nil {
		out.BySeverity = map[crm.Severity]int64{}
	}
	for _, change := range c.Sample {
		sample := crm.ChangedFinding{Client: change.Client}
		if change.Before != nil {
			sample.Finding = report.View(&v.before, change.Client.ID, change.Before, v.language)
		}
		if change.After != nil {
			was := sample.Finding
			sample.Finding = report.View(&v.after, change.Client.ID, change.After, v.language)
			if change.Before != nil {
				sample.Was = &was
			}
		}
		out.Sample = append(out.Sample, sample)
	}
	return out
}

func (v *diffView) labels(c *preview.Changes) *crm.LabelChanges {
	out := &crm.LabelChanges{Clients: c.Clients, Labels: []crm.LabelChange{}, ByManager: c.ByManager.Counts(), BySource: c.BySource.Counts(), Sample: []crm.ChangedLabel{}}
	for way, clients := range c.ByLabel {
		out.Labels = append(out.Labels, crm.LabelChange{From: way[0], To: way[1], Clients: clients})
	}
	slices.SortFunc(out.Labels, func(a, b crm.LabelChange) int {
		return cmp.Or(cmp.Compare(b.Clients, a.Clients), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
	for _, change := range c.Sample {
		out.Sample = append(out.Sample, crm.ChangedLabel{Client: change.Client, From: change.From, To: change.To,
			Reason: report.Reason(&v.after, change.To, change.Reason, v.language)})
	}
	return out
}
