package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"assay/server/wholefile"
)

// reportVersion is the version of the shape of a Report.
const reportVersion = 2

// Report is what was measured. Its JSON is the shape of baselines and stays.
type Report struct {
	Version int       `json:"version"` // of this shape
	Assay   string    `json:"assay"`   // the version of the program
	At      time.Time `json:"at"`
	Now     time.Time `json:"now"` // of the evaluation
	Machine Machine   `json:"machine"`
	Clients Clients   `json:"clients"`
	Rules   []Rule    `json:"rules"`
}

// Machine is where it was measured, as far as it matters for times.
type Machine struct {
	OS         string `json:"os"`
	Arch       string `json:"arch"`
	Processor  string `json:"processor"` // "" when the system does not say
	Processors int    `json:"processors"`
}

// String tells the machine.
func (m Machine) String() string {
	processor := m.Processor
	if processor == "" {
		processor = "unknown processor"
	}
	return fmt.Sprintf("%s/%s, %d × %s", m.OS, m.Arch, m.Processors, processor)
}

// Clients are what it was measured on.
type Clients struct {
	Count  int    `json:"count"`
	From   string `json:"from"`
	Digest string `json:"digest"`
}

// Rule is the figures of a rule.
type Rule struct {
	Rule     string `json:"rule"`
	Check    string `json:"check"`  // of the module
	Module   Module `json:"module"` // that it runs on
	Findings int64  `json:"findings"`
	Labels   int64  `json:"labels"` // clients that got one
	Errors   int64  `json:"errors"` // clients that it could not judge
	Error    string `json:"error,omitempty"`
	Fuel     Spread `json:"fuel"`        // units a client
	Card     Spread `json:"card"`        // bytes a client, of what the module is given
	Results  Spread `json:"results"`     // bytes a client, of what the module says
	Written  Spread `json:"written"`     // bytes a client, of the module's memory that are others after the client than before; none of commands
	Time     Time   `json:"nanoseconds"` // a client
	Memory   int64  `json:"memory"`      // bytes, the most an instance had
}

// Silent reports whether the rule said nothing of any client: what it costs to say something is not in the figures.
func (r *Rule) Silent() bool { return r.Results.Max == 0 && r.Errors == 0 }

// Module is what it takes to make a module ready.
type Module struct {
	Digest  string `json:"digest"`
	Bytes   int    `json:"bytes"`
	Compile int64  `json:"compile"` // nanoseconds, from its bytes to the first instance
	Load    int64  `json:"load"`    // nanoseconds, of the same when it was compiled before
}

// Spread is how a figure is spread over the clients.
type Spread struct {
	Sum int64 `json:"sum"`
	P50 int64 `json:"p50"`
	P90 int64 `json:"p90"`
	P99 int64 `json:"p99"`
	Max int64 `json:"max"`
}

// Time is how long a client takes, in nanoseconds. The percentiles are over batches, whose times are spread evenly over
// their clients; the rounds are passes over all of the clients that were timed.
type Time struct {
	Clients int     `json:"clients"` // that were timed: the first of all, when all take long
	Rounds  []int64 `json:"rounds"`  // the time of a client in each, ascending
	P50     int64   `json:"p50"`
	P90     int64   `json:"p90"`
	P99     int64   `json:"p99"`
	Max     int64   `json:"max"`
}

// Median is the median of the rounds.
func (t Time) Median() int64 { return percentile(t.Rounds, 50) }

// Noise is how far apart the rounds are: the middle half of them, as a share of the median.
func (t Time) Noise() float64 {
	if t.Median() == 0 {
		return 0
	}
	return float64(percentile(t.Rounds, 75)-percentile(t.Rounds, 25)) / float64(t.Median())
}

// Read reads a report that was saved. The error says what to do.
func Read(file string) (*Report, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no baseline %s; make one with --save %s", file, file)
	}
	if err != nil {
		return nil, err
	}
	var r Report
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%s is no baseline, or damaged: %w; make it anew with --save", file, err)
	}
	switch {
	case r.Version == 0 || len(r.Rules) == 0 || r.Clients.Digest == "":
		return nil, fmt.Errorf("%s is no baseline, or damaged: it lacks its version, clients or rules; make it anew with --save", file)
	case r.Version != reportVersion:
		return nil, fmt.Errorf("%s is a baseline of version %d, this program knows version %d; make it anew with --save", file, r.Version, reportVersion)
	}
	return &r, nil
}

// Save writes the report to a file, whole or not at all.
func (r *Report) Save(file string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return wholefile.Write(file, 0o644, wholefile.Text(append(text, '\n')))
}
