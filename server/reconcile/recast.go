package reconcile

import (
	"context"
	"time"

	"assay/rules"
)

// runRecast gives stored values their declared types whenever a field was
// applied, and at the start, since it may have been interrupted.
func (r *Reconciler) runRecast(ctx context.Context) {
	for {
		var again <-chan time.Time
		for _, field := range r.uncast() {
			if err := r.recastField(ctx, field); err != nil && ctx.Err() == nil {
				r.Logger.Error("values of a custom field keep their old type, will be tried again", "field", field, "error", err, "pause", retryPause)
				again = r.After(retryPause)
			}
		}
		select {
		case <-r.recast:
		case <-again:
		case <-ctx.Done():
			return
		}
	}
}

// uncast returns the fields whose stored values may still be of another type.
func (r *Reconciler) uncast() (names []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key := range r.objects {
		if key.kind == rules.KindField && !r.seen(key).Is(rules.Current) {
			names = append(names, key.name)
		}
	}
	return names
}

func (r *Reconciler) recastField(ctx context.Context, name string) error {
	r.mu.Lock()
	o := r.objects[objectKey{rules.KindField, name}]
	r.mu.Unlock()
	if o == nil {
		return nil
	}
	if err := r.Recast(ctx, name); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	key := objectKey{rules.KindField, name}
	if r.objects[key] != o {
		return nil // applied again meanwhile, and waiting for its turn
	}
	r.seen(key).SetCondition(rules.Condition{Type: rules.Current, Status: rules.True, Reason: "ValuesRead",
		Message: "stored values have the declared type where they can", ObservedGeneration: o.Meta().Generation}, r.Now().UTC())
	r.wakeObserve() // stores the condition, too
	return nil
}

// unread says that values stored before may be of another type than a field's
// new one. The caller holds r.mu.
func (r *Reconciler) unread(key objectKey, generation int64) {
	r.seen(key).SetCondition(rules.Condition{Type: rules.Current, Status: rules.False, Reason: "ReadingValues",
		Message: "stored values are being given the declared type", ObservedGeneration: generation}, r.Now().UTC())
}

func (r *Reconciler) wakeRecast() {
	select {
	case r.recast <- struct{}{}:
	default:
	}
}
