package bench

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// reported is a report of one rule with those figures.
func reported(change func(*Report)) *Report {
	r := &Report{Version: reportVersion, Assay: "v1", Now: DefaultNow, Machine: Machine{OS: "linux", Arch: "amd64", Processor: "P", Processors: 2},
		Clients: Clients{Count: 10, From: "10 invented", Digest: "sha256:1"},
		Rules: []Rule{{Rule: "r", Fuel: Spread{Sum: 1000, P50: 100, P90: 100, P99: 100, Max: 100}, Results: Spread{Sum: 10, Max: 10},
			Written: Spread{Sum: 200, P50: 0, P90: 50, P99: 100, Max: 100}, Findings: 1,
			Time: Time{Rounds: []int64{98, 99, 100, 101, 102}}}}}
	change(r)
	return r
}

func TestCompare(t *testing.T) {
	rounds := func(rounds ...int64) func(*Report) { return func(r *Report) { r.Rules[0].Time.Rounds = rounds } }
	for name, tt := range map[string]struct {
		change  func(*Report)
		want    []string // the figures that are not the same, with their verdicts
		remarks string   // part of them, "" for none
	}{
		"nothing":                {func(*Report) {}, nil, ""},
		"fuel within":            {func(r *Report) { r.Rules[0].Fuel.P99 = 110 }, nil, ""},
		"fuel beyond":            {func(r *Report) { r.Rules[0].Fuel.P99 = 111 }, []string{"fuel, p99 regression"}, ""},
		"less fuel":              {func(r *Report) { r.Rules[0].Fuel.Max = 50 }, []string{"fuel, max better"}, ""},
		"bytes from nothing":     {func(r *Report) { r.Rules[0].Results.P50 = 1 }, []string{"bytes of results, p50 regression"}, ""},
		"other findings":         {func(r *Report) { r.Rules[0].Results.P50, r.Rules[0].Findings = 1, 2 }, nil, "1 findings and 0 labels were, 2 and 0 are"},
		"writes within":          {func(r *Report) { r.Rules[0].Written.Sum, r.Rules[0].Written.Max = 220, 110 }, nil, ""},
		"writes beyond":          {func(r *Report) { r.Rules[0].Written.Sum = 221 }, []string{"bytes of memory written, sum regression"}, ""},
		"writes, once not":       {func(r *Report) { r.Rules[0].Written.P50 = 1 }, []string{"bytes of memory written, p50 regression"}, ""},
		"writes less":            {func(r *Report) { r.Rules[0].Written.Max = 50 }, []string{"bytes of memory written, max better"}, ""},
		"writes, other labels":   {func(r *Report) { r.Rules[0].Written.Max, r.Rules[0].Labels = 500, 2 }, nil, "1 findings and 0 labels were, 1 and 2 are"},
		"an error":               {func(r *Report) { r.Rules[0].Errors = 1 }, []string{"errors regression"}, ""},
		"slower":                 {rounds(118, 119, 120, 121, 122), []string{"nanoseconds a client, median of rounds regression"}, ""},
		"slower within":          {rounds(108, 109, 110, 111, 112), nil, ""},
		"slower, or noise":       {rounds(60, 90, 120, 150, 170), []string{"nanoseconds a client, median of rounds unsure"}, ""},
		"faster":                 {rounds(48, 49, 50, 51, 52), []string{"nanoseconds a client, median of rounds better"}, ""},
		"slower elsewhere":       {func(r *Report) { rounds(500)(r); r.Machine.Processors = 4 }, nil, "times are not compared: the baseline is of another machine (linux/amd64, 2 × P), this is linux/amd64, 4 × P"},
		"another version":        {func(r *Report) { r.Assay = "v2" }, nil, "the baseline is of Assay v1, this is v2"},
		"a rule more":            {func(r *Report) { r.Rules = append(r.Rules, Rule{Rule: "s"}) }, nil, "the rule s is not in the baseline"},
		"a rule of another name": {func(r *Report) { r.Rules[0].Rule = "s" }, []string{" missing"}, "the rule s is not in the baseline"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Compare(reported(func(*Report) {}), reported(tt.change), 0.1)
			if err != nil {
				t.Fatal(err)
			}
			var got, worse []string
			for _, one := range c.Changes {
				if one.Verdict != Same {
					got = append(got, one.Figure+" "+string(one.Verdict))
				}
			}
			for _, one := range c.Worse() {
				worse = append(worse, one.Figure+" "+string(one.Verdict))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if want := slices.DeleteFunc(slices.Clone(tt.want), func(s string) bool { return !strings.HasSuffix(s, "regression") && !strings.HasSuffix(s, "missing") }); !slices.Equal(worse, want) {
				t.Errorf("regressions %q, want %q", worse, want)
			}
			if remarks := strings.Join(c.Remarks, "\n"); !strings.Contains(remarks, tt.remarks) || (tt.remarks == "") != (remarks == "") {
				t.Errorf("remarks %q, want %q", remarks, tt.remarks)
			}
		})
	}
}

func TestCompareRefusesWhatWasMeasuredOnSomethingElse(t *testing.T) {
	was := reported(func(*Report) {})
	if _, err := Compare(was, reported(func(r *Report) { r.Clients.Digest = "sha256:2" }), 0.1); err == nil || !strings.Contains(err.Error(), "other clients") {
		t.Errorf("%v", err)
	}
	if _, err := Compare(was, reported(func(r *Report) { r.Now = r.Now.Add(time.Hour) }), 0.1); err == nil || !strings.Contains(err.Error(), "--now 2026-01-01T00:00:00Z") {
		t.Errorf("%v", err)
	}
}

func TestSaveAndRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "base.json")
	want := reported(func(*Report) {})
	if err := want.Save(file); err != nil {
		t.Fatal(err)
	}
	got, err := Read(file)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if err := want.Save(filepath.Join(file, "below-a-file")); err == nil {
		t.Error("saved below a file")
	}
	if beside, err := os.ReadDir(filepath.Dir(file)); err != nil || len(beside) != 1 {
		t.Errorf("beside the baseline: %v, %v", beside, err)
	}
}

func TestPercentiles(t *testing.T) {
	s := spreadOf([]int64{10, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	if want := (Spread{Sum: 55, P50: 5, P90: 9, P99: 10, Max: 10}); s != want {
		t.Errorf("got %+v, want %+v", s, want)
	}
	if s := spreadOf(nil); s != (Spread{}) {
		t.Errorf("of nothing: %+v", s)
	}
	if got := (Time{Rounds: []int64{80, 90, 100, 110, 120}}); got.Median() != 100 || got.Noise() != 0.2 {
		t.Errorf("median %d, noise %v", got.Median(), got.Noise())
	}
}
