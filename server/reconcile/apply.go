package reconcile

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"assay/rules"
	"assay/rules/library"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
)

// Applied is what became of an applied object.
type Applied struct {
	Object  json.RawMessage // with its status
	Created bool
	Changed bool // false when everything was declared so already
}

// Apply declares an object: the manifest, JSON or YAML, of the kind and name
// the caller addressed. Its version must be the current one, unless it is "" there and in the
// manifest. Nothing changes when it is refused.
func (r *Reconciler) Apply(ctx context.Context, by, kind, name, version string, manifest []byte, dryRun bool) (*Applied, error) {
	o, err := rules.ParseOne(manifest, rules.ParseOptions{})
	if err != nil {
		return nil, invalidManifest(err)
	}
	if err := addressed(o, kind, name); err != nil {
		return nil, err
	}
	if err := asksFor(o, version); err != nil {
		return nil, err
	}
	applied, err := r.applyOne(ctx, act{by, changeApplied}, o, dryRun)
	return applied, located(err, manifest)
}

// asksFor has o replace one version only, besides what the manifest says of it; "" asks for none.
func asksFor(o rules.Object, version string) error {
	m := o.Meta()
	if version != "" && m.ResourceVersion != "" && m.ResourceVersion != version {
		return invalid("metadata.resourceVersion", "conflict", "the manifest asks for version %s, the request for %s; leave one out", m.ResourceVersion, version)
	}
	m.ResourceVersion = cmp.Or(version, m.ResourceVersion)
	return nil
}

func (r *Reconciler) applyOne(ctx context.Context, a act, o rules.Object, dryRun bool) (*Applied, error) {
	library.SetDefaults(o)
	o.Meta().SetSource("") // the mark is the rules folder's, see ApplyFrom
	done, err := r.ready(ctx, o)
	if err != nil {
		return nil, err
	}
	defer done()
	r.mu.Lock()
	applied, tried, err := r.apply(ctx, a, o, dryRun)
	r.mu.Unlock()
	if tried == nil {
		return applied, err
	}
	defer tried.discard(ctx)
	if err := r.preview(ctx, o, tried); err != nil {
		return nil, err
	}
	applied.Object, err = encode(o)
	return applied, err
}

// located adds to the problems of a manifest the line they stand on: a place
// inside an expression is only half of the way there.
func located(err error, manifest []byte) error {
	var invalid *crm.InvalidError
	if !errors.As(err, &invalid) {
		return err
	}
	for i, p := range invalid.Problems {
		if line, column, ok := rules.Locate(manifest, p.Field); ok && p.Field != "" {
			invalid.Problems[i].Message = fmt.Sprintf("manifest line %d, column %d: %s", line, column, p.Message)
			if p.Args != nil {
				p.Args["line"], p.Args["column"] = strconv.Itoa(line), strconv.Itoa(column)
			}
		}
	}
	return err
}

func invalidManifest(err error) error {
	var bad *rules.ParseError
	if !errors.As(err, &bad) {
		return err
	}
	invalid := &crm.InvalidError{}
	malformed := true
	for _, p := range bad.Problems {
		malformed = malformed && p.Path == ""
		message := p.Message
		if p.Line > 0 {
			message = fmt.Sprintf("line %d, column %d: %s", p.Line, p.Column, p.Message)
		}
		invalid.Problems = append(invalid.Problems, crm.Problem{Field: p.Path, Code: "invalid_manifest", Message: message})
	}
	if malformed {
		return &crm.MalformedError{Code: "malformed_manifest", Detail: invalid.Error()}
	}
	return invalid
}

func addressed(o rules.Object, kind, name string) error {
	if o.ResourceKind() != kind {
		return invalid("kind", "wrong_kind", "a %s is expected at this address, the manifest is a %s", kind, o.ResourceKind())
	}
	if name != "" && o.Meta().Name != name {
		return invalid("metadata.name", "wrong_name", "the manifest is named %q, the address %q; make them equal", o.Meta().Name, name)
	}
	return nil
}

func invalid(field, code, format string, args ...any) error {
	return &crm.InvalidError{Problems: []crm.Problem{{Field: field, Code: code, Message: fmt.Sprintf(format, args...)}}}
}

