package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// suite is one run.
type suite struct {
	clients int   // of the base that rules are measured over
	rounds  int   // of each contender
	sizes   []int // bases that grow
	load    time.Duration
	dir     string
	assay   string // the program
	base    *base
}

// part is a chapter of the results.
type part struct {
	name string
	run  func(ctx context.Context, s *suite) ([]table, error)
}

var parts = []part{
	{"evaluation", evaluation},
	{"rules", manyRules},
	{"single", singleRecord},
	{"import", importing},
	{"growth", growth},
	{"report", reporting},
	{"change", changedRule},
	{"load", mixedLoad},
}

// build builds the program under test.
func (s *suite) build(ctx context.Context) error {
	s.assay = filepath.Join(s.dir, "assay-bin")
	c := exec.CommandContext(ctx, "go", "build", "-o", s.assay, "./cmd/assay")
	c.Dir = filepath.Join("..", "..")
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
	var err error
	s.base, err = makeBase(ctx, s.dir, s.clients)
	return s.base, err
}

// folder makes a folder of the run.
func (s *suite) folder(name string) (string, error) {
	dir := filepath.Join(s.dir, name)
	return dir, os.MkdirAll(dir, 0o755)
}
