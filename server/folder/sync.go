package folder

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"assay/rules"
	"assay/server/crm"
	"assay/server/reconcile"
)

// round is one pass of making the objects equal to the folder.
type round struct {
	*Keeper
	*contents
	before  map[reconcile.Ref]string // the managed objects and their files, before the round
	foreign map[reconcile.Ref]bool   // the objects that were declared by other ways
	refused map[reconcile.Ref][]Fault
	left    map[reconcile.Ref][]Fault // what is gone from the folder and could not be deleted
	hold    bool                      // nothing at all is done
	whole   *Fault                    // why, when it is not for a file that cannot be read
	reason  string                    // of whole, for the conditions
}

// sync makes the objects equal to what the last look saw; what is gone from the folder is deleted
// when the folder has been the same for long enough.
func (k *Keeper) sync(ctx context.Context, deletions bool) {
	r := &round{Keeper: k, before: map[reconcile.Ref]string{}, foreign: map[reconcile.Ref]bool{},
		refused: map[reconcile.Ref][]Fault{}, left: map[reconcile.Ref][]Fault{}}
	r.contents = k.read(k.seen)
	r.noteModules()
	for ref, file := range k.Objects.Declared() {
		if file == "" {
			r.foreign[ref] = true
			continue
		}
		r.before[ref] = file
	}
	if r.distrust(); !r.hold {
		r.carryOut(ctx, deletions)
	}
	if ctx.Err() == nil { // else the server is closing, and nothing is known
		r.tell()
	}
}

// noteModules has the modules' files looked at from now on.
func (r *round) noteModules() {
	maps.DeleteFunc(r.seen, func(file string, _ string) bool { return r.files.modules[file] })
	r.files.modules = r.modulePaths()
	for file := range r.files.modules {
		r.seen[file] = r.files.look(file, maxModule)
	}
}

// distrust refuses a folder as a whole when it cannot be what anybody means: it is not there, it is
// empty, or nothing of what it declared before is left in it.
func (r *round) distrust() {
	refuse := func(reason, format string, args ...any) {
		r.hold, r.whole, r.reason = true, &Fault{Message: fmt.Sprintf(format, args...)}, reason
	}
	const wayOut = "nothing was changed. Put the files back; what is really meant to go, delete with `assay delete`, which is allowed now"
	kept := 0
	for ref := range r.before {
		if r.names(ref) {
			kept++
		}
	}
	switch had := len(r.before); {
	case r.seen[""] != "":
		refuse("FolderUnreadable", "the rules folder %s cannot be read: %s; nothing was changed. Bring it back", r.Dir, r.seen[""])
	case len(r.declared)+len(r.twice)+len(r.broken) == 0 && had == 0:
		refuse("FolderEmpty", "the rules folder %s holds no manifest (.yaml, .yml or .json)", r.Dir)
	case len(r.declared)+len(r.twice)+len(r.broken) == 0:
		refuse("FolderEmpty", "the rules folder %s holds no manifest, and declared %d objects before; %s", r.Dir, had, wayOut)
	case kept == 0 && had > 1 && len(r.broken) > 0:
		r.hold = true // the rest may be in what cannot be read
	case kept == 0 && had > 1:
		refuse("FolderReplaced", "the rules folder %s declares none of the %d objects it declared before, as if it were another folder; %s", r.Dir, had, wayOut)
	}
}

// carryOut applies and deletes until neither gets any further: what fails may need something that
// comes later in the order, or be in the way of it.
func (r *round) carryOut(ctx context.Context, deletions bool) {
	waiting, gone := r.inOrder(), r.gone()
	for again := true; again && ctx.Err() == nil; {
		before := len(gone)
		waiting, again = r.apply(ctx, waiting)
		if deletions && len(r.broken) == 0 { // what is gone may have moved into a file that cannot be read
			gone = r.delete(ctx, gone)
		}
		again = len(waiting)+len(gone) > 0 && (again || len(gone) < before)
	}
}

// apply applies what waits and returns what was refused; changed says whether anything is another now.
func (r *round) apply(ctx context.Context, waiting []*declaration) (refused []*declaration, changed bool) {
	for _, d := range waiting {
		done, err := r.applyOne(ctx, d)
		if err != nil {
			r.refused[d.ref()] = d.faults(err)
			refused = append(refused, d)
			continue
		}
		delete(r.refused, d.ref())
		changed = changed || done
	}
	return refused, changed
}

func (r *round) applyOne(ctx context.Context, d *declaration) (changed bool, err error) {
	o, err := r.withModule(ctx, d)
	if err != nil {
		return false, err
	}
	applied, err := r.Objects.ApplyFrom(ctx, d.file, o)
	if err != nil {
		return false, err
	}
	if applied.Changed {
		r.logApplied(d)
	}
	return applied.Changed, nil
}

