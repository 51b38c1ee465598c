package folder

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"assay/rules"
	"assay/server/reconcile"
)

// Objects are the declared objects that a folder is kept equal to; a
// [reconcile.Reconciler] with Folder set.
type Objects interface {
	Declared() map[reconcile.Ref]string
	ApplyFrom(ctx context.Context, file string, o rules.Object) (*reconcile.Applied, error)
	DeleteFrom(ctx context.Context, ref reconcile.Ref) error
	SetStandings(all map[reconcile.Ref]reconcile.Standing)
	AddModule(ctx context.Context, by string, wasm []byte, dryRun bool) (*reconcile.ModuleInfo, error)
	Module(ctx context.Context, digest string) ([]byte, error)
}

// Config is what a Keeper works with.
type Config struct {
	Dir     string
	Objects Objects
	Now     func() time.Time
	After   func(time.Duration) <-chan time.Time // nil: time.After
	Logger  *slog.Logger
}

// The pace of a Keeper, in looks at the folder.
const (
	lookEvery       = 500 * time.Millisecond
	looksToApply    = 1   // without a change, until the folder is read
	looksToDelete   = 5   // until what is gone from it is deleted: a pause of a checkout must not cost findings their history
	looksToTryAgain = 120 // what was refused: it may need something that came by another way
)

// Keeper keeps the objects equal to a folder. Start and Look are for one
// goroutine, and Run calls Look; State is for all.
type Keeper struct {
	Config
	files *files

	seen  listing // what the last look saw
	still int     // looks since then that saw the same

	mu    sync.Mutex
	state State
}

// State is how the folder stands.
type State struct {
	Dir     string
	ReadAt  time.Time // when it was last read
	Objects int       // that its files declare
	Faults  []Fault
}

// New returns a Keeper that has not looked at the folder yet.
func New(c Config) *Keeper {
	if c.After == nil {
		c.After = time.After
	}
	return &Keeper{Config: c, files: newFiles(c.Dir), state: State{Dir: c.Dir}}
}

// State returns how the folder stands.
func (k *Keeper) State() State {
	k.mu.Lock()
	defer k.mu.Unlock()
	state := k.state
	state.Faults = slices.Clone(state.Faults)
	return state
}

// Start applies what the folder holds now. It fails when there is no such folder,
// and on nothing that is in it.
func (k *Keeper) Start(ctx context.Context) error {
	if _, err := os.ReadDir(k.Dir); err != nil {
		return err
	}
	k.seen = k.files.list()
	k.still = looksToApply
	k.sync(ctx, false)
	return ctx.Err()
}

// Run looks at the folder until ctx ends.
func (k *Keeper) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.After(lookEvery):
			k.Look(ctx)
		}
	}
}

// Look looks at the folder once, and acts when it has been the same for long enough.
func (k *Keeper) Look(ctx context.Context) {
	now := k.files.list()
	if !now.same(k.seen) {
		k.seen, k.still = now, 0
		return
	}
	k.still++
	switch {
	case k.still == looksToApply:
		k.sync(ctx, false)
	case k.still == looksToDelete, k.still%looksToTryAgain == 0 && len(k.State().Faults) > 0:
		k.sync(ctx, true)
	}
}
