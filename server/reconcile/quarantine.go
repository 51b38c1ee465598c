package reconcile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
)

const (
	firstBackoff   = time.Minute // until a quarantined rule is tried again, doubled each time
	longestBackoff = time.Hour
	settledRecords = 1000 // to be judged besides the base itself until a return counts as a lasting one
)

// quarantine is what became of a rule that was quarantined.
type quarantine struct {
	rule     *engine.Rule
	backoff  time.Duration
	retryAt  time.Time
	returned bool  // it judges again
	settled  int64 // count of records judged at which the return is a lasting one
}

// sound tells the loop that a rule was quarantined.
func (r *Reconciler) sound() {
	select {
	case r.alarm <- struct{}{}:
	default:
	}
}

// runQuarantine makes quarantines known and tries quarantined rules again when
// their time has come.
func (r *Reconciler) runQuarantine(ctx context.Context) {
	for {
		r.admitQuarantined(ctx)
		for _, q := range r.due() {
			if err := r.retry(ctx, q); err != nil && ctx.Err() == nil {
				r.Logger.Error("a quarantined rule could not be tried, it will be later", "rule", q.rule.Name, "error", err)
				r.postpone(q)
			}
		}
		var next <-chan time.Time
		if wait, waiting := r.untilRetry(); waiting {
			next = r.After(wait)
		}
		select {
		case <-r.alarm:
		case <-next:
		case <-ctx.Done():
			return
		}
	}
}

// admitQuarantined takes up rules that were quarantined since it was last called.
func (r *Reconciler) admitQuarantined(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, rule := range r.running {
		why, known := rule.Quarantine(), r.quarantines[name]
		if why == nil || known != nil && known.rule == rule && !known.returned {
			continue
		}
		q := &quarantine{rule: rule, backoff: firstBackoff}
		if known != nil && known.rule == rule && rule.Stats().Evaluated < known.settled {
			q.backoff = min(known.backoff*2, longestBackoff)
		}
		q.retryAt = r.Now().Add(q.backoff)
		r.quarantines[name] = q
		r.wakeObserve()
		r.Logger.Warn("a rule is quarantined", "rule", name, "reason", reasonOf(why), "retry", q.retryAt)
		if err := r.Store.AppendEvents(ctx, []crm.Event{r.quarantinedEvent(name, why, q)}); err != nil && ctx.Err() == nil {
			r.Logger.Error("the event of a quarantine was not stored", "rule", name, "error", err)
		}
	}
}

func (r *Reconciler) quarantinedEvent(name string, why *engine.Quarantine, q *quarantine) crm.Event {
	e := r.event(crm.EventRuleQuarantined, objectKey{rules.KindRule, name}, "")
	detail, err := json.Marshal(map[string]any{"reason": reasonOf(why), "failed": why.Failed, "judged": why.Judged, "retryAt": crm.TimeOf(q.retryAt)})
	if err == nil {
		e.Detail = detail
	}
	return e
}

// reasonOf says in a sentence why a rule is quarantined.
func reasonOf(why *engine.Quarantine) string {
	if why.Dear {
		return fmt.Sprintf("its failures on %d of the last %d clients spent %d million units of fuel; the last: %s", why.Failed, why.Judged, why.Wasted/1e6, why.Last)
	}
	return fmt.Sprintf("it failed on %d of the last %d clients; the last failure: %s", why.Failed, why.Judged, why.Last)
}

// due returns the quarantined rules whose time has come, and forgets those that
// are no more.
func (r *Reconciler) due() (list []*quarantine) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.Now()
	for name, q := range r.quarantines {
		switch {
		case r.running[name] != q.rule:
			delete(r.quarantines, name)
		case !q.returned && !q.retryAt.After(now):
			list = append(list, q)
		}
	}
	return list
}

// untilRetry returns how long it is until the next trial.
func (r *Reconciler) untilRetry() (wait time.Duration, waiting bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.Now()
	for _, q := range r.quarantines {
		if left := max(q.retryAt.Sub(now), 0); !q.returned && (!waiting || left < wait) {
			wait, waiting = left, true
		}
	}
	return wait, waiting
}

