package reconcile

import (
	"context"
	"time"
)

// fuseDelay is how long the rules are left to change before they are fused: they are mostly applied several at a time.
const fuseDelay = 500 * time.Millisecond

// runFuse makes modules of many rules each when the set in force has changed. Until they are there, the rules that have
// changed run by themselves, and the others in the modules there were.
func (r *Reconciler) runFuse(ctx context.Context) {
	for {
		select {
		case <-r.fuse:
		case <-ctx.Done():
			return
		}
		select {
		case <-r.After(fuseDelay):
		case <-ctx.Done():
			return
		}
		select {
		case <-r.fuse: // what was published meanwhile is fused now
		default:
		}
		set := r.Current()
		if err := r.fuser.Fuse(ctx, set); err != nil && ctx.Err() == nil {
			r.Logger.Error("rules were not fused, they run one by one", "generation", set.Generation, "error", err)
		}
	}
}

// wakeFuse tells the loop that the set in force has changed.
func (r *Reconciler) wakeFuse() {
	select {
	case r.fuse <- struct{}{}:
	default:
	}
}
