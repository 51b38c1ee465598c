package fix

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"assay/server/crm"
	"assay/server/intake"
	"assay/server/store"
)

const (
	pageClients = 200 // that are planned, and stored, together
	writers     = 8   // writes at once: they share a commit
	attempts    = 3   // to change a client that others change at the same time
	keptJobs    = 100 // that have ended
)

// Writer makes the writes; *intake.Intake is one.
type Writer interface {
	Patch(ctx context.Context, id int64, r intake.Request) (*intake.Answer, error)
}

// Config is what a Fixer works with.
type Config struct {
	Store  store.Store
	Writer Writer
	// Rules returns the quality rules that reports show.
	Rules func() []string
	// Filter compiles a CEL predicate; match is nil when the facets say it all.
	Filter func(ctx context.Context, expr string) (facets []store.FacetValue, match store.Matcher, err error)
	Now    func() time.Time
	Logger *slog.Logger
}

// Fixer runs jobs. Its methods may be called from any goroutine.
type Fixer struct {
	Config
	wake chan struct{}

	keeping sync.Mutex // one job is stored at a time, the newest last; taken before mu
	mu      sync.Mutex
	jobs    map[string]*Job // all that are kept
	running string          // "" for none
}

// WrongStateError says that a job has ended, and so cannot be cancelled, or that it has not, and so cannot be undone.
type WrongStateError struct {
	ID    string
	State crm.FixState
}

// Error says which state it is in.
func (e *WrongStateError) Error() string { return fmt.Sprintf("job %s is %s", e.ID, e.State) }

// Open reads the jobs there are. Run makes it work.
func Open(ctx context.Context, c Config) (*Fixer, error) {
	f := &Fixer{Config: c, wake: make(chan struct{}, 1), jobs: map[string]*Job{}}
	stored, err := c.Store.Jobs(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the jobs: %w", err)
	}
	for _, s := range stored {
		j, err := readJob(s)
		if err != nil {
			return nil, err
		}
		f.jobs[j.ID] = j
	}
	return f, nil
}

// Start begins a job that fixes what a selection chooses; without rules, that of all there are now.
func (f *Fixer) Start(ctx context.Context, scope crm.Scope, by, query string, s Selection) (*Job, error) {
	f.chooseRules(&s)
	return f.add(ctx, &Job{Fix: crm.Fix{By: by, Query: query}, Scope: scope, Selection: s})
}

// chooseRules makes no rules all of them. A job keeps to what it began with.
func (f *Fixer) chooseRules(s *Selection) {
	if len(s.Rules) == 0 {
		s.Rules = f.Rules()
	}
}

// Undo begins a job that takes another one back.
func (f *Fixer) Undo(ctx context.Context, scope crm.Scope, by, id string) (*Job, error) {
	j, err := f.Job(scope, id)
	if err != nil {
		return nil, err
	}
	if !j.Ended() {
		return nil, &WrongStateError{ID: id, State: j.State}
	}
	return f.add(ctx, &Job{Fix: crm.Fix{By: by, Undoes: id, Total: j.Counts.Applied}, Scope: scope})
}

func (f *Fixer) add(ctx context.Context, j *Job) (*Job, error) {
	id, err := uuid.NewV7() // in the order of their making
	if err != nil {
		return nil, fmt.Errorf("name a job: %w", err)
	}
	j.ID, j.State, j.CreatedAt = id.String(), crm.FixWaiting, crm.TimeOf(f.Now())
	if j.Undoes == "" {
		if j.Total, err = f.total(ctx, j); err != nil {
			return nil, err
		}
	}
	if err := f.keep(ctx, j, nil); err != nil {
		return nil, err
	}
	f.forgetOld(ctx)
	select {
	case f.wake <- struct{}{}:
	default:
	}
	copied := *j
	return &copied, nil
}

// keep stores how far a job has come, and what it says of clients.
func (f *Fixer) keep(ctx context.Context, j *Job, clients []*crm.FixedClient) error {
	f.keeping.Lock()
	defer f.keeping.Unlock()
	j.Cancelling = j.Cancelling || f.isCancelled(j.ID)
	stored, err := j.stored()
	if err != nil {
		return err
	}
	of, err := storedClients(clients)
	if err != nil {
		return err
	}
	if err := f.Store.PutJob(ctx, stored, of); err != nil {
		return fmt.Errorf("store job %s: %w", j.ID, err)
	}
	copied := *j
	f.mu.Lock()
	defer f.mu.Unlock()
	f.jobs[j.ID] = &copied
	return nil
}

// forgetOld drops the oldest jobs beyond those that are kept.
func (f *Fixer) forgetOld(ctx context.Context) {
	all, undone := f.Jobs(crm.Everything), map[string]bool{}
	for _, j := range all {
		if !j.Ended() {
			undone[j.Undoes] = true
		}
	}
	ended := slices.DeleteFunc(all, func(j *Job) bool { return !j.Ended() || undone[j.ID] })
	for _, j := range ended[min(keptJobs, len(ended)):] {
		if err := f.Store.DeleteJob(ctx, j.ID); err != nil && !errors.Is(err, crm.ErrNotFound) {
			f.Logger.Warn("forget an old job", "job", j.ID, "error", err)
			continue
		}
		f.mu.Lock()
		delete(f.jobs, j.ID)
		f.mu.Unlock()
	}
}

