package api

import (
	"encoding/json"

	"assay/server/crm"
)

// WriteAnswer is the answer to every write of a client: the client as it is
// stored (with dryRun: as it would be) and what the rules say of it.
type WriteAnswer struct {
	Client   *crm.Client       `json:"client"`
	Findings []crm.FindingView `json:"findings"`
}

// List is a page of a list. Next is the value of `after` for the next page and
// absent at the end.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// ClientPage is a page of clients. Failed and the rest of Filtered are about this page alone.
type ClientPage struct {
	Items []*crm.Client `json:"items"`
	Next  string        `json:"next,omitempty"`
	crm.Filtered
}

// EventPage is a page of the log of changes. Last is the number of the event up
// to which the log was read, visible or not: ask with after=Last to go on.
type EventPage struct {
	Items []crm.Event `json:"items"`
	Next  string      `json:"next,omitempty"`
	Last  int64       `json:"last"`
}

// ImportSummary is what became of an imported file. The four counts add up to
// the records of the file.
type ImportSummary struct {
	Created   int64       `json:"created"`
	Updated   int64       `json:"updated"`
	Unchanged int64       `json:"unchanged"`
	Failed    int64       `json:"failed"`
	Errors    []LineError `json:"errors"` // the first 1,000
}

// LineError is one reason why one record of an imported file was not stored.
type LineError struct {
	Line    int64  `json:"line"`  // 1 is the first line of the file
	Field   string `json:"field"` // "" for the record itself
	Code    string `json:"code"`
	Message string `json:"message"`
}

// ImportProgress says how far an import is: every record up to and including
// Line has been dealt with, and what is counted in Stored is on disk.
type ImportProgress struct {
	Line   int64 `json:"line"`
	Stored int64 `json:"stored"`
}

// Module is an uploaded WebAssembly module.
type Module struct {
	Digest  string   `json:"digest"` // sha256:<hex> of the bytes
	Size    int64    `json:"size"`   // bytes
	AddedAt crm.Time `json:"addedAt"`
	Checks  []Check  `json:"checks"`
	Rules   []string `json:"rules"` // the rules that run it

	// Deterministic is false when a trial at the upload showed that results depend on the clients judged before;
	// Reason says which check and card. Such a module may run with isolation Record only. Absent: the
	// trial could not tell, and Reason says why, or no check could be tried without settings.
	Deterministic *bool  `json:"deterministic,omitempty"`
	Reason        string `json:"reason,omitempty"`
}

// LibraryRule is a ready rule, which a Rule names as `spec.library`.
type LibraryRule struct {
	Name     string            `json:"name"`
	Title    map[string]string `json:"title"`    // what it finds, by language
	Severity string            `json:"severity"` // unless the rule that names it says another
	Path     string            `json:"path"`     // the place to mend; settings.<name> is the field that the setting names
	Settings json.RawMessage   `json:"settings"` // JSON Schema of the settings, with their titles and defaults
	Message  map[string]string `json:"message"`  // by language, unless the rule that names it says another
}

// Check is one check of a module, in the module's own words.
type Check struct {
	Name     string                       `json:"name"`
	Type     string                       `json:"type,omitempty"` // Quality | Segmentation; absent: what the rule says
	Settings json.RawMessage              `json:"settings,omitempty"`
	Messages map[string]map[string]string `json:"messages,omitempty"`
	Labels   map[string]Label             `json:"labels,omitempty"`
}

// Label describes a label that a segmentation may give.
type Label struct {
	Title map[string]string `json:"title,omitempty"` // by language
}

// Health is the answer of /healthz and /readyz.
type Health struct {
	Status  string `json:"status"` // "ok" | "ready"
	Version string `json:"version"`
}
