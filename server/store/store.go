package store

import (
	"context"
	"errors"

	"assay/server/crm"
)

// Store keeps clients, what the rules say of them, the declared objects, and
// the log of events. Every method may be called from any goroutine. Bytes and
// structs it returns are the caller's own.
//
// Errors are those of package crm (test with errors.Is) or say what was tried.
type Store interface {
	// Commit makes changes durable in one transaction. Each change is applied
	// or refused by itself: Outcome.Err tells (ErrRevisionConflict,
	// ErrDuplicateExternalID, ErrGenerationConflict, ErrNotFound,
	// ErrIdempotencyReuse). Later changes of one call see the earlier ones.
	// The returned error means that nothing at all was stored. Concurrent
	// calls share a transaction (group commit).
	Commit(ctx context.Context, scope crm.Scope, changes []Change) ([]Outcome, error)

	// Client returns one client with its results, or ErrNotFound.
	Client(ctx context.Context, scope crm.Scope, id int64) (Stored, error)
	// ByExternalID returns, in the order asked, the cards of the clients with
	// these external ids; nil where there is none in scope, and taken=true
	// where the id belongs to a client outside the scope.
	ByExternalID(ctx context.Context, scope crm.Scope, externalIDs []string) ([]Lookup, error)
	// Clients returns a page of cards. Pages are stable while the base
	// changes: a client that stays as it is appears exactly once.
	Clients(ctx context.Context, scope crm.Scope, q Query) (Page, error)
	// Count returns how many clients a query selects, Limit and After aside.
	Count(ctx context.Context, scope crm.Scope, q Query) (int64, error)
	// Quality returns counts and a page of clients with open findings, all of
	// one moment.
	Quality(ctx context.Context, scope crm.Scope, q QualityQuery) (Quality, error)
	// Segments returns the labels given, with counts, by rule and label.
	Segments(ctx context.Context, scope crm.Scope) ([]SegmentCount, error)

	// Generation returns the number of the rule set that writes must be
	// evaluated with.
	Generation(ctx context.Context) (uint64, error)
	// PutObject and DeleteObject change a declared object and, in the same
	// transaction, what Effect says. They return the new generation.
	PutObject(ctx context.Context, o Object, e Effect) (generation uint64, err error)
	DeleteObject(ctx context.Context, kind, name string, e Effect) (generation uint64, err error)
	// Objects returns all declared objects of a kind by name; "" means all kinds.
	Objects(ctx context.Context, kind string) ([]Object, error)

	// Revisions returns the kept versions of what was declared of an object, the
	// newest first, also when it is stored no more; name "" means those of all
	// objects of the kind, by name.
	Revisions(ctx context.Context, kind, name string) ([]Revision, error)
	// DropRevision forgets one kept version, and logs events with that. The newest
	// of an object stays, for numbers count on from it.
	DropRevision(ctx context.Context, kind, name string, number int64, events ...crm.Event) error

	// PutModule stores the bytes of a module under its digest; storing it
	// again changes nothing, but that one the server Made is its uploader's from
	// then on. DeleteModule removes one. Events are logged with the change.
	PutModule(ctx context.Context, m Module, events ...crm.Event) error
	DeleteModule(ctx context.Context, digest string, events ...crm.Event) error
	Module(ctx context.Context, digest string) (Module, error)
	// Modules returns all modules without their bytes, by digest.
	Modules(ctx context.Context) ([]Module, error)

	// Writes returns how many calls of Commit there were since the store was opened: a sweep that sees
	// it grow makes room for writers.
	Writes() int64
	// Pending returns, for each rule that has not judged every client since
	// its last change, how many are left and the shards that hold them.
	Pending(ctx context.Context) ([]Pending, error)
	// ReadShard calls read with the cards of one shard whose id is above after, by id, until it returns false. The
	// cards are the store's own: read must not keep or change them, and must not take long.
	ReadShard(ctx context.Context, shard, after int64, read func(id int64, card []byte) (more bool)) error
	// CommitShards stores what a sweep found, in one transaction. Results of a
	// client that was written since the rule changed are dropped: the write
	// judged a newer card, or left one to judge that the sweep has not seen.
	// The shards are not changed, and no longer looked at when it returns.
	// ErrGenerationConflict when the rule set is another than the sweep's.
	CommitShards(ctx context.Context, generation uint64, shards []ShardResults) error

	Reviewer

	// Events returns up to limit events with Seq > after that the scope may
	// see, oldest first; ErrGone when events after `after` are no longer kept.
	// last is the Seq up to which the log was read, to go on from: it may be
	// short of the end even when fewer events, or none, are returned.
	Events(ctx context.Context, scope crm.Scope, after int64, limit int) (events []crm.Event, last int64, err error)
	// WaitEvents returns when the log holds an event with Seq > after.
	WaitEvents(ctx context.Context, after int64) error
	// LastEvent returns the Seq of the newest event, 0 for an empty log.
	LastEvent(ctx context.Context) (int64, error)
	// AppendEvents adds events that belong to no other change.
	AppendEvents(ctx context.Context, events []crm.Event) error

	Jobs
	Lives
	Outboxes // of the webhooks

	// Stats returns figures for operators.
	Stats(ctx context.Context) (Stats, error)
	// Close waits for running calls and releases the store.
	Close() error
}

