package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/store"
)

// What was decided about a finding is stored under the client number and the
// finding's identity as texts: rule, code, row id. With no code it is about all
// findings of the rule at the client. It is JSON: people write these, one by one.

// identity is a finding's among those of its client.
type identity struct{ rule, code, rowID string }

// lifeRecord is what is stored under one identity.
type lifeRecord struct {
	crm.Life
	Closed crm.Time `json:"closed,omitzero"` // when the finding closed; none while it is open
}

// lives is what was decided about the findings of one client.
type lives map[identity]lifeRecord

func lifeKey(client int64, of identity) []byte {
	return appendText(appendText(appendText(key(client), of.rule), of.code), of.rowID)
}

func readLife(k, value []byte) (client int64, of identity, r lifeRecord, err error) {
	if len(k) < 8 {
		return 0, of, r, fmt.Errorf("%w: a decision about a finding has a key of %d bytes", ErrDamaged, len(k))
	}
	d := decoder{b: k[8:]}
	of = identity{d.text(), d.text(), d.text()}
	if err := json.Unmarshal(value, &r); err != nil {
		d.fail(err)
	}
	return number(k[:8]), of, r, d.problem("decision about a finding")
}

// readLives returns what was decided about a client's findings.
func readLives(tx *bbolt.Tx, client int64) (lives, error) {
	found, prefix := lives{}, key(client)
	c := tx.Bucket(bucketLives).Cursor()
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
		_, of, r, err := readLife(k, v)
		if err != nil {
			return nil, err
		}
		found[of] = r
	}
	return found, nil
}

// lives returns what was decided about a client's findings, nil for nothing.
func (w *writer) lives(client int64) lives {
	if !w.ix.lives.contains(uint32(client)) {
		return nil
	}
	found, err := readLives(w.tx, client)
	w.fail(err)
	return found
}

// waives tells whether a waiver of its own covers a finding, or all of a rule's.
func (l lives) waives(of identity) bool {
	return l[of].Waiver != nil || l[identity{rule: of.rule}].Waiver != nil
}

// putLife stores what is decided about a finding; nothing removes it.
func (w *writer) putLife(client int64, of identity, r lifeRecord) {
	bucket := w.tx.Bucket(bucketLives)
	if r.IsZero() {
		w.remove(bucket, lifeKey(client, of))
		if left, err := readLives(w.tx, client); !w.fail(err) && len(left) == 0 {
			w.ix.lives = w.ix.lives.remove(uint32(client), w.own)
		}
		return
	}
	value, err := json.Marshal(r)
	if w.fail(err) {
		return
	}
	w.put(bucket, lifeKey(client, of), value)
	w.ix.lives = w.ix.lives.add(uint32(client), w.own)
}

// dropLives forgets what was decided about a client that goes.
func (w *writer) dropLives(client int64) {
	for of := range w.lives(client) {
		w.putLife(client, of, lifeRecord{})
	}
}

// suppress marks the findings of a rule that are waived.
func (w *writer) suppress(rule string, client int64, findings []crm.Finding) {
	if len(findings) == 0 {
		return
	}
	all, known := len(w.ix.waivedBy(rule, uint32(client))) > 0, w.lives(client)
	for i := range findings {
		f := &findings[i]
		f.Waived = all || known.waives(identity{rule, f.Code, f.RowID})
		f.WaivedAt, f.WaivedBy, f.Life = nil, nil, nil
	}
}

// resuppress marks the findings of a rule anew, whose waivers have changed.
func (w *writer) resuppress(rule string, client int64) {
	r := w.ix.rule(rule)
	if r == nil || !r.has.contains(uint32(client)) {
		return
	}
	b, slot := w.block(rule, client>>blockBits), int(client&(blockSize-1))
	was, err := readResult(b.get(slot), rule)
	if w.fail(err) || len(was.Findings) == 0 {
		return
	}
	is := was
	is.Findings = slices.Clone(was.Findings)
	w.suppress(rule, client, is.Findings)
	before, after := headOf(&was, true), headOf(&is, true)
	if before.waived == after.waived && slices.EqualFunc(was.Findings, is.Findings, func(a, b crm.Finding) bool { return a.Waived == b.Waived }) {
		return
	}
	w.changed = true
	b.put(slot, w.took(appendResult(w.space(), &is, 0)))
	w.ix.ownRule(rule, w.own).change(uint32(client), before, after, w.own)
}