// visible reports whether a job touched no client outside of a scope.
func (j *Job) visible(scope crm.Scope) bool {
	if scope.All || j.Scope.All {
		return scope.All
	}
	return !slices.ContainsFunc(j.Scope.Managers, func(m string) bool { return !slices.Contains(scope.Managers, m) })
}

// Jobs returns all jobs that are kept and lie within the scope, the newest first.
func (f *Fixer) Jobs(scope crm.Scope) []*Job {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []*Job
	for _, j := range f.jobs {
		if copied := *j; j.visible(scope) {
			list = append(list, &copied)
		}
	}
	slices.SortFunc(list, func(a, b *Job) int { return strings.Compare(b.ID, a.ID) })
	return list
}

// Job returns one job, or crm.ErrNotFound for one that lies not within the scope.
func (f *Fixer) Job(scope crm.Scope, id string) (*Job, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	j := f.jobs[id]
	if j == nil || !j.visible(scope) {
		return nil, fmt.Errorf("job %q: %w", id, crm.ErrNotFound)
	}
	copied := *j
	return &copied, nil
}

// Clients returns what a job did, by client number, from the one after `after` on.
func (f *Fixer) Clients(ctx context.Context, scope crm.Scope, id string, after int64, limit int) ([]*crm.FixedClient, error) {
	if _, err := f.Job(scope, id); err != nil {
		return nil, err
	}
	stored, err := f.Store.JobClients(ctx, id, after, limit)
	if err != nil {
		return nil, err
	}
	return readClients(stored)
}

// Cancel ends a job; what it has done stays. Undo takes it back.
func (f *Fixer) Cancel(ctx context.Context, scope crm.Scope, id string) (*Job, error) {
	f.keeping.Lock()
	j, err := f.Job(scope, id)
	if err == nil && j.Ended() {
		err = &WrongStateError{ID: id, State: j.State}
	}
	if err != nil {
		f.keeping.Unlock()
		return nil, err
	}
	f.mu.Lock()
	running := f.running == id
	f.jobs[id].Cancelling = true // which a running job sees before its next page
	f.mu.Unlock()
	f.keeping.Unlock()
	if running {
		return j, f.keepCancelling(ctx, id)
	}
	return j, f.end(ctx, j, crm.FixCancelled, nil)
}

// keepCancelling stores that a job is to end, as far as it has come.
func (f *Fixer) keepCancelling(ctx context.Context, id string) error {
	f.keeping.Lock()
	defer f.keeping.Unlock()
	j, err := f.Job(crm.Everything, id)
	if err != nil || j.Ended() {
		return err
	}
	stored, err := j.stored()
	if err != nil {
		return err
	}
	return f.Store.PutJob(ctx, stored, nil)
}

// Run carries jobs out, the oldest first, until ctx ends.
func (f *Fixer) Run(ctx context.Context) {
	for {
		for j := f.next(); j != nil && ctx.Err() == nil; j = f.next() {
			f.runOne(ctx, j)
		}
		select {
		case <-f.wake:
		case <-ctx.Done():
			return
		}
	}
}

// next takes the oldest job that has not ended; nil when there is none.
func (f *Fixer) next() *Job {
	list := slices.DeleteFunc(f.Jobs(crm.Everything), func(j *Job) bool { return j.Ended() })
	if len(list) == 0 {
		return nil
	}
	j := list[len(list)-1]
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running = j.ID
	return j
}

func (f *Fixer) runOne(ctx context.Context, j *Job) {
	j.State = crm.FixRunning
	err := f.carryOut(ctx, j)
	defer func() {
		f.mu.Lock()
		f.running = ""
		f.mu.Unlock()
	}()
	if ctx.Err() != nil {
		return // it goes on at the next start
	}
	state := crm.FixDone
	switch {
	case errors.Is(err, errCancelled):
		state, err = crm.FixCancelled, nil
	case err != nil:
		state = crm.FixFailed
		f.Logger.Error("a job ended early", "job", j.ID, "error", err)
	}
	if err := f.end(ctx, j, state, err); err != nil {
		f.Logger.Error("store the end of a job", "job", j.ID, "error", err)
		f.mu.Lock() // not to begin it again and again
		defer f.mu.Unlock()
		f.jobs[j.ID].State, f.jobs[j.ID].Error = crm.FixFailed, err.Error()
	}
}

// end stores the end of a job.
func (f *Fixer) end(ctx context.Context, j *Job, state crm.FixState, why error) error {
	j.State, j.EndedAt = state, crm.TimeOf(f.Now())
	if why != nil {
		j.Error = why.Error()
	}
	return f.keep(ctx, j, nil)
}
