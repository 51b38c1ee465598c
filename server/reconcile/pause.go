package reconcile

import (
	"context"
	"fmt"

	"assay/server/crm"
	"assay/server/store"
	"assay/server/sweep"
)

// PauseSweeps has sweeps end with what they are at, and none begin until ResumeSweeps, whether the server is
// started again or not. Writes are judged as before.
func (r *Reconciler) PauseSweeps(ctx context.Context, by string) (sweep.Status, error) {
	return r.keepPaused(ctx, true, crm.Event{Type: crm.EventSweepPaused, By: by}, r.Sweeper.Pause)
}

// ResumeSweeps has sweeps go on where they were paused.
func (r *Reconciler) ResumeSweeps(ctx context.Context, by string) (sweep.Status, error) {
	return r.keepPaused(ctx, false, crm.Event{Type: crm.EventSweepResumed, By: by}, r.Sweeper.Resume)
}

// SweepStatus says what sweeps have left to judge.
func (r *Reconciler) SweepStatus(ctx context.Context) (sweep.Status, error) {
	return r.Sweeper.Status(ctx)
}

// keepPaused stores whether sweeps are paused, and calls then. What is so already is left alone.
func (r *Reconciler) keepPaused(ctx context.Context, paused bool, e crm.Event, then func()) (sweep.Status, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, err := r.Sweeper.Status(ctx)
	if err != nil || (now.State == sweep.Paused) == paused {
		return now, err
	}
	e.At = crm.TimeOf(r.Now())
	o := store.Object{Kind: kindServer, Name: pausedName, Data: fmt.Append(nil, paused)}
	if _, err := r.Store.PutObject(ctx, o, store.Effect{Events: []crm.Event{e}}); err != nil {
		return now, fmt.Errorf("keep that sweeps are paused or not: %w", err)
	}
	then()
	return r.Sweeper.Status(ctx)
}

func (r *Reconciler) sweepsPaused(ctx context.Context) (bool, error) {
	data, err := r.own(ctx, pausedName)
	return string(data) == "true", err
}
