package intake

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strconv"

	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
)

// maxAttempts bounds how often a write that lost a race is walked again.
const maxAttempts = 16

// write says how one kind of write gets its client and what it does to it.
type write struct {
	target string                                 // what is added to, for idempotency keys; "" for the base
	load   func(context.Context) (*stored, error) // nil without error: the client is new
	edit   func(d *reader, c, old *crm.Client)    // reads the document onto c, a copy of old
	// check says what is wrong with the canonical client that its document alone
	// does not show; nil for nothing.
	check func(c, old *crm.Client) []crm.Problem
	keyed bool // load looks for an external id: a client that came or went meanwhile is a lost race
}

// walk takes one write from its document to the disk.
func (in *Intake) walk(ctx context.Context, rq Request, w write) (*Answer, error) {
	if n := len(rq.IdempotencyKey); n > maxKey {
		return nil, &crm.InvalidError{Problems: []crm.Problem{problemOf("Idempotency-Key", "too_long", "", "length", strconv.Itoa(n), "most", strconv.Itoa(maxKey))}}
	}
	if problems := checkOverride(rq.Override); problems != nil {
		return nil, &crm.InvalidError{Problems: problems}
	}
	for attempt := 0; ; attempt++ {
		old, err := w.load(ctx)
		if err != nil {
			return nil, err
		}
		if err := checkMatch(rq, old); err != nil {
			return nil, err
		}
		generation := in.Current().Generation
		answer, err := in.admit(ctx, rq, old, w)
		if err == nil || attempt == maxAttempts || !retriable(err, rq) && !(w.keyed && cameOrWent(err)) {
			return answer, err
		}
		if err := in.settle(ctx, err, generation); err != nil {
			return nil, err
		}
	}
}

// settle waits for the rules that a write lost its race to, when it was to rules.
func (in *Intake) settle(ctx context.Context, lost error, generation uint64) error {
	if errors.Is(lost, crm.ErrGenerationConflict) {
		return in.Await(ctx, generation)
	}
	return nil
}

func checkMatch(rq Request, old *stored) error {
	switch {
	case rq.IfMatch == 0 || old != nil && old.client.Revision == rq.IfMatch:
		return nil
	case old == nil:
		return &StaleError{Wanted: rq.IfMatch}
	}
	return &StaleError{Client: old.client.ID, Revision: old.client.Revision, Wanted: rq.IfMatch}
}

// retriable tells lost races, which a fresh read mends, from refusals.
func retriable(err error, rq Request) bool {
	return errors.Is(err, crm.ErrGenerationConflict) || errors.Is(err, engine.ErrClosed) ||
		errors.Is(err, crm.ErrRevisionConflict) && rq.IfMatch == 0
}

// cameOrWent tells that the client with an external id is not what load found.
func cameOrWent(err error) bool {
	return errors.Is(err, crm.ErrDuplicateExternalID) || errors.Is(err, crm.ErrNotFound)
}

// nobody is what a new client was before, for reading only.
var nobody = &crm.Client{}

// admit walks one document: decode, canonicalise, evaluate, commit.
func (in *Intake) admit(ctx context.Context, rq Request, old *stored, w write) (*Answer, error) {
	set := in.Current()
	before := nobody
	if old != nil {
		before = old.client
	}
	c, err := in.read(string(rq.Doc), before, set, w)
	if err != nil {
		return nil, err
	}
	var changed []string
	if old != nil {
		if changed = changedFields(before, c); len(changed) == 0 {
			return in.unchanged(ctx, rq, old)
		}
	}
	now := in.Now()
	stamp(c, before, crm.TimeOf(now))
	card, err := crm.EncodeCard(nil, c)
	if err != nil {
		return nil, unstorable(err)
	}
	results, unjudged, err := set.EvaluateOne(ctx, now, card)
	if err != nil {
		return nil, err
	}
	override, err := overridden(rq.Override, enforce(ctx, set, now, verdict{results, unjudged}, card, old))
	if err != nil {
		return nil, err
	}
	if rq.DryRun {
		return in.rehearse(ctx, rq, c, card, verdict{results, unjudged}, old)
	}
	return in.store(ctx, rq, store.Change{ID: c.ID, Expect: before.Revision, Card: card, Results: results, Unjudged: unjudged,
		Generation: set.Generation, At: c.UpdatedAt, By: rq.By, Fields: changed, Change: rq.Change, Key: idempotencyKey(rq, w), Override: override})
}

