package reconcile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"assay/server/crm"
	"assay/server/store"
)

// kindCalendar is the kind of the one object that remembers which day the base
// was last judged on. People do not see it.
const kindCalendar = "Calendar"

const calendarName = "day"

// runCalendar has the rules that look at the time judge the base anew on each
// new day of the company's time zone.
func (r *Reconciler) runCalendar(ctx context.Context) {
	for {
		if err := r.beginDay(ctx); err != nil && ctx.Err() == nil {
			r.Logger.Error("rules that depend on the date were not run for the new day", "error", err)
		}
		select {
		case <-time.After(r.untilMidnight()):
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
	if _, err := r.Store.PutObject(ctx, store.Object{Kind: kindCalendar, Name: calendarName, Data: data}, store.Effect{Judge: judge}); err != nil {
		return fmt.Errorf("begin %s: %w", today, err)
	}
	r.Sweeper.Wake()
	return nil
}

// lastDay returns the day the base was last judged on, "" before the first.
func (r *Reconciler) lastDay(ctx context.Context) (string, error) {
	stored, err := r.Store.Objects(ctx, kindCalendar)
	if err != nil && !errors.Is(err, crm.ErrNotFound) {
		return "", err
	}
	for _, o := range stored {
		if len(o.Data) > 2 {
			return string(o.Data[1 : len(o.Data)-1]), nil
		}
	}
	return "", nil
}