// Change is one write of one client, evaluated already.
type Change struct {
	ID         int64        // 0 creates; the store then gives the next client number
	Delete     bool         // the client goes, with its findings and labels
	Expect     int64        // the revision the change was made from; 0 with ID 0
	Card       []byte       // the new card; the store patches its id and revision; nil with Delete
	Results    []crm.Result // what the rules of Generation say of the card; rules without a word are left out
	Unjudged   []string     // rules that were not asked: what they said of the client stays, and it is pending for them; not looked at with Delete
	Generation uint64       // the rule set Results were made with; not looked at with Delete
	At         crm.Time     // when; becomes Since of new findings and At of the events
	By         string       // who
	Fields     []string     // wire names of the changed fields, for the client.updated event
	Change     string       // id of the change of many clients that this is part of, "" for none; for the client.updated event
	Key        *IdempotencyKey
	Override   *Override // nil: no rule was against the change
}

// Override says why a change was made that rules do not let through. It is kept in
// the detail of the client.created or client.updated event.
type Override struct {
	Reason string   `json:"reason"`
	Rules  []string `json:"rules"` // by name
}

// IdempotencyKey makes a repeated creation or update answer with the first
// one's client for 24 hours.
type IdempotencyKey struct {
	Key    string   // with the principal in it
	Digest [32]byte // SHA-256 of the request
}

// Outcome is what became of one Change.
type Outcome struct {
	ID       int64
	Revision int64
	Results  []crm.Result // as stored: findings with Since
	Card     []byte       // of a replay: the client as the first request made it
	Replayed bool         // a change of ID had the idempotency key before; nothing was changed
	Err      error
}

// Stored is one client as the store has it.
type Stored struct {
	Card    []byte
	Results []crm.Result
}

// Lookup is the answer to one external id.
type Lookup struct {
	Card  []byte // nil when no client in scope has the id
	Taken bool   // a client outside the scope has it
}

// Facet is a card field that is indexed by value.
type Facet string

// The facets. Tags and categories have many values a client.
const (
	FacetKind       Facet = "kind"
	FacetManager    Facet = "manager"
	FacetRegion     Facet = "region"
	FacetSource     Facet = "source"
	FacetStage      Facet = "stage"
	FacetStatus     Facet = "status"
	FacetTags       Facet = "tags"
	FacetCategories Facet = "categories"
)

// FacetValue asks for clients whose facet has that value, "" for none.
type FacetValue struct {
	Facet Facet
	Value string
	Or    []string // more values: any of them will do
	Not   bool     // asks for the clients with none of the values instead
}

// RuleLabel names a segment.
type RuleLabel struct{ Rule, Label string }

// Query selects clients; its conditions must all hold.
type Query struct {
	Facets   []FacetValue
	Segments []RuleLabel
	Rules    []string // clients with an open finding of any of these rules; none: no condition
	Match    Matcher  // nil: no condition
	Sort     Sort
	Limit    int    // 1 to 1000
	After    string // cursor of the page before, "" for the first
}

// Matcher tells which cards satisfy a predicate. It is called from several
// goroutines at once and must not keep the cards. One with a budget answers its
// first call, and calls after the budget is spent with ErrSpent.
type Matcher interface {
	Match(ctx context.Context, cards [][]byte, matched []bool) error
}

// ErrSpent says that a Matcher has used up its budget and looks at no more
// cards. A list by id then ends early (Page.Partial); whatever needs all that
// match fails with it.
var ErrSpent = errors.New("the budget of the matcher is spent")

// SortField is what a list of clients is ordered by; ties are ordered by id,
// ascending even when the Sort is descending.
type SortField string

// The orders. Absent times come first, names compare byte by byte after Unicode lower-casing.
const (
	SortID            SortField = "id"
	SortName          SortField = "name"
	SortCreatedAt     SortField = "createdAt"
	SortUpdatedAt     SortField = "updatedAt"
	SortNextContactAt SortField = "nextContactAt"
	SortRevenue       SortField = "revenue"
	SortCompleteness  SortField = "completeness"
)

// Sort is an order of clients; the zero Sort is by id.
type Sort struct {
	By         SortField
	Descending bool
}

// Page is a page of cards and the cursor of the next one, "" at the end.
type Page struct {
	Cards   [][]byte
	Next    string
	Partial bool // it ended before Limit because Match would look no further; Next goes on from there
}

