package reconcile

import (
	"context"
	"fmt"
	"time"

	"assay/server/store"
)

// kindServer is the kind of objects that hold what the server has to remember
// of itself. People do not see them.
const kindServer = "Server"

// The server's own objects.
const (
	dayName      = "day"      // a text: the day the base was last judged on
	defaultsName = "defaults" // there once the default rules have been loaded
	resumedName  = "resumed"  // a text: the rule that came back from quarantine last
	pausedName   = "paused"   // true or false: whether sweeps are paused
)

const (
	maxSleep   = time.Hour   // the clock may be set, and machines sleep
	retryPause = time.Minute // after a failure
)

// runCalendar has the rules that look at the time judge the base anew on each
// new day of the company's time zone.
func (r *Reconciler) runCalendar(ctx context.Context) {
	for {
		wait := min(r.untilMidnight(), maxSleep)
		if err := r.beginDay(ctx); err != nil && ctx.Err() == nil {
			r.Logger.Error("the new day was not begun, will be tried again", "error", err, "pause", retryPause)
			wait = retryPause
		}
		select {
		case <-r.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

func (r *Reconciler) untilMidnight() time.Duration {
	now := r.Now().In(r.Zone)
	y, m, d := now.Date()
	return max(time.Date(y, m, d+1, 0, 0, 1, 0, r.Zone).Sub(now), time.Second)
}

func (r *Reconciler) beginDay(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	today := r.Now().In(r.Zone).Format(time.DateOnly)
	last, err := r.lastDay(ctx)
	if err != nil || last == today {
		return err
	}
	var judge []string
	for name, rule := range r.running {
		if rule.UsesNow && last != "" {
			judge = append(judge, name)
		}
	}
	data := []byte(`"` + today + `"`)
	generation, err := r.Store.PutObject(ctx, store.Object{Kind: kindServer, Name: dayName, Data: data},
		store.Effect{NextGeneration: len(judge) > 0, Judge: judge}) // what was judged yesterday is refused
	if err != nil {
		return fmt.Errorf("begin %s: %w", today, err)
	}
	r.publish(generation)
	r.Sweeper.Wake()
	r.wakeObserve()
	return nil
}

// lastDay returns the day the base was last judged on, "" before the first.
func (r *Reconciler) lastDay(ctx context.Context) (string, error) {
	data, err := r.own(ctx, dayName)
	if err != nil || len(data) < 2 {
		return "", err
	}
	return string(data[1 : len(data)-1]), nil
}

// own returns the data of one of the server's own objects, nil when there is none.
func (r *Reconciler) own(ctx context.Context, name string) ([]byte, error) {
	stored, err := r.Store.Objects(ctx, kindServer)
	if err != nil {
		return nil, fmt.Errorf("read what the server remembers: %w", err)
	}
	for _, o := range stored {
		if o.Name == name {
			return o.Data, nil
		}
	}
	return nil, nil
}

// FirstStart calls load once in the life of a base: when it was interrupted or
// failed, the next start calls it again. It reports whether it was called.
func (r *Reconciler) FirstStart(ctx context.Context, load func() error) (bool, error) {
	if data, err := r.own(ctx, defaultsName); err != nil || data != nil {
		return false, err
	}
	if err := load(); err != nil {
		return true, err
	}
	_, err := r.Store.PutObject(ctx, store.Object{Kind: kindServer, Name: defaultsName, Data: []byte("true")}, store.Effect{})
	return true, err
}
