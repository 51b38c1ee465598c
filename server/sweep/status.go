package sweep

import (
	"context"
	"fmt"
	"math"
	"time"
)

// State says what a Sweeper is doing.
type State string

// The states.
const (
	Idle    State = "idle"
	Running State = "running"
	Paused  State = "paused" // nothing is judged until it is resumed, whether something is left or not
)

// Status is what there is to judge and how far it is.
type Status struct {
	State       State
	Rules       []Progress // that have clients left, by name
	Done, Total int64      // clients: a client is done when all the rules have judged it
	StartedAt   time.Time  // of the rule that has waited longest; zero when nothing is left
	SecondsLeft *int64     // at the speed of this sweep so far; nil when that is not known
}

// Progress is how far the base is judged by one rule as it stands. It is the store's, and so the same after a restart.
type Progress struct {
	Rule        string
	Done, Total int64     // clients
	StartedAt   time.Time // when they were left to judge
	SecondsLeft *int64
	Paused      bool
}

// Status returns how far everything is that rules have still to judge, but for those that do not judge now.
func (s *Sweeper) Status(ctx context.Context) (Status, error) {
	status := Status{State: Idle}
	pending, err := s.Store.Pending(ctx)
	if err != nil {
		return status, fmt.Errorf("read what is pending: %w", err)
	}
	stats, err := s.Store.Stats(ctx)
	if err != nil {
		return status, fmt.Errorf("count the clients: %w", err)
	}
	s.mu.Lock()
	paused, job := s.paused, s.job
	s.mu.Unlock()
	set := s.Current()
	most := int64(0)
	for _, p := range pending {
		if r := set.Rule(p.Rule); r == nil || !r.Judging() {
			continue
		}
		started := p.Since.Time()
		status.Rules = append(status.Rules, Progress{Rule: p.Rule, Done: max(stats.Clients-p.Clients, 0), Total: stats.Clients,
			StartedAt: started, Paused: paused, SecondsLeft: job.secondsFor(p.Clients)})
		most = max(most, p.Clients)
		if status.StartedAt.IsZero() || started.Before(status.StartedAt) {
			status.StartedAt = started
		}
	}
	if len(status.Rules) > 0 {
		status.State = Running
		status.Done, status.Total, status.SecondsLeft = max(stats.Clients-most, 0), stats.Clients, job.secondsFor(most)
	}
	if paused {
		status.State = Paused
	}
	return status, nil
}

// secondsFor returns how long so many clients take at the speed of the job so far.
func (j *job) secondsFor(clients int64) *int64 {
	if j == nil {
		return nil
	}
	done := j.done.Load()
	if done == 0 {
		return nil
	}
	seconds := int64(math.Ceil(time.Since(j.began).Seconds() * float64(clients) / float64(done)))
	return &seconds
}
