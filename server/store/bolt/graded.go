package bolt

import (
	"fmt"
	"slices"

	"assay/server/crm"
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

// pieces returns the sets of the clients that have a finding of a part: an open one, or a waived one.
func (r *ruleIndex) pieces(waived bool, part store.Part) []piece {
	t, first := r.which(waived), byte(0)
	if waived {
		first = waivedPieces
	}
	if whole(part) {
		return []piece{{rule: r.name, kind: first + pieceViolating, of: t.violating}}
	}
	var pieces []piece
	if part.Rest {
		pieces = append(pieces, piece{r.name, first + pieceUngraded, t.violating, t.graded})
	}
	for i, severity := range severities {
		if slices.Contains(part.Own, severity) {
			pieces = append(pieces, piece{rule: r.name, kind: first + pieceOwn + byte(i), of: t.own[i].violating})
		}
	}
	return pieces
}

// whole tells whether a part is all findings of its rule.
func whole(part store.Part) bool {
	return part.Rest && !slices.ContainsFunc(severities[:], func(s crm.Severity) bool { return !slices.Contains(part.Own, s) })
}

// findings counts the findings of a part.
func (t *tally) findings(part store.Part, selected *chosen) int64 {
	if whole(part) {
		return t.all(selected)
	}
	var found, graded int64
	for i, severity := range severities {
		n := selected.sum(t.own[i].counts)
		graded += n
		if slices.Contains(part.Own, severity) {
			found += n
		}
	}
	if part.Rest {
		found += t.all(selected) - graded
	}
	return found
}

// all counts the findings. Where no client has two, they are as many as the clients, which are counted anyway.
func (t *tally) all(selected *chosen) int64 {
	if len(t.counts) > 0 && !slices.ContainsFunc(t.counts[1:], func(s *set) bool { return s != nil }) {
		return selected.count(t.violating)
	}
	return selected.sum(t.counts)
}

// found returns the sets of the clients that have an open, or else a waived, finding of the rules.
func (ix *index) found(waived bool, rules []string, parts map[string]store.Part) []piece {
	var pieces []piece
	for _, name := range rules {
		if r := ix.rule(name); r != nil {
			pieces = append(pieces, r.pieces(waived, partOf(parts, name))...)
		}
	}
	return pieces
}

// wrong returns the sets of the clients that a report lists: those with findings and those that a
// rule could not judge.
func (ix *index) wrong(q *store.QualityQuery) []piece {
	pieces := ix.found(q.Waived, q.Report, q.ReportParts)
	if q.Waived {
		return pieces
	}
	for _, name := range q.Report {
		if r := ix.rule(name); r != nil && partOf(q.ReportParts, name).Rest {
			pieces = append(pieces, piece{rule: name, kind: pieceErrors, of: r.errors})
		}
	}
	return pieces
}

// waiting returns the sets of the clients that rules have still to judge.
func (ix *index) waiting(rules []string) []piece {
	var pieces []piece
	for _, name := range rules {
		if r := ix.rule(name); r != nil {
			pieces = append(pieces, piece{rule: name, kind: piecePending, of: r.pending})
		}
	}
	return pieces
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
