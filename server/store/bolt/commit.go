package bolt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/store"
)

// Commit makes changes durable; see store.Store. The cards of the changes are
// patched in place.
func (s *Store) Commit(ctx context.Context, scope crm.Scope, changes []store.Change) ([]store.Outcome, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	s.writes.Add(1)
	admitted := make([]admission, len(changes))
	for i := range changes { // here and not in the committer, which is one for all
		admitted[i] = admit(&changes[i])
	}
	outcomes := make([]store.Outcome, len(changes))
	err := s.submit(ctx, len(changes), func(w *writer) error {
		for i := range changes {
			outcomes[i] = w.commit(scope, &changes[i], &admitted[i])
			if w.broken != nil {
				break
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

// commit applies one change or refuses it, with nothing changed then.
func (w *writer) commit(scope crm.Scope, c *store.Change, a *admission) store.Outcome {
	var out store.Outcome
	switch {
	case c.ID == 0 && c.Delete:
		out.Err = fmt.Errorf("delete a client: %w: it has no number", crm.ErrNotFound)
	case c.ID == 0:
		out = w.create(scope, c, a)
	case c.Delete:
		out = w.delete(scope, c)
	default:
		out = w.update(scope, c, a)
	}
	if out.Err != nil && c.ID != 0 {
		out.ID = c.ID
		out.Err = fmt.Errorf("client %d: %w", c.ID, out.Err)
	}
	return out
}

func (w *writer) create(scope crm.Scope, c *store.Change, a *admission) store.Outcome {
	if c.Key != nil {
		if out, known := w.replay(scope, c.Key); known {
			return out
		}
	}
	if err := w.mayStore(c, a); err != nil {
		return store.Outcome{Err: err}
	}
	card, results := a.card, a.results
	if err := w.externalFree(card.ExternalID(), 0); err != nil {
		return store.Outcome{Err: err}
	}
	if w.ix.lastID >= maxID {
		return store.Outcome{Err: fmt.Errorf("create a client: all %d client numbers are used up", maxID)}
	}
	id := w.ix.lastID + 1
	if err := patch(c.Card, id, 1); err != nil {
		return store.Outcome{Err: err}
	}
	w.ix.lastID = id
	w.put(w.cards, key(id), c.Card)
	w.takeExternal(card.ExternalID(), id)
	w.ix.putCard(uint32(id), card, w.own)
	w.log(&event{typ: crm.EventClientCreated, at: c.At, client: id, by: c.By,
		detail: a.override.of(c, 1)})
	w.judgeEach(id, results, cause{at: c.At, by: c.By, why: causeFixed})
	for _, rule := range c.Unjudged {
		w.leave(rule, uint32(id))
	}
	if c.Key != nil {
		w.remember(c.Key, id, c.Card)
	}
	return store.Outcome{ID: id, Revision: 1, Results: w.shown(id, results)}
}

func (w *writer) update(scope crm.Scope, c *store.Change, a *admission) store.Outcome {
	if c.Key != nil {
		if out, known := w.replay(scope, c.Key); known {
			return out
		}
	}
	old, err := w.current(scope, c)
	if err != nil {
		return store.Outcome{Err: err}
	}
	if err := w.mayStore(c, a); err != nil {
		return store.Outcome{Err: err}
	}
	card, results := a.card, a.results
	wasExternal, isExternal := old.ExternalID(), card.ExternalID()
	if wasExternal != isExternal {
		if err := w.externalFree(isExternal, c.ID); err != nil {
			return store.Outcome{Err: err}
		}
	}
	revision := old.Revision() + 1
	if err := patch(c.Card, c.ID, revision); err != nil {
		return store.Outcome{Err: err}
	}
	if wasExternal != isExternal {
		w.leaveExternal(wasExternal, c.ID)
		w.takeExternal(isExternal, c.ID)
	}
	w.ix.changeCard(uint32(c.ID), old, card, w.own)
	w.put(w.cards, key(c.ID), c.Card)
	changed := a.override.of(c, revision)
	w.log(&event{typ: crm.EventClientUpdated, at: c.At, client: c.ID, by: c.By, detail: changed})
	w.judgeAll(c.ID, results, c.Unjudged, cause{at: c.At, by: c.By, why: causeFixed})
	w.judged(uint32(c.ID), c.Unjudged)
	if c.Key != nil {
		w.remember(c.Key, c.ID, c.Card)
	}
	if len(c.Unjudged) > 0 {
		results = append(results, w.kept(c.ID, c.Unjudged)...)
		slices.SortFunc(results, byRule)
	}
	return store.Outcome{ID: c.ID, Revision: revision, Results: w.shown(c.ID, results)}
}

func (w *writer) delete(scope crm.Scope, c *store.Change) store.Outcome {
	old, err := w.current(scope, c)
	if err != nil {
		return store.Outcome{Err: err}
	}
	w.judgeAll(c.ID, nil, nil, cause{at: c.At, by: c.By, why: causeDeleted})
	w.judged(uint32(c.ID), nil)
	w.dropLives(c.ID)
	w.log(&event{typ: crm.EventClientDeleted, at: c.At, client: c.ID, by: c.By,
		detail: detail{kind: detailRevision, revision: c.Expect}})
	w.leaveExternal(old.ExternalID(), c.ID)
	w.ix.dropCard(uint32(c.ID), old, w.own)
	w.remove(w.cards, key(c.ID))
	return store.Outcome{ID: c.ID, Revision: c.Expect}
}

// current returns the stored card that a change was made from.
func (w *writer) current(scope crm.Scope, c *store.Change) (abi.Client, error) {
	stored := w.cards.Get(key(c.ID))
	if stored == nil {
		return abi.Client{}, crm.ErrNotFound
	}
	old, err := abi.Open(stored)
	if err != nil {
		return abi.Client{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if !scope.Admits(old.Manager()) {
		return abi.Client{}, crm.ErrNotFound
	}
	if old.Revision() != c.Expect {
		return abi.Client{}, fmt.Errorf("%w: it is at revision %d, the change was made from %d",
			crm.ErrRevisionConflict, old.Revision(), c.Expect)
	}
	return old, nil
}

// admission is what can be told of a change without the base: its card, and its
// results sorted by rule in memory of the store's own.
type admission struct {
	card     abi.Client
	results  []crm.Result
	override override
	err      error
}

func admit(c *store.Change) (a admission) {
	if c.Delete {
		return a
	}
	if a.card, a.err = abi.Open(c.Card); a.err != nil {
		a.err = fmt.Errorf("the card of a change: %w", a.err)
		return a
	}
	if n := len(a.card.ExternalID()); n > maxExternalID {
		a.err = fmt.Errorf("an external id of %d bytes, at most %d are stored", n, maxExternalID)
		return a
	}
	if a.results, a.err = ownResults(c.Results); a.err == nil {
		a.err = checkUnjudged(c)
	}
	if a.err == nil {
		a.override, a.err = overrideOf(c)
	}
	return a
}

func checkUnjudged(c *store.Change) error {
	for _, rule := range c.Unjudged {
		if rule == "" || len(rule) > maxRuleName {
			return fmt.Errorf("a rule that did not judge whose name has %d bytes, not 1 to %d", len(rule), maxRuleName)
		}
		if resultOf(c.Results, rule) != nil {
			return fmt.Errorf("a result of rule %q, which is among those that did not judge", rule)
		}
	}
	return nil
}

func (w *writer) mayStore(c *store.Change, a *admission) error {
	if c.Generation != w.ix.generation {
		return fmt.Errorf("%w: it is at generation %d, the change was judged with %d",
			crm.ErrGenerationConflict, w.ix.generation, c.Generation)
	}
	return a.err
}

func patch(card []byte, id, revision int64) error {
	if err := errors.Join(abi.SetID(card, id), abi.SetRevision(card, revision)); err != nil {
		return fmt.Errorf("the card of a change: %w", err)
	}
	return nil
}

// externalFree checks that no other client than id has an external id.
func (w *writer) externalFree(external string, id int64) error {
	holder := w.store.external.find(external, hasExternal(w.cards, external))
	if holder == 0 || holder == id {
		return nil
	}
	return fmt.Errorf("%w: %q", crm.ErrDuplicateExternalID, external)
}

// ownResults returns results sorted by rule, without those that say nothing.
// The findings are copied, for they get their Since; their parts are shared.
func ownResults(given []crm.Result) ([]crm.Result, error) {
	results := make([]crm.Result, 0, len(given))
	for _, r := range given {
		if len(r.Findings) == 0 && r.Label == "" && r.Error == "" {
			continue
		}
		if r.Rule == "" || len(r.Rule) > maxRuleName {
			return nil, fmt.Errorf("a result of a rule whose name has %d bytes, not 1 to %d", len(r.Rule), maxRuleName)
		}
		r.Findings = slices.Clone(r.Findings)
		for i := range r.Findings {
			r.Findings[i].Rule = r.Rule
			if r.Findings[i].Code == "" {
				r.Findings[i].Code = r.Rule
			}
		}
		results = append(results, r)
	}
	if !slices.IsSortedFunc(results, byRule) {
		slices.SortFunc(results, byRule)
	}
	for i := 1; i < len(results); i++ {
		if results[i].Rule == results[i-1].Rule {
			return nil, fmt.Errorf("two results of rule %q for one client", results[i].Rule)
		}
	}
	return results, nil
}

func byRule(a, b crm.Result) int { return strings.Compare(a.Rule, b.Rule) }
