package engine

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"assay/sdk/abi"
	"assay/server/crm"
)

// Set is the rules that judge the base, and the declarations that say how
// clients are read: an immutable whole with a number.
type Set struct {
	Generation   uint64
	Rules        []*Rule // by name
	Fields       map[string]crm.FieldType
	FieldLabels  map[string]string     // what people call a custom field, in any language -> its name
	Dictionaries map[string]Dictionary // by the vocabulary they are of

	// Fuser has modules of many rules each, in which those of its rules that are in the set run; nil: none. It is
	// set before the set is used.
	Fuser *Fuser

	apart   *plan                // each rule in its own module
	planned atomic.Pointer[plan] // the last one made for the Fuser
	silent  []string             // rules that cannot run, by name
}

// Dictionary is the closed list of values of a vocabulary.
type Dictionary struct {
	Name   string
	Values map[string]bool
}

// group is the rules that run on one module: the batch is copied into it once.
type group struct {
	module Module
	rules  []*Rule
	checks []abi.Configured
}

// NewSet returns a set of rules that have been compiled.
func NewSet(generation uint64, rules []*Rule, fields map[string]crm.FieldType, dictionaries map[string]Dictionary) *Set {
	rules = slices.Clone(rules)
	slices.SortFunc(rules, func(a, b *Rule) int { return strings.Compare(a.Name, b.Name) })
	return (&Set{Generation: generation, Fields: fields, Dictionaries: dictionaries}).with(rules)
}

// Only returns the set cut down to the named rules.
func (s *Set) Only(names []string) *Set {
	kept := make([]*Rule, 0, len(names))
	for _, r := range s.Rules {
		if slices.Contains(names, r.Name) {
			kept = append(kept, r)
		}
	}
	only := &Set{Generation: s.Generation, Fields: s.Fields, FieldLabels: s.FieldLabels, Dictionaries: s.Dictionaries, Fuser: s.Fuser}
	return only.with(kept)
}

// with gives a new set its rules, sorted by name.
func (s *Set) with(rules []*Rule) *Set {
	s.Rules, s.apart = rules, &plan{groups: groupByModule(rules)}
	for _, r := range rules {
		if !r.Running() {
			s.silent = append(s.silent, r.Name)
		}
	}
	return s
}

// Judging reports whether any rule of the set is asked by evaluations.
func (s *Set) Judging() bool {
	return slices.ContainsFunc(s.Rules, (*Rule).Judging)
}

// Rule returns the rule of that name, nil when the set has none.
func (s *Set) Rule(name string) *Rule {
	i, found := slices.BinarySearchFunc(s.Rules, name, func(r *Rule, n string) int { return strings.Compare(r.Name, n) })
	if !found {
		return nil
	}
	return s.Rules[i]
}

func groupByModule(rules []*Rule) []group {
	var groups []group
	at := map[string]int{}
	for _, r := range rules {
		if r.module == nil {
			continue // declared, and not able to run: its condition says why
		}
		digest := r.module.Digest()
		i, ok := at[digest]
		if !ok {
			i = len(groups)
			at[digest] = i
			groups = append(groups, group{module: r.module})
		}
		groups[i].rules = append(groups[i].rules, r)
		groups[i].checks = append(groups[i].checks, r.configured)
	}
	return groups
}

// judging returns the group's rules that are not quarantined, and the names of
// the others.
func (g *group) judging() (rules []*Rule, checks []abi.Configured, quarantined []string) {
	if !slices.ContainsFunc(g.rules, func(r *Rule) bool { return !r.Judging() }) {
		return g.rules, g.checks, nil
	}
	for i, r := range g.rules {
		if r.Judging() {
			rules, checks = append(rules, r), append(checks, g.checks[i])
		} else {
			quarantined = append(quarantined, r.Name)
		}
	}
	return rules, checks, quarantined
}

// Evaluate runs the rules of the set on every card of the batch. The results
// have an element for each card, nil when no rule has anything to say of it,
// else what the rules said in the order of their names. Rules that cannot run
// and quarantined ones are not asked; they are the unjudged, in no order.
func (s *Set) Evaluate(ctx context.Context, now time.Time, batch *abi.Batch) (results [][]crm.Result, unjudged []string, err error) {
	results, unjudged = make([][]crm.Result, batch.Len()), slices.Clip(s.silent)
	p := s.plan()
	for i := range p.fused {
		quarantined, err := p.fused[i].evaluate(ctx, now, batch, results)
		if err != nil {
			return nil, nil, err
		}
		unjudged = append(unjudged, quarantined...)
	}
	quarantined, err := runAll(ctx, now, p.groups, batch, results)
	if err != nil {
		return nil, nil, err
	}
	unjudged = append(unjudged, quarantined...)
	for _, of := range results {
		if len(of) > 1 {
			slices.SortFunc(of, func(a, b crm.Result) int { return strings.Compare(a.Rule, b.Rule) })
		}
	}
	return results, unjudged, nil
}

// runAll runs the rules of the groups, and names those that are quarantined.
func runAll(ctx context.Context, now time.Time, groups []group, batch *abi.Batch, results [][]crm.Result) (quarantined []string, err error) {
	for i := range groups {
		rules, checks, not := groups[i].judging()
		quarantined = append(quarantined, not...)
		if len(rules) == 0 {
			continue
		}
		if err := run(ctx, now, groups[i].module, rules, checks, batch, results); err != nil {
			return nil, err
		}
	}
	return quarantined, nil
}

// EvaluateOne is Evaluate for one card.
func (s *Set) EvaluateOne(ctx context.Context, now time.Time, card []byte) (results []crm.Result, unjudged []string, err error) {
	batch := batches.Get().(*abi.Batch)
	defer batches.Put(batch)
	batch.Reset()
	batch.Add(card)
	all, unjudged, err := s.Evaluate(ctx, now, batch)
	if err != nil {
		return nil, nil, err
	}
	return all[0], unjudged, nil
}
