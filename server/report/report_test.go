package report_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"assay/server/crm"
	"assay/server/report"
	"assay/server/store"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
)

// figures is a store of which the counts and the page are given.
type figures struct {
	store.Store
	quality  store.Quality
	segments []store.SegmentCount
	pending  []store.Pending
	asked    *store.QualityQuery
}

func (f *figures) Quality(_ context.Context, _ crm.Scope, q store.QualityQuery) (store.Quality, error) {
	f.asked = &q
	return f.quality, nil
}

func (f *figures) Segments(context.Context, crm.Scope) ([]store.SegmentCount, error) {
	return f.segments, nil
}

func (f *figures) Pending(context.Context) ([]store.Pending, error) { return f.pending, nil }

var (
	taxID = report.Rule{Name: "tax-id", Severity: crm.SeverityError, Manifest: map[string]string{"en": "no tax id of {{ client.name }}", "ru": "нет ИНН у {{ client.name }}"}}
	hint  = report.Rule{Name: "hint", Severity: crm.SeverityInfo, Messages: map[string]map[string]string{"short": {"uk": "коротко"}}}
	tried = report.Rule{Name: "tried", Severity: crm.SeverityWarning, Hidden: true}
	size  = report.Rule{Name: "size", Segments: true, Titles: map[string]map[string]string{"large": {"en": "Large", "ru": "Крупные"}, "small": {}},
		Manifest: map[string]string{"en": "it has {{ staff }} people"}}
	draft = report.Rule{Name: "draft", Segments: true, Hidden: true, Titles: map[string]map[string]string{"x": {"en": "X"}}}
)

func reporter(s store.Store, rules ...report.Rule) *report.Reporter {
	return &report.Reporter{Store: s, Rules: func() []report.Rule { return rules }, Now: func() time.Time { return noon }}
}

