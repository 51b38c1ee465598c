package store

import (
	"context"

	"assay/server/crm"
)

// Lives keeps what people decide about findings, by the findings' identity, and
// what became of findings.
//
// A finding is waived when its own waiver, one of its rule at the client, or one
// by filter (Effect.Waive) is in force. Waived findings are not open: they are in
// no count and no list of open findings. A waiver is in force until it is ended,
// by ChangeLife or ExpireLives; the store looks at no clock.
//
// When a finding closes because its client was written, its assignee, due day
// and note go. When a rule changed or went they stay for LifeKept, so that they
// are there when the rule is rolled back. A waiver stays to its end either way:
// it says what is to be borne, not what was found. All of it goes with the client.
type Lives interface {
	// ChangeLife changes what was decided about a finding of a client, or waives
	// all findings of a rule at it. ErrNotFound when there is no such client in
	// scope, no such finding, or no waiver to end. A waiver can be ended when its
	// finding is gone.
	ChangeLife(ctx context.Context, scope crm.Scope, c LifeChange) (crm.Life, error)
	// Waivers returns a page of the waivers of findings, and of rules at clients,
	// that are in force, by client.
	Waivers(ctx context.Context, scope crm.Scope, after string, limit int) (found []ClientWaiver, next string, err error)
	// ExpireLives ends the waivers whose last day is before today, and forgets
	// what was decided about findings that closed LifeKept before at. It returns
	// how many waivers it ended.
	ExpireLives(ctx context.Context, today crm.Date, at crm.Time) (int, error)
	// History returns what became of a client's findings, oldest first: at least
	// its newest HistoryKept entries of the last HistoryDays. The history of a
	// deleted client is in the scope of everything alone.
	History(ctx context.Context, scope crm.Scope, client int64) ([]crm.Past, error)

	// Breakdown counts the base by rule, severity, facet and segment, all of one moment.
	Breakdown(ctx context.Context, scope crm.Scope, q BreakdownQuery) (Breakdown, error)
	// PutSnapshot keeps what a day was like, in place of what was kept of it, and
	// drops the days before oldest.
	PutSnapshot(ctx context.Context, s Snapshot, oldest crm.Date) error
	// Snapshots returns the days from one to another, both included, by day.
	Snapshots(ctx context.Context, from, to crm.Date) ([]Snapshot, error)
}

// WaiverLabel is the label a selector gives (Effect.Waive).
const WaiverLabel = "waived"

// How long things are kept.
const (
	LifeKept    = 90  // days: what was decided about a finding that a rule's change closed
	HistoryKept = 200 // entries of a client
	HistoryDays = 730
)

// LifeChange changes what was decided about a finding; nil fields stay as they are.
type LifeChange struct {
	Client int64
	Rule   string
	Code   string // "" with a waiver: all findings of the rule at the client
	RowID  string

	Assignee *string
	Due      *crm.Date
	Note     *string
	Waive    *crm.Waiver // replaces the waiver that is in force
	Unwaive  bool        // ends it

	At crm.Time // zero: now; so is the waiver's
	By string
}

// ClientWaiver is a waiver of one finding, or of a rule at one client.
type ClientWaiver struct {
	Client int64
	Rule   string
	Code   string // "" for all findings of the rule
	RowID  string
	crm.Waiver
}

// BreakdownQuery says what is counted: the whole base as Quality reports it, and
// by the values of facets that every client has one of.
type BreakdownQuery struct {
	QualityQuery                               // its conditions and Limit are not used
	Severities   map[crm.Severity]QualityQuery // what each severity reports
	Facets       []Facet
	Segments     []string // the rules whose labels are counted
	Most         int      // values of a facet or labels of a rule, those with most clients; the rest of a facet are counted together
}

// Breakdown is the counts of one moment.
type Breakdown struct {
	Quality
	Severities map[crm.Severity]Quality
	Facets     map[Facet][]Group // by number of clients, most first
	Segments   []Group           // by rule, then by number of clients
}

// Group is the clients with one value of a facet or one label of a rule.
type Group struct {
	Rule      string // of a label
	Value     string
	Rest      bool // all values that are not listed
	Clients   int64
	Violating int64
	Scored    int64
}

// Snapshot is what a day was like, in the words of whoever keeps it.
type Snapshot struct {
	Day  crm.Date
	Data []byte
}
