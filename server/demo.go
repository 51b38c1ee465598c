package server

import (
	"context"
	"errors"
	"fmt"

	"assay/server/crm"
	"assay/server/demo"
	"assay/server/intake"
)

// Demo says what base to make up.
type Demo struct {
	Seed    uint64 // the same seed gives the same clients; 0 means demo.DefaultSeed
	Clients int
	// Progress is told after each commit how many clients are stored; nil for
	// nobody.
	Progress func(stored int64)
}

// FillDemo stores made-up clients in the base, which must be empty, and
// returns when every rule has judged them all.
func (s *Server) FillDemo(ctx context.Context, d Demo) error {
	stats, err := s.store.Stats(ctx)
	if err != nil {
		return fmt.Errorf("look whether the base is empty: %w", err)
	}
	if stats.LastID > 0 {
		return fmt.Errorf("the base in %s has clients already: give the demo an empty folder", s.config.Data)
	}
	if d.Seed == 0 {
		d.Seed = demo.DefaultSeed
	}
	rq := intake.ImportRequest{Scope: crm.Everything, By: "demo", Format: "ndjson", Key: "externalId", Mode: "merge", Unknown: "error",
		Body: demo.NewReader(d.Seed, d.Clients)}
	if d.Progress != nil {
		rq.Progress = func(_, stored int64) { d.Progress(stored) }
	}
	summary, err := s.intake.Import(ctx, rq)
	if err != nil {
		return fmt.Errorf("import the demo base: %w", err)
	}
	if summary.Failed > 0 {
		return errors.New("import the demo base: " + summary.Errors[0].Message)
	}
	return s.reconciler.Sweeper.Sweep(ctx)
}
