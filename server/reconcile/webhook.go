package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"assay/rules"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/webhook"
)

// openWebhooks takes the declared webhooks up.
func (r *Reconciler) openWebhooks(ctx context.Context) error {
	if r.Webhooks == nil {
		return nil
	}
	var declared []*rules.Webhook
	for _, o := range r.objects {
		if w, ok := o.Object.(*rules.Webhook); ok {
			declared = append(declared, w)
		}
	}
	return r.Webhooks.Open(ctx, declared)
}

// applyWebhook declares a webhook. What is never shown of it is taken out first,
// so that no version of the object that is stored, or answered, holds it; a
// secret that was made is in this one answer. The caller holds r.mu.
func (r *Reconciler) applyWebhook(ctx context.Context, a act, w *rules.Webhook, dryRun bool) (*Applied, error) {
	if r.Webhooks == nil {
		return nil, fmt.Errorf("a %s cannot be applied", w.ResourceKind())
	}
	copied, err := copyOf(w) // the caller's keeps its secrets, for another try
	if err != nil {
		return nil, err
	}
	w = copied.(*rules.Webhook)
	secrets := w.TakeSecrets()
	key := objectKey{rules.KindWebhook, w.Metadata.Name}
	old := r.objects[key]
	if err := checkVersion(w, old, w.Metadata.ResourceVersion); err != nil {
		return nil, err
	}
	if err := errors.Join(r.keepSource(w, old, dryRun), checkLabels(w)); err != nil {
		return nil, err
	}
	declaredSo := old != nil && same(old, w)
	r.stampMeta(w, old, old == nil || !rules.SameSpec(old.Object, w))
	if err := r.checkWebhook(ctx, w); err != nil {
		return nil, err
	}
	change, err := r.Webhooks.Prepare(w, secrets)
	if err != nil {
		return nil, err
	}
	if change.Made != "" && a.by == byFolder {
		return nil, invalid("spec.secret", "secret_needed", "is missing: nobody would see one that is made for a file; give one")
	}
	applied := &Applied{Created: old == nil, Changed: !declaredSo || change.Changed}
	if dryRun && applied.Changed {
		applied.Object, err = encode(w)
		return applied, err
	}
	if declaredSo {
		a.change = "" // nothing that its history shows
	}
	if applied.Changed {
		if err := r.putWebhook(ctx, a, w, change); err != nil {
			return nil, err
		}
	}
	described, err := r.describe(ctx, key)
	if err != nil {
		return nil, err
	}
	applied.Object, err = withSecret(described, change.Made)
	return applied, err
}

// putWebhook stores a webhook and puts it in force.
func (r *Reconciler) putWebhook(ctx context.Context, a act, w *rules.Webhook, change *webhook.Change) error {
	if err := change.Keep(ctx); err != nil {
		return fmt.Errorf("apply webhook %s: %w", w.Metadata.Name, err)
	}
	if err := r.commit(ctx, a, w, &next{}); err != nil {
		return err
	}
	change.Start()
	return nil
}

// checkWebhook compiles the filter and looks for the rules that are named.
func (r *Reconciler) checkWebhook(ctx context.Context, w *rules.Webhook) error {
	var invalid crm.InvalidError
	for i, name := range w.Spec.Rules {
		if r.running[name] == nil {
			invalid.Problems = append(invalid.Problems, crm.Problem{Field: fmt.Sprintf("spec.rules[%d]", i), Code: "unknown_rule",
				Message: fmt.Sprintf("there is no rule %s; apply it first, or correct the name", name)})
		}
	}
	var bad *crm.InvalidError
	switch err := r.compileWhole(ctx, r.compiler.Load(), w.Spec.Filter); {
	case errors.As(err, &bad):
		for _, p := range bad.Problems {
			p.Field = "spec.filter"
			invalid.Problems = append(invalid.Problems, p)
		}
	case err != nil:
		return err
	}
	if len(invalid.Problems) > 0 {
		return &invalid
	}
	return nil
}

// compileWhole compiles a filter and forgets it.
func (r *Reconciler) compileWhole(ctx context.Context, compiler *engine.Compiler, filter string) error {
	if filter == "" {
		return nil
	}
	f, err := compiler.Filter(ctx, filter, nil)
	if err != nil {
		return err
	}
	return f.Close(ctx)
}

// brokenWebhooks returns the webhooks whose filter another language would end.
func (r *Reconciler) brokenWebhooks(ctx context.Context, compiler *engine.Compiler) (names []string, problems []crm.Problem, err error) {
	for key, o := range r.objects {
		w, ok := o.Object.(*rules.Webhook)
		if !ok {
			continue
		}
		var bad *crm.InvalidError
		switch err := r.compileWhole(ctx, compiler, w.Spec.Filter); {
		case errors.As(err, &bad):
			names = append(names, "webhook "+key.name)
			problems = append(problems, crm.Problem{Field: "spec.type", Code: "breaks_webhook",
				Message: fmt.Sprintf("the filter of webhook %s would not compile any more: %v", key.name, bad)})
		case err != nil:
			return nil, nil, fmt.Errorf("compile the filter of webhook %s: %w", key.name, err)
		}
	}
	slices.Sort(names)
	return names, problems, nil
}

// withSecret returns a described webhook with a secret that was made; "" is none.
func withSecret(described json.RawMessage, made string) (json.RawMessage, error) {
	if made == "" {
		return described, nil
	}
	shown, err := rules.Decode(described)
	if err != nil {
		return nil, err
	}
	shown.(*rules.Webhook).Spec.Secret = made
	return encode(shown)
}

// webhookStatus returns the status of a webhook. The caller holds r.mu.
func (r *Reconciler) webhookStatus(key objectKey, w *rules.Webhook) rules.WebhookStatus {
	var missing []string
	for _, name := range w.Spec.Rules {
		if r.running[name] == nil {
			missing = append(missing, name)
		}
	}
	status, err := r.Webhooks.Status(context.Background(), key.name, missing)
	if err != nil {
		status.Conditions = []rules.Condition{{Type: rules.Ready, Status: rules.Unknown, Reason: "NotKnown", Message: err.Error()}}
	}
	seen := r.seen(key)
	for _, c := range status.Conditions {
		c.ObservedGeneration = w.Metadata.Generation
		seen.SetCondition(c, r.Now().UTC())
	}
	status.ObservedGeneration, status.Conditions = w.Metadata.Generation, slices.Clone(seen.Conditions)
	return status
}

// Holds reports whether a filter holds for one client as its card has it. why says
// what happened when it failed on that client; err that it cannot be asked at all.
func (r *Reconciler) Holds(ctx context.Context, filter string, card []byte) (holds bool, why string, err error) {
	matched := []bool{false}
	failed := func(_ []byte, text string) { why = text }
	for attempt := 0; ; attempt++ {
		f, err := r.filters.whole(ctx, r.compiler.Load(), filter)
		if err != nil {
			return false, "", err
		}
		err = f.Match(ctx, r.Now(), [][]byte{card}, matched, failed)
		if attempt == maxCompilations || !errors.Is(err, engine.ErrClosed) {
			return matched[0], why, err
		}
	}
}
