package storetest

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"assay/server/crm"
	"assay/server/store"
)

// check compares all that can be read with the model.
func (r *randomRun) check(rt *rapid.T) {
	r.checkClients()
	r.checkEvents()
	r.checkPending()
	r.checkSegments()
	r.checkList(rt)
	r.checkQuality(rt)
	stats, err := r.Stats(ctx)
	r.must(err)
	r.checkHistory()
	r.equal("stats", []int64{stats.Clients, stats.LastID, stats.Events}, []int64{int64(len(r.clients)), r.lastID, int64(len(r.log))})
}

func (r *randomRun) checkClients() {
	for id := int64(1); id <= r.lastID; id++ {
		want := r.clients[id]
		got, err := r.Client(ctx, crm.Everything, id)
		if want == nil {
			r.wantError(err, crm.ErrNotFound)
			continue
		}
		r.must(err)
		r.wantCard("client", got.Card, want.Client, id, want.Revision)
		r.equal(fmt.Sprintf("results of client %d", id), got.Results, r.shown(want))
	}
	asked := []string{"x1", "x2", "x3"}
	looked, err := r.ByExternalID(ctx, crm.Everything, asked)
	r.must(err)
	for i, external := range asked {
		var want []int64
		for id, c := range r.clients {
			if c.ExternalID == external {
				want = append(want, id)
			}
		}
		var got []int64
		if looked[i].Card != nil {
			got = r.ids([][]byte{looked[i].Card})
		}
		r.equal("client with external id "+external, got, want)
	}
}

func (r *randomRun) checkEvents() {
	events, last, err := r.Events(ctx, crm.Everything, 0, len(r.log)+1)
	r.must(err)
	r.equal("events", brief(events), brief(r.log))
	r.equal("last event", last, int64(len(r.log)))
}

func (r *randomRun) checkPending() {
	pending, err := r.Store.Pending(ctx)
	r.must(err)
	got, want := map[string]int{}, map[string]int{}
	for _, p := range pending {
		got[p.Rule] = int(p.Clients)
	}
	for rule, waiting := range r.model.pending {
		if len(waiting) > 0 {
			want[rule] = len(waiting)
		}
	}
	r.equal("pending", got, want)
}

func (r *randomRun) checkSegments() {
	got, err := r.Segments(ctx, crm.Everything)
	r.must(err)
	counts := map[store.RuleLabel]int64{}
	for _, c := range r.clients {
		for rule, result := range c.results {
			if result.Label != "" {
				counts[store.RuleLabel{Rule: rule, Label: result.Label}]++
			}
		}
	}
	for _, segment := range got {
		r.equal("segment", segment.Clients, counts[store.RuleLabel{Rule: segment.Rule, Label: segment.Label}])
	}
	r.equal("number of segments", len(got), len(counts))
}

func (r *randomRun) query(rt *rapid.T) store.Query {
	var q store.Query
	for range rapid.IntRange(0, 2).Draw(rt, "facets") {
		q.Facets = append(q.Facets, pick(rt, []store.FacetValue{
			facet(store.FacetKind, "person"), facet(store.FacetManager, "ivanov"), facet(store.FacetManager, ""),
			facet(store.FacetTags, "vip"), facet(store.FacetTags, ""), anyOf(store.FacetManager, "petrov", ""), anyOf(store.FacetTags, "late", "vip"),
			noneOf(store.FacetManager, ""), noneOf(store.FacetTags, "vip", "late"), noneOf(store.FacetKind, "person", ""),
		}, "facet"))
	}
	if seldom(rt, "by segment") {
		q.Segments = []store.RuleLabel{{Rule: pick(rt, rules, "rule"), Label: pick(rt, []string{"small", "large", ""}, "label")}}
	}
	if seldom(rt, "by rules") {
		q.Rules = rapid.SliceOfN(rapid.SampledFrom(rules), 1, 2).Draw(rt, "rules")
	}
	if seldom(rt, "by match") {
		q.Match = named(pick(rt, names, "name"))
	}
	return q
}