func quality(t *testing.T, f *figures, rq report.Request, rules ...report.Rule) *crm.QualityReport {
	t.Helper()
	out, err := reporter(f, rules...).Quality(ctx, crm.Everything, rq)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestStatesAreHonest(t *testing.T) {
	broken := taxID
	broken.Degraded = true
	for name, c := range map[string]struct {
		counts  store.Quality
		rule    report.Rule
		state   crm.RuleState
		score   float64
		pending int64
	}{
		"an empty base":            {store.Quality{}, taxID, crm.RuleCurrent, 1, 0},
		"a clean base":             {store.Quality{Clients: 4, Rules: []store.RuleCount{{Rule: "tax-id"}}}, taxID, crm.RuleCurrent, 1, 0},
		"an unevaluated base":      {store.Quality{Clients: 4, Pending: 4, Rules: []store.RuleCount{{Rule: "tax-id", Pending: 4}}}, taxID, crm.RuleSweeping, 1, 4},
		"a base with findings":     {store.Quality{Clients: 4, Violating: 1, Scored: 1, Rules: []store.RuleCount{{Rule: "tax-id", Clients: 1, Findings: 2}}}, taxID, crm.RuleCurrent, 0.75, 0},
		"a rule that does not run": {store.Quality{Clients: 4, Pending: 4, Rules: []store.RuleCount{{Rule: "tax-id", Pending: 4, Errors: 1}}}, broken, crm.RuleDegraded, 1, 4},
	} {
		got := quality(t, &figures{quality: c.counts}, report.Request{Limit: 50}, c.rule)
		want := crm.RuleSummary{Name: "tax-id", Severity: crm.SeverityError, State: c.state, Stale: c.rule.Degraded}
		for _, counted := range c.counts.Rules {
			want.Clients, want.Findings, want.Errors = counted.Clients, counted.Findings, counted.Errors
		}
		if len(got.Rules) != 1 || got.Rules[0] != want || got.Score != c.score || got.Pending != c.pending || got.Clients != c.counts.Clients {
			t.Errorf("%s: %+v, want %+v, score %v", name, got, want, c.score)
		}
		if got.AsOf.Time() != noon || got.Items == nil {
			t.Errorf("%s: as of %v, items %v", name, got.AsOf, got.Items)
		}
	}
}

func TestARequestChoosesRules(t *testing.T) {
	for _, c := range []struct {
		rq             report.Request
		report, scored string
	}{
		{report.Request{}, "[tax-id hint]", "[tax-id]"},
		{report.Request{Rules: []string{"tried"}}, "[tried]", "[tried]"},
		{report.Request{Severities: []crm.Severity{crm.SeverityInfo, crm.SeverityWarning}}, "[hint]", "[]"},
		{report.Request{Rules: []string{"tax-id"}, Severities: []crm.Severity{crm.SeverityInfo}}, "[]", "[]"},
	} {
		f := &figures{}
		quality(t, f, c.rq, taxID, hint, tried, size)
		if got := fmt.Sprint(f.asked.Report); got != c.report || fmt.Sprint(f.asked.Scored) != c.scored {
			t.Errorf("%+v: report %s, scored %v", c.rq, got, f.asked.Scored)
		}
	}
	var bad *crm.InvalidError
	_, err := reporter(&figures{}, taxID, size).Quality(ctx, crm.Everything, report.Request{Rules: []string{"size", "nobody"}})
	if !errors.As(err, &bad) || len(bad.Problems) != 2 || bad.Problems[0].Field != "rule" {
		t.Errorf("unknown quality rules: %v", err)
	}
}

// TestFindingsOfTheirOwnSeverity: a rule whose findings have severities of their own is asked for
// those that were chosen, whatever the rule's own is.
func TestFindingsOfTheirOwnSeverity(t *testing.T) {
	graded := report.Rule{Name: "graded", Severity: crm.SeverityInfo, Graded: true}
	for _, c := range []struct {
		severities                   []crm.Severity
		report, parts, scored, lower string
		listed                       string
	}{
		{nil, "[tax-id graded]", "map[graded:{[info warning error] true}]", "[tax-id graded]", "map[graded:{[warning error] false}]", "tax-id:error graded:info graded:error graded:warning "},
		{[]crm.Severity{"error"}, "[tax-id graded]", "map[graded:{[error] false}]", "[tax-id graded]", "map[graded:{[error] false}]", "tax-id:error graded:error "},
		{[]crm.Severity{"info"}, "[graded]", "map[graded:{[info] true}]", "[graded]", "map[graded:{[] false}]", "graded:info "},
		{[]crm.Severity{"warning", "info"}, "[graded]", "map[graded:{[warning info] true}]", "[graded]", "map[graded:{[warning] false}]", "graded:info graded:warning "},
	} {
		card, err := crm.EncodeCard(nil, &crm.Client{ID: 7})
		if err != nil {
			t.Fatal(err)
		}
		f := &figures{quality: store.Quality{Items: []store.ClientResults{{Card: card, Results: []crm.Result{
			{Rule: "tax-id", Findings: []crm.Finding{{Rule: "tax-id", Code: "tax-id"}}},
			{Rule: "graded", Findings: []crm.Finding{{Rule: "graded", Code: "a"}, {Rule: "graded", Code: "b", Severity: "error"}, {Rule: "graded", Code: "c", Severity: "warning"}}},
		}}}}}
		out := quality(t, f, report.Request{Severities: c.severities}, taxID, graded)
		if got := fmt.Sprint(f.asked.Report, f.asked.ReportParts, f.asked.Scored, f.asked.ScoredParts); got != c.report+" "+c.parts+" "+c.scored+" "+c.lower {
			t.Errorf("%v: asked for %s", c.severities, got)
		}
		var listed string
		for _, finding := range out.Items[0].Findings {
			listed += finding.Rule + ":" + string(finding.Severity) + " "
		}
		if listed != c.listed {
			t.Errorf("%v: listed %q, want %q", c.severities, listed, c.listed)
		}
	}
}

func TestAPageShowsTheChosenRules(t *testing.T) {
	card, err := crm.EncodeCard(nil, &crm.Client{ID: 7, Name: "A", Manager: "ivanov"})
	if err != nil {
		t.Fatal(err)
	}
	results := []crm.Result{{Rule: "tax-id", Error: "division by zero"}, {Rule: "tried", Findings: []crm.Finding{{Rule: "tried", Code: "tried"}}}}
	got := quality(t, &figures{quality: store.Quality{Items: []store.ClientResults{{Card: card, Results: results}}, Next: "n"}}, report.Request{Language: "ru"}, taxID, tried)
	if got.Next != "n" || len(got.Items) != 1 || got.Items[0].Client != (crm.ClientRef{ID: 7, Name: "A", Manager: "ivanov"}) {
		t.Fatalf("%+v", got)
	}
	f := got.Items[0].Findings
	if len(f) != 1 || f[0].Code != crm.CodeNotJudged || f[0].ID != "7:tax-id:not-judged:" || !strings.Contains(f[0].Message, "не смогло") || !strings.Contains(f[0].Message, "division by zero") {
		t.Errorf("%+v", f)
	}
}

func TestMessagesAreInTheReadersLanguage(t *testing.T) {
	results := []crm.Result{
		{Rule: "hint", Findings: []crm.Finding{{Rule: "hint", Code: "short", RowID: "c1"}, {Rule: "hint", Code: "unheard-of"}}},
		{Rule: "tax-id", Findings: []crm.Finding{{Rule: "tax-id", Code: "tax-id", Params: []crm.Param{{Key: "client.name", Value: "{{ A }}"}}}}},
		{Rule: "tried", Findings: []crm.Finding{{Rule: "tried", Code: "tried"}}},
		{Rule: "deleted", Findings: []crm.Finding{{Rule: "deleted", Code: "deleted"}}},
	}
	for language, want := range map[string]string{
		"ru": "коротко|unheard-of|нет ИНН у {{ A }}",
		"uk": "коротко|unheard-of|no tax id of {{ A }}", // English when the language has no text
		"en": "коротко|unheard-of|no tax id of {{ A }}", // any language rather than none
	} {
		var messages []string
		views := reporter(nil, taxID, hint, tried).Findings(7, results, language)
		for _, v := range views {
			messages = append(messages, v.Message)
		}
		if got := strings.Join(messages, "|"); got != want {
			t.Errorf("%s: %s, want %s", language, got, want)
		}
		if views[0].ID != "7:hint:short:c1" || views[0].Severity != crm.SeverityInfo {
			t.Errorf("%+v", views[0])
		}
	}
	if got := reporter(nil, taxID).Findings(7, nil, "en"); got == nil || len(got) != 0 {
		t.Errorf("no findings are %#v, want an empty list", got)
	}
}

func TestSegmentsAreTitledAndCounted(t *testing.T) {
	f := &figures{segments: []store.SegmentCount{{Rule: "size", Label: "large", Clients: 3}, {Rule: "size", Label: "huge", Clients: 1}, {Rule: "draft", Label: "x", Clients: 9}},
		pending: []store.Pending{{Rule: "size", Clients: 2}}}
	r := reporter(f, taxID, size, draft)
	got, err := r.Segments(ctx, crm.Everything, "ru")
	want := []crm.SegmentSummary{{Rule: "size", Label: "huge", Title: "huge", Clients: 1, Pending: 2}, {Rule: "size", Label: "large", Title: "Крупные", Clients: 3, Pending: 2},
		{Rule: "size", Label: "small", Title: "small", Pending: 2}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	views := r.ClientSegments([]crm.Result{{Rule: "size", Label: "large", Reason: []crm.Param{{Key: "staff", Value: "300"}}}, {Rule: "draft", Label: "x"}, {Rule: "tax-id"}}, "uk")
	if len(views) != 1 || views[0] != (crm.SegmentView{Rule: "size", Label: "large", Title: "Large", Reason: "it has 300 people"}) {
		t.Errorf("%+v", views)
	}
}
