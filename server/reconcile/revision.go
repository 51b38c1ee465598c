package reconcile

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"assay/rules"
	"assay/server/crm"
	"assay/server/store"
)

// What is done to an object, in the words of its history.
const (
	changeApplied    = "applied"
	changeDeleted    = "deleted"
	changeRolledBack = "rolled back to %d"
)

// kindRevision is the kind of a version in events; its name is kind/name/number.
const kindRevision = "Revision"

// act is who changes an object, and what its history says of that.
type act struct{ by, change string }

// Revision is one version of what was declared of an object.
type Revision struct {
	Revision int64           `json:"revision"`
	At       crm.Time        `json:"at"`
	By       string          `json:"by"`
	Change   string          `json:"change"`
	Current  bool            `json:"current,omitempty"`
	Object   json.RawMessage `json:"object,omitempty"` // the manifest; absent for a deletion
}

// revision returns the version that a change makes of an object, nil when it
// makes none; o is nil when the object goes.
func (r *Reconciler) revision(a act, o rules.Object) (*store.Revision, error) {
	if a.change == "" {
		return nil, nil
	}
	kept := &store.Revision{At: crm.TimeOf(r.Now()), By: a.by, Change: a.change}
	if o == nil {
		return kept, nil
	}
	manifest, err := copyOf(o)
	if err != nil {
		return nil, err
	}
	m := o.Meta()
	*manifest.Meta() = rules.Metadata{Name: m.Name, Labels: m.Labels, Annotations: m.Annotations}
	*manifest.State() = rules.Status{}
	kept.Data, err = encode(manifest)
	return kept, err
}

// Revisions returns the kept versions of an object, the newest first; those of
// one that was deleted, too.
func (r *Reconciler) Revisions(ctx context.Context, kind, name string) ([]Revision, error) {
	kept, err := r.Store.Revisions(ctx, kind, name)
	if err != nil {
		return nil, fmt.Errorf("read the revisions of %s %s: %w", kind, name, err)
	}
	if len(kept) == 0 {
		_, err := r.Get(ctx, kind, name) // one that a field asks for, or of a base before revisions were kept
		return []Revision{}, err
	}
	list := make([]Revision, len(kept))
	for i, k := range kept {
		list[i] = Revision{Revision: k.Number, At: k.At, By: k.By, Change: k.Change, Current: i == 0 && k.Data != nil, Object: k.Data}
	}
	return list, nil
}

// Revision returns one kept version of an object.
func (r *Reconciler) Revision(ctx context.Context, kind, name string, number int64) (*Revision, error) {
	list, err := r.Revisions(ctx, kind, name)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Revision == number {
			return &list[i], nil
		}
	}
	return nil, fmt.Errorf("revision %d of %s %s: %w", number, kind, name, crm.ErrNotFound)
}

// Rollback applies an earlier version of an object anew, by the same way as
// Apply: 0 is the version before the current one, or the last before a deletion.
func (r *Reconciler) Rollback(ctx context.Context, by, kind, name, version string, number int64, dryRun bool) (*Applied, error) {
	r.mu.Lock()
	err := r.checkOwner(objectKey{kind, name})
	r.mu.Unlock()
	if err != nil {
		return nil, err
	}
	list, err := r.Revisions(ctx, kind, name)
	if err != nil {
		return nil, err
	}
	to, err := earlier(list, kind, name, number)
	if err != nil {
		return nil, err
	}
	o, err := rules.ParseOne(to.Object, rules.ParseOptions{MaxBytes: len(to.Object)})
	if err != nil {
		return nil, invalidManifest(err)
	}
	if err := asksFor(o, version); err != nil {
		return nil, err
	}
	return r.applyOne(ctx, act{by, fmt.Sprintf(changeRolledBack, to.Revision)}, o, dryRun)
}

// earlier returns the version to go back to.
func earlier(list []Revision, kind, name string, number int64) (*Revision, error) {
	what := strings.ToLower(kind) + " " + name
	for i := range list {
		switch r := &list[i]; {
		case number == 0 && i > 0 && r.Object != nil:
			return r, nil
		case number == 0 || r.Revision != number:
		case r.Object == nil:
			return nil, invalid("revision", "revision_deleted", "revision %d of %s is its deletion; go back to another one, or delete it", number, what)
		default:
			return r, nil
		}
	}
	if number == 0 {
		return nil, invalid("revision", "no_earlier_revision", "no version of %s before the current one is kept", what)
	}
	return nil, invalid("revision", "unknown_revision", "revision %d of %s is not kept; %s", number, what, span(list))
}