// read makes the client that the document asks for; before stays as it is.
func (in *Intake) read(doc string, before *crm.Client, set *engine.Set, w write) (*crm.Client, error) {
	d := in.readers.Get().(*reader)
	defer in.readers.Put(d)
	d.reset(doc)
	c := clone(before)
	if d.dec.PeekKind() == '{' || d.dec.PeekKind() == 0 {
		w.edit(d, c, before)
	} else {
		d.wrongType(wantClient)
	}
	d.end()
	if d.fatal != nil {
		return nil, d.fatal
	}
	z := canonicalizer{region: in.Region, zone: in.Zone, set: set, before: before}
	problems := append(d.problems, unsaid(d.problems, z.apply(c))...)
	if w.check != nil {
		problems = append(problems, w.check(c, before)...)
	}
	if len(problems) > 0 {
		return nil, &crm.InvalidError{Problems: problems[:min(len(problems), maxProblems)]}
	}
	giveRowIDs(c, before)
	return c, nil
}

// unsaid leaves the problems of fields that were not complained of already: a
// name of the wrong type is not missing as well, and neither is one in a
// document that is no client at all.
func unsaid(said, more []crm.Problem) []crm.Problem {
	return slices.DeleteFunc(more, func(p crm.Problem) bool {
		return slices.ContainsFunc(said, func(q crm.Problem) bool { return q.Field == p.Field || q.Field == "" })
	})
}

// clone copies a client so that editing the copy leaves the original alone:
// lists and maps are replaced or copied before they are written to.
func clone(c *crm.Client) *crm.Client {
	n := *c
	n.Industries, n.Managers = append([]string(nil), c.Industries...), append([]string(nil), c.Managers...)
	n.Categories, n.Tags = append([]string(nil), c.Categories...), append([]string(nil), c.Tags...)
	n.Channels = append([]crm.Channel(nil), c.Channels...)
	n.Addresses = append([]crm.Address(nil), c.Addresses...)
	n.Requisites = append([]crm.Requisite(nil), c.Requisites...)
	n.Contracts = append([]crm.Contract(nil), c.Contracts...)
	n.Contacts = append([]crm.Contact(nil), c.Contacts...)
	for i := range n.Contacts {
		n.Contacts[i].Channels = append([]crm.Channel(nil), c.Contacts[i].Channels...)
	}
	n.Properties = make(map[string]string, len(c.Properties))
	for k, v := range c.Properties {
		n.Properties[k] = v
	}
	n.Fields = make(map[string]crm.Value, len(c.Fields))
	for k, v := range c.Fields {
		n.Fields[k] = v
	}
	return &n
}

// stamp sets what is the server's own.
func stamp(c, before *crm.Client, now crm.Time) {
	c.ID, c.Revision = before.ID, before.Revision+1
	c.Activity, c.CreatedAt, c.UpdatedAt = before.Activity, before.CreatedAt, now
	if c.CreatedAt.IsZero() {
		c.CreatedAt = now
	}
}

// unstorable turns the refusal of a card into what the sender can mend; a
// client that is too large stays crm.ErrTooLarge.
func unstorable(err error) error {
	if errors.Is(err, crm.ErrTooLarge) {
		return err
	}
	return &crm.InvalidError{Problems: []crm.Problem{problemOf("", "unstorable", "", "cause", err.Error())}}
}

func (in *Intake) store(ctx context.Context, rq Request, change store.Change) (*Answer, error) {
	outcome, err := in.commit(ctx, rq.Scope, change)
	switch {
	case err != nil:
		return nil, err
	case outcome.Err != nil:
		return nil, outcome.Err
	case outcome.Replayed:
		return in.replayed(ctx, rq, outcome)
	}
	return answer(change.Card, outcome, change.ID == 0)
}

func (in *Intake) commit(ctx context.Context, scope crm.Scope, change store.Change) (store.Outcome, error) {
	outcomes, err := in.Store.Commit(ctx, scope, []store.Change{change})
	if err != nil {
		return store.Outcome{}, err
	}
	return outcomes[0], nil
}

// idempotencyKey is the store's form of a request's key. The same document sent
// to another place is another request.
func idempotencyKey(rq Request, w write) *store.IdempotencyKey {
	if rq.IdempotencyKey == "" {
		return nil
	}
	return &store.IdempotencyKey{Key: rq.By + "\x00" + rq.IdempotencyKey, Digest: sha256.Sum256([]byte(w.target + "\n" + string(rq.Doc)))}
}