func (r *randomRun) checkList(rt *rapid.T) {
	scope, q := r.scope(rt), r.query(rt)
	q.Sort = store.Sort{By: pick(rt, []store.SortField{"", store.SortName, store.SortCompleteness}, "sort"), Descending: rapid.Bool().Draw(rt, "descending")}
	q.Limit = pick(rt, []int{1, 3, 1000}, "limit")
	want := []int64{}
	for _, c := range r.model.list(scope, q) {
		want = append(want, c.ID)
	}
	r.equal(fmt.Sprintf("list of %+v", q), r.suite.list(scope, q), want)
	n, err := r.Count(ctx, scope, q)
	r.must(err)
	r.equal("count", n, int64(len(want)))
}

func (r *randomRun) checkQuality(rt *rapid.T) {
	scope, q := r.scope(rt), store.QualityQuery{Query: r.query(rt), Report: rules[:2], Scored: rules[:1],
		ReportParts: r.parts(rt), ScoredParts: r.parts(rt), Waived: seldom(rt, "waived")}
	r.compareQuality(scope, q)
	for _, waived := range []bool{false, true} { // after each step, so that what a store keeps of a report is asked for again
		r.compareQuality(crm.Everything, store.QualityQuery{Report: rules[:2], Scored: rules[:2], Waived: waived})
	}
}

func (r *randomRun) compareQuality(scope crm.Scope, q store.QualityQuery) {
	q.Limit = 1000
	got := r.quality(scope, q)
	q.Rules = nil
	selected := r.model.list(scope, q.Query)
	want := store.Quality{Clients: int64(len(selected)), Rules: []store.RuleCount{{Rule: rules[0]}, {Rule: rules[1]}}}
	var items []string
	for _, c := range selected {
		r.countInto(&want, c, q)
		line := fmt.Sprint(c.ID)
		for _, result := range c.sorted() {
			if slices.Contains(q.Report, result.Rule) {
				line += fmt.Sprintf(" %s:%d%s", result.Rule, len(result.Findings), result.Error)
			}
		}
		if r.wrong(c, q) {
			items = append(items, line)
		}
	}
	r.equal("items", r.itemLines(got.Items), append([]string{}, items...))
	got.Items = nil
	r.equal(fmt.Sprintf("quality of %+v", q), got, want)
}

func (r *randomRun) wrong(c *modelClient, q store.QualityQuery) bool {
	for _, rule := range q.Report {
		if r.open(c, rule, q.ReportParts, q.Waived) > 0 || !q.Waived && c.results[rule].Error != "" && rest(rule, q.ReportParts) {
			return true
		}
	}
	return false
}

// open counts the open, or waived, findings of a rule that parts ask for.
func (r *randomRun) open(c *modelClient, rule string, parts map[string]store.Part, waived bool) (n int64) {
	for _, f := range r.shownFindings(c, rule) {
		if f.Waived != waived {
			continue
		}
		if f.Severity == "" && rest(rule, parts) || f.Severity != "" && owns(rule, parts, f.Severity) {
			n++
		}
	}
	return n
}

func rest(rule string, parts map[string]store.Part) bool {
	part, limited := parts[rule]
	return !limited || part.Rest
}

func owns(rule string, parts map[string]store.Part, s crm.Severity) bool {
	part, limited := parts[rule]
	return !limited || slices.Contains(part.Own, s)
}

// countInto adds a client to a report.
func (r *randomRun) countInto(report *store.Quality, c *modelClient, q store.QualityQuery) {
	add := func(n *int64, is bool) bool {
		if is {
			*n++
		}
		return is
	}
	var violating, scored, pending bool
	for i, rule := range q.Report {
		count, result := &report.Rules[i], c.results[rule]
		n := r.open(c, rule, q.ReportParts, q.Waived)
		count.Findings += n
		violating = add(&count.Clients, n > 0) || violating
		scored = scored || slices.Contains(q.Scored, rule) && r.open(c, rule, q.ScoredParts, false) > 0
		add(&count.Errors, result.Error != "")
		pending = add(&count.Pending, r.model.pending[rule][c.ID]) || pending
	}
	add(&report.Violating, violating)
	add(&report.Scored, scored)
	add(&report.Pending, pending)
}
