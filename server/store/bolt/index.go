package bolt

import (
	"slices"
	"strings"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/store"
)

// facets in the order an index keeps them.
var facets = [...]store.Facet{
	store.FacetKind, store.FacetManager, store.FacetRegion, store.FacetSource,
	store.FacetStage, store.FacetStatus, store.FacetTags, store.FacetCategories,
}

const (
	atKind = iota
	atManager
	atRegion
	atSource
	atStage
	atStatus
	atTags
	atCategories
)

// index is what is kept in memory of one transaction's base. A published index
// never changes; the committer works on a copy that shares what stays.
type index struct {
	txid int // of the transaction it belongs to
	counters
	firstSeq int64 // of the oldest event kept; lastSeq+1 when there is none

	all    *set
	facets [len(facets)]*values
	rules  []*ruleIndex    // by name
	hidden map[string]bool // rules whose findings are no events; copied to be changed

	unions    *unions    // that reports asked for
	lives     *set       // clients about whose findings something was decided
	selectors []selector // by name; a change makes another slice
}

// ruleIndex is what one rule says of whom.
type ruleIndex struct {
	owner     epoch
	name      string
	has       *set // any result at all
	errors    *set // could not be judged
	tally          // of the open findings, without the waived
	waived    tally
	labels    *values
	pending   *set     // not judged since the rule changed
	since     crm.Time // when pending began
	rewritten *set     // of them, those that a write of this process left so: a sweep may hold an older card
}

// tally is who has findings, and how many.
type tally struct {
	violating *set // a finding
	counts    bitSlices
	own       [len(severities)]ownIndex // the findings with severities of their own
	graded    *set                      // of violating, those whose findings all have one
}

// which returns the tally of the open or of the waived findings.
func (r *ruleIndex) which(waived bool) *tally {
	if waived {
		return &r.waived
	}
	return &r.tally
}

// ownIndex is the findings with one severity of their own.
type ownIndex struct {
	violating *set
	counts    bitSlices
}

// copy returns an index for the next transaction to change.
func (ix *index) copy() *index {
	next := *ix
	next.rules = slices.Clone(ix.rules)
	return &next
}

func (ix *index) rule(name string) *ruleIndex {
	at, found := ix.findRule(name)
	if !found {
		return nil
	}
	return ix.rules[at]
}

func (ix *index) findRule(name string) (int, bool) {
	return slices.BinarySearchFunc(ix.rules, name, func(r *ruleIndex, name string) int {
		return strings.Compare(r.name, name)
	})
}

// ownRule returns the part of a rule that the transaction may change.
func (ix *index) ownRule(name string, own epoch) *ruleIndex {
	at, found := ix.findRule(name)
	if !found {
		ix.rules = slices.Insert(ix.rules, at, &ruleIndex{name: name, owner: own})
	}
	r := ix.rules[at]
	if r.owner != own {
		copied := *r
		copied.owner = own
		r, ix.rules[at] = &copied, &copied
	}
	return r
}

func (ix *index) dropRule(name string) {
	if at, found := ix.findRule(name); found {
		ix.rules = slices.Delete(ix.rules, at, at+1)
	}
}

// putCard indexes a new card.
func (ix *index) putCard(id uint32, c abi.Client, own epoch) {
	ix.all = ix.all.add(id, own)
	eachValue(c, func(at int, value string) {
		ix.facets[at] = ix.facets[at].add(value, id, own)
	})
}

// dropCard forgets a card.
func (ix *index) dropCard(id uint32, c abi.Client, own epoch) {
	ix.all = ix.all.remove(id, own)
	eachValue(c, func(at int, value string) {
		ix.facets[at] = ix.facets[at].remove(value, id, own)
	})
}

// changeCard indexes the new card of a known client.
func (ix *index) changeCard(id uint32, old, next abi.Client, own epoch) {
	for at := range facets {
		before, beforeList := facetOf(old, at)
		after, afterList := facetOf(next, at)
		if before == after && sameStrings(beforeList, afterList) {
			continue
		}
		each(before, beforeList, func(v string) { ix.facets[at] = ix.facets[at].remove(v, id, own) })
		each(after, afterList, func(v string) { ix.facets[at] = ix.facets[at].add(v, id, own) })
	}
}

// change notes that the result of a rule for a client is another one.
func (r *ruleIndex) change(id uint32, was, is resultHead, own epoch) {
	r.has = member(r.has, id, is.exists, own)
	r.errors = member(r.errors, id, is.failed, own)
	r.tally.change(id, &was.open, &is.open, own)
	r.waived.change(id, &was.waived, &is.waived, own)
	if string(was.label) == string(is.label) {
		return
	}
	if len(was.label) > 0 {
		r.labels = r.labels.remove(string(was.label), id, own)
	}
	if len(is.label) > 0 {
		r.labels = r.labels.add(string(is.label), id, own)
	}
}

func (t *tally) change(id uint32, was, is *findingCounts, own epoch) {
	t.violating = member(t.violating, id, is.all > 0, own)
	t.counts = t.counts.with(id, was.all, is.all, own)
	for i := range t.own {
		if was.own[i] != is.own[i] {
			t.own[i].violating = member(t.own[i].violating, id, is.own[i] > 0, own)
			t.own[i].counts = t.own[i].counts.with(id, was.own[i], is.own[i], own)
		}
	}
	t.graded = member(t.graded, id, is.graded(), own)
}

func member(s *set, id uint32, is bool, own epoch) *set {
	if is {
		return s.add(id, own)
	}
	return s.remove(id, own)
}

// eachValue calls do for each facet value of a card. The values share its memory.
func eachValue(c abi.Client, do func(at int, value string)) {
	for at := range facets {
		value, list := facetOf(c, at)
		each(value, list, func(v string) { do(at, v) })
	}
}

// facetOf returns the value of a facet, or its list when it has many. A client
// with an empty list has the value "".
func facetOf(c abi.Client, at int) (string, abi.Strings) {
	switch at {
	case atKind:
		return c.Kind().String(), abi.Strings{}
	case atManager:
		return c.Manager(), abi.Strings{}
	case atRegion:
		return c.Region(), abi.Strings{}
	case atSource:
		return c.Source(), abi.Strings{}
	case atStage:
		return c.Stage(), abi.Strings{}
	case atStatus:
		return c.Status(), abi.Strings{}
	case atTags:
		return "", c.Tags()
	default:
		return "", c.Categories()
	}
}

func each(value string, list abi.Strings, do func(string)) {
	if list.Len() == 0 {
		do(value)
		return
	}
	for i := range list.Len() {
		do(list.At(i))
	}
}

func sameStrings(a, b abi.Strings) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		if a.At(i) != b.At(i) {
			return false
		}
	}
	return true
}
