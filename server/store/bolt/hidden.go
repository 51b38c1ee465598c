package bolt

import (
	"bytes"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"assay/server/crm"
)

// What a hidden rule says is kept and indexed as that of any other, but its
// findings and labels come and go without events.

// logDifference logs what changed in what a rule says of a client, unless the rule is hidden. The labels of selectors are
// no events.
func (w *writer) logDifference(rule string, id int64, was, is *crm.Result, at crm.Time, by, reason string) {
	if w.ix.hidden[rule] {
		return
	}
	if w.ix.isSelector(rule) {
		before, after := *was, *is
		before.Label, after.Label = "", ""
		was, is = &before, &after
	}
	logDifference(rule, id, was, is, at, by, reason, w.log)
}

func readHidden(tx *bbolt.Tx) map[string]bool {
	hidden := map[string]bool{}
	for name := range bytes.SplitSeq(tx.Bucket(bucketMeta).Get(keyHidden), []byte{0}) {
		if len(name) > 0 {
			hidden[string(name)] = true
		}
	}
	return hidden
}

// hide closes what a rule has found, for whoever follows the log, and lets it
// find more unseen.
func (w *writer) hide(rule, reason string) {
	if w.ix.hidden[rule] {
		return
	}
	w.closeAll(rule, reason)
	w.setHidden(rule, true)
}

// show opens what a hidden rule has found.
func (w *writer) show(rule string) {
	if !w.ix.hidden[rule] {
		return
	}
	w.setHidden(rule, false)
	now := crm.TimeOf(w.now)
	w.eachResult(rule, func(id int64, is *crm.Result) {
		w.logDifference(rule, id, &crm.Result{}, is, now, "", "")
	})
}

// closeAll logs that all findings of a rule are closed and its labels left.
func (w *writer) closeAll(rule, reason string) {
	now := crm.TimeOf(w.now)
	w.eachResult(rule, func(id int64, was *crm.Result) {
		w.logDifference(rule, id, was, &crm.Result{}, now, "", reason)
	})
}

// eachResult calls do with everything a rule has said, by client.
func (w *writer) eachResult(rule string, do func(id int64, r *crm.Result)) {
	w.writeRule(rule)
	bucket := w.results.Bucket([]byte(rule))
	if bucket == nil {
		return
	}
	w.fail(bucket.ForEach(func(at, value []byte) error {
		b, first := storedBlock(value), number(at)<<blockBits
		if err := b.check(); err != nil {
			return err
		}
		for i := range b.len() {
			r, err := readResult(b.result(i), rule)
			if err != nil {
				return err
			}
			do(first+int64(b.slot(i)), &r)
		}
		return nil
	}))
}

func (w *writer) setHidden(rule string, hidden bool) {
	if w.ix.hidden[rule] == hidden {
		return
	}
	w.ix.hidden = maps.Clone(w.ix.hidden)
	if hidden {
		w.ix.hidden[rule] = true
	} else {
		delete(w.ix.hidden, rule)
	}
	var names []byte
	for _, name := range slices.Sorted(maps.Keys(w.ix.hidden)) {
		names = append(append(names, name...), 0)
	}
	w.put(w.tx.Bucket(bucketMeta), keyHidden, names)
}
