package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"assay/rules/cel"
	"assay/sdk/abi"
)

// fewestFused is how many rules are worth a module of their own beside theirs.
const fewestFused = 2

// Fuser makes modules of many CEL rules each, which judge a card as their rules' own modules would, and
// faster. Sets that name it run what it has made so far, and every other rule by itself: it takes its time, and
// nobody waits for it.
type Fuser struct {
	load Loader
	made atomic.Pointer[fusion]
	mu   sync.Mutex // of Fuse and Close
}

// fusion is the fused modules at one time. It is immutable.
type fusion struct{ modules []*fusedModule }

// fusedModule is a module and whose rules are in it.
type fusedModule struct {
	module    Module
	members   []*Rule
	constants [][]byte // of members that always answer with the same
}

// NewFuser returns a Fuser that has made nothing yet.
func NewFuser(load Loader) *Fuser { return &Fuser{load: load} }

// Fuse makes the modules that the rules of a set lack, and frees those that are no longer of use. It may take
// seconds. On an error the sets go on with what there was.
func (f *Fuser) Fuse(ctx context.Context, set *Set) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	next, old := &fusion{}, f.modules()
	lacking := slices.DeleteFunc(slices.Clone(set.Rules), func(r *Rule) bool { return !r.fusable() })
	for _, m := range old {
		if len(m.members) >= cel.MaxFused/2 && !slices.ContainsFunc(m.members, func(r *Rule) bool { return !slices.Contains(lacking, r) }) {
			next.modules = append(next.modules, m)
			lacking = slices.DeleteFunc(lacking, func(r *Rule) bool { return slices.Contains(m.members, r) })
		}
	}
	for part := range slices.Chunk(lacking, cel.MaxFused) {
		if len(part) < fewestFused {
			break
		}
		m, err := f.make(ctx, old, slices.Clone(part))
		if err != nil {
			return errors.Join(err, closeModules(ctx, next.modules, old))
		}
		next.modules = append(next.modules, m)
	}
	f.made.Store(next)
	return closeModules(ctx, old, next.modules)
}

// make returns a module of these rules: an old one if it is of the same.
func (f *Fuser) make(ctx context.Context, old []*fusedModule, members []*Rule) (*fusedModule, error) {
	for _, m := range old {
		if slices.Equal(m.members, members) {
			return m, nil
		}
	}
	compiled := make([]*cel.Compiled, len(members))
	for i, r := range members {
		compiled[i] = r.compiled
	}
	fused, err := cel.Fuse(compiled)
	if err != nil {
		return nil, err
	}
	module, err := f.load(ctx, fused.Wasm)
	if err != nil {
		return nil, fmt.Errorf("load the module of %d rules from %s to %s: %w", len(members), members[0].Name, members[len(members)-1].Name, err)
	}
	return &fusedModule{module: module, members: members, constants: fused.Constants}, nil
}

// Close frees all modules. Sets go on with their rules one by one.
func (f *Fuser) Close(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	old := f.modules()
	f.made.Store(nil)
	return closeModules(ctx, old, nil)
}

func (f *Fuser) modules() []*fusedModule {
	if made := f.made.Load(); made != nil {
		return made.modules
	}
	return nil
}

// closeModules frees modules but for those that are kept.
func closeModules(ctx context.Context, list, kept []*fusedModule) error {
	var errs []error
	for _, m := range list {
		if !slices.Contains(kept, m) {
			errs = append(errs, m.module.Close(ctx))
		}
	}
	return errors.Join(errs...)
}

// fusable says whether the rule may be in a module with others: it is written in CEL, and asks for no limit of memory
// or isolation of its own.
func (r *Rule) fusable() bool {
	return r.compiled != nil && r.configured.Memory == 0 && r.configured.Isolation == abi.IsolateNone
}

// plan is how a set's rules are run at one time.
type plan struct {
	of     *fusion
	fused  []fusedGroup
	groups []group // of the others
}

// fusedGroup is the rules of a set that are in a fused module.
type fusedGroup struct {
	of    *fusedModule
	rules []*Rule // by their number in the module; nil: not in the set
	count int
	alone []group // the same rules, each in its own module
}

// plan returns how the rules are run now.
func (s *Set) plan() *plan {
	if s.Fuser == nil {
		return s.apart
	}
	made := s.Fuser.made.Load()
	if made == nil {
		return s.apart
	}
	if p := s.planned.Load(); p != nil && p.of == made {
		return p
	}
	p := s.planFor(made)
	s.planned.Store(p)
	return p
}

// planFor finds the set's rules in the fused modules.
func (s *Set) planFor(made *fusion) *plan {
	p := &plan{of: made}
	apart := slices.Clone(s.Rules)
	for _, m := range made.modules {
		g := fusedGroup{of: m, rules: slices.Clone(m.members)}
		var found []*Rule
		for i, r := range m.members {
			if s.Rule(r.Name) != r {
				g.rules[i] = nil
				continue
			}
			found = append(found, r)
		}
		if g.count = len(found); g.count < fewestFused {
			continue
		}
		g.alone = groupByModule(found)
		apart = slices.DeleteFunc(apart, func(r *Rule) bool { return slices.Contains(found, r) })
		p.fused = append(p.fused, g)
	}
	p.groups = groupByModule(apart)
	return p
}