// span says which revisions there are to choose from.
func span(list []Revision) string {
	if len(list) == 0 {
		return "no version of it is"
	}
	return fmt.Sprintf("those from %d to %d are", list[len(list)-1].Revision, list[0].Revision)
}

// DropRevision forgets a version of an object, so that the module that it names can
// be deleted, or what it says is gone. The newest version stays.
func (r *Reconciler) DropRevision(ctx context.Context, by, kind, name string, number int64, dryRun bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept, err := r.Store.Revisions(ctx, kind, name)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(kept, func(k store.Revision) bool { return k.Number == number })
	if i < 0 {
		return fmt.Errorf("revision %d of %s %s: %w", number, kind, name, crm.ErrNotFound)
	}
	if i == 0 {
		return invalid("revision", "newest_revision", "revision %d is the newest of %s %s and stays; earlier ones can be deleted", number, strings.ToLower(kind), name)
	}
	if dryRun {
		return nil
	}
	forgotten := r.event(crm.EventObjectDeleted, objectKey{kindRevision, fmt.Sprintf("%s/%s/%d", kind, name, number)}, by)
	if err := r.Store.DropRevision(ctx, kind, name, number, forgotten); err != nil {
		return err
	}
	if kind == rules.KindRule {
		modules := r.revised[name] // the newest last
		r.revised[name] = slices.Delete(slices.Clone(modules), len(modules)-1-i, len(modules)-i)
	}
	return nil
}

// loadRevised notes the modules that kept revisions of rules name.
func (r *Reconciler) loadRevised(ctx context.Context) error {
	kept, err := r.Store.Revisions(ctx, rules.KindRule, "")
	if err != nil {
		return fmt.Errorf("read the revisions of the rules: %w", err)
	}
	for _, k := range slices.Backward(kept) {
		var o rules.Object
		if k.Data != nil {
			if o, err = rules.Decode(k.Data); err != nil {
				return fmt.Errorf("read revision %d of rule %s: %w", k.Number, k.Name, err)
			}
		}
		r.keepRevision(objectKey{k.Kind, k.Name}, &k, o)
	}
	return nil
}

// keepRevision notes the module that the newest revision of a rule names.
func (r *Reconciler) keepRevision(key objectKey, revision *store.Revision, o rules.Object) {
	if revision == nil || key.kind != rules.KindRule {
		return
	}
	kept := append(r.revised[key.name], moduleOf(o))
	r.revised[key.name] = kept[max(len(kept)-store.RevisionsKept, 0):]
}

// moduleOf returns the digest of the module that an object names, "" for none.
func moduleOf(o rules.Object) string {
	if rule, ok := o.(*rules.Rule); ok && rule.Spec.Module != nil {
		return rule.Spec.Module.Digest
	}
	return ""
}

// revisionWith returns a rule of whose kept revisions one names the module.
func (r *Reconciler) revisionWith(digest string) (rule string, found bool) {
	for name, modules := range r.revised {
		if slices.Contains(modules, digest) && (!found || name < rule) {
			rule, found = name, true
		}
	}
	return rule, found
}

// litter returns the modules of rules that n takes out of force that nothing
// needs from then on: no other rule, and no revision of one.
func (r *Reconciler) litter(n *next) (digests []string) {
	after := map[string]string{} // the digest of each rule that changes, "" when it goes
	for _, name := range n.gone {
		after[name] = ""
	}
	for _, rule := range n.rules {
		after[rule.Name] = rule.Digest
	}
	needed := map[string]bool{}
	for name, rule := range r.running {
		if _, changes := after[name]; !changes {
			needed[rule.Digest] = true
			if rule.Spec.Module != nil { // of a rule that does not run, too
				needed[rule.Spec.Module.Digest] = true
			}
		}
	}
	for _, digest := range after {
		needed[digest] = true
	}
	for name := range after {
		old := r.running[name]
		if old == nil || needed[old.Digest] {
			continue
		}
		if _, revised := r.revisionWith(old.Digest); !revised {
			digests = append(digests, old.Digest)
		}
	}
	return digests
}