func (r *round) logApplied(d *declaration) {
	ref := d.ref()
	if r.foreign[ref] {
		r.Logger.Warn("the rules folder takes over an object that was declared by other ways", "kind", ref.Kind, "name", ref.Name, "file", d.file)
		return
	}
	r.Logger.Info("applied from the rules folder", "kind", ref.Kind, "name", ref.Name, "file", d.file)
}

// gone returns the managed objects that no file declares, rules before what they speak of.
func (r *round) gone() (list []reconcile.Ref) {
	for ref := range r.before {
		if !r.names(ref) {
			list = append(list, ref)
		}
	}
	slices.SortFunc(list, func(a, b reconcile.Ref) int { return compareRefs(b, a) })
	return list
}

// delete deletes what is gone from the folder and returns what could not be.
func (r *round) delete(ctx context.Context, gone []reconcile.Ref) (left []reconcile.Ref) {
	for _, ref := range gone {
		err := r.Objects.DeleteFrom(ctx, ref)
		if err != nil && !errors.Is(err, crm.ErrNotFound) {
			r.left[ref] = []Fault{{File: r.before[ref], Object: ref, Message: "the object is gone from the folder and cannot be deleted: " + err.Error()}}
			left = append(left, ref)
			continue
		}
		delete(r.left, ref)
		delete(r.before, ref)
		r.Logger.Info("deleted with its file in the rules folder", "kind", ref.Kind, "name", ref.Name)
	}
	return left
}

// tell makes known how the folder and its objects stand.
func (r *round) tell() {
	standings := map[reconcile.Ref]reconcile.Standing{}
	for ref, file := range r.Objects.Declared() {
		if file != "" {
			standings[ref] = r.standing(ref, file)
		}
	}
	r.Objects.SetStandings(standings)
	faults := r.faults()
	r.logNew(faults)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state = State{Dir: r.Dir, ReadAt: r.Now(), Objects: len(r.declared), Faults: faults}
}

// standing says how an object that the file declared stands.
func (r *round) standing(ref reconcile.Ref, file string) reconcile.Standing {
	not := func(reason, message string, gone bool) reconcile.Standing {
		return reconcile.Standing{Condition: rules.Condition{Status: rules.False, Reason: reason, Message: message}, Gone: gone}
	}
	switch {
	case r.whole != nil:
		return not(r.reason, r.whole.Message, r.reason != "FolderUnreadable")
	case r.refused[ref] != nil:
		return not("Refused", sentence(r.refused[ref]), false)
	case r.twice[ref] != nil:
		return not("DeclaredTwice", sentence(r.twiceFaults(ref)), false)
	case r.declared[ref] != nil:
		return reconcile.Standing{Condition: rules.Condition{Status: rules.True, Reason: "AsInFolder", Message: "it is as " + file + " says"}}
	case r.broken[file] != nil:
		return not("Unreadable", sentence(r.broken[file]), false)
	case r.left[ref] != nil:
		return not("DeletionRefused", sentence(r.left[ref]), true)
	case len(r.broken) > 0:
		return not("DeletionHeld", "no file declares it, and it is not deleted while one cannot be read: "+sentence(r.brokenFaults()), true)
	}
	return not("Removed", file+" no longer declares it; it is deleted when the folder has been the same for a while", true)
}

// faults lists everything that is wrong with the folder.
func (r *round) faults() (list []Fault) {
	if r.whole != nil {
		return []Fault{*r.whole}
	}
	list = r.brokenFaults()
	for _, of := range []map[reconcile.Ref][]Fault{r.refused, r.left} {
		for _, faults := range of {
			list = append(list, faults...)
		}
	}
	for ref := range r.twice {
		list = append(list, r.twiceFaults(ref)...)
	}
	sortFaults(list)
	return list
}

func (r *round) brokenFaults() (list []Fault) {
	for _, faults := range r.broken {
		list = append(list, faults...)
	}
	sortFaults(list)
	return list
}

func (r *round) twiceFaults(ref reconcile.Ref) (list []Fault) {
	first := r.twice[ref][0]
	for _, d := range r.twice[ref][1:] {
		line, column := d.Place("metadata.name")
		list = append(list, Fault{File: d.file, Line: line, Column: column, Object: ref, Field: "metadata.name",
			Message: fmt.Sprintf("%s declares it too; remove one, until then neither counts", first.file)})
	}
	return list
}

// logNew logs the faults that the round before did not have.
func (r *round) logNew(faults []Fault) {
	known := r.State().Faults
	for _, f := range faults {
		if !slices.Contains(known, f) {
			r.Logger.Warn("the rules folder is not in force as it stands", "folder", r.Dir, "fault", f.String())
		}
	}
	if len(known) > 0 && len(faults) == 0 {
		r.Logger.Info("the rules folder is in force", "folder", r.Dir)
	}
}
