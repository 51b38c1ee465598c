package report_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"assay/server/crm"
	"assay/server/report"
	"assay/server/store"
)

// days is a store of which the counts are given, and that keeps snapshots.
type days struct {
	store.Store
	found  store.Breakdown
	asked  store.BreakdownQuery
	kept   map[string]store.Snapshot
	oldest crm.Date
	fails  error
}

func (d *days) Breakdown(_ context.Context, _ crm.Scope, q store.BreakdownQuery) (store.Breakdown, error) {
	d.asked = q
	return d.found, d.fails
}

func (d *days) PutSnapshot(_ context.Context, s store.Snapshot, oldest crm.Date) error {
	d.kept[s.Day.String()], d.oldest = s, oldest
	return nil
}

func (d *days) Snapshots(_ context.Context, from, to crm.Date) (list []store.Snapshot, err error) {
	for _, s := range d.kept {
		if from.UnixMilli() <= s.Day.UnixMilli() && s.Day.UnixMilli() <= to.UnixMilli() {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b store.Snapshot) int { return int((a.Day.UnixMilli() - b.Day.UnixMilli()) / 1000) })
	return list, nil
}

// observer counts days in a zone two hours from UTC; the clock is the test's.
func observer(d *days, now *time.Time) *report.Reporter {
	d.kept = map[string]store.Snapshot{}
	graded := report.Rule{Name: "graded", Severity: crm.SeverityInfo, Graded: true}
	selector := report.Rule{Name: "selector", Segments: true, Selector: true}
	r := reporter(d, taxID, hint, tried, size, draft, graded, selector)
	r.Now, r.Zone = func() time.Time { return *now }, time.FixedZone("east", 2*60*60)
	return r
}

