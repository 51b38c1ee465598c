package engine

import (
	"context"
	"slices"
	"strings"
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
	groups       []group
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
	return &Set{Generation: generation, Rules: rules, Fields: fields, Dictionaries: dictionaries, groups: groupByModule(rules)}
}

// Only returns the set cut down to the named rules.
func (s *Set) Only(names []string) *Set {
	kept := make([]*Rule, 0, len(names))
	for _, r := range s.Rules {
		if slices.Contains(names, r.Name) {
			kept = append(kept, r)
		}
	}
	return &Set{Generation: s.Generation, Rules: kept, Fields: s.Fields, FieldLabels: s.FieldLabels, Dictionaries: s.Dictionaries, groups: groupByModule(kept)}
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

// Evaluate runs every rule of the set on every card of the batch. The answer
// has an element for each card, nil when no rule has anything to say of it,
// else its results in the order of the rules' names.
func (s *Set) Evaluate(ctx context.Context, now time.Time, batch *abi.Batch) ([][]crm.Result, error) {
	results := make([][]crm.Result, batch.Len())
	for i := range s.groups {
		g := &s.groups[i]
		if err := run(ctx, now, g.module, g.rules, g.checks, batch, results); err != nil {
			return nil, err
		}
	}
	for _, of := range results {
		if len(of) > 1 {
			slices.SortFunc(of, func(a, b crm.Result) int { return strings.Compare(a.Rule, b.Rule) })
		}
	}
	return results, nil
}

// EvaluateOne runs every rule of the set on one card.
func (s *Set) EvaluateOne(ctx context.Context, now time.Time, card []byte) ([]crm.Result, error) {
	batch := batches.Get().(*abi.Batch)
	defer batches.Put(batch)
	batch.Reset()
	batch.Add(card)
	results, err := s.Evaluate(ctx, now, batch)
	if err != nil {
		return nil, err
	}
	return results[0], nil
}
