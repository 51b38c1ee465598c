package api

// The routes. {…} marks a part of the path that the caller fills in.
const (
	Prefix = "/api/v1"

	PathHealth  = "/healthz"
	PathReady   = "/readyz"
	PathOpenAPI = "/openapi.json"
	PathDocs    = "/docs"
	PathMetrics = "/metrics"

	PathClients        = Prefix + "/clients"
	PathClient         = PathClients + "/{id}"
	PathClientFindings = PathClient + "/findings"
	PathClientFinding  = PathClientFindings + "/{finding}"
	PathClientHistory  = PathClientFindings + "/history"
	PathClientSegments = PathClient + "/segments"
	PathRows           = PathClient + "/{list}"
	PathRow            = PathRows + "/{row}"

	PathImports = Prefix + "/imports"
	PathExports = Prefix + "/exports/clients"
	PathQuality = Prefix + "/reports/quality"
	PathTrend   = PathQuality + "/trend"
	PathWaivers = Prefix + "/waivers"
	PathWaiver  = PathWaivers + "/{waiver}"

	PathRules        = Prefix + "/rules"
	PathRuleDiff     = PathRules + "/{name}/diff"
	PathFields       = Prefix + "/fields"
	PathDictionaries = Prefix + "/dictionaries"
	PathFolder       = Prefix + "/folder"
	PathSchema       = "/schemas/{schema}"
	PathLibrary      = Prefix + "/library"
	PathModules      = Prefix + "/modules"
	PathModule       = PathModules + "/{digest}"

	PathFixes      = Prefix + "/fixes"
	PathFix        = PathFixes + "/{id}"
	PathFixClients = PathFix + "/clients"
	PathFixCancel  = PathFix + "/cancel"
	PathFixUndo    = PathFix + "/undo"

	PathSweep       = Prefix + "/sweep"
	PathSweepPause  = PathSweep + "/pause"
	PathSweepResume = PathSweep + "/resume"

	// Below the route of every kind of declared object.
	PathObject    = "/{name}"
	PathRevisions = PathObject + "/revisions"
	PathRevision  = PathRevisions + "/{revision}"
	PathRollback  = PathObject + "/rollback"

	PathSegments = Prefix + "/segments"
	PathEvents   = Prefix + "/events"
)

// Media types of requests and answers.
const (
	MediaJSON        = "application/json"
	MediaProblem     = "application/problem+json"
	MediaNDJSON      = "application/x-ndjson"
	MediaYAML        = "application/yaml"
	MediaSchema      = "application/schema+json"
	MediaWasm        = "application/wasm"
	MediaEventStream = "text/event-stream"
	MediaCSV         = "text/csv"
	MediaVCard       = "text/vcard"
	MediaXLSX        = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// HeaderApplied tells what became of a manifest that was PUT: one of the Applied values.
const HeaderApplied = "Assay-Applied"

// HeaderOverride says why a write is made though enforcing rules refuse it.
const HeaderOverride = "Assay-Override"

// What became of a manifest.
const (
	AppliedCreated    = "created"
	AppliedConfigured = "configured"
	AppliedUnchanged  = "unchanged"
)

// The sizes of lists, in items.
const (
	DefaultLimit = 50
	MaxLimit     = 1000
)

// The largest bodies, in bytes. Imports are not limited.
const (
	MaxDocument = 1 << 20
	MaxManifest = 1 << 20
	MaxModule   = 32 << 20
)

// RowLists are the lists of a client whose rows have routes of their own.
var RowLists = []string{"channels", "addresses", "contacts", "requisites", "contracts"}

// Kind is a kind of declared object.
type Kind string

// The kinds of declared objects.
const (
	KindRule       Kind = "Rule"
	KindField      Kind = "Field"
	KindDictionary Kind = "Dictionary"
	KindWebhook    Kind = "Webhook"
)

// Kinds are all kinds of declared objects.
var Kinds = []Kind{KindRule, KindField, KindDictionary, KindWebhook}

// Path returns the route of the kind's list, "" for an unknown kind.
func (k Kind) Path() string {
	switch k {
	case KindRule:
		return PathRules
	case KindField:
		return PathFields
	case KindDictionary:
		return PathDictionaries
	case KindWebhook:
		return PathWebhooks
	}
	return ""
}