// apply does the work of Apply. The caller holds r.mu. A dry run of a change
// leaves the answer's object, and what it compiled, to the caller.
func (r *Reconciler) apply(ctx context.Context, a act, o rules.Object, dryRun bool) (*Applied, *next, error) {
	if w, is := o.(*rules.Webhook); is {
		applied, err := r.applyWebhook(ctx, a, w, dryRun)
		return applied, nil, err
	}
	old := r.objects[objectKey{o.ResourceKind(), o.Meta().Name}]
	if err := checkVersion(o, old, o.Meta().ResourceVersion); err != nil {
		return nil, nil, err
	}
	if err := r.keepSource(o, old, dryRun); err != nil {
		return nil, nil, err
	}
	if err := checkLabels(o); err != nil {
		return nil, nil, err
	}
	anotherSpec := old == nil || !rules.SameSpec(old.Object, o)
	specChanged := anotherSpec || r.failing(o)
	metaChanged := old == nil || !sameMap(old.Meta().Labels, o.Meta().Labels) || !sameMap(old.Meta().Annotations, o.Meta().Annotations)
	r.stampMeta(o, old, specChanged)
	applied := &Applied{Created: old == nil, Changed: specChanged || metaChanged}
	if applied.Changed {
		next, err := r.prepare(ctx, o, specChanged)
		if err != nil {
			return nil, nil, err
		}
		if dryRun {
			return applied, next, nil
		}
		if !anotherSpec && !metaChanged {
			a.change = "" // the same is tried again
		}
		if err := r.commit(ctx, a, o, next); err != nil {
			return nil, nil, err
		}
	}
	var err error
	applied.Object, err = r.describe(ctx, objectKey{o.ResourceKind(), o.Meta().Name})
	return applied, nil, err
}

// failing reports whether o is a rule that does not run as it is declared, or is
// quarantined: to apply it again is to ask for another try.
func (r *Reconciler) failing(o rules.Object) bool {
	running := r.running[o.Meta().Name]
	return o.ResourceKind() == rules.KindRule && running != nil && !running.Judging()
}

// stampMeta sets the metadata that is the server's.
func (r *Reconciler) stampMeta(o rules.Object, old *object, specChanged bool) {
	m := o.Meta()
	m.ResourceVersion = ""
	if old == nil {
		m.Generation, m.UID, m.CreationTimestamp = 1, uuid.NewString(), r.Now().UTC()
		return
	}
	was := old.Meta()
	m.Generation, m.UID, m.CreationTimestamp = was.Generation, was.UID, was.CreationTimestamp
	if specChanged {
		m.Generation++
	}
}

func sameMap(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return true
}

// next is what a change makes of the running rules, compiled and not yet in force.
type next struct {
	compiler *engine.Compiler // nil: as it was
	rules    []*engine.Rule   // compiled anew
	gone     []string         // rules that leave the set
	judge    []string         // rules whose results may differ from now on
	modules  []store.Module
	affects  bool // writes must be judged with the new set
}

func (n *next) discard(ctx context.Context) {
	for _, rule := range n.rules {
		_ = rule.Close(ctx) // nothing ran on it, and nobody waits for it
	}
}

// prepare compiles and tries what the change asks for.
func (r *Reconciler) prepare(ctx context.Context, o rules.Object, specChanged bool) (*next, error) {
	if !specChanged {
		return &next{}, nil
	}
	switch o := o.(type) {
	case *rules.Rule:
		return r.prepareRule(ctx, o)
	case *rules.Field:
		return r.prepareField(ctx, o)
	case *rules.Dictionary:
		return &next{affects: true}, r.checkDictionary(o)
	}
	return nil, fmt.Errorf("a %s cannot be applied", o.ResourceKind())
}

// commit stores the change and puts it in force.
func (r *Reconciler) commit(ctx context.Context, a act, o rules.Object, n *next) error {
	key := objectKey{o.ResourceKind(), o.Meta().Name}
	data, err := encode(o)
	if err != nil {
		n.discard(ctx)
		return err
	}
	revision, err := r.revision(a, o)
	if err != nil {
		n.discard(ctx)
		return err
	}
	stored := store.Object{Kind: key.kind, Name: key.name, Data: data}
	effect := store.Effect{NextGeneration: n.affects, Judge: n.judge, Drop: n.gone,
		DropReason: "rule deleted", Events: []crm.Event{r.event(appliedEvent(key.kind), key, a.by)}, Revision: revision,
		PutModules: n.modules, DropModules: r.litter(n)}
	setVisibility(&effect, o)
	generation, err := r.Store.PutObject(ctx, stored, effect)
	if err != nil {
		n.discard(ctx)
		return fmt.Errorf("store %s %s: %w", key.kind, key.name, err)
	}
	r.keepRevision(key, revision, o)
	if key.kind == rules.KindField && n.compiler != nil {
		r.unread(key, o.Meta().Generation)
	}
	r.objects[key] = &object{o, r.versionOf(ctx, key)}
	r.enforceNext(ctx, n, generation)
	if key.kind == rules.KindField {
		r.wakeRecast()
	}
	return nil
}

