package reconcile

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"assay/rules"
	"assay/server/store"
)

const (
	observePause = 2 * time.Second        // between looks at statuses that writes of clients may have changed, while somebody watches
	observeRest  = 200 * time.Millisecond // after each look, so that many changes at once are told together
	sweepSteps   = 4                      // of a sweep's progress that are told
)

// appearance is what an object looked like the last time its changes were told.
type appearance struct {
	print  string // of what matters to those who watch
	uid    string
	labels map[string]string
	object json.RawMessage
}

// runObserve tells those who watch of changes, and remembers since when
// conditions are as they are.
func (r *Reconciler) runObserve(ctx context.Context) {
	var told int64 // the newest event when it was last looked
	for {
		var tick <-chan time.Time
		if r.feed.isRead() {
			tick = r.After(observePause)
		}
		select {
		case <-r.stir:
		case <-tick:
			if newest, err := r.Store.LastEvent(ctx); err == nil && newest == told {
				continue
			}
		case <-ctx.Done():
			return
		}
		newest, err := r.observeOnce(ctx)
		if err != nil && ctx.Err() == nil {
			r.Logger.Error("the status of the declared objects was not told to those who watch", "error", err)
		}
		told = newest
		select {
		case <-r.After(observeRest):
		case <-ctx.Done():
			return
		}
	}
}

func (r *Reconciler) observeOnce(ctx context.Context) (newest int64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if newest, err = r.Store.LastEvent(ctx); err != nil {
		return 0, err
	}
	if _, err := r.observe(ctx); err != nil {
		return 0, err
	}
	return newest, r.saveConditions(ctx)
}

// wakeObserve says that a status may have changed.
func (r *Reconciler) wakeObserve() {
	select {
	case r.stir <- struct{}{}:
	default:
	}
}

// observe compares all objects with what they looked like before, and tells the
// feed what matters. It returns what the store counts for each rule. The caller
// holds r.mu.
func (r *Reconciler) observe(ctx context.Context) (map[string]standing, error) {
	counts, err := r.counts(ctx)
	if err != nil {
		return nil, err
	}
	first := r.looks == nil
	if first {
		r.looks = map[objectKey]*appearance{}
	}
	var changes []change
	there := map[objectKey]bool{}
	for _, key := range r.keys("") {
		there[key] = true
		o, version, err := r.present(key)
		if err != nil {
			return nil, err
		}
		was := r.looks[key]
		print := printOf(version, o.Meta(), r.statusOf(key, o, counts))
		if was != nil && was.print == print {
			continue
		}
		described, err := r.describeWith(key, counts)
		if err != nil {
			return nil, err
		}
		is := &appearance{print: print, uid: o.Meta().UID, labels: o.Meta().Labels, object: described}
		if was != nil && was.uid != is.uid { // deleted and declared again
			changes = append(changes, change{key: key, object: was.object, before: was})
			was = nil
		}
		changes = append(changes, change{key: key, object: described, before: was, now: is})
		r.looks[key] = is
	}
	for key, was := range r.looks {
		if !there[key] {
			changes = append(changes, change{key: key, object: was.object, before: was})
			delete(r.looks, key)
		}
	}
	r.unsaved = r.unsaved || len(changes) > 0
	if !first {
		r.feed.add(changes)
	}
	return counts, nil
}

// printOf sums up what matters of an object to those who watch it: what was
// declared, its conditions, and a few steps of a sweep. Counts alone do not: they
// change with every write of a client.
func printOf(version int64, m *rules.Metadata, s rules.RuleStatus) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s %s", version, m.UID, s.Module)
	for _, c := range s.Conditions {
		fmt.Fprintf(&b, " %s=%s/%s/%d", c.Type, c.Status, c.Reason, c.ObservedGeneration)
	}
	if s.Sweep != nil {
		fmt.Fprintf(&b, " %s %d", s.Sweep.StartedAt, sweepSteps*s.Sweep.Done/max(s.Sweep.Total, 1))
	}
	return b.String()
}

// keys returns the objects of a kind by name, "" for all; rules that fields ask
// for are among the rules. The caller holds r.mu.
func (r *Reconciler) keys(kind string) (keys []objectKey) {
	for key := range r.objects {
		if kind == "" || key.kind == kind {
			keys = append(keys, key)
		}
	}
	for name := range r.running {
		if key := (objectKey{rules.KindRule, name}); (kind == "" || kind == key.kind) && r.objects[key] == nil && !IsSelector(name) {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b objectKey) int {
		return cmp.Or(strings.Compare(a.kind, b.kind), strings.Compare(a.name, b.name))
	})
	return keys
}

// conditionsName is the server's own object that holds since when conditions are
// as they are: a map of kind/name to conditions.
const conditionsName = "conditions"

// saveConditions stores the conditions, so that the next start knows them. The
// caller holds r.mu.
func (r *Reconciler) saveConditions(ctx context.Context) error {
	if !r.unsaved {
		return nil
	}
	all := map[string][]rules.Condition{}
	for key, s := range r.observed {
		all[key.kind+"/"+key.name] = s.Conditions
	}
	data, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("write down the conditions: %w", err)
	}
	if _, err := r.Store.PutObject(ctx, store.Object{Kind: kindServer, Name: conditionsName, Data: data}, store.Effect{}); err != nil {
		return fmt.Errorf("store the conditions: %w", err)
	}
	r.unsaved = false
	return nil
}

// loadConditions reads what saveConditions stored.
func (r *Reconciler) loadConditions(ctx context.Context) error {
	data, err := r.own(ctx, conditionsName)
	if err != nil || data == nil {
		return err
	}
	all := map[string][]rules.Condition{}
	if err := json.Unmarshal(data, &all); err != nil {
		return fmt.Errorf("read the stored conditions: %w", err)
	}
	for name, conditions := range all {
		kind, name, _ := strings.Cut(name, "/")
		if key := (objectKey{kind, name}); r.objects[key] != nil || kind == rules.KindRule {
			r.observed[key] = &rules.Status{Conditions: conditions}
		}
	}
	return nil
}