// postpone puts the next trial off for twice the time of this one.
func (r *Reconciler) postpone(q *quarantine) {
	r.mu.Lock()
	defer r.mu.Unlock()
	q.backoff = min(q.backoff*2, longestBackoff)
	q.retryAt = r.Now().Add(q.backoff)
}

// retry tries a quarantined rule and has it judge again when it does well.
func (r *Reconciler) retry(ctx context.Context, q *quarantine) error {
	cards, err := r.sample(ctx, q.rule.Name)
	if err != nil {
		return err
	}
	why, err := q.rule.Try(ctx, r.Now(), cards)
	switch {
	case errors.Is(err, engine.ErrClosed):
		return nil // it was replaced meanwhile
	case err != nil:
		return err
	case why != nil:
		r.postpone(q)
		r.Logger.Info("a quarantined rule was tried in vain", "rule", q.rule.Name, "reason", reasonOf(why), "retry", q.retryAt)
		return nil
	}
	return r.resume(ctx, q)
}

// resume has a quarantined rule judge again, and the whole base by it: what it
// failed on before it was quarantined is worth another look, too.
func (r *Reconciler) resume(ctx context.Context, q *quarantine) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := q.rule.Name
	if r.running[name] != q.rule {
		return nil
	}
	stats, err := r.Store.Stats(ctx)
	if err != nil {
		return fmt.Errorf("count the clients: %w", err)
	}
	generation, err := r.Store.PutObject(ctx, store.Object{Kind: kindServer, Name: resumedName, Data: []byte(`"` + name + `"`)},
		store.Effect{NextGeneration: true, Judge: []string{name}, Events: []crm.Event{r.event(crm.EventRuleResumed, objectKey{rules.KindRule, name}, "")}})
	if err != nil {
		return fmt.Errorf("have rule %s judge again: %w", name, err)
	}
	q.returned, q.settled = true, q.rule.Stats().Evaluated+stats.Clients+settledRecords
	q.rule.Resume(stats.Clients)
	r.publish(generation)
	r.Sweeper.Wake()
	r.wakeObserve()
	r.Logger.Info("a quarantined rule judges again", "rule", name)
	return nil
}

const (
	sampledPage   = 200 // clients of each end of the base that a quarantined rule is tried on
	sampledShards = 4   // of those it has still to judge, from all over the base
	sampledCards  = 100 // of each
)

// sample returns cards to try a quarantined rule on: the oldest, those written
// last, for it may have failed on them, and some it has not judged.
func (r *Reconciler) sample(ctx context.Context, rule string) (cards [][]byte, err error) {
	for _, sort := range []store.Sort{{}, {By: store.SortUpdatedAt, Descending: true}} {
		page, err := r.Store.Clients(ctx, crm.Everything, store.Query{Sort: sort, Limit: sampledPage})
		if err != nil {
			return nil, fmt.Errorf("read clients to try rule %s on: %w", rule, err)
		}
		cards = append(cards, page.Cards...)
	}
	pending, err := r.Store.Pending(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what rule %s has still to judge: %w", rule, err)
	}
	for _, p := range pending {
		if p.Rule != rule {
			continue
		}
		for _, shard := range spread(p.Shards, sampledShards) {
			var read [][]byte
			err := r.Store.ReadShard(ctx, shard, 0, func(_ int64, card []byte) bool {
				read = append(read, bytes.Clone(card))
				return true
			})
			if err != nil {
				return nil, fmt.Errorf("read shard %d to try rule %s on: %w", shard, rule, err)
			}
			cards = append(cards, spread(read, sampledCards)...)
		}
	}
	return cards, nil
}

// spread returns up to n elements from all over a list.
func spread[T any](list []T, n int) []T {
	if len(list) <= n {
		return list
	}
	few := make([]T, n)
	for i := range few {
		few[i] = list[i*len(list)/n]
	}
	return few
}
