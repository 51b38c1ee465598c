package report

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"assay/server/crm"
	"assay/server/store"
)

// What a trend can be grouped by.
const (
	ByRule     = "rule"
	BySeverity = "severity"
	ByManager  = "manager"
	BySource   = "source"
	BySegment  = "segment"
)

// Groupings are all of them.
var Groupings = []string{ByRule, BySeverity, ByManager, BySource, BySegment}

const (
	// OtherGroups is the group of all managers, or sources, that have no group of
	// their own. No value is so called: "" is the group of those without one.
	OtherGroups = "*"

	mostGroups = 100                 // values of a facet, or labels of a rule, that are kept of a day
	daysKept   = 731                 // two years
	dayMillis  = 24 * 60 * 60 * 1000 // of a Date
	longSleep  = time.Hour           // the clock may be set, and machines sleep
	soonAgain  = time.Minute         // while rules are judging, the base is empty, or after a failure
)

// keptDay is a day as it is stored, with all groupings.
type keptDay struct {
	crm.QualityDay
	By map[string]map[string]crm.QualityCounts `json:"by"`
}

// Run keeps what each day was like, as of its midnight or of the start of the
// server, until ctx ends.
func (r *Reporter) Run(ctx context.Context) {
	after := r.After
	if after == nil {
		after = time.After
	}
	for {
		wait, err := r.Observe(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			r.Logger.Error("the day was not counted for the trend, will be tried again", "error", err, "pause", soonAgain)
			wait = soonAgain
		}
		select {
		case <-after(wait):
		case <-ctx.Done():
			return
		}
	}
}

// Observe keeps what today is like unless that is known, and returns when to look
// again. A day on which rules were still judging, or the base was empty, is
// counted anew until it is whole.
func (r *Reporter) Observe(ctx context.Context) (time.Duration, error) {
	now := r.Now().In(r.zone())
	today := crm.DateOf(now.Date())
	y, m, d := now.Date()
	midnight := max(min(time.Date(y, m, d+1, 0, 0, 1, 0, r.zone()).Sub(now), longSleep), time.Second)
	days, err := r.days(ctx, today, today)
	if err != nil || len(days) > 0 && days[0].whole() {
		return midnight, err
	}
	day, err := r.count(ctx, today)
	if err != nil {
		return 0, err
	}
	data, err := json.Marshal(day)
	if err != nil {
		return 0, err
	}
	oldest := crm.DateFromUnixMilli(today.UnixMilli() - daysKept*dayMillis)
	if err := r.Store.PutSnapshot(ctx, store.Snapshot{Day: today, Data: data}, oldest); err != nil {
		return 0, fmt.Errorf("keep what %s is like: %w", today, err)
	}
	if !day.whole() {
		return min(soonAgain, midnight), nil
	}
	return midnight, nil
}

func (d *keptDay) whole() bool { return d.Pending == 0 && d.Clients > 0 }

func (r *Reporter) zone() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

// count counts the base as it is.
func (r *Reporter) count(ctx context.Context, today crm.Date) (*keptDay, error) {
	known := r.Rules()
	q := store.BreakdownQuery{Severities: map[crm.Severity]store.QualityQuery{}, Facets: []store.Facet{store.FacetManager, store.FacetSource}, Most: mostGroups}
	var err error
	if q.QualityQuery, err = query(known, Request{}); err != nil {
		return nil, err
	}
	for _, severity := range severities {
		if q.Severities[severity], err = query(known, Request{Severities: []crm.Severity{severity}}); err != nil {
			return nil, err
		}
	}
	for _, rule := range known {
		if rule.Segments && !rule.Hidden && !rule.Selector {
			q.Segments = append(q.Segments, rule.Name)
		}
	}
	at := crm.TimeOf(r.Now())
	found, err := r.Store.Breakdown(ctx, crm.Everything, q)
	if err != nil {
		return nil, fmt.Errorf("count the base: %w", err)
	}
	day := &keptDay{By: groups(&found)}
	day.Date, day.At, day.Pending = today, at, found.Pending
	day.QualityCounts = counted(found.Clients, found.Violating, found.Quality.Scored)
	return day, nil
}

// query asks for the rules of a request.
func query(known []Rule, rq Request) (q store.QualityQuery, err error) {
	chosen, err := choose(known, rq)
	for i := range chosen {
		ask(&q, &chosen[i], rq.Severities)
	}
	return q, err
}

