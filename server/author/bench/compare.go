package bench

import (
	"fmt"
	"slices"
)

// Verdict is what a comparison of a figure comes to.
type Verdict string

// The verdicts.
const (
	Same       Verdict = "same"       // within the tolerance, or better
	Better     Verdict = "better"     // by more than the tolerance
	Regression Verdict = "regression" // worse by more than the tolerance
	Unsure     Verdict = "unsure"     // a time that is worse by more than the tolerance and not by more than the noise
	Missing    Verdict = "missing"    // the rule of the baseline is not measured any more; it has no figures
)

// Change is how a figure of a rule changed.
type Change struct {
	Rule    string  `json:"rule"`
	Figure  string  `json:"figure,omitempty"` // such as fuel p99
	Was     int64   `json:"was"`
	Is      int64   `json:"is"`
	Growth  float64 `json:"growth"` // a share: 0.1 is 10 % more
	Verdict Verdict `json:"verdict"`
}

// Comparison is a report beside its baseline.
type Comparison struct {
	Tolerance float64  `json:"tolerance"` // a share
	Changes   []Change `json:"changes"`
	Remarks   []string `json:"remarks"` // what was not compared, and why
}

// Worse are the changes that a comparison fails for: what is worse, and rules that are missing.
func (c *Comparison) Worse() []Change {
	return slices.DeleteFunc(slices.Clone(c.Changes), func(one Change) bool { return one.Verdict != Regression && one.Verdict != Missing })
}

// Compare holds a report against a baseline. Fuel, bytes and errors are compared when both were measured on the same
// clients at the same evaluation time, which is an error when not; times when both are of one machine.
func Compare(was, is *Report, tolerance float64) (*Comparison, error) {
	switch {
	case !was.Now.Equal(is.Now):
		return nil, fmt.Errorf("the baseline was measured as of %s and this as of %s; give --now %[1]s, or make the baseline anew with --save",
			was.Now.Format(timeFormat), is.Now.Format(timeFormat))
	case was.Clients.Digest != is.Clients.Digest:
		return nil, fmt.Errorf("the baseline was measured on other clients (%d: %s) than now (%d: %s), whose fuel cannot be compared; measure on the same ones, or make the baseline anew with --save",
			was.Clients.Count, was.Clients.From, is.Clients.Count, is.Clients.From)
	}
	c := &Comparison{Tolerance: tolerance, Changes: []Change{}, Remarks: []string{}}
	timed := was.Machine == is.Machine
	if !timed {
		c.remark("times are not compared: the baseline is of another machine (%s), this is %s; fuel and bytes are the same on any", was.Machine, is.Machine)
	}
	if was.Assay != is.Assay {
		c.remark("the baseline is of Assay %s, this is %s: what an instruction costs may have changed, too", was.Assay, is.Assay)
	}
	for i := range is.Rules {
		c.rule(was, &is.Rules[i], timed)
	}
	for i := range was.Rules {
		if is.rule(was.Rules[i].Rule) == nil {
			c.Changes = append(c.Changes, Change{Rule: was.Rules[i].Rule, Verdict: Missing})
		}
	}
	return c, nil
}

const timeFormat = "2006-01-02T15:04:05Z07:00"

func (r *Report) rule(name string) *Rule {
	i := slices.IndexFunc(r.Rules, func(one Rule) bool { return one.Rule == name })
	if i < 0 {
		return nil
	}
	return &r.Rules[i]
}

func (c *Comparison) remark(format string, args ...any) {
	c.Remarks = append(c.Remarks, fmt.Sprintf(format, args...))
}

func (c *Comparison) rule(in *Report, is *Rule, timed bool) {
	was := in.rule(is.Rule)
	if was == nil {
		c.remark("the rule %s is not in the baseline", is.Rule)
		return
	}
	same := was.Findings == is.Findings && was.Labels == is.Labels
	if !same {
		c.remark("the rule %s says something else than in the baseline: %d findings and %d labels were, %d and %d are", is.Rule, was.Findings, was.Labels, is.Findings, is.Labels)
	}
	c.exact(is.Rule, "errors", was.Errors, is.Errors, 0)
	c.spread(is.Rule, "fuel", was.Fuel, is.Fuel)
	if same { // else it says more or less than it did
		c.spread(is.Rule, "bytes of results", was.Results, is.Results)
		c.spread(is.Rule, "bytes of memory written", was.Written, is.Written)
	}
	if timed {
		c.time(is.Rule, was.Time, is.Time)
	}
}

func (c *Comparison) spread(rule, of string, was, is Spread) {
	c.exact(rule, of+", sum", was.Sum, is.Sum, c.Tolerance)
	c.exact(rule, of+", p50", was.P50, is.P50, c.Tolerance)
	c.exact(rule, of+", p90", was.P90, is.P90, c.Tolerance)
	c.exact(rule, of+", p99", was.P99, is.P99, c.Tolerance)
	c.exact(rule, of+", max", was.Max, is.Max, c.Tolerance)
}

// exact compares a figure that is the same whenever it is measured.
func (c *Comparison) exact(rule, figure string, was, is int64, tolerance float64) {
	one := Change{Rule: rule, Figure: figure, Was: was, Is: is, Growth: growth(was, is), Verdict: Same}
	switch most := float64(was) * (1 + tolerance); {
	case float64(is) > most:
		one.Verdict = Regression
	case float64(is) < float64(was)*(1-tolerance):
		one.Verdict = Better
	}
	c.Changes = append(c.Changes, one)
}

// time compares the medians of rounds, which are noisy.
func (c *Comparison) time(rule string, was, is Time) {
	one := Change{Rule: rule, Figure: "nanoseconds a client, median of rounds", Was: was.Median(), Is: is.Median(), Growth: growth(was.Median(), is.Median()), Verdict: Same}
	noise := max(was.Noise(), is.Noise())
	switch {
	case one.Growth > c.Tolerance+noise:
		one.Verdict = Regression
	case one.Growth > c.Tolerance:
		one.Verdict = Unsure
	case one.Growth < -c.Tolerance-noise:
		one.Verdict = Better
	}
	c.Changes = append(c.Changes, one)
}

func growth(was, is int64) float64 {
	if was == 0 {
		return 0
	}
	return float64(is-was) / float64(was)
}
