package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"time"
)

// suite is one run.
type suite struct {
	clients int   // of the base that rules are measured over
	rounds  int   // of each contender
	sizes   []int // bases that grow
	load    time.Duration
	small   bool
	only    *regexp.Regexp
	out     string

	dir     string // for everything; whoever started the run deletes it
	assay   string // the program
	base    *base
	figures figures
	began   time.Time
	until   time.Time // when the time of the part under way is up
	spent   []spent
}

// part is a chapter of the results.
type part struct {
	name   string
	run    func(ctx context.Context, s *suite) ([]table, error)
	budget time.Duration // what it should take at the default sizes on two cores
}

// parts are all parts. Their budgets and the build of the program stay under 20 minutes together.
var parts = []part{
	{"evaluation", evaluation, 8 * time.Minute},
	{"rules", manyRules, time.Minute},
	{"single", singleRecord, 30 * time.Second},
	{"import", importing, 90 * time.Second},
	{"growth", growth, 150 * time.Second},
	{"report", reporting, 150 * time.Second}, // on the bases of growth
	{"change", changedRule, 90 * time.Second},
	{"load", mixedLoad, 90 * time.Second},
}

// build builds the program under test.
func (s *suite) build(ctx context.Context) error {
	s.say("building assay")
	s.assay = filepath.Join(s.dir, "assay-bin")
	c := exec.CommandContext(ctx, "go", "build", "-o", s.assay, "./cmd/assay")
	c.Dir = repository
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("build assay: %w\n%s", err, out)
	}
	return nil
}

// cards returns the base that rules are measured over, made the first time.
func (s *suite) cards(ctx context.Context) (*base, error) {
	if s.base != nil {
		return s.base, nil
	}
	s.say("making a base of %d clients", s.clients)
	var err error
	s.base, err = makeBase(ctx, s.dir, s.clients)
	return s.base, err
}

// folder makes a folder of the run.
func (s *suite) folder(name string) (string, error) {
	dir := filepath.Join(s.dir, name)
	return dir, os.MkdirAll(dir, 0o755)
}

// spent is how long a part took.
type spent struct {
	part
	took time.Duration
}

// measurePart measures a part, and how long that takes.
func (s *suite) measurePart(ctx context.Context, p part) ([]table, error) {
	began := time.Now()
	s.until = began.Add(p.budget)
	s.say("%s (has %v)", p.name, p.budget)
	tables, err := p.run(ctx, s)
	if err != nil {
		return nil, err
	}
	debug.FreeOSMemory() // servers and files of the next part need it
	took := time.Since(began).Round(time.Second)
	s.spent = append(s.spent, spent{p, took})
	s.say("%s took %v", p.name, took)
	return tables, nil
}

// say tells how far the run is, with the time since it began.
func (s *suite) say(format string, args ...any) {
	since := time.Since(s.began)
	fmt.Fprintf(os.Stderr, "%2d:%02d  %s\n", int(since.Minutes()), int(since.Seconds())%60, fmt.Sprintf(format, args...))
}
