package storetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"assay/server/crm"
	"assay/server/store"
)

func (s *suite) results(id int64) []crm.Result {
	s.t.Helper()
	stored, err := s.Client(ctx, crm.Everything, id)
	s.must(err)
	return stored.Results
}

func testSince(t *testing.T, s *suite) {
	s.open(Options{})
	since := func(results []crm.Result) string {
		var seen []string
		for _, r := range results {
			for _, f := range r.Findings {
				seen = append(seen, fmt.Sprintf("%s:%s:%s since %v", f.Rule, f.Code, f.RowID, f.Since))
			}
		}
		return strings.Join(seen, ", ")
	}
	id := s.create(company("A", ""), found("job", "c1", "c2"))
	out := s.update(id, 1, company("A", ""), at(2), crm.Result{Rule: "job", Findings: []crm.Finding{
		finding("job", "job", "c2"), finding("job", "other", "c2"), {Code: "job", RowID: "c3", Since: at(77)},
	}}, found("tax", ""))
	s.must(out.Err)
	want := fmt.Sprintf("job:job:c2 since %v, job:other:c2 since %v, job:job:c3 since %v, tax:tax: since %v", at(1), at(2), at(2), at(2))
	s.equal("since in the outcome", since(out.Results), want)
	s.equal("since as stored", since(s.results(id)), want)
	// A finding that was gone for a while is a new one.
	s.must(s.update(id, 2, company("A", ""), at(3)).Err)
	s.equal("no results", len(s.results(id)), 0)
	s.must(s.update(id, 3, company("A", ""), at(4), found("job", "c2")).Err)
	s.equal("since after a gap", since(s.results(id)), fmt.Sprintf("job:job:c2 since %v", at(4)))
}

func testResultEvents(t *testing.T, s *suite) {
	s.open(Options{})
	id := s.create(company("A", ""), found("a", "c1", "c2", "c2"), labelled("z", "small"))
	s.must(s.update(id, 1, company("A", ""), at(2), found("a", "c2", "c3"), labelled("z", "large")).Err)
	s.must(s.update(id, 2, company("A", ""), at(3), found("a", "c2", "c3"), labelled("z", "large")).Err)
	s.must(s.update(id, 3, company("A", ""), at(4), failed("z", "division by zero")).Err)
	s.must(s.update(id, 4, company("A", ""), at(5), found("z", "")).Err)
	updated := func(n int) string {
		return fmt.Sprintf(`client.updated client=1 rule= by=tester {"revision":%d,"fields":["name"]}`, n)
	}
	findingEvent := func(what, rule, row string) string {
		return fmt.Sprintf(`finding.%s client=1 rule=%s by=tester {"code":%q,"rowId":%q}`, what, rule, rule, row)
	}
	s.equal("events", brief(s.events(crm.Everything)), []string{
		`client.created client=1 rule= by=tester {"revision":1}`,
		findingEvent("opened", "a", "c1"), findingEvent("opened", "a", "c2"),
		`segment.entered client=1 rule=z by=tester {"label":"small"}`,
		updated(2),
		findingEvent("closed", "a", "c1"), findingEvent("opened", "a", "c3"),
		`segment.left client=1 rule=z by=tester {"label":"small"}`,
		`segment.entered client=1 rule=z by=tester {"label":"large"}`,
		updated(3),
		updated(4),
		findingEvent("closed", "a", "c2"), findingEvent("closed", "a", "c3"),
		`segment.left client=1 rule=z by=tester {"label":"large"}`,
		updated(5),
		findingEvent("opened", "z", ""),
	})
	for i, e := range s.events(crm.Everything) {
		s.equal("seq", e.Seq, int64(i+1))
	}
}

// testResultForms stores results with every part filled or left out.
func testResultForms(t *testing.T, s *suite) {
	s.open(Options{})
	long := strings.Repeat("ж", 40_000)
	given := []crm.Result{
		failed("broken", "деление на ноль"),
		{Rule: "full", Findings: []crm.Finding{{
			Rule: "full", Code: "code", Path: "contacts[1].jobTitle", RowID: "c7", Since: at(1),
			Params: []crm.Param{{Key: "contact.name", Value: "Лидия"}, {Key: "", Value: ""}}, Suggest: json.RawMessage(`{"a":[1]}`),
		}, {Rule: "full", Code: "full", Since: at(1)}}},
		{Rule: "long", Findings: []crm.Finding{{Rule: "long", Code: "long", Path: long, Since: at(1), Suggest: json.RawMessage(`"` + long + `"`)}}},
		{Rule: "segment", Label: "large", Reason: []crm.Param{{Key: "size", Value: long}}},
	}
	shuffled := []crm.Result{given[2], given[0], {Rule: "silent"}, given[3], given[1]}
	id := s.create(company("A", ""), shuffled...)
	s.equal("results", s.results(id), given)
	s.reopen()
	s.equal("results after reopening", s.results(id), given)
}

// testManyResults gives clients on both sides of every inner boundary results.
func testManyResults(t *testing.T, s *suite) {
	s.open(Options{})
	const n = 3000
	s.createMany(n, func(i int) (crm.Client, []crm.Result) {
		var rows []string
		for row := range i % 4 {
			rows = append(rows, fmt.Sprint(row))
		}
		return company(fmt.Sprint(i), fmt.Sprintf("m%d", i%3)), []crm.Result{found("count", rows...), labelled("label", fmt.Sprint(i%5))}
	})
	for range 2 {
		for _, id := range []int64{1, 1022, 1023, 1024, 1025, 2047, 2048, n} {
			results := s.results(id)
			s.equal("label", results[len(results)-1].Label, fmt.Sprint(id%5))
			if id%4 > 0 {
				s.equal("findings", int64(len(results[0].Findings)), id%4)
			}
		}
		q, err := s.Quality(ctx, crm.Everything, store.QualityQuery{Report: []string{"count"}})
		s.must(err)
		s.equal("counts", q.Rules, []store.RuleCount{{Rule: "count", Clients: n / 4 * 3, Findings: n / 4 * 6}})
		q, err = s.Quality(ctx, crm.Scope{Managers: []string{"m1"}}, store.QualityQuery{Report: []string{"count"}})
		s.must(err)
		s.equal("counts of one manager", q.Rules, []store.RuleCount{{Rule: "count", Clients: n / 12 * 3, Findings: n / 12 * 6}})
		segments, err := s.Segments(ctx, crm.Everything)
		s.must(err)
		for i := range 5 {
			s.equal("segment", segments[i], store.SegmentCount{Rule: "label", Label: fmt.Sprint(i), Clients: n / 5})
		}
		s.reopen()
	}
}
