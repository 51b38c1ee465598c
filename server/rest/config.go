package rest

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/fix"
	"assay/server/folder"
	"assay/server/intake"
	"assay/server/reconcile"
	"assay/server/report"
	"assay/server/store"
	"assay/server/sweep"
)

// Intake admits writes of clients.
type Intake interface {
	Create(ctx context.Context, r intake.Request) (*intake.Answer, error)
	Replace(ctx context.Context, id int64, r intake.Request) (*intake.Answer, error)
	Patch(ctx context.Context, id int64, r intake.Request) (*intake.Answer, error)
	Upsert(ctx context.Context, externalID string, r intake.Request) (*intake.Answer, error)
	Delete(ctx context.Context, id int64, r intake.Request) error
	AddRow(ctx context.Context, id int64, list string, r intake.Request) (*intake.Answer, error)
	PatchRow(ctx context.Context, id int64, list, row string, r intake.Request) (*intake.Answer, error)
	DeleteRow(ctx context.Context, id int64, list, row string, r intake.Request) (*intake.Answer, error)
	Import(ctx context.Context, r intake.ImportRequest) (*intake.ImportSummary, error)
}

// Reconciler keeps the declared objects and the modules, and compiles filters. Current is the
// rules in force.
type Reconciler interface {
	Apply(ctx context.Context, by, kind, name, version string, manifest []byte, dryRun bool) (*reconcile.Applied, error)
	Delete(ctx context.Context, by, kind, name, version string, dryRun bool) error
	Get(ctx context.Context, kind, name string) (json.RawMessage, error)
	List(ctx context.Context, kind string, s rules.Selector) (*reconcile.Listed, error)
	Watch(ctx context.Context, kind string, s rules.Selector, version int64) (*reconcile.Watch, error)
	Revisions(ctx context.Context, kind, name string) ([]reconcile.Revision, error)
	Revision(ctx context.Context, kind, name string, number int64) (*reconcile.Revision, error)
	DropRevision(ctx context.Context, by, kind, name string, number int64, dryRun bool) error
	Rollback(ctx context.Context, by, kind, name, version string, number int64, dryRun bool) (*reconcile.Applied, error)
	AddModule(ctx context.Context, by string, wasm []byte, dryRun bool) (*reconcile.ModuleInfo, error)
	Modules(ctx context.Context) ([]reconcile.ModuleInfo, error)
	Module(ctx context.Context, digest string) ([]byte, error)
	ModuleResource(ctx context.Context, digest string) (json.RawMessage, error)
	DeleteModule(ctx context.Context, by, digest string, dryRun bool) error
	Filter(ctx context.Context, expr string, budget time.Duration) (*reconcile.Filter, error)
	Current() *engine.Set
	SweepStatus(ctx context.Context) (sweep.Status, error)
	PauseSweeps(ctx context.Context, by string) (sweep.Status, error)
	ResumeSweeps(ctx context.Context, by string) (sweep.Status, error)

	Waive(ctx context.Context, w crm.WaiverView) (*crm.WaiverView, error)
	Unwaive(ctx context.Context, by, id string) error
	Waivers(ctx context.Context) ([]crm.WaiverView, error) // by filter
	Today() crm.Date                                       // in the company's time zone
}

// Report says what is wrong with the base and how it divides.
type Report interface {
	Quality(ctx context.Context, scope crm.Scope, r report.Request) (*crm.QualityReport, error)
	Segments(ctx context.Context, scope crm.Scope, language string) ([]crm.SegmentSummary, error)
	Findings(clientID int64, results []crm.Result, language string) []crm.FindingView
	History(clientID int64, results []crm.Result, past []crm.Past) []crm.FindingHistory
	Trend(ctx context.Context, from, to crm.Date, grouping string) (*crm.QualityTrend, error)
	ClientSegments(results []crm.Result, language string) []crm.SegmentView
}

// Fixes applies suggestions to many clients.
type Fixes interface {
	Preview(ctx context.Context, scope crm.Scope, by string, s fix.Selection) (*crm.FixPreview, error)
	Start(ctx context.Context, scope crm.Scope, by, query string, s fix.Selection) (*fix.Job, error)
	Undo(ctx context.Context, scope crm.Scope, by, id string) (*fix.Job, error)
	Cancel(ctx context.Context, scope crm.Scope, id string) (*fix.Job, error)
	Job(scope crm.Scope, id string) (*fix.Job, error)
	Jobs(scope crm.Scope) []*fix.Job
	Clients(ctx context.Context, scope crm.Scope, id string, after int64, limit int) ([]*crm.FixedClient, error)
}

// Differ says what a version of a rule would change in the stored base.
type Differ interface {
	Diff(ctx context.Context, rq reconcile.DiffRequest, language string) (*crm.RuleDiff, error)
}

// Config is what a Server is made of. The rooms and Tokens are needed; the rest
// has defaults.
type Config struct {
	Store      store.Store
	Intake     Intake
	Reconciler Reconciler
	Report     Report
	Fixes      Fixes
	Webhooks   Webhooks
	Differ     Differ
	Tokens     TokenChecker

	Logger  *slog.Logger                // default: discards
	Version string                      // shown by /healthz and the OpenAPI document; default "dev"
	Folder  func() folder.State         // how the folder of rules stands; nil when none is kept
	Ready   func(context.Context) error // why the server is not ready; default: it is

	MaxImports int           // imports at once; default 4
	MaxExports int           // exports at once; default 8
	MaxDiffs   int           // comparisons of rules with the base that run or wait; default 4
	MaxStreams int           // streams of events at once; default 1000
	Heartbeat  time.Duration // between signs of life on a silent stream of events; default 15 s
	ReadStall  time.Duration // how long a body may bring nothing; default 60 s
	WriteStall time.Duration // how long a reader may take nothing; default 60 s
}

func (c Config) withDefaults() (Config, error) {
	if c.Store == nil || c.Intake == nil || c.Reconciler == nil || c.Report == nil || c.Fixes == nil || c.Webhooks == nil || c.Differ == nil || c.Tokens == nil {
		return c, errors.New("rest: Store, Intake, Reconciler, Report, Fixes, Webhooks, Differ and Tokens must be given")
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Version == "" {
		c.Version = "dev"
	}
	if c.Ready == nil {
		c.Ready = func(context.Context) error { return nil }
	}
	c.MaxImports = orDefault(c.MaxImports, 4)
	c.MaxExports = orDefault(c.MaxExports, 8)
	c.MaxDiffs = orDefault(c.MaxDiffs, 4)
	c.MaxStreams = orDefault(c.MaxStreams, 1000)
	c.Heartbeat = orDefault(c.Heartbeat, 15*time.Second)
	c.ReadStall = orDefault(c.ReadStall, time.Minute)
	c.WriteStall = orDefault(c.WriteStall, time.Minute)
	return c, nil
}

func orDefault[T int | time.Duration](value, fallback T) T {
	if value <= 0 {
		return fallback
	}
	return value
}
