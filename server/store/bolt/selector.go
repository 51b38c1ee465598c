package bolt

import (
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"assay/server/store"
)

// selector is a rule whose label says at which clients the findings of another
// rule are waived.
type selector struct{ name, rule string }

// isSelector tells whether a rule is a selector.
func (ix *index) isSelector(name string) bool { return ix.selectorOf(name) != "" }

// selectorOf returns the rule whose findings a selector waives, "" when it is none.
func (ix *index) selectorOf(name string) string {
	at, found := slices.BinarySearchFunc(ix.selectors, name, compareSelector)
	if !found {
		return ""
	}
	return ix.selectors[at].rule
}

// hasSelector reports whether some selector waives findings of a rule.
func (ix *index) hasSelector(rule string) bool {
	return slices.ContainsFunc(ix.selectors, func(s selector) bool { return s.rule == rule })
}

func compareSelector(s selector, name string) int { return strings.Compare(s.name, name) }

// waivedBy returns the selectors that waive a rule's findings at a client, by name.
func (ix *index) waivedBy(rule string, client uint32) (names []string) {
	for _, s := range ix.selectors {
		if s.rule != rule {
			continue
		}
		if r := ix.rule(s.name); r != nil && r.labels.get(store.WaiverLabel).contains(client) {
			names = append(names, s.name)
		}
	}
	return names
}

// waive makes a rule a selector.
func (w *writer) waive(name, rule string) {
	w.put(w.tx.Bucket(bucketSelectors), []byte(name), []byte(rule))
	before := w.ix.selectorOf(name)
	at, found := slices.BinarySearchFunc(w.ix.selectors, name, compareSelector)
	next := slices.Clone(w.ix.selectors)
	if found {
		next[at].rule = rule
	} else {
		next = slices.Insert(next, at, selector{name, rule})
	}
	w.ix.selectors = next
	w.resuppressAll(before, w.waivedAt(name))
	w.resuppressAll(rule, w.waivedAt(name))
}

// unwaive ends a selector that was dropped; members are the clients it waived at.
func (w *writer) unwaive(name string, members *set) {
	rule := w.ix.selectorOf(name)
	if rule == "" {
		return
	}
	w.remove(w.tx.Bucket(bucketSelectors), []byte(name))
	w.ix.selectors = slices.DeleteFunc(slices.Clone(w.ix.selectors), func(s selector) bool { return s.name == name })
	w.resuppressAll(rule, members)
}

// waivedAt returns the clients at which a selector waives.
func (w *writer) waivedAt(name string) *set {
	if r := w.ix.rule(name); r != nil {
		return r.labels.get(store.WaiverLabel)
	}
	return nil
}

// resuppressAll marks the findings of a rule at some clients anew.
func (w *writer) resuppressAll(rule string, members *set) {
	r := w.ix.rule(rule)
	if r == nil {
		return
	}
	has := r.has
	for k := range members.span() {
		ids := both(members.chunk(k), has.chunk(k))
		if ids == nil {
			continue
		}
		for _, low := range ids.ToArray() {
			w.resuppress(rule, int64(k)<<chunkBits|int64(low))
		}
	}
}

// readSelectors reads the selectors of the file, by name.
func readSelectors(tx *bbolt.Tx) (list []selector) {
	c := tx.Bucket(bucketSelectors).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		list = append(list, selector{string(k), string(v)})
	}
	return list
}
