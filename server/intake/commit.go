package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"assay/server/canon"
	"assay/server/crm"
	"assay/server/store"
)

// commit stores the changes of a chunk and counts what became of its records.
func (j *importJob) commit(ctx context.Context, c *chunk) error {
	var changed []*record
	for _, r := range c.records {
		if j.settle(r) {
			changed = append(changed, r)
		}
	}
	if err := j.store(ctx, changed); err != nil {
		return err
	}
	for _, r := range c.records {
		j.count(r)
	}
	if j.rq.Progress != nil {
		last := c.records[len(c.records)-1]
		j.rq.Progress(int64(last.line), j.summary.Created+j.summary.Updated)
	}
	return nil
}

// settle reports whether the record has something to commit. Of several
// records for one client the first stands.
func (j *importJob) settle(r *record) bool {
	if r.failed() {
		return false
	}
	if r.old != nil && !j.touched.CheckedAdd(uint32(r.old.client.ID)) {
		r.repeated()
		return false
	}
	if j.announced != nil && r.old == nil && r.externalID != "" {
		if j.announced[r.externalID] {
			r.repeated()
			return false
		}
		j.announced[strings.Clone(r.externalID)] = true
	}
	return !r.same && !j.rq.DryRun
}

func (r *record) repeated() {
	r.fail(problemOf("externalId", "duplicate_external_id", "line", "id", clip(r.externalID)))
}

// store commits the records' changes. Those that lost a race are walked and
// committed again together: the rules changed, somebody else wrote or deleted
// the client, or an earlier line of this file created it.
func (j *importJob) store(ctx context.Context, records []*record) error {
	for attempt := 0; len(records) > 0; attempt++ {
		lost, why, err := j.commitOnce(ctx, records)
		if err != nil || len(lost) == 0 {
			return err
		}
		if attempt == maxAttempts {
			for _, r := range lost {
				r.fail(problemOf("", "conflict", "import"))
			}
			return nil
		}
		if records, err = j.again(ctx, lost, why); err != nil {
			return err
		}
	}
	return nil
}

// commitOnce returns the records that lost a race, and why: to other rules, if
// any of them did.
func (j *importJob) commitOnce(ctx context.Context, records []*record) (lost []*record, why error, err error) {
	changes := make([]store.Change, len(records))
	for i, r := range records {
		changes[i] = r.change
	}
	outcomes, err := j.in.Store.Commit(ctx, j.rq.Scope, changes)
	if err != nil {
		return nil, nil, err
	}
	for i, o := range outcomes {
		switch r := records[i]; {
		case o.Err == nil:
			j.touched.Add(uint32(o.ID))
		case lostRace(o.Err):
			lost = append(lost, r)
			if why == nil || errors.Is(o.Err, crm.ErrGenerationConflict) {
				why = o.Err
			}
		default:
			if err := r.failWith(o.Err); err != nil {
				return nil, nil, fmt.Errorf("line %d: %w", r.line, err)
			}
		}
	}
	return lost, why, nil
}

func lostRace(err error) bool {
	return errors.Is(err, crm.ErrDuplicateExternalID) || errors.Is(err, crm.ErrGenerationConflict) ||
		errors.Is(err, crm.ErrRevisionConflict) || errors.Is(err, crm.ErrNotFound)
}

// again walks records that lost a race, with the rules and clients of now, and
// returns those that still have something to commit.
func (j *importJob) again(ctx context.Context, lost []*record, why error) (left []*record, err error) {
	if err := j.in.settle(ctx, why, lost[len(lost)-1].change.Generation); err != nil {
		return nil, err
	}
	isNew := make([]bool, len(lost))
	for i, r := range lost {
		isNew[i] = r.old == nil
	}
	if err := j.walk(ctx, &chunk{records: lost}); err != nil {
		return nil, err
	}
	for i, r := range lost {
		if isNew[i] && r.old != nil && j.touched.Contains(uint32(r.old.client.ID)) {
			r.repeated()
		}
		if !r.failed() && !r.same {
			left = append(left, r)
		}
	}
	return left, nil
}

func (j *importJob) count(r *record) {
	s := j.summary
	switch {
	case r.failed():
		s.Failed++
		s.Errors = append(s.Errors, r.errs[:min(len(r.errs), maxErrors-len(s.Errors))]...)
	case r.same:
		s.Unchanged++
	case r.old != nil:
		s.Updated++
	default:
		s.Created++
	}
}

// externalIDOf reads the canonical external id out of a document that is no
// client by itself, "" when it has none.
func externalIDOf(doc string) string {
	var c crm.Client
	d := &reader{}
	d.reset(doc)
	d.object(func(name string) {
		if name == "externalId" && d.dec.PeekKind() == '"' {
			d.text(&c.ExternalID, maxText)
			return
		}
		d.value()
	})
	return canon.Text(c.ExternalID)
}
