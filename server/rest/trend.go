package rest

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/report"
)

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func dayQuery(name, describe string) param {
	return param{name: name, describe: describe, example: "2026-03-01", shape: isDay, want: "2026-12-31"}
}

func trendRoute() *route {
	by := choice("by", "Groups to count besides.", report.Groupings...)
	return &route{op: operation(fiber.MethodGet, api.PathTrend, "getQualityTrend", tagReports, "Quality trend",
		"What the base was like, day by day: counted at midnight of the company's time zone, or when the server started, and kept for two years. Days on which the server did not run are in `gaps`; a day with `pending` "+
			"above 0 was counted while rules were judging, and is counted again until they are done. `score` is the share of clients without open, not waived findings of severity error or warning. "+
			"Groups are by name; \"\" is the clients without a value, `*` all beyond the 100 largest managers or sources; segments are `rule:label`. It is of the whole base, for those who may see all of it."),
		params: []param{dayQuery("from", "The first day; default: 30 days before the last."), dayQuery("to", "The last day; default: today."), by},
		codes:  []string{api.CodeForbidden}, answers: []answer{{status: 200, describe: "Days, and gaps between them.", of: crm.QualityTrend{}, example: exampleTrend}},
		handle: qualityTrend}
}

func qualityTrend(x *exchange) error {
	if !x.who.Scope.All {
		return refuse(api.CodeForbidden, "trend_scope")
	}
	var from, to crm.Date
	for name, day := range map[string]*crm.Date{"from": &from, "to": &to} {
		if text := x.query.Get(name); text != "" {
			t, err := time.Parse(time.DateOnly, text)
			if err != nil {
				return err // readQuery has checked it
			}
			*day = crm.DateOf(t.Date())
		}
	}
	trend, err := x.Report.Trend(x.ctx, from, to, x.query.Get("by"))
	if err != nil {
		return err
	}
	return x.json(fiber.StatusOK, trend)
}