// QualityQuery selects what a quality report counts and lists.
type QualityQuery struct {
	Query           // Rules and Sort are not used here; a Limit of 0 asks for the counts alone
	Report []string // the rules that are counted and listed
	Scored []string // the rules whose findings lower the score (a subset of Report)

	// Waived asks for the waived findings of Report in place of the open ones; Scored stays with the open.
	Waived bool

	// ReportParts and ScoredParts limit a rule to some of its findings; a rule that is not there
	// counts with all.
	ReportParts, ScoredParts map[string]Part
}

// Part is some of a rule's findings, by severity.
type Part struct {
	Own  []crm.Severity // those with one of these severities of their own
	Rest bool           // those without a severity of their own; and clients that could not be judged are listed. They are always counted
}

// Quality is a quality report of one moment.
type Quality struct {
	Clients   int64 // that the query selects, with or without findings
	Violating int64 // of them, with an open finding of Report
	Scored    int64 // of them, with an open finding of Scored
	Pending   int64 // of them, not yet judged by some rule of Report since it changed
	Rules     []RuleCount
	Items     []ClientResults // clients with findings or evaluation errors of Report, by id
	Next      string
}

// RuleCount is one rule's share of a quality report.
type RuleCount struct {
	Rule     string
	Clients  int64 // with an open finding
	Findings int64
	Errors   int64 // clients the rule could not judge
	Pending  int64 // clients the rule has not judged since it changed
}

// ClientResults is one client with what the asked rules say of it.
type ClientResults struct {
	Card    []byte
	Results []crm.Result
}

// SegmentCount is how many clients a label has.
type SegmentCount struct {
	Rule    string
	Label   string
	Clients int64
}

// Object is a declared resource: a rule, a field, a dictionary, a webhook.
type Object struct {
	Kind    string
	Name    string
	Data    []byte // the object's canonical JSON
	Version int64  // counts the stored versions of all objects; set by the store
	// Expect is the Version the change was made from: 0 any, -1 none stored
	// yet. ErrRevisionConflict when it is another.
	Expect int64
}

// Effect is what a change of a declared object does to the rest of the store.
type Effect struct {
	NextGeneration bool        // writes evaluated before are refused
	Judge          []string    // rules that must judge every client anew; their results stay until they do
	Drop           []string    // rules whose results go, closing their findings
	DropReason     string      // "rule deleted", in the finding.closed events' detail
	Hide           []string    // rules whose findings and labels are no events from now on, though they are kept; those there are get closed
	HideReason     string      // "rule in shadow", in the finding.closed events' detail
	Show           []string    // rules that are hidden no longer: what they have found is opened
	Events         []crm.Event // logged with the change; Seq is given by the store
	PutModules     []Module    // stored as PutModule does, in the same transaction
	DropModules    []string    // modules that go if the server Made them; others, and unknown ones, are passed over
	Revision       *Revision   // kept as the object's newest; nil: none. The store gives the Number

	// Waive makes a rule, by its name, a selector: the findings of the other rule
	// are waived at the clients that the selector gives WaiverLabel. Its labels
	// are no segments and log no events. Dropping the selector ends the waiver.
	Waive map[string]string
}

// RevisionsKept is how many versions of each declared object are kept, those of
// deleted ones included.
const RevisionsKept = 20

// Revision is one version of what was declared of an object.
type Revision struct {
	Kind, Name string // of the object; set by the store
	Number     int64  // 1, 2, … for each object, counting on over its deletion; set by the store
	At         crm.Time
	By         string
	Change     string // what was done, in words of the caller
	Data       []byte // what was declared; nil for a deletion
}

// Module is a WebAssembly module as it was uploaded.
type Module struct {
	Digest  string // sha256:<hex> of Wasm
	Wasm    []byte
	Size    int64
	AddedAt crm.Time
	Made    bool   // by the server from a rule's expressions; nobody uploaded it
	Meta    []byte // JSON, the uploader's: description, where it came from
}

// Pending is the work a rule's sweep has left.
type Pending struct {
	Rule    string
	Clients int64
	Shards  []int64
	Since   crm.Time // when there was nothing left for the last time, or all was left to judge anew
}

// ShardResults is what a sweep found in one shard.
type ShardResults struct {
	Shard   int64
	Rules   []string // the rules that were run, with or without a word on anyone
	At      crm.Time
	Clients []SweptClient // every client of the shard that was judged, by id
}

// SweptClient is one judged client and what the rules said.
type SweptClient struct {
	ID       int64
	Revision int64 // of the card that was judged
	Results  []crm.Result
}

// Stats are figures for operators.
type Stats struct {
	Clients   int64
	LastID    int64
	FileBytes int64
	Events    int64 // kept in the log
}
