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

// Preview is what a job would do.
type Preview struct {
	Total    int64    `json:"total"`   // clients with findings of the selection
	Looked   int64    `json:"looked"`  // of them, when the time for a preview ended; the counts are of these
	Clients  int64    `json:"clients"` // that would be changed
	Edits    int64    `json:"edits"`   // values that would be put in their places
	Unfit    int64    `json:"unfit"`   // clients whose suggestions cannot be put in their places
	Sample   []Sample `json:"sample"`
	Finished bool     `json:"finished"` // all were looked at
}

// Sample is one client that would be changed.
type Sample struct {
	Client  crm.ClientRef `json:"client"`
	Edits   []Edit        `json:"edits"`
	Refused string        `json:"refused,omitempty"` // why the write would not be taken
}

// Preview looks at what a selection chooses and changes nothing. It ends after 10 seconds.
func (f *Fixer) Preview(ctx context.Context, scope crm.Scope, by string, s Selection) (*Preview, error) {
	j := &Job{Scope: scope, By: by, Selection: s}
	total, err := f.total(ctx, j)
	if err != nil {
		return nil, err
	}
	out := &Preview{Total: total, Sample: []Sample{}}
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

func (f *Fixer) look(ctx context.Context, j *Job, c candidate, out *Preview) error {
	change, err := planOf(c)
	if err != nil {
		return err
	}
	out.Looked++
	if change.Outcome == Faulty {
		out.Unfit++
	}
	if change.Outcome != Planned {
		return nil
	}
	out.Clients++
	out.Edits += int64(len(change.Edits))
	if len(out.Sample) == sampleSize {
		return nil
	}
	sample := Sample{Client: crm.ClientRef{ID: c.client.ID, Name: c.client.Name, Manager: c.client.Manager}, Edits: change.Edits}
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
