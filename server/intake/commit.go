package intake

import (
	"context"
	"errors"
	"fmt"

	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
)

// commit stores the changes of a chunk and counts what became of its records.
func (j *importJob) commit(ctx context.Context, c *chunk) error {
	var records []*record
	var changes []store.Change
	for _, r := range c.records {
		if j.settle(r) {
			records, changes = append(records, r), append(changes, r.change)
		}
	}
	if err := j.commitChanges(ctx, records, changes); err != nil {
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
		j.announced[r.externalID] = true
	}
	return !r.same && !j.rq.DryRun
}

func (r *record) repeated() {
	r.fail("externalId", "duplicate_external_id", fmt.Sprintf("an earlier line of this file is for the client %q already", clip(r.externalID)))
}

func (j *importJob) commitChanges(ctx context.Context, records []*record, changes []store.Change) error {
	if len(changes) == 0 {
		return nil
	}
	outcomes, err := j.in.Store.Commit(ctx, j.rq.Scope, changes)
	if err != nil {
		return err
	}
	for i, o := range outcomes {
		if o.Err == nil {
			j.touched.Add(uint32(o.ID))
			continue
		}
		if err := j.again(ctx, records[i], o.Err); err != nil {
			return err
		}
	}
	return nil
}

// again walks a record that lost a race by itself: the rules changed, somebody
// else wrote the client, or a line of this file created it meanwhile.
func (j *importJob) again(ctx context.Context, r *record, lost error) error {
	asNew := r.old == nil
	for range maxAttempts {
		if !errors.Is(lost, crm.ErrDuplicateExternalID) && !errors.Is(lost, crm.ErrGenerationConflict) &&
			!errors.Is(lost, crm.ErrRevisionConflict) && !errors.Is(lost, engine.ErrClosed) {
			return r.failWith(lost)
		}
		if err := j.in.settle(ctx, lost, r.change.Generation); err != nil {
			return err
		}
		r.old = nil
		alone := &chunk{records: []*record{r}}
		if err := j.walk(ctx, alone); err != nil {
			return err
		}
		if asNew && r.old != nil && j.touched.Contains(uint32(r.old.client.ID)) {
			r.repeated()
		}
		if r.failed() || r.same {
			return nil
		}
		outcomes, err := j.in.Store.Commit(ctx, j.rq.Scope, []store.Change{r.change})
		if err != nil {
			return err
		}
		if lost = outcomes[0].Err; lost == nil {
			j.touched.Add(uint32(outcomes[0].ID))
			return nil
		}
	}
	return fmt.Errorf("line %d: %w", r.line, lost)
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

// externalIDOf reads the external id out of a document that is no client by
// itself, "" when it has none.
func externalIDOf(doc []byte) string {
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
	return c.ExternalID
}