// enforceNext makes n part of the set in force and frees what it replaces.
func (r *Reconciler) enforceNext(ctx context.Context, n *next, generation uint64) {
	var replaced []*engine.Rule
	for _, name := range n.gone {
		replaced = append(replaced, r.running[name])
		delete(r.running, name)
		delete(r.failures, name)
		delete(r.observed, objectKey{rules.KindRule, name})
	}
	for _, rule := range n.rules {
		if old := r.running[rule.Name]; old != nil {
			replaced = append(replaced, old)
		}
		rule.Alarm = r.sound
		r.running[rule.Name] = rule
		delete(r.failures, rule.Name)
	}
	if n.compiler != nil {
		r.compiler.Store(n.compiler)
		r.closeAll(ctx, r.filters.clear)
	}
	r.publish(generation)
	for _, old := range replaced {
		if old != nil {
			r.closeAll(ctx, old.Close)
		}
	}
	if len(n.judge) > 0 {
		r.Sweeper.Wake()
	}
	r.wakeObserve()
}

func (r *Reconciler) closeAll(ctx context.Context, closeIt func(context.Context) error) {
	if err := closeIt(ctx); err != nil {
		r.Logger.Warn("free a replaced module", "error", err)
	}
}

// versionOf returns the version of an object that was just stored, whoever
// still waits for the answer.
func (r *Reconciler) versionOf(ctx context.Context, key objectKey) int64 {
	stored, err := r.Store.Objects(context.WithoutCancel(ctx), key.kind)
	if err != nil {
		return 0
	}
	for _, o := range stored {
		if o.Name == key.name {
			return o.Version
		}
	}
	return 0
}

func appliedEvent(kind string) crm.EventType {
	if kind == rules.KindRule {
		return crm.EventRuleApplied
	}
	return crm.EventObjectApplied
}

func (r *Reconciler) event(t crm.EventType, key objectKey, by string) crm.Event {
	e := crm.Event{At: crm.TimeOf(r.Now()), Type: t, By: by}
	if key.kind == rules.KindRule {
		e.Rule = key.name
		return e
	}
	detail, err := json.Marshal(map[string]string{"kind": key.kind, "name": key.name})
	if err == nil {
		e.Detail = detail
	}
	return e
}

// Delete takes an object away. Deleting a rule closes its findings. Its version
// must be the current one, unless it is "".
func (r *Reconciler) Delete(ctx context.Context, by, kind, name, version string, dryRun bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.managed(objectKey{kind, name}); err != nil {
		return err
	}
	return r.remove(ctx, by, kind, name, version, dryRun)
}

// remove does the work of Delete. The caller holds r.mu.
func (r *Reconciler) remove(ctx context.Context, by, kind, name, version string, dryRun bool) error {
	key := objectKey{kind, name}
	if err := r.checkOwner(key); err != nil {
		return err
	}
	o := r.objects[key]
	if o == nil {
		return fmt.Errorf("%s %s: %w", kind, name, crm.ErrNotFound)
	}
	if err := checkVersion(o, o, version); err != nil {
		return err
	}
	n, err := r.prepareDelete(ctx, o.Object)
	if err != nil {
		return err
	}
	if dryRun {
		n.discard(ctx)
		return nil
	}
	deleted := crm.EventObjectDeleted
	if kind == rules.KindRule {
		deleted = crm.EventRuleDeleted
	}
	revision, err := r.revision(act{by, changeDeleted}, nil)
	if err != nil {
		n.discard(ctx)
		return err
	}
	generation, err := r.Store.DeleteObject(ctx, kind, name, store.Effect{NextGeneration: true, Judge: n.judge, Drop: n.gone,
		DropReason: "rule deleted", Events: []crm.Event{r.event(deleted, key, by)}, Revision: revision,
		PutModules: n.modules, DropModules: r.litter(n)})
	if err != nil {
		n.discard(ctx)
		return fmt.Errorf("delete %s %s: %w", kind, name, err)
	}
	r.keepRevision(key, revision, nil)
	delete(r.objects, key)
	delete(r.observed, key)
	r.enforceNext(ctx, n, generation)
	if kind == rules.KindWebhook {
		return r.Webhooks.Remove(ctx, name)
	}
	return nil
}

func (r *Reconciler) prepareDelete(ctx context.Context, o rules.Object) (*next, error) {
	switch o := o.(type) {
	case *rules.Rule:
		return &next{gone: []string{o.Metadata.Name}}, nil
	case *rules.Field:
		return r.prepareFieldGone(ctx, o)
	}
	return &next{}, nil
}
