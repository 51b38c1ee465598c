package intake

import (
	"context"
	"errors"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/formats"
	"assay/server/store"
)

// record is one record of a file on its walk.
type record struct {
	line       int
	doc        string
	errs       []formats.LineError
	externalID string
	old        *stored // the client it is for, nil for a new one
	client     *crm.Client
	same       bool // the client says that already
	change     store.Change
}

func (r *record) failed() bool { return len(r.errs) > 0 }

func (r *record) fail(p crm.Problem) {
	r.errs = append(r.errs, formats.LineError{Line: r.line, Field: p.Field, Code: p.Code, Message: p.Message, Text: p.Text, Args: p.Args})
}

// failWith lists an error's reasons as the line's.
func (r *record) failWith(err error) error {
	var invalid *crm.InvalidError
	var malformed *crm.MalformedError
	var refused *RefusedError
	switch {
	case errors.As(err, &invalid):
		for _, p := range invalid.Problems {
			r.fail(p)
		}
	case errors.As(err, &malformed):
		r.fail(crm.Problem{Code: malformed.Code, Message: malformed.Detail, Text: malformed.Text, Args: malformed.Args})
	case errors.As(err, &refused):
		for _, res := range refused.Results {
			if res.Error != "" {
				r.fail(problemOf("", "refused_by_rule", "", "rule", res.Rule))
			}
			for i := range res.Findings {
				r.fail(problemOf(res.Findings[i].Path, "refused_by_rule", "", "rule", res.Rule))
			}
		}
	case errors.Is(err, crm.ErrDuplicateExternalID):
		r.fail(problemOf("externalId", "duplicate_external_id", ""))
	case errors.Is(err, crm.ErrTooLarge):
		r.fail(problemOf("", "too_large", "client"))
	default:
		return err
	}
	return nil
}

// walk takes the records of a chunk up to the commit, with the rules in force.
func (j *importJob) walk(ctx context.Context, c *chunk) error {
	for attempt := 0; ; attempt++ {
		err := j.walkWith(ctx, j.in.Current(), c)
		if attempt == maxAttempts || !errors.Is(err, engine.ErrClosed) {
			return err
		}
	}
}

func (j *importJob) walkWith(ctx context.Context, set *engine.Set, c *chunk) error {
	now := j.in.Now()
	if err := j.readAll(ctx, set, c.records); err != nil {
		return err
	}
	batch := new(abi.Batch)
	from := 0
	for i, r := range c.records {
		if err := j.encode(r, crm.TimeOf(now)); err != nil {
			return err
		}
		if r.change.Card != nil {
			batch.Add(r.change.Card)
		}
		if batch.Full() || i == len(c.records)-1 {
			results, unjudged, err := set.Evaluate(ctx, now, batch)
			if err != nil {
				return err
			}
			if err := j.judge(ctx, set, c.records[from:i+1], results, unjudged); err != nil {
				return err
			}
			batch.Reset()
			from = i + 1
		}
	}
	return nil
}

// readAll decodes the documents: onto an empty client first, and again onto
// the stored client where there is one.
func (j *importJob) readAll(ctx context.Context, set *engine.Set, records []*record) error {
	create := write{edit: merge}
	var keyed []*record
	var ids []string
	for _, r := range records {
		if r.old = nil; r.failed() {
			continue
		}
		if err := j.read(r, nobody, set, create); err != nil {
			return err
		}
		if r.externalID != "" {
			keyed, ids = append(keyed, r), append(ids, r.externalID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := j.in.Store.ByExternalID(ctx, j.rq.Scope, ids)
	if err != nil {
		return err
	}
	for i, r := range keyed {
		if err := j.match(r, found[i], set); err != nil {
			return err
		}
	}
	return nil
}

// read decodes the record onto before; a merge patch without a name is an
// error only when there is no client that has one.
func (j *importJob) read(r *record, before *crm.Client, set *engine.Set, w write) error {
	c, err := j.in.read(r.doc, before, set, w)
	var invalid *crm.InvalidError
	if errors.As(err, &invalid) && before.ID == 0 && j.rq.Key != "" {
		r.externalID = externalIDOf(r.doc)
	}
	if err != nil {
		return r.failWith(err)
	}
	r.client, r.externalID = c, c.ExternalID
	return nil
}

// match makes the record a change of the client that has its external id.
func (j *importJob) match(r *record, found store.Lookup, set *engine.Set) error {
	switch {
	case found.Taken, found.Card != nil && j.rq.Key == "":
		r.fail(problemOf("externalId", "duplicate_external_id", "import", "id", clip(r.externalID)))
		return nil
	case found.Card == nil:
		return nil
	}
	old, err := decodeStored(found.Card, nil)
	if err != nil {
		return err
	}
	w := write{edit: merge}
	if j.rq.Mode == "replace" {
		w.edit = replace
	}
	r.old, r.errs = old, nil
	return j.read(r, old.client, set, w)
}

// encode makes the record's change, without results yet.
func (j *importJob) encode(r *record, now crm.Time) error {
	r.change, r.same = store.Change{}, false
	if r.failed() {
		return nil
	}
	before := nobody
	var changed []string
	if r.old != nil {
		before = r.old.client
		changed = changedFields(before, r.client)
		if r.same = len(changed) == 0; r.same {
			return nil
		}
	}
	stamp(r.client, before, now)
	card, err := crm.EncodeCard(nil, r.client)
	if err != nil {
		return r.failWith(unstorable(err))
	}
	r.change = store.Change{ID: before.ID, Expect: before.Revision, Card: card, At: now, By: j.rq.By, Fields: changed}
	r.client = nil // the card says it in a tenth of the memory
	return nil
}

// judge adds the results to the changes, in the order the cards were added to
// the batch, and fails what enforcing rules refuse.
func (j *importJob) judge(ctx context.Context, set *engine.Set, records []*record, results [][]crm.Result, unjudged []string) error {
	next := 0
	for _, r := range records {
		if r.change.Card == nil {
			continue
		}
		r.change.Results, r.change.Unjudged, r.change.Generation = results[next], unjudged, set.Generation
		next++
		var err error
		if r.change.Override, err = overridden(j.rq.Override, enforce(ctx, set, r.change.At.Time(), verdict{r.change.Results, unjudged}, r.change.Card, r.old)); err == nil {
			continue
		}
		if err := r.failWith(err); err != nil {
			return err
		}
	}
	return nil
}
