package reconcile

import (
	"context"
	"fmt"
	"strings"

	"assay/rules"
	"assay/rules/library"
)

// byFolder is who did what the rules folder asked for.
const byFolder = "folder"

// ManagedError refuses to change by other ways what a file of the rules folder declares.
type ManagedError struct{ Kind, Name, File string }

// Error names the object and the file.
func (e *ManagedError) Error() string {
	return fmt.Sprintf("%s %s is declared by %s in the server's rules folder; change it there", strings.ToLower(e.Kind), e.Name, e.File)
}

// Ref names a declared object.
type Ref struct{ Kind, Name string }

func (ref Ref) key() objectKey { return objectKey{ref.Kind, ref.Name} }

// Standing is how an object that the rules folder manages stands to it.
type Standing struct {
	Condition rules.Condition // of type Synced
	// Gone says that no file declares the object any more. Until the folder's keeper
	// deletes it, anybody may.
	Gone bool
}

// Declared returns the declared objects with the files of the rules folder that
// declare them, "" for those declared by other ways.
func (r *Reconciler) Declared() map[Ref]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make(map[Ref]string, len(r.objects))
	for key, o := range r.objects {
		file, _ := o.Meta().Source()
		all[Ref{key.kind, key.name}] = file
	}
	return all
}

// ApplyFrom declares an object as a file of the rules folder says, and takes it over
// when it was declared by other ways. What is declared so already costs nothing.
func (r *Reconciler) ApplyFrom(ctx context.Context, file string, o rules.Object) (*Applied, error) {
	o.Meta().SetSource(file)
	o.Meta().ResourceVersion = ""
	library.SetDefaults(o)
	if r.isDeclared(o) {
		return &Applied{}, nil
	}
	done, err := r.ready(ctx, o)
	if err != nil {
		return nil, err
	}
	defer done()
	r.mu.Lock()
	defer r.mu.Unlock()
	applied, _, err := r.apply(ctx, act{byFolder, changeApplied}, o, false)
	return applied, err
}

// isDeclared reports whether an object is declared as it is already.
func (r *Reconciler) isDeclared(o rules.Object) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.objects[objectKey{o.ResourceKind(), o.Meta().Name}]
	return old != nil && same(old, o)
}

// DeleteFrom deletes an object that the rules folder managed.
func (r *Reconciler) DeleteFrom(ctx context.Context, ref Ref) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := r.objects[ref.key()]
	if o == nil {
		return nil
	}
	if _, managed := o.Meta().Source(); !managed {
		return nil // somebody has declared it since
	}
	return r.remove(ctx, byFolder, ref.Kind, ref.Name, "", false)
}

// SetStandings says how all managed objects stand to the rules folder.
func (r *Reconciler) SetStandings(all map[Ref]Standing) {
	r.mu.Lock()
	defer r.mu.Unlock()
	next := make(map[objectKey]Standing, len(all))
	for ref, s := range all {
		s.Condition.Type = rules.Synced
		s.Condition.LastTransitionTime = r.Now().UTC()
		if was, known := r.standings[ref.key()]; known && was.Condition.Status == s.Condition.Status {
			s.Condition.LastTransitionTime = was.Condition.LastTransitionTime
		}
		next[ref.key()] = s
	}
	r.standings = next
	r.wakeObserve()
}

// managed refuses a change of what a file declares. The caller holds r.mu.
func (r *Reconciler) managed(key objectKey) error {
	o := r.objects[key]
	if o == nil || !r.Folder || r.standings[key].Gone {
		return nil
	}
	if file, managed := o.Meta().Source(); managed {
		return &ManagedError{Kind: key.kind, Name: key.name, File: file}
	}
	return nil
}

// keepSource lets o, which is about to replace old, keep old's source when the
// change comes by another way and changes nothing, or only asks what it would do. The caller holds r.mu.
func (r *Reconciler) keepSource(o rules.Object, old *object, dryRun bool) error {
	if _, fromFile := o.Meta().Source(); fromFile || old == nil {
		return nil
	}
	err := r.managed(objectKey{o.ResourceKind(), o.Meta().Name})
	if err == nil {
		return nil
	}
	file, _ := old.Meta().Source()
	o.Meta().SetSource(file)
	if dryRun || same(old, o) {
		return nil
	}
	return err
}

// same reports whether an object is declared as it is already.
func same(old *object, o rules.Object) bool {
	return rules.SameSpec(old.Object, o) && sameMap(old.Meta().Labels, o.Meta().Labels) && sameMap(old.Meta().Annotations, o.Meta().Annotations)
}

// showStanding adds to a managed object's status how it stands to the folder. The caller holds r.mu.
func (r *Reconciler) showStanding(key objectKey, m *rules.Metadata, state *rules.Status) {
	s, known := r.standings[key]
	if _, managed := m.Source(); !known || !managed {
		return
	}
	c := s.Condition
	c.ObservedGeneration = m.Generation
	state.SetCondition(c, c.LastTransitionTime)
	if key.kind == rules.KindRule && c.Status == rules.False && !state.Is(rules.Degraded) {
		c.Type, c.Status, c.Reason = rules.Degraded, rules.True, "NotSynced"
		state.SetCondition(c, c.LastTransitionTime)
	}
}
