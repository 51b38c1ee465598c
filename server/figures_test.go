package server_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"regexp"
	"testing"

	"assay/server"
)

// TestARulesFiguresAreShown judges clients and reads what that took, of rules in shadow too.
func TestARulesFiguresAreShown(t *testing.T) {
	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base")})
	s.do(http.MethodPut, "/api/v1/rules/region", `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"region"},
		"spec":{"type":"Quality","mode":"Shadow","require":"client.region != \"\" && 10 / size(client.tags) > 0","message":{"en":"no region"}}}`)
	for _, client := range []string{`{"name":"A","region":"Tula"}`, `{"name":"B"}`, `{"name":"C"}`} { // the first is divided by no tags
		s.do(http.MethodPost, "/api/v1/clients", client)
	}
	figures := s.do(http.MethodGet, "/metrics", "")
	for _, line := range []string{
		`assay_rule_evaluations_total{rule="region"} 3`, `assay_rule_findings_total{rule="region"} 2`,
		`assay_rule_evaluation_errors_total{rule="region"} 1`, `assay_rule_evaluation_errors_total{rule="tax-id"} 0`,
		`assay_rule_fuel{rule="region",quantile="0.5"} [1-9]\d*`, `assay_rule_fuel{rule="region",quantile="0.99"} [1-9]\d*`,
		`assay_rule_fuel{rule="region",quantile="1"} [1-9]\d*`, `assay_rule_fuel_count{rule="region"} 3`,
		`assay_rule_evaluation_seconds_total{rule="region"} \S*[1-9]\S*`, `assay_rule_memory_peak_bytes{rule="region"} [1-9]\S*`,
		`assay_findings{rule="region"} 2`, `assay_rule_errors{rule="region"} 1`,
	} {
		if !regexp.MustCompile(`(?m)^` + line + `$`).MatchString(figures) {
			t.Errorf("the figures lack %s", line)
		}
	}
	var rule struct {
		Status struct {
			Evaluated, Violating, Findings, Errors, FuelP50, FuelP99, FuelMax, MemoryPeak int64
			EvaluationSeconds                                                             float64
		}
	}
	if err := json.Unmarshal([]byte(s.do(http.MethodGet, "/api/v1/rules/region", "")), &rule); err != nil {
		t.Fatal(err)
	}
	if r := rule.Status; r.Evaluated != 3 || r.Violating != 2 || r.Findings != 2 || r.Errors != 1 || r.FuelP50 == 0 || r.FuelP99 < r.FuelP50 || r.FuelMax < r.FuelP99 ||
		r.MemoryPeak == 0 || r.EvaluationSeconds == 0 {
		t.Errorf("status %+v", r)
	}
}
