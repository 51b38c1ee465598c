package intake

import (
	"context"
	"fmt"
	"sync"
	"time"

	"assay/server/canon"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/store"
)

// Config is what an Intake works with.
type Config struct {
	Store   store.Store
	Current func() *engine.Set // the rules in force
	// Await returns when other rules than those of that generation are in force.
	Await   func(ctx context.Context, generation uint64) error
	Region  string         // ISO country of phones and tax ids that name none, "RU"
	Zone    *time.Location // of times that name none
	Now     func() time.Time
	TempDir string // for imports that need random access
}

// Intake takes writes. Its methods may be called from any goroutine.
type Intake struct {
	Config
	readers sync.Pool
}

// New returns an Intake.
func New(c Config) *Intake {
	in := &Intake{Config: c}
	in.readers.New = func() any { return &reader{zone: c.Zone} }
	return in
}

// Request is one write of one client.
type Request struct {
	Scope          crm.Scope
	By             string // the principal, for the log
	Doc            []byte // a JSON object in the wire form
	IfMatch        int64  // the revision the writer saw; 0: any
	DryRun         bool   // do everything but store
	Change         string // the id of the change of many clients that this write is part of, for the log
	IdempotencyKey string // of an addition (a client, a row), at most 255 bytes; "" for none
	Override       string // why the write is made whatever enforcing rules say, at most 500 characters; "" lets them refuse it
}

// Answer is what became of a write.
type Answer struct {
	Client   *crm.Client
	Results  []crm.Result
	Created  bool
	Replayed bool // an earlier request with the same idempotency key had created the client
}

// RefusedError is a write that an enforcing rule does not let through.
type RefusedError struct {
	Client  int64 // 0 for a creation
	Results []crm.Result
}

// Error counts the reasons.
func (e *RefusedError) Error() string {
	n := 0
	for _, r := range e.Results {
		n += max(len(r.Findings), 1)
	}
	return fmt.Sprintf("the change is refused by the rules: %d reasons", n)
}

// Create stores a new client.
func (in *Intake) Create(ctx context.Context, rq Request) (*Answer, error) {
	return in.walk(ctx, rq, write{
		load: func(context.Context) (*stored, error) { return nil, nil },
		edit: func(d *reader, c *crm.Client, _ *crm.Client) { readObject(d, c, clientFields) },
	})
}

// Replace stores a whole client in place of the one with that id.
func (in *Intake) Replace(ctx context.Context, id int64, rq Request) (*Answer, error) {
	return in.walk(ctx, rq, write{load: in.byID(rq, id), edit: replace})
}

// Patch applies a JSON merge patch to a client.
func (in *Intake) Patch(ctx context.Context, id int64, rq Request) (*Answer, error) {
	return in.walk(ctx, rq, write{load: in.byID(rq, id), edit: merge})
}

// Upsert replaces the client with that external id, or creates it.
func (in *Intake) Upsert(ctx context.Context, externalID string, rq Request) (*Answer, error) {
	wanted := canon.Text(externalID)
	if wanted == "" {
		return nil, &crm.InvalidError{Problems: []crm.Problem{problemOf("externalId", "required", "externalId", "value", clip(externalID))}}
	}
	return in.walk(ctx, rq, write{
		keyed: true,
		load:  func(ctx context.Context) (*stored, error) { return in.byExternalID(ctx, rq.Scope, wanted) },
		edit: func(d *reader, c, old *crm.Client) {
			replace(d, c, old)
			if said := canon.Text(c.ExternalID); said != "" && said != wanted {
				d.problemAt("externalId", "conflict", "externalId", "said", clip(said), "wanted", clip(wanted))
			}
			c.ExternalID = wanted
		},
	})
}

// replace reads a whole client; what is the server's stays as it was.
func replace(d *reader, c, old *crm.Client) {
	*c = crm.Client{ID: old.ID, Revision: old.Revision, Activity: old.Activity, CreatedAt: old.CreatedAt, UpdatedAt: old.UpdatedAt}
	readObject(d, c, clientFields)
}

// merge reads a merge patch onto the client as it is.
func merge(d *reader, c, _ *crm.Client) { readObject(d, c, clientFields) }

// Delete removes a client with its findings and labels. Its number is not given again.
func (in *Intake) Delete(ctx context.Context, id int64, rq Request) error {
	for attempt := 0; ; attempt++ {
		old, err := in.byID(rq, id)(ctx)
		if err != nil {
			return err
		}
		if err := checkMatch(rq, old); err != nil {
			return err
		}
		if rq.DryRun {
			return nil
		}
		change := store.Change{ID: id, Delete: true, Expect: old.client.Revision, Generation: in.Current().Generation,
			At: crm.TimeOf(in.Now()), By: rq.By}
		outcome, err := in.commit(ctx, rq.Scope, change)
		if err != nil {
			return err
		}
		if attempt == maxAttempts || !retriable(outcome.Err, rq) {
			return outcome.Err
		}
		if err := in.settle(ctx, outcome.Err, change.Generation); err != nil {
			return err
		}
	}
}

// stored is a client as it was read for a write.
type stored struct {
	client  *crm.Client
	card    []byte
	results []crm.Result
}

func (in *Intake) byID(rq Request, id int64) func(context.Context) (*stored, error) {
	return func(ctx context.Context) (*stored, error) {
		s, err := in.Store.Client(ctx, rq.Scope, id)
		if err != nil {
			return nil, err
		}
		return decodeStored(s.Card, s.Results)
	}
}

func (in *Intake) byExternalID(ctx context.Context, scope crm.Scope, externalID string) (*stored, error) {
	found, err := in.Store.ByExternalID(ctx, scope, []string{externalID})
	switch {
	case err != nil:
		return nil, err
	case found[0].Taken:
		return nil, fmt.Errorf("external id %q: %w", externalID, crm.ErrDuplicateExternalID)
	case found[0].Card == nil:
		return nil, nil
	}
	return decodeStored(found[0].Card, nil)
}

func decodeStored(card []byte, results []crm.Result) (*stored, error) {
	c, err := crm.DecodeCard(card)
	if err != nil {
		return nil, fmt.Errorf("read stored card: %w", err)
	}
	return &stored{client: c, card: card, results: results}, nil
}
