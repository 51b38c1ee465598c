package sweep

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
)

const (
	groupShards   = 32                     // shards of one commit
	progressParts = 4                      // events of a sweep, its end among them
	retryPause    = 500 * time.Millisecond // after a failure, doubled up to maxPause
	maxPause      = time.Minute
)

// Config is what a Sweeper works with.
type Config struct {
	Store   store.Store
	Current func() *engine.Set
	// Await returns when other rules than those of that generation are in force.
	Await  func(ctx context.Context, generation uint64) error
	Moved  func() // called when a sweep has come a step further, or ended; nil: nobody is told
	Now    func() time.Time
	Logger *slog.Logger
}

// Sweeper judges what is pending whenever it is woken.
type Sweeper struct {
	Config
	wake chan struct{}

	mu       sync.Mutex
	progress map[string]Progress // of the running sweep, by rule
}

// Progress is how far a sweep has come with one rule.
type Progress struct {
	Done, Total int64 // clients
	StartedAt   time.Time
}

// New returns a Sweeper; Run makes it work.
func New(c Config) *Sweeper {
	return &Sweeper{Config: c, wake: make(chan struct{}, 1), progress: map[string]Progress{}}
}

// Wake makes Run look for pending work.
func (s *Sweeper) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Progress returns how far the running sweep has come with a rule; false when
// it is not part of one.
func (s *Sweeper) Progress(rule string) (Progress, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.progress[rule]
	return p, ok
}

// Run sweeps until ctx ends. It begins with what an earlier run left.
func (s *Sweeper) Run(ctx context.Context) {
	pause := retryPause
	for {
		switch err := s.Sweep(ctx); {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.Logger.Error("sweep failed, will be tried again", "error", err, "pause", pause)
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return
			}
			pause = min(pause*2, maxPause)
			continue
		}
		pause = retryPause
		select {
		case <-s.wake:
		case <-ctx.Done():
			return
		}
	}
}

// Sweep judges everything that is pending for rules that judge, and returns when
// nothing is left.
func (s *Sweeper) Sweep(ctx context.Context) error {
	var last *job
	for {
		pending, err := s.Store.Pending(ctx)
		if err != nil {
			return fmt.Errorf("read what is pending: %w", err)
		}
		job := s.plan(pending)
		if job == nil {
			return nil
		}
		if job.stuck(last) {
			return fmt.Errorf("a sweep of %d shards judged none of their %d clients", len(job.shards), job.total)
		}
		last = job
		err = job.run(ctx)
		s.finish()
		switch {
		case errors.Is(err, crm.ErrGenerationConflict):
			err = s.Await(ctx, job.set.Generation)
		case errors.Is(err, engine.ErrClosed):
			err = nil
		}
		if err != nil {
			return err
		}
	}
}

func (s *Sweeper) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.progress)
	s.moved()
}

func (s *Sweeper) moved() {
	if s.Moved != nil {
		s.Moved()
	}
}
