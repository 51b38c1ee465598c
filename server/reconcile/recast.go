package reconcile

import (
	"context"
	"fmt"
	"time"

	"assay/rules"
	"assay/server/store"
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
	for key, o := range r.objects {
		if key.kind == rules.KindField && !o.State().Is(rules.Current) {
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
	generation := o.Meta().Generation
	o.State().ObservedGeneration = generation
	o.State().SetCondition(rules.Condition{Type: rules.Current, Status: rules.True, Reason: "ValuesRead",
		Message: "stored values have the declared type where they can", ObservedGeneration: generation}, r.Now().UTC())
	data, err := encode(o.Object)
	if err != nil {
		return err
	}
	if _, err := r.Store.PutObject(ctx, store.Object{Kind: key.kind, Name: key.name, Data: data}, store.Effect{}); err != nil {
		return fmt.Errorf("store field %s: %w", name, err)
	}
	o.version = r.versionOf(ctx, key)
	return nil
}

func (r *Reconciler) wakeRecast() {
	select {
	case r.recast <- struct{}{}:
	default:
	}
}
