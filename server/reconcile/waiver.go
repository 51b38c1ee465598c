package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"assay/rules"
	"assay/server/crm"
	"assay/server/store"
)

// A waiver by filter is a rule like any other, written by the server: it gives
// store.WaiverLabel to the clients of the filter, and the store waives there what
// the waived rule finds. So it is judged with every write, swept when it is new,
// and renewed each day when it looks at the time.

const (
	kindWaiver = "Waiver"

	selectorPrefix = "waiver-" // and the waiver's id: the name of the rule that it makes

	maxWaivers = 100 // by filter: each is asked about every client
)

func selectorName(id string) string { return selectorPrefix + id }

// IsSelector tells whether a rule of that name is one that a waiver made.
func IsSelector(rule string) bool {
	id, is := strings.CutPrefix(rule, selectorPrefix)
	return is && uuid.Validate(id) == nil
}

// Waiver returns the waiver by filter that made a selector, nil when there is none.
func (r *Reconciler) Waiver(selector string) *crm.WaiverView {
	r.waiving.Lock()
	defer r.waiving.Unlock()
	if w, ok := r.waivers[strings.TrimPrefix(selector, selectorPrefix)]; ok {
		return &w
	}
	return nil
}

// Waivers returns the waivers by filter, by id, with the clients they are still
// to be decided for.
func (r *Reconciler) Waivers(ctx context.Context) ([]crm.WaiverView, error) {
	pending, err := r.Store.Pending(ctx)
	if err != nil {
		return nil, fmt.Errorf("count what is pending: %w", err)
	}
	r.waiving.Lock()
	defer r.waiving.Unlock()
	list := make([]crm.WaiverView, 0, len(r.waivers))
	for _, id := range slices.Sorted(maps.Keys(r.waivers)) {
		w := r.waivers[id]
		for _, p := range pending {
			if p.Rule == selectorName(id) {
				w.Pending = p.Clients
			}
		}
		list = append(list, w)
	}
	return list, nil
}

// Today returns the day of the company's time zone.
func (r *Reconciler) Today() crm.Date { return crm.DateOf(r.Now().In(r.Zone).Date()) }

// Waive waives what a rule finds at the clients of a filter.
func (r *Reconciler) Waive(ctx context.Context, w crm.WaiverView) (*crm.WaiverView, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if rule := r.running[w.Rule]; rule == nil || rule.Spec.Type != rules.Quality {
		return nil, invalid("rule", "unknown_rule", "there is no quality rule %q", w.Rule)
	}
	if len(r.waivers) >= maxWaivers {
		return nil, invalid("filter", "too_many_waivers", "there are %d waivers by filter already, each is asked about every client; end some, or join filters with ||", maxWaivers)
	}
	if err := r.checkFilter(ctx, w.Filter); err != nil {
		return nil, err
	}
	w.ID, w.At = uuid.NewString(), crm.TimeOf(r.Now())
	n := &next{affects: true}
	if err := r.add(ctx, n, r.compiler.Load(), selectorRule(w)); err != nil {
		return nil, filterProblems(err)
	}
	data, event, err := recorded(crm.EventWaiverCreated, w, w.At, w.By, "")
	if err != nil {
		n.discard(ctx)
		return nil, fmt.Errorf("waive rule %s: %w", w.Rule, err)
	}
	generation, err := r.Store.PutObject(ctx, store.Object{Kind: kindWaiver, Name: w.ID, Data: data},
		store.Effect{NextGeneration: true, Judge: n.judge, Waive: map[string]string{selectorName(w.ID): w.Rule}, Events: []crm.Event{event}})
	if err != nil {
		n.discard(ctx)
		return nil, fmt.Errorf("waive rule %s: %w", w.Rule, err)
	}
	r.keepWaiver(w)
	r.enforceNext(ctx, n, generation)
	return &w, nil
}

// checkFilter compiles a filter by itself, so that its faults are told as those of filters.
func (r *Reconciler) checkFilter(ctx context.Context, filter string) error {
	f, err := r.compiler.Load().Filter(ctx, filter, nil)
	if err != nil {
		return err
	}
	return f.Close(ctx)
}

// filterProblems names the filter instead of the rule that was made of it.
func filterProblems(err error) error {
	var bad *crm.InvalidError
	if errors.As(err, &bad) {
		for i := range bad.Problems {
			bad.Problems[i].Field = "filter"
		}
	}
	return err
}

