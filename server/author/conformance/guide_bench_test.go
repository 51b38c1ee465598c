package conformance_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"assay/server/author/bench"
	"assay/server/author/project"
)

// BenchmarkGuide measures the check of sdk/README.md in every way, over the clients of `assay rule bench`, for the table that stands there:
// the size of the module, the time to compile and to load it, and by client fuel (the median) and time, with both isolations. The time is that
// of the fastest round, which others who use the machine disturb least.
func BenchmarkGuide(b *testing.B) {
	for _, way := range guideWays {
		b.Run(strings.ReplaceAll(way.heading, " ", "-"), func(b *testing.B) {
			dir := way.build(b)
			if way.language == project.CEL { // keeps nothing, and needs no isolation
				way.measure(b, dir)
				return
			}
			b.Run("Record", func(b *testing.B) { way.measure(b, dir) })
			if err := os.WriteFile(filepath.Join(dir, "rule.yaml"), []byte(way.manifest(b)+"  isolation: Batch\n"), 0o600); err != nil {
				b.Fatal(err)
			}
			b.Run("Batch", func(b *testing.B) { way.measure(b, dir) })
		})
	}
}

func (w guideWay) measure(b *testing.B, dir string) {
	p := openProject(b, dir)
	clients, err := bench.OwnCorpus(p, bench.DefaultNow, 1000)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		report, err := bench.Measure(b.Context(), p, clients, bench.Options{Took: time.Second})
		if err != nil {
			b.Fatal(err)
		}
		r := report.Rules[0]
		if r.Errors > 0 || r.Findings == 0 {
			b.Fatalf("%d findings and %d errors (%s)", r.Findings, r.Errors, r.Error)
		}
		for unit, figure := range map[string]int64{
			"ns/client": r.Time.Rounds[0], "fuel/client": r.Fuel.P50, "module-B": int64(r.Module.Bytes), "compile-ns": r.Module.Compile, "load-ns": r.Module.Load, "ns/op": 0,
		} {
			b.ReportMetric(float64(figure), unit)
		}
	}
}
