package sweep

import (
	"context"
	"runtime"
	"time"

	"assay/server/store"
)

const (
	groupShards = 16 // shards of one commit

	politeShards = 1                      // while clients are written: a write waits for a commit at most,
	politeShare  = 3                      // and for each second of work the sweep rests so many;
	politeFor    = 250 * time.Millisecond // after a write, so long
)

// pace says how much of the machine a sweep takes. As long as nobody writes that is all of it: a worker a processor, and one
// more, since one waits for the disk. While clients are written it is less than one processor, in short steps.
type pace struct {
	writes int64 // of the store when it was last looked
	until  time.Time
}

// look takes what was written up to now for past.
func (p *pace) look(base store.Store) { p.writes = base.Writes() }

// polite reports whether somebody writes.
func (p *pace) polite(base store.Store) bool {
	if writes := base.Writes(); writes != p.writes {
		p.writes, p.until = writes, time.Now().Add(politeFor)
	}
	return time.Now().Before(p.until)
}

// next returns how many shards the next group has, and how many groups may be worked on beside each other.
func (p *pace) next(base store.Store, left int) (shards, groups int) {
	if p.polite(base) {
		return politeShards, 1
	}
	workers := runtime.GOMAXPROCS(0) + 1
	return max(min(left/workers, groupShards), 1), workers
}

// rest waits after a group that took so long, if somebody writes.
func (p *pace) rest(ctx context.Context, base store.Store, took time.Duration) bool {
	if !p.polite(base) {
		return ctx.Err() == nil
	}
	return sleep(ctx, politeShare*took)
}
