package reconcile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"assay/rules"
	"assay/rules/library"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/preview"
)

// diffBudget is how long a version of a rule may judge the stored base.
const diffBudget = 10 * time.Second

// diffAttempts bounds how often a running version that was replaced meanwhile is looked at again.
const diffAttempts = 5

// What a Diff has tried.
const (
	DiffManifest = "manifest" // the version that was sent
	DiffShadow   = "shadow"   // a rule in shadow, or the version that another declares
	DiffRunning  = "running"  // the rule as it runs: a sweep has the difference left to do
)

// DiffRequest asks what a version of a rule would change in the stored base.
type DiffRequest struct {
	Scope    crm.Scope
	Name     string
	Manifest []byte // JSON or YAML; nil for what is declared: the rule's shadow, or the rule itself
	Sample   int    // changes of each kind that are kept
}

// Diff is what a version of a rule would change, compared with what is shown of the rule now.
type Diff struct {
	*preview.Difference
	Rule    string
	Version string // one of the constants
	Shadow  string // the rule that declares the shadow version, when it is another
	At      time.Time
	Before  *engine.Rule // whose findings are stored; nil for a new rule
	After   *engine.Rule // what was tried; its module is closed
}

// Diff evaluates a version of a rule over the stored base and changes nothing. One
// runs at a time, for each takes all processors.
func (r *Reconciler) Diff(ctx context.Context, rq DiffRequest) (*Diff, error) {
	version, err := r.versionFor(rq)
	if err != nil {
		return nil, located(err, rq.Manifest)
	}
	select {
	case r.previews <- struct{}{}:
		defer func() { <-r.previews }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for attempt := 1; ; attempt++ {
		d, err := r.diff(ctx, rq, version)
		if attempt < diffAttempts && errors.Is(err, engine.ErrClosed) {
			continue
		}
		return d, located(err, rq.Manifest)
	}
}

// version is what a Diff tries.
type version struct {
	kind   string
	shadow string
	rule   *rules.Rule // nil: the rule as it runs
}

// versionFor finds or reads the version that is asked for.
func (r *Reconciler) versionFor(rq DiffRequest) (version, error) {
	if rq.Manifest == nil {
		return r.declaredVersion(rq.Name)
	}
	o, err := rules.ParseOne(rq.Manifest, rules.ParseOptions{})
	if err != nil {
		return version{}, invalidManifest(err)
	}
	if err := addressed(o, rules.KindRule, rq.Name); err != nil {
		return version{}, err
	}
	library.SetDefaults(o)
	r.mu.Lock()
	defer r.mu.Unlock()
	if owner := r.owner(rq.Name); owner != "" {
		return version{}, invalid("metadata.name", "name_in_use", "the rule %s belongs to the field %s; choose another name", rq.Name, owner)
	}
	return version{kind: DiffManifest, rule: o.(*rules.Rule)}, nil
}

// declaredVersion returns the shadow version of a rule, or that it is to be tried as it runs.
func (r *Reconciler) declaredVersion(name string) (version, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	running := r.running[name]
	if running == nil {
		return version{}, fmt.Errorf("rule %s: %w", name, crm.ErrNotFound)
	}
	if shadow := r.shadowOf(name); shadow != nil {
		next := *shadow
		next.Metadata.Name = name // findings of both have one identity then
		return version{kind: DiffShadow, shadow: shadow.Metadata.Name, rule: &next}, nil
	}
	if running.Spec.Mode == rules.Shadow {
		return version{kind: DiffShadow}, nil
	}
	return version{kind: DiffRunning}, nil
}

// shadowOf returns the rule that is the shadow version of another; of several the first by name.
func (r *Reconciler) shadowOf(name string) (shadow *rules.Rule) {
	for _, o := range r.objects {
		rule, ok := o.Object.(*rules.Rule)
		if ok && rule.ShadowOf() == name && (shadow == nil || rule.Metadata.Name < shadow.Metadata.Name) {
			shadow = rule
		}
	}
	return shadow
}

// diff compares a version with what is stored and shown.
func (r *Reconciler) diff(ctx context.Context, rq DiffRequest, v version) (*Diff, error) {
	before := r.Current().Rule(rq.Name)
	after := before
	if v.rule != nil {
		compiled, err := r.compiler.Load().Compile(ctx, v.rule)
		if err != nil {
			return nil, err
		}
		defer r.closeAll(ctx, compiled.Close)
		after = compiled
	}
	switch {
	case after == nil:
		return nil, fmt.Errorf("rule %s: %w", rq.Name, crm.ErrNotFound)
	case !after.Running():
		return nil, invalid("spec", "not_running", "the rule %s does not run, for it does not compile; send it corrected", rq.Name)
	}
	out := &Diff{Rule: rq.Name, Version: v.kind, Shadow: v.shadow, At: r.Now(), Before: before, After: after}
	c := preview.Comparison{Store: r.Store, Scope: rq.Scope, Rule: after, Unseen: true, At: out.At, Clock: r.Now, Budget: diffBudget, Sample: rq.Sample}
	if before != nil {
		c.Before, c.Unseen = crm.Severity(before.Spec.Severity), before.Spec.Mode == rules.Shadow
	}
	var err error
	out.Difference, err = c.Do(ctx)
	return out, err
}
