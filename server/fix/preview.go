package fix

import (
	"context"
	"errors"
	"time"

	"assay/server/crm"
	"assay/server/intake"
)

const (
	previewTime = 10 * time.Second
	sampleSize  = 20
)

// Preview looks at what a selection chooses and changes nothing. It ends after 10 seconds.
func (f *Fixer) Preview(ctx context.Context, scope crm.Scope, by string, s Selection) (*crm.FixPreview, error) {
	f.chooseRules(&s)
	j := &Job{Fix: crm.Fix{By: by}, Scope: scope, Selection: s}
	total, err := f.total(ctx, j)
	if err != nil {
		return nil, err
	}
	out := &crm.FixPreview{Total: total, Sample: []crm.FixSample{}}
	begun := f.Now()
	for after := ""; ; {
		p, err := f.fixPage(ctx, j, after)
		if err != nil {
			return nil, err
		}
		for _, c := range p.clients {
			if err := f.look(ctx, j, c, out); err != nil {
				return nil, err
			}
		}
		if after = p.after; after == "" {
			out.Finished = true
			return out, nil
		}
		if f.Now().Sub(begun) > previewTime {
			return out, nil
		}
	}
}

func (f *Fixer) look(ctx context.Context, j *Job, c candidate, out *crm.FixPreview) error {
	change, err := planOf(c)
	if err != nil {
		return err
	}
	out.Looked++
	if change.Outcome == crm.FixFaulty {
		out.Unfit++
	}
	if change.Outcome != crm.FixPlanned {
		return nil
	}
	out.Clients++
	out.Edits += int64(len(change.Edits))
	if len(out.Sample) == sampleSize {
		return nil
	}
	sample := crm.FixSample{Client: crm.ClientRef{ID: c.client.ID, Name: c.client.Name, Manager: c.client.Manager}, Edits: change.Edits}
	answer, err := f.Writer.Patch(ctx, c.client.ID, intake.Request{Scope: j.Scope, By: j.By, Doc: change.patch, DryRun: true})
	if errors.Is(err, crm.ErrNotFound) {
		return nil // deleted meanwhile
	}
	if err := f.settle(change, answer, err); err != nil {
		return err
	}
	sample.Edits, sample.Refused = change.Edits, change.Message
	out.Sample = append(out.Sample, sample)
	return nil
}