func (r *Reconciler) keepWaiver(w crm.WaiverView) {
	r.waiving.Lock()
	defer r.waiving.Unlock()
	r.waivers[w.ID] = w
}

// selectorRule is the rule that a waiver by filter makes.
func selectorRule(w crm.WaiverView) *rules.Rule {
	rule := &rules.Rule{Metadata: rules.Metadata{Name: selectorName(w.ID), Generation: 1}, Spec: rules.RuleSpec{Type: rules.Segmentation, Match: w.Filter, Label: `"` + store.WaiverLabel + `"`}}
	rule.SetDefaults()
	return rule
}

// recorded is a waiver as it is stored, with the event of what happens to it.
func recorded(typ crm.EventType, w crm.WaiverView, at crm.Time, by, reason string) ([]byte, crm.Event, error) {
	data, err := json.Marshal(w)
	if err != nil {
		return nil, crm.Event{}, err
	}
	if reason != "" {
		w.Reason = reason
	}
	detail, err := json.Marshal(map[string]any{"id": w.ID, "filter": w.Filter, "until": w.Until, "reason": w.Reason})
	return data, crm.Event{At: at, Type: typ, Rule: w.Rule, By: by, Detail: detail}, err
}

// Unwaive ends a waiver by filter; its findings are open again. ErrNotFound when
// there is none.
func (r *Reconciler) Unwaive(ctx context.Context, by, id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unwaive(ctx, by, id, "by hand")
}

func (r *Reconciler) unwaive(ctx context.Context, by, id, why string) error {
	w := r.Waiver(selectorName(id))
	if w == nil {
		return fmt.Errorf("waiver %s: %w", id, crm.ErrNotFound)
	}
	_, event, err := recorded(crm.EventWaiverEnded, *w, crm.TimeOf(r.Now()), by, why)
	if err != nil {
		return err
	}
	n := &next{gone: []string{selectorName(id)}}
	generation, err := r.Store.DeleteObject(ctx, kindWaiver, id, store.Effect{NextGeneration: true, Drop: n.gone, Events: []crm.Event{event}})
	if err != nil {
		return fmt.Errorf("end waiver %s: %w", id, err)
	}
	r.waiving.Lock()
	delete(r.waivers, id)
	r.waiving.Unlock()
	r.enforceNext(ctx, n, generation)
	return nil
}

// loadWaiver takes up a stored waiver by filter.
func (r *Reconciler) loadWaiver(o store.Object) error {
	var w crm.WaiverView
	if err := json.Unmarshal(o.Data, &w); err != nil {
		return fmt.Errorf("read the stored waiver %s: %w", o.Name, err)
	}
	r.keepWaiver(w)
	return nil
}

// selectorRules returns the rules of the waivers by filter.
func (r *Reconciler) selectorRules() (list []*rules.Rule) {
	r.waiving.Lock()
	defer r.waiving.Unlock()
	for _, id := range slices.Sorted(maps.Keys(r.waivers)) {
		list = append(list, selectorRule(r.waivers[id]))
	}
	return list
}

// runWaivers ends waivers on the day after their last, and at the start those
// that ended meanwhile.
func (r *Reconciler) runWaivers(ctx context.Context) {
	for {
		wait := min(r.untilMidnight(), maxSleep)
		if err := r.EndWaivers(ctx); err != nil && ctx.Err() == nil {
			r.Logger.Error("waivers that are over were not ended, will be tried again", "error", err, "pause", retryPause)
			wait = retryPause
		}
		select {
		case <-r.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

// EndWaivers ends the waivers whose last day is over.
func (r *Reconciler) EndWaivers(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	today := r.Today()
	if _, err := r.Store.ExpireLives(ctx, today, crm.TimeOf(r.Now())); err != nil {
		return fmt.Errorf("end the waivers of findings: %w", err)
	}
	for _, w := range r.overdue(today) {
		if err := r.unwaive(ctx, "", w, "expired"); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reconciler) overdue(today crm.Date) (ids []string) {
	r.waiving.Lock()
	defer r.waiving.Unlock()
	for id, w := range r.waivers {
		if w.Until.UnixMilli() < today.UnixMilli() {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