func counted(clients, violating, lowering int64) crm.QualityCounts {
	return crm.QualityCounts{Clients: clients, Violating: violating, Score: score(clients, lowering)}
}

// groups puts counts under the names of their groups.
func groups(found *store.Breakdown) map[string]map[string]crm.QualityCounts {
	by := map[string]map[string]crm.QualityCounts{}
	for _, grouping := range Groupings {
		by[grouping] = map[string]crm.QualityCounts{}
	}
	for _, c := range found.Rules {
		counts := counted(found.Clients, c.Clients, c.Clients)
		counts.Findings = c.Findings
		by[ByRule][c.Rule] = counts
	}
	for severity, q := range found.Severities {
		by[BySeverity][string(severity)] = counted(q.Clients, q.Violating, q.Violating)
	}
	for facet, grouping := range map[store.Facet]string{store.FacetManager: ByManager, store.FacetSource: BySource} {
		for _, g := range found.Facets[facet] {
			name := g.Value
			if g.Rest {
				name = OtherGroups
			}
			by[grouping][name] = counted(g.Clients, g.Violating, g.Scored)
		}
	}
	for _, g := range found.Segments {
		by[BySegment][g.Rule+":"+g.Value] = counted(g.Clients, g.Violating, g.Scored)
	}
	return by
}

// Trend returns what the base was like on the days from one to another, both
// included, and its groups if grouping is not "". A zero from is 30 days before
// to, a zero to is today.
func (r *Reporter) Trend(ctx context.Context, from, to crm.Date, grouping string) (*crm.QualityTrend, error) {
	today := crm.DateOf(r.Now().In(r.zone()).Date())
	if to.IsZero() {
		to = today
	}
	if from.IsZero() {
		from = crm.DateFromUnixMilli(to.UnixMilli() - 30*dayMillis)
	}
	days, err := r.days(ctx, from, to)
	if err != nil {
		return nil, err
	}
	if last := len(days) - 1; last >= 0 && days[last].Date == today && !days[last].whole() {
		now, err := r.count(ctx, today)
		if err != nil {
			return nil, err
		}
		days[last] = *now
	}
	trend := &crm.QualityTrend{Items: []crm.QualityDay{}, Gaps: []crm.DayRange{}}
	expected, err := r.firstExpected(ctx, from, days)
	if err != nil {
		return nil, err
	}
	last := min(to.UnixMilli(), today.UnixMilli()-dayMillis)
	for i := range days {
		day := days[i].QualityDay
		if grouping != "" {
			day.Groups = days[i].By[grouping]
		}
		trend.Items = append(trend.Items, day)
		trend.Gaps = gap(trend.Gaps, expected, day.Date.UnixMilli()-dayMillis)
		expected = day.Date.UnixMilli() + dayMillis
	}
	trend.Gaps = gap(trend.Gaps, expected, last)
	return trend, nil
}

// never is a day that no gap begins on.
const never = 1 << 60

// firstExpected returns the first day of a range that should be known: its first
// when an earlier one is, else the first that is.
func (r *Reporter) firstExpected(ctx context.Context, from crm.Date, days []keptDay) (int64, error) {
	if len(days) > 0 && days[0].Date == from {
		return from.UnixMilli(), nil
	}
	before, err := r.Store.Snapshots(ctx, crm.DateFromUnixMilli(from.UnixMilli()-daysKept*dayMillis), crm.DateFromUnixMilli(from.UnixMilli()-dayMillis))
	switch {
	case err != nil:
		return 0, err
	case len(before) > 0:
		return from.UnixMilli(), nil
	case len(days) > 0:
		return days[0].Date.UnixMilli(), nil
	}
	return never, nil
}

// gap adds the days from one to another, if there are any.
func gap(gaps []crm.DayRange, from, to int64) []crm.DayRange {
	if from > to {
		return gaps
	}
	return append(gaps, crm.DayRange{From: crm.DateFromUnixMilli(from), To: crm.DateFromUnixMilli(to)})
}

func (r *Reporter) days(ctx context.Context, from, to crm.Date) ([]keptDay, error) {
	stored, err := r.Store.Snapshots(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("read what the days from %s to %s were like: %w", from, to, err)
	}
	days := make([]keptDay, len(stored))
	for i, s := range stored {
		if err := json.Unmarshal(s.Data, &days[i]); err != nil {
			return nil, fmt.Errorf("read what %s was like: %w", s.Day, err)
		}
	}
	return days, nil
}
