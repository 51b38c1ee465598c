package bolt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"assay/server/crm"
	"assay/server/store"
)

// ChangeLife changes what was decided about a finding; see store.Lives.
func (s *Store) ChangeLife(ctx context.Context, scope crm.Scope, c store.LifeChange) (life crm.Life, err error) {
	if err := s.enter(ctx); err != nil {
		return life, err
	}
	defer s.leave()
	if c.Rule == "" || c.Code == "" && (c.Assignee != nil || c.Due != nil || c.Note != nil) {
		return life, errors.New("a decision that is not about a finding: all findings of a rule can only be waived")
	}
	err = s.submit(ctx, 1, func(w *writer) error {
		if life, err = w.changeLife(scope, c); err != nil {
			return fmt.Errorf("client %d, rule %s: %w", c.Client, c.Rule, err)
		}
		return nil
	})
	return life, err
}

func (w *writer) changeLife(scope crm.Scope, c store.LifeChange) (crm.Life, error) {
	if err := w.holder(scope, c.Client); err != nil {
		return crm.Life{}, err
	}
	of := identity{c.Rule, c.Code, c.RowID}
	record := w.lives(c.Client)[of]
	f := w.finding(c.Client, of)
	switch {
	case w.broken != nil:
		return crm.Life{}, w.broken
	case c.Unwaive && record.Waiver == nil, c.Code != "" && f == nil && !c.Unwaive:
		return crm.Life{}, crm.ErrNotFound
	}
	if c.At.IsZero() {
		c.At = crm.TimeOf(w.now)
	}
	was := record.Life
	record.apply(&c)
	if f == nil {
		f = &crm.Finding{}
	}
	w.decide(c.Client, of, was, record, cause{at: c.At, by: c.By, since: f.Since, why: "by hand"})
	return record.Life, nil
}

// apply makes the changes that a LifeChange asks for.
func (r *lifeRecord) apply(c *store.LifeChange) {
	if c.Assignee != nil {
		r.Assignee = *c.Assignee
	}
	if c.Due != nil {
		r.Due = *c.Due
	}
	if c.Note != nil {
		r.Note = *c.Note
	}
	if c.Unwaive {
		r.Waiver = nil
	}
	if c.Waive != nil {
		waiver := *c.Waive
		if waiver.At.IsZero() {
			waiver.At = c.At
		}
		r.Waiver = &waiver
	}
}

// decide stores what is decided now and logs what that changes.
func (w *writer) decide(client int64, of identity, was crm.Life, record lifeRecord, c cause) {
	is := record.Life
	waived := is.Waiver != nil && (was.Waiver == nil || *was.Waiver != *is.Waiver)
	unwaived := is.Waiver == nil && was.Waiver != nil
	changed := was.Assignee != is.Assignee || was.Due != is.Due || was.Note != is.Note
	if !waived && !unwaived && !changed {
		return
	}
	w.putLife(client, of, record)
	if changed {
		w.logLife(client, of, crm.EventFindingChanged, is, c, decision{Assignee: &is.Assignee, Due: &is.Due, Note: &is.Note})
	}
	if waived {
		w.logLife(client, of, crm.EventFindingWaived, is, c, decision{Until: &is.Waiver.Until, Reason: is.Waiver.Reason})
	}
	if unwaived {
		w.logLife(client, of, crm.EventFindingUnwaived, is, c, decision{Reason: c.why})
	}
	if waived || unwaived {
		w.resuppress(of.rule, client)
	}
}

// decision is the detail of an event about a finding's life.
type decision struct {
	Code     string    `json:"code"`
	RowID    string    `json:"rowId"`
	Assignee *string   `json:"assignee,omitempty"`
	Due      *crm.Date `json:"due,omitempty"`
	Note     *string   `json:"note,omitempty"`
	Until    *crm.Date `json:"until,omitempty"`
	Reason   string    `json:"reason,omitempty"`
}

func (w *writer) logLife(client int64, of identity, typ crm.EventType, is crm.Life, c cause, d decision) {
	d.Code, d.RowID = of.code, of.rowID
	raw, err := json.Marshal(d)
	if w.fail(err) {
		return
	}
	w.log(&event{typ: typ, at: c.at, client: client, rule: of.rule, by: c.by, detail: detail{kind: detailJSON, raw: raw}})
	past := crm.Past{At: c.at, Type: typ, By: c.by, Rule: of.rule, Code: of.code, RowID: of.rowID, Since: c.since}
	if !is.IsZero() {
		past.Life = &is
	}
	if typ == crm.EventFindingUnwaived {
		past.Reason = c.why
	}
	w.keepPast(client, &past)
}

// finding returns a stored finding, nil when there is none.
func (w *writer) finding(client int64, of identity) *crm.Finding {
	r := w.ix.rule(of.rule)
	if r == nil || !r.has.contains(uint32(client)) {
		return nil
	}
	result, err := readResult(w.block(of.rule, client>>blockBits).get(int(client&(blockSize-1))), of.rule)
	if w.fail(err) {
		return nil
	}
	if at := identify(result.Findings).find(&crm.Finding{Code: of.code, RowID: of.rowID}); at >= 0 {
		return &result.Findings[at]
	}
	return nil
}

// ExpireLives ends what has come to its end; see store.Lives.
func (s *Store) ExpireLives(ctx context.Context, today crm.Date, at crm.Time) (ended int, err error) {
	const batch = 1000
	for {
		due, err := s.expired(ctx, today, at, batch)
		if err != nil || len(due) == 0 {
			return ended, err
		}
		if err := s.enter(ctx); err != nil {
			return ended, err
		}
		n := 0
		err = s.submit(ctx, len(due), func(w *writer) error {
			for _, d := range due {
				n += w.expire(d.client, d.of, today, at)
			}
			return nil
		})
		s.leave()
		if err != nil {
			return ended, err
		}
		ended += n
	}
}

type dueLife struct {
	client int64
	of     identity
}

// expired returns the first decisions that have come to their end.
func (s *Store) expired(ctx context.Context, today crm.Date, at crm.Time, limit int) (due []dueLife, err error) {
	err = s.read(ctx, func(snap *snapshot) error {
		c := snap.tx.Bucket(bucketLives).Cursor()
		for k, v := c.First(); k != nil && len(due) < limit; k, v = c.Next() {
			client, of, r, err := readLife(k, v)
			if err != nil {
				return err
			}
			if r.waiverOver(today) || r.forgotten(at) {
				due = append(due, dueLife{client, of})
			}
		}
		return ctx.Err()
	})
	return due, err
}

func (r *lifeRecord) waiverOver(today crm.Date) bool {
	return r.Waiver != nil && r.Waiver.Until.UnixMilli() < today.UnixMilli()
}

// forgotten says whether a record has something to be forgotten: its finding closed long ago.
func (r *lifeRecord) forgotten(at crm.Time) bool {
	const kept = store.LifeKept * 24 * time.Hour
	rest := r.Life
	rest.Waiver = nil
	return !rest.IsZero() && !r.Closed.IsZero() && at.UnixMilli()-r.Closed.UnixMilli() > kept.Milliseconds()
}

func (w *writer) expire(client int64, of identity, today crm.Date, at crm.Time) (ended int) {
	record, had := w.lives(client)[of]
	if !had {
		return 0
	}
	was := record.Life
	if record.forgotten(at) {
		record.Life = crm.Life{Waiver: record.Waiver}
		was = record.Life
		w.putLife(client, of, record)
	}
	if record.waiverOver(today) {
		record.Waiver, ended = nil, 1
		w.decide(client, of, was, record, cause{at: at, why: "expired"})
	}
	return ended
}
