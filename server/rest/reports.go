package rest

import (
	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/report"
)

const tagReports = "Reports"

func (s *Server) reportRoutes() []*route {
	return []*route{
		trendRoute(),
		{op: operation(fiber.MethodGet, api.PathQuality, "getQualityReport", tagReports, "Quality report",
			"What is wrong with the selected clients: counts for every rule, and the clients with findings by number, a page at a time. "+
				"All is well only when `items` is empty, `pending` is 0, and no rule is degraded or has errors; an empty base says so with `clients` 0. "+
				"`rule` and `severity` choose the findings that are counted and listed. Clients on which `filter` fails are left out and counted in `failed`. "+
				"Waived findings are neither counted nor listed; with `waived=true` they are, in place of the open ones, and only `score` is still of the open. "+
				"Counts need every client that matches, so a filter that is not done after 10 seconds is refused (`filter_too_slow`)."),
			params:  append(selection(), param{name: "severity", describe: "Findings of this severity. Of several, any will do.", many: true, enum: []string{"info", "warning", "error"}}, waivedParam, explainParam, limitQuery, afterQuery),
			codes:   []string{api.CodeBadCursor, api.CodeInvalid, api.CodeFilterTooSlow},
			answers: []answer{{status: 200, describe: "Counts, and a page of clients with findings.", of: crm.QualityReport{}, example: exampleReport}},
			handle:  qualityReport},
		{op: operation(fiber.MethodGet, api.PathSegments, "listSegments", tagReports, "List segments",
			"The labels that segmentation rules have given, with the number of their clients. By rule and label, a page at a time."),
			params: pageParams, codes: []string{api.CodeBadCursor},
			answers: []answer{{status: 200, describe: "A page of segments.", of: api.List[crm.SegmentSummary]{}, example: map[string]any{"items": []any{exampleSegmentSummary}}}},
			handle:  listSegments},
	}
}

func qualityReport(x *exchange) error {
	q, err := x.selected(wholeBudget)
	if err != nil {
		return err
	}
	rules, err := x.rules()
	if err != nil {
		return err
	}
	r := report.Request{
		Rules: rules, Facets: q.Facets, Segments: q.Segments, Match: q.Match,
		Limit: q.Limit, After: q.After, Language: x.language(), Waived: x.flag("waived"),
	}
	for _, severity := range x.query["severity"] {
		r.Severities = append(r.Severities, crm.Severity(severity))
	}
	out, err := x.Report.Quality(x.ctx, x.who.Scope, r)
	if err != nil {
		return q.slow(err)
	}
	if out.Filtered, err = x.filtered(q, false); err != nil {
		return err
	}
	x.c.Set(fiber.HeaderContentLanguage, x.language())
	return x.json(fiber.StatusOK, out)
}

func listSegments(x *exchange) error {
	segments, err := x.Report.Segments(x.ctx, x.who.Scope, x.language())
	if err != nil {
		return err
	}
	x.c.Set(fiber.HeaderContentLanguage, x.language())
	return paged(x, segments, func(s crm.SegmentSummary) string { return segmentKey(s.Rule, s.Label) })
}
