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
	progressParts = 4                      // events of a sweep, its end among them
	retryPause    = 500 * time.Millisecond // after a failure, doubled up to maxPause
	maxPause      = time.Minute

	settle    = 30 * time.Millisecond  // changes mostly come several at a time: a sweep waits for the next one so long,
	maxSettle = 300 * time.Millisecond // and for all of them so long

	fusingClients = 100_000 // from so many on it is worth waiting until most of the rules are fused
)

// Config is what a Sweeper works with.
type Config struct {
	Store   store.Store
	Current func() *engine.Set
	// Await returns when other rules than those of that generation are in force.
	Await func(ctx context.Context, generation uint64) error
	// Fuse makes the modules that the rules of a set run faster in; nil: there are none.
	Fuse   func(ctx context.Context, set *engine.Set) error
	Moved  func() // called when a sweep has begun, come a step further, or ended; nil: nobody is told
	Now    func() time.Time
	Logger *slog.Logger
	Paused bool // until Resume is called
}

// Sweeper judges what is pending whenever it is woken.
type Sweeper struct {
	Config
	wake chan struct{}
	pace pace

	mu     sync.Mutex
	paused bool
	job    *job // that runs, nil for none
}

// New returns a Sweeper; Run makes it work.
func New(c Config) *Sweeper {
	s := &Sweeper{Config: c, wake: make(chan struct{}, 1), paused: c.Paused}
	s.pace.look(c.Store)
	return s
}

// Wake makes Run look for pending work.
func (s *Sweeper) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Pause has the sweep end with what it is at, and no other begin. It does not wait for that.
func (s *Sweeper) Pause() {
	s.mu.Lock()
	s.paused = true
	s.mu.Unlock()
	s.moved()
}

// Resume has Run go on.
func (s *Sweeper) Resume() {
	s.mu.Lock()
	s.paused = false
	s.mu.Unlock()
	s.moved()
	s.Wake()
}

func (s *Sweeper) isPaused() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.paused
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
			if !sleep(ctx, pause) {
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
		s.settle(ctx)
	}
}

// settle returns when no change has come for a while. Whether somebody writes is seen meanwhile.
func (s *Sweeper) settle(ctx context.Context) {
	s.pace.look(s.Store)
	for end := time.Now().Add(maxSettle); time.Now().Before(end); {
		select {
		case <-s.wake:
		case <-time.After(settle):
			return
		case <-ctx.Done():
			return
		}
	}
}

// sleep returns false when ctx ends before.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// Sweep judges everything that is pending for rules that judge, and returns when
// nothing is left or the Sweeper is paused.
func (s *Sweeper) Sweep(ctx context.Context) error {
	var last *job
	for !s.isPaused() {
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
		s.fuse(ctx, job)
		err = s.work(ctx, job)
		switch {
		case errors.Is(err, crm.ErrGenerationConflict):
			if err = s.Await(ctx, job.set.Generation); err == nil {
				s.settle(ctx)
			}
		case errors.Is(err, engine.ErrClosed):
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fuse has the rules fused before much is judged by them. Without it they run one by one.
func (s *Sweeper) fuse(ctx context.Context, j *job) {
	all := s.Current()
	if s.Fuse == nil || len(j.rules) < 2 || j.total < fusingClients || 2*len(j.rules) < len(all.Rules) {
		return
	}
	if err := s.Fuse(ctx, all); err != nil && ctx.Err() == nil {
		s.Logger.Warn("a sweep goes on with rules that were not fused", "error", err)
	}
}

// work runs a job where Status sees it.
func (s *Sweeper) work(ctx context.Context, j *job) error {
	s.show(j)
	defer s.show(nil)
	return j.run(ctx)
}

func (s *Sweeper) show(j *job) {
	s.mu.Lock()
	s.job = j
	s.mu.Unlock()
	s.moved()
}

func (s *Sweeper) moved() {
	if s.Moved != nil {
		s.Moved()
	}
}
