package run

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"assay/rules"
	"assay/server/author"
	"assay/server/author/clients"
	"assay/server/cases"
	"assay/server/engine"
)

// Said is what a rule says of a client, if it says anything.
type Said struct {
	Line     int              `json:"line"` // of the file
	Client   clients.Client   `json:"client"`
	Rule     string           `json:"rule"`
	Findings []Finding        `json:"findings,omitempty"`
	Label    string           `json:"label,omitempty"`
	Reason   string           `json:"reason,omitempty"` // for the label
	Measures map[string]int64 `json:"measures,omitempty"`
	Error    string           `json:"error,omitempty"` // why the rule could not judge the client
	Fuel     int64            `json:"fuel"`            // units
}

// Finding is a finding as people read it.
type Finding struct {
	Code     string          `json:"code"`
	Severity rules.Severity  `json:"severity"`
	Path     string          `json:"path,omitempty"`
	RowID    string          `json:"rowId,omitempty"`
	Message  string          `json:"message"`
	Suggest  json.RawMessage `json:"suggest,omitempty"`
}

// Options say how clients are judged.
type Options struct {
	Now      time.Time // of the evaluation
	Language string    // of messages; "": English
	// Said gets what rules say, client by client in their order, and of a client in the order of the rules. Nil: nobody.
	Said func(*Said) error
}

// mostClients is how many clients a batch has at most: what is read is told soon, of a slow source too.
const mostClients = 1000

// Over judges all clients of a reader by all rules of a project and returns the summary of those that were judged,
// after an error too. The error is the reader's, that of Options.Said or the context's.
func Over(ctx context.Context, p *author.Project, r *clients.Reader, o Options) (*Summary, error) {
	judging := judging{project: p, options: o, summary: newSummary(p)}
	defer judging.summary.finish()
	var batch clients.Batch
	for {
		err := r.Next(&batch, mostClients)
		if errors.Is(err, io.EOF) {
			return judging.summary, nil
		}
		if err == nil {
			err = judging.batch(ctx, &batch)
		}
		if err != nil {
			return judging.summary, err
		}
	}
}

// judging is Over on its way.
type judging struct {
	project *author.Project
	options Options
	summary *Summary
}

func (j *judging) batch(ctx context.Context, b *clients.Batch) error {
	verdicts := make([][]engine.Verdict, len(j.project.Rules))
	for i, r := range j.project.Rules {
		began := time.Now()
		judged, err := r.Judge(ctx, j.options.Now, &b.Cards)
		if err != nil {
			return err
		}
		verdicts[i] = judged
		j.summary.Rules[i].Nanoseconds += time.Since(began).Nanoseconds()
	}
	j.summary.Clients += int64(len(b.Clients))
	for client := range b.Clients {
		for i, r := range j.project.Rules {
			v := &verdicts[i][client]
			j.summary.Rules[i].add(r.Rule, v)
			if err := j.say(b, client, r, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// say tells a verdict, if it says anything.
func (j *judging) say(b *clients.Batch, client int, r *author.Rule, v *engine.Verdict) error {
	silent := len(v.Findings) == 0 && v.Label == "" && len(v.Measures) == 0 && v.Error == ""
	if silent || j.options.Said == nil {
		return nil
	}
	s := &Said{Line: b.Lines[client], Client: b.Clients[client], Rule: r.Name, Label: v.Label, Measures: v.Measures, Error: v.Error, Fuel: v.Fuel}
	if v.Label != "" {
		s.Reason = cases.Reason(r.Rule, v, j.options.Language)
	}
	for i := range v.Findings {
		f := &v.Findings[i]
		s.Findings = append(s.Findings, Finding{Code: f.Code, Severity: cases.Severity(r.Rule, f), Path: f.Path, RowID: f.RowID,
			Message: cases.Message(r.Rule, f, j.options.Language), Suggest: f.Suggest})
	}
	return j.options.Said(s)
}
