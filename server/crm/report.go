package crm

import "encoding/json"

// FindingView is a finding as the API shows it: with its severity or else that of its rule, and the
// message in the reader's language.
type FindingView struct {
	ID          string          `json:"id"`
	Rule        string          `json:"rule"`
	Code        string          `json:"code"`
	Severity    Severity        `json:"severity"`
	Path        string          `json:"path"`
	RowID       string          `json:"rowId"`
	Message     string          `json:"message"`
	Suggest     json.RawMessage `json:"suggest"`
	Since       Time            `json:"since"`
	Assignee    string          `json:"assignee"`
	Due         Date            `json:"due"`
	WaivedUntil Date            `json:"waivedUntil"`     // the last day of the waiver that lasts longest; null: it is open
	Stale       bool            `json:"stale,omitempty"` // the rule does not judge now: this is from before

	Waived       bool   `json:"waived,omitempty"`
	WaiverReason string `json:"waiverReason,omitempty"`
	Waiver       string `json:"waiver,omitempty"` // the id of the waiver that lasts longest
	Note         string `json:"note,omitempty"`
}

// SegmentView is a label of a client as the API shows it.
type SegmentView struct {
	Rule   string `json:"rule"`
	Label  string `json:"label"`
	Title  string `json:"title"`
	Reason string `json:"reason"`
	Stale  bool   `json:"stale,omitempty"` // the rule does not judge now: this is from before
}

// SegmentSummary is a segment with the number of its clients.
type SegmentSummary struct {
	Rule    string `json:"rule"`
	Label   string `json:"label"`
	Title   string `json:"title"`
	Clients int64  `json:"clients"`
	Pending int64  `json:"pending"`         // clients the rule has not judged since it changed
	Stale   bool   `json:"stale,omitempty"` // the rule does not judge now: the count is from before
}

// QualityReport is what is wrong with the base. Items is empty when all is well;
// that all is well may be said only when Pending is 0, no rule is degraded, and
// no rule has errors.
type QualityReport struct {
	AsOf      Time          `json:"asOf"`
	Clients   int64         `json:"clients"`   // selected by the query
	Violating int64         `json:"violating"` // of them, with open findings
	Pending   int64         `json:"pending"`   // of them, not judged yet by some rule
	Score     float64       `json:"score"`     // share of clients without findings of severity error or warning; 1 for an empty base
	Rules     []RuleSummary `json:"rules"`
	Items     []QualityItem `json:"items"`
	Next      string        `json:"next,omitempty"`
	Filtered
}

// Filtered says how a filter was carried out.
type Filtered struct {
	Partial bool        `json:"partial,omitempty"` // the page ended early because the filter is slow; Next goes on from there
	Scanned int64       `json:"scanned,omitempty"` // of a partial page: the clients the filter was run on
	Failed  int64       `json:"failed,omitempty"`  // clients the filter failed on; they are left out
	Failure string      `json:"failure,omitempty"` // what happened on the first of them
	Plan    *FilterPlan `json:"plan,omitempty"`    // when it was asked for
}

// FilterPlan says what a filter asks of the facets, which are counted without reading clients, and what is left.
type FilterPlan struct {
	Facets   []PlannedFacet `json:"facets"`
	Residue  string         `json:"residue"`  // the CEL that is run on the selected clients; "" for none
	Selected int64          `json:"selected"` // clients that have the facet values and satisfy the other parameters
	Read     int64          `json:"read"`     // clients the residue was run on for this answer
}

// PlannedFacet is a condition on a facet.
type PlannedFacet struct {
	Facet  string   `json:"facet"`
	Values []string `json:"values"` // any of them will do; "" is "has none"
	Not    bool     `json:"not"`    // none of them may be there
}

// RuleSummary is one rule's part in a quality report.
type RuleSummary struct {
	Name     string    `json:"name"`
	Severity Severity  `json:"severity"`
	State    RuleState `json:"state"`
	Clients  int64     `json:"clients"`
	Findings int64     `json:"findings"`
	Errors   int64     `json:"errors"`
	Stale    bool      `json:"stale,omitempty"` // the rule does not judge now: the counts are from before
}

// CodeNotJudged is the code under which a report lists a client that a rule
// could not judge.
const CodeNotJudged = "not-judged"

// RuleState says how far a rule's results can be trusted.
type RuleState string

// The states of a rule in a report.
const (
	RuleCurrent  RuleState = "current"  // every client is judged by the rule as it stands
	RuleSweeping RuleState = "sweeping" // some clients are still to be judged
	RuleDegraded RuleState = "degraded" // the rule does not run, is quarantined, or could not judge some clients
)

// QualityItem is one client with its findings.
type QualityItem struct {
	Client   ClientRef     `json:"client"`
	Findings []FindingView `json:"findings"`
}

// ClientRef names a client in a report.
type ClientRef struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Manager string `json:"manager"`
}
