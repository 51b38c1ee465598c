package run

import (
	"encoding/json"
	"math"
	"testing"
)

// Sums are exact beyond what a measure may be.
func TestSumsOfMeasures(t *testing.T) {
	r := RuleSummary{Measures: map[string]Sum{}}
	for _, value := range []int64{math.MaxInt64, math.MaxInt64, -3, math.MaxInt64} {
		r.addMeasure("revenue", value)
	}
	r.addMeasure("debt", math.MinInt64)
	r.addMeasure("debt", math.MinInt64)
	got, err := json.Marshal(r.Measures)
	const want = `{"debt":{"clients":2,"sum":-18446744073709551616,"least":-9223372036854775808,"most":-9223372036854775808},` +
		`"revenue":{"clients":4,"sum":27670116110564327418,"least":-3,"most":9223372036854775807}}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}
