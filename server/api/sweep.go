package api

import (
	"context"
	"net/http"
	"time"
)

// The states of sweeps.
const (
	SweepIdle    = "idle"    // every client is judged by every rule as it stands
	SweepRunning = "running" // clients are being judged anew
	SweepPaused  = "paused"  // nothing is judged anew until sweeps are resumed
)

// Sweep is what is left to judge, and how far that is. Rules that do not judge are not counted.
type Sweep struct {
	State       string      `json:"state" enum:"idle,running,paused"`
	Rules       []SweptRule `json:"rules" doc:"Those that have clients left to judge, by name."`
	Done        int64       `json:"done" doc:"Clients that all of these rules have judged as they stand."`
	Total       int64       `json:"total" doc:"Clients of the base; 0 when nothing is left to judge."`
	StartedAt   *time.Time  `json:"startedAt,omitempty" doc:"Since when there is something left to judge."`
	SecondsLeft *int64      `json:"secondsLeft,omitempty" doc:"At the speed so far; absent when that is not known."`
}

// SweptRule is how far the base is judged by one rule as it stands.
type SweptRule struct {
	Name      string    `json:"name"`
	Done      int64     `json:"done" doc:"Clients."`
	Total     int64     `json:"total" doc:"Clients."`
	StartedAt time.Time `json:"startedAt" doc:"When the rule or what it depends on changed."`
}

// Sweep returns what is left to judge.
func (c *Client) Sweep(ctx context.Context) (*Sweep, error) {
	return get[Sweep](ctx, c, PathSweep, nil)
}

// PauseSweep has nothing judged anew until ResumeSweep, whether the server is started again or not.
func (c *Client) PauseSweep(ctx context.Context) (*Sweep, error) {
	return c.postSweep(ctx, PathSweepPause)
}

// ResumeSweep has judging go on where it was paused.
func (c *Client) ResumeSweep(ctx context.Context) (*Sweep, error) {
	return c.postSweep(ctx, PathSweepResume)
}

func (c *Client) postSweep(ctx context.Context, path string) (*Sweep, error) {
	out := &Sweep{}
	if err := c.decode(ctx, newCall(http.MethodPost, path, nil), out); err != nil {
		return nil, err
	}
	return out, nil
}
