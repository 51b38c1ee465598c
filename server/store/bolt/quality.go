package bolt

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"assay/server/crm"
	"assay/server/store"
)

// Quality returns counts and a page of clients with open findings, all of one
// moment. A Limit of 0 asks for the counts alone; the items are by id whatever
// the Sort.
func (s *Store) Quality(ctx context.Context, scope crm.Scope, q store.QualityQuery) (store.Quality, error) {
	var report store.Quality
	if q.Limit < 0 || q.Limit > MaxPage {
		return report, fmt.Errorf("a page of %d clients: 0 to %d", q.Limit, MaxPage)
	}
	list := q.Query
	list.Sort, list.Rules = store.Sort{}, named(&q) // a cursor belongs to the rules it was made for
	after, err := readCursor(&list)
	if err != nil {
		return report, err
	}
	err = s.read(ctx, func(snap *snapshot) error {
		selecting := q.Query
		selecting.Rules = nil
		selected, err := snap.selected(ctx, scope, &selecting)
		if err != nil {
			return err
		}
		report = snap.ix.count(selected, &q)
		page := snap.ix.listed(selected, &q, after)
		if len(page) > q.Limit {
			page = page[:q.Limit]
			if q.Limit > 0 {
				report.Next = writeCursor(&list, page[q.Limit-1])
			}
		}
		report.Items, err = snap.withResults(page, q.Report)
		return err
	})
	return report, err
}

// count counts what the report's rules say of the selected clients.
func (ix *index) count(selected *chosen, q *store.QualityQuery) store.Quality {
	return store.Quality{
		Clients:   selected.count(ix.all),
		Violating: selected.count(ix.union(ix.found(q.Waived, q.Report, q.ReportParts))),
		Scored:    selected.count(ix.union(ix.found(false, q.Scored, q.ScoredParts))),
		Pending:   selected.count(ix.union(ix.waiting(q.Report))),
		Rules:     ix.countRules(selected, q),
	}
}

func (ix *index) countRules(selected *chosen, q *store.QualityQuery) []store.RuleCount {
	counts := make([]store.RuleCount, len(q.Report))
	for i, name := range q.Report {
		counts[i].Rule = name
		r := ix.rule(name)
		if r == nil {
			continue
		}
		part := partOf(q.ReportParts, name)
		counts[i].Clients = selected.count(ix.union(r.pieces(q.Waived, part)))
		counts[i].Findings = r.which(q.Waived).findings(part, selected)
		counts[i].Errors = selected.count(r.errors)
		counts[i].Pending = selected.count(r.pending)
	}
	return counts
}

// listed returns the first selected clients after a cursor that have findings
// or evaluation errors of the report's rules, one more than the limit.
func (ix *index) listed(selected *chosen, q *store.QualityQuery, after *ranked) []ranked {
	if q.Limit == 0 {
		return nil
	}
	var beyond *uint32
	if after != nil {
		beyond = &after.id
	}
	page := make([]uint32, q.Limit+1)
	wrong := ix.union(ix.wrong(q))
	ids := stream(wrong.span(), func(k int) *roaring.Bitmap { return selected.of(wrong, k) }, beyond, false)
	return asRanked(page[:ids.next(page)], nil)
}

// withResults returns clients with what rules say of them.
func (s *snapshot) withResults(page []ranked, rules []string) ([]store.ClientResults, error) {
	if len(page) == 0 {
		return nil, nil
	}
	reader := s.resultReader(s.ix.known(rules))
	cards, err := s.copies(page)
	if err != nil {
		return nil, err
	}
	items := make([]store.ClientResults, len(page))
	for i, client := range page {
		items[i].Card = cards[i]
		if items[i].Results, err = reader.of(int64(client.id)); err != nil {
			return nil, err
		}
	}
	return items, nil
}

// known returns those of the rules that have said anything, by name.
func (ix *index) known(rules []string) []*ruleIndex {
	var known []*ruleIndex
	for _, name := range slices.Compact(slices.Sorted(slices.Values(rules))) {
		if r := ix.rule(name); r != nil {
			known = append(known, r)
		}
	}
	return known
}

// segments counts the clients of each label of a rule, by label.
func (r *ruleIndex) segments(selected *chosen) []store.SegmentCount {
	var counts []store.SegmentCount
	r.labels.each(func(label string, members *set) {
		if n := selected.countOnce(members); n > 0 {
			counts = append(counts, store.SegmentCount{Rule: r.name, Label: label, Clients: n})
		}
	})
	slices.SortFunc(counts, func(a, b store.SegmentCount) int { return strings.Compare(a.Label, b.Label) })
	return counts
}