func observe(t *testing.T, r *report.Reporter) time.Duration {
	t.Helper()
	wait, err := r.Observe(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

func whole() store.Breakdown {
	return store.Breakdown{Quality: store.Quality{Clients: 10, Violating: 4, Scored: 2, Rules: []store.RuleCount{{Rule: "tax-id", Clients: 2, Findings: 3}}},
		Severities: map[crm.Severity]store.Quality{crm.SeverityError: {Clients: 10, Violating: 2}},
		Facets:     map[store.Facet][]store.Group{store.FacetManager: {{Value: "ivanov", Clients: 6, Violating: 3, Scored: 3}, {Rest: true, Clients: 4}}, store.FacetSource: {{Clients: 10}}},
		Segments:   []store.Group{{Rule: "size", Value: "large", Clients: 4, Violating: 1, Scored: 1}}}
}

func TestADayIsCountedOnceItIsWhole(t *testing.T) {
	now := time.Date(2026, 3, 9, 21, 59, 0, 0, time.UTC)
	d := &days{found: store.Breakdown{}}
	r := observer(d, &now)
	steps := []struct {
		what    string
		found   store.Breakdown
		at      string // the time of the clock
		wait    time.Duration
		clients int64 // of the day that is kept then
		day     string
	}{
		{"an empty base", store.Breakdown{}, "21:58:31", 60 * time.Second, 0, "2026-03-09"},
		{"rules are judging", store.Breakdown{Quality: store.Quality{Clients: 5, Pending: 3}}, "21:59:00", time.Minute, 5, "2026-03-09"},
		{"done", whole(), "21:59:10", 51 * time.Second, 10, "2026-03-09"},
		{"more clients", store.Breakdown{Quality: store.Quality{Clients: 20}}, "21:59:50", 11 * time.Second, 10, "2026-03-09"},
		{"a new day of the zone", store.Breakdown{Quality: store.Quality{Clients: 30}}, "22:00:01", time.Hour, 30, "2026-03-10"},
	}
	for _, s := range steps {
		clock, err := time.Parse(time.TimeOnly, s.at)
		if err != nil {
			t.Fatal(err)
		}
		now = time.Date(2026, 3, 9, clock.Hour(), clock.Minute(), clock.Second(), 0, time.UTC)
		d.found = s.found
		if got := observe(t, r); got != s.wait {
			t.Errorf("%s: it looks again in %s, not %s", s.what, got, s.wait)
		}
		day := crm.Date{}
		if err := day.UnmarshalJSON([]byte(`"` + s.day + `"`)); err != nil {
			t.Fatal(err)
		}
		found := d.found
		d.found = store.Breakdown{Quality: store.Quality{Clients: -1}}
		trend, err := r.Trend(ctx, day, day, "")
		d.found = found
		if err != nil || len(trend.Items) != 1 {
			t.Fatalf("%s: %+v, %v", s.what, trend, err)
		}
		if got := trend.Items[0].Clients; got != s.clients && got != -1 { // a day that is not whole is counted when it is asked for
			t.Errorf("%s: the day has %d clients, not %d", s.what, got, s.clients)
		}
	}
	if len(d.kept) != 2 || d.oldest != crm.DateOf(2024, 3, 9) {
		t.Errorf("%d days are kept, from %s", len(d.kept), d.oldest)
	}
	d.fails = errors.New("no")
	now = now.AddDate(0, 0, 1)
	if _, err := r.Observe(ctx); !errors.Is(err, d.fails) {
		t.Errorf("failing it says %v", err)
	}
}

func TestWhatIsCountedOfADay(t *testing.T) {
	now := noon
	d := &days{found: whole()}
	r := observer(d, &now)
	observe(t, r)
	if !reflect.DeepEqual(d.asked.Report, []string{"tax-id", "hint", "graded"}) || !reflect.DeepEqual(d.asked.Scored, []string{"tax-id", "graded"}) || !reflect.DeepEqual(d.asked.Segments, []string{"size"}) {
		t.Errorf("asked for %v, scored %v, segments %v", d.asked.Report, d.asked.Scored, d.asked.Segments)
	}
	if q := d.asked.Severities[crm.SeverityInfo]; !reflect.DeepEqual(q.Report, []string{"hint", "graded"}) {
		t.Errorf("of infos asked for %v", q.Report)
	}
	for by, want := range map[string]map[string]crm.QualityCounts{
		"":                nil,
		report.ByRule:     {"tax-id": {Clients: 10, Violating: 2, Findings: 3, Score: 0.8}},
		report.BySeverity: {"error": {Clients: 10, Violating: 2, Score: 0.8}},
		report.ByManager:  {"ivanov": {Clients: 6, Violating: 3, Score: 0.5}, report.OtherGroups: {Clients: 4, Score: 1}},
		report.BySource:   {"": {Clients: 10, Score: 1}},
		report.BySegment:  {"size:large": {Clients: 4, Violating: 1, Score: 0.75}},
	} {
		trend, err := r.Trend(ctx, crm.Date{}, crm.Date{}, by)
		if err != nil || len(trend.Items) != 1 {
			t.Fatalf("%+v, %v", trend, err)
		}
		if day := trend.Items[0]; day.Clients != 10 || day.Violating != 4 || day.Score != 0.8 || !reflect.DeepEqual(day.Groups, want) {
			t.Errorf("by %q: %+v", by, day)
		}
	}
}

func TestGapsOfATrend(t *testing.T) {
	d := &days{found: whole()}
	var now time.Time
	r := observer(d, &now)
	for _, day := range []int{3, 4, 7, 10} {
		now = time.Date(2026, 3, day, 12, 0, 0, 0, time.UTC)
		observe(t, r)
	}
	now = time.Date(2026, 3, 13, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		from, to int
		want     string
	}{
		{1, 31, "[3 4 7 10] 5-6 8-9 11-12"},
		{3, 10, "[3 4 7 10] 5-6 8-9"},
		{5, 8, "[7] 5-6 8-8"},
		{5, 6, "[] 5-6"},
		{8, 9, "[] 8-9"},
		{1, 2, "[]"},
		{11, 13, "[] 11-12"},
		{13, 20, "[]"},
	} {
		trend, err := r.Trend(ctx, crm.DateOf(2026, 3, tt.from), crm.DateOf(2026, 3, tt.to), "")
		if err != nil {
			t.Fatal(err)
		}
		days := []int{}
		for _, item := range trend.Items {
			days = append(days, time.UnixMilli(item.Date.UnixMilli()).UTC().Day())
		}
		got := fmt.Sprint(days)
		for _, g := range trend.Gaps {
			got += fmt.Sprintf(" %d-%d", time.UnixMilli(g.From.UnixMilli()).UTC().Day(), time.UnixMilli(g.To.UnixMilli()).UTC().Day())
		}
		if got != tt.want {
			t.Errorf("from %d to %d: %s, want %s", tt.from, tt.to, got, tt.want)
		}
	}
}
