package command

import (
	"testing"

	"assay/server/author/bench"
)

func TestChangeInALine(t *testing.T) {
	for want, c := range map[string]bench.Change{
		"r: fuel, sum was 1 000, is 1 250 (+25.0 %)": {Rule: "r", Figure: "fuel, sum", Was: 1000, Is: 1250, Growth: 0.25},
		"r: errors was 0, is 3":                      {Rule: "r", Figure: "errors", Is: 3},
		"r: the rule is in the baseline and is not measured any more; measure it, too, or make the baseline anew with --save alone": {Rule: "r", Verdict: bench.Missing},
	} {
		if got := changeInALine(c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
