package bolt

import (
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"assay/server/store"
)

// A report may ask for some findings of a rule only, by the severities that they have of their own.

// partOf is the part of a rule that is asked for: all of it unless parts say otherwise.
func partOf(parts map[string]store.Part, rule string) store.Part {
	if part, ok := parts[rule]; ok {
		return part
	}
	return store.Part{Own: severities[:], Rest: true}
}

// clients returns the clients of a chunk that have a finding of a part, in pieces.
func (t *tally) clients(part store.Part, k int) []*roaring.Bitmap {
	all := t.violating.chunk(k)
	var chunks []*roaring.Bitmap
	if part.Rest {
		chunks = append(chunks, without(all, t.graded.chunk(k)))
	}
	for i, severity := range severities {
		if slices.Contains(part.Own, severity) {
			chunks = append(chunks, t.own[i].violating.chunk(k))
		}
	}
	return chunks
}

// findings counts the findings of a part.
func (t *tally) findings(part store.Part, k int, selected *roaring.Bitmap) int64 {
	var found, graded int64
	for i, severity := range severities {
		n := t.own[i].counts.sum(k, selected)
		graded += n
		if slices.Contains(part.Own, severity) {
			found += n
		}
	}
	if part.Rest {
		found += t.counts.sum(k, selected) - graded
	}
	return found
}

// found returns the clients of a chunk that have an open, or else a waived, finding of the rules, in pieces.
func (ix *index) found(waived bool, rules []string, parts map[string]store.Part, k int) []*roaring.Bitmap {
	var chunks []*roaring.Bitmap
	for _, name := range rules {
		if r := ix.rule(name); r != nil {
			chunks = append(chunks, r.which(waived).clients(partOf(parts, name), k)...)
		}
	}
	return chunks
}

// wrong returns the clients of a chunk that a report lists: those with findings and those that a
// rule could not judge.
func (ix *index) wrong(q *store.QualityQuery, k int) []*roaring.Bitmap {
	chunks := ix.found(q.Waived, q.Report, q.ReportParts, k)
	if q.Waived {
		return chunks
	}
	for _, name := range q.Report {
		if r := ix.rule(name); r != nil && partOf(q.ReportParts, name).Rest {
			chunks = append(chunks, r.errors.chunk(k))
		}
	}
	return chunks
}

// named returns the rules of a report with their parts, as a cursor knows them.
func named(q *store.QualityQuery) []string {
	names := slices.Clone(q.Report)
	if q.Waived {
		names = append(names, "\x00waived")
	}
	for i, name := range q.Report {
		if part, ok := q.ReportParts[name]; ok {
			names[i] = fmt.Sprint(name, part)
		}
	}
	return names
}