// settle keeps what became of the findings of a rule that closed, and of what
// was decided about them.
func (w *writer) settle(rule string, client int64, was, is *crm.Result, c cause) {
	known := w.lives(client)
	if len(was.Findings) == 0 && known == nil {
		return
	}
	before, after := identify(was.Findings), identify(is.Findings)
	for i := range was.Findings {
		f := &was.Findings[i]
		if after.find(f) >= 0 || before.find(f) != i {
			continue
		}
		of := identity{rule, f.Code, f.RowID}
		record, had := known[of]
		past := crm.Past{At: c.at, Type: crm.EventFindingClosed, By: c.by, Rule: rule, Code: f.Code, RowID: f.RowID, Since: f.Since, Reason: c.why}
		if had {
			past.Life = &record.Life
			w.putLife(client, of, record.after(c))
		}
		w.keepPast(client, &past)
	}
	for of, record := range known {
		f := crm.Finding{Code: of.code, RowID: of.rowID}
		if of.rule == rule && !record.Closed.IsZero() && after.find(&f) >= 0 {
			record.Closed = crm.Time{}
			w.putLife(client, of, record)
		}
	}
}

// after returns what stays of a record when its finding closes.
func (r lifeRecord) after(c cause) lifeRecord {
	if c.why == causeFixed {
		r.Life = crm.Life{Waiver: r.Waiver}
	}
	r.Closed = c.at
	return r
}

// decorate shows with findings what was decided about them.
func (ix *index) decorate(tx *bbolt.Tx, client int64, results []crm.Result) error {
	var known lives
	if ix.lives.contains(uint32(client)) {
		var err error
		if known, err = readLives(tx, client); err != nil {
			return err
		}
	}
	for i := range results {
		for j := range results[i].Findings {
			f := &results[i].Findings[j]
			if life := known[identity{f.Rule, f.Code, f.RowID}].Life; !life.IsZero() {
				f.Life = &life
			}
			f.WaivedAt = known[identity{rule: f.Rule}].Waiver
			if f.Waived {
				f.WaivedBy = ix.waivedBy(f.Rule, uint32(client))
			}
		}
	}
	return nil
}

// Waivers lists the waivers of findings and of rules at clients; see store.Lives.
func (s *Store) Waivers(ctx context.Context, scope crm.Scope, after string, limit int) (found []store.ClientWaiver, next string, err error) {
	if limit < 1 || limit > MaxPage {
		return nil, "", fmt.Errorf("a page of %d waivers: 1 to %d", limit, MaxPage)
	}
	err = s.read(ctx, func(snap *snapshot) error {
		sees := snap.ix.sees(scope)
		c := snap.tx.Bucket(bucketLives).Cursor()
		k, v := c.Seek([]byte(after))
		if k != nil && string(k) == after {
			k, v = c.Next()
		}
		last := ""
		for ; k != nil; k, v = c.Next() {
			client, of, r, err := readLife(k, v)
			if err != nil {
				return err
			}
			if r.Waiver == nil || !sees(client) {
				continue
			}
			if len(found) == limit {
				next = last
				return ctx.Err()
			}
			found, last = append(found, store.ClientWaiver{Client: client, Rule: of.rule, Code: of.code, RowID: of.rowID, Waiver: *r.Waiver}), string(k)
		}
		return ctx.Err()
	})
	return found, next, err
}

// holder returns the stored card of a client in scope.
func (w *writer) holder(scope crm.Scope, client int64) error {
	stored := w.cards.Get(key(client))
	if stored == nil {
		return crm.ErrNotFound
	}
	card, err := abi.Open(stored)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if !scope.Admits(card.Manager()) {
		return crm.ErrNotFound
	}
	return nil
}

// readLivesSet returns the clients about whose findings something was decided.
func readLivesSet(tx *bbolt.Tx) (found *set, err error) {
	c := tx.Bucket(bucketLives).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		client, _, _, err := readLife(k, v)
		if err != nil {
			return nil, err
		}
		found = found.add(uint32(client), 0)
	}
	return found, nil
}
