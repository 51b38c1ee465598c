package crm

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Severity says how much a finding matters.
type Severity string

// The severities, least first.
const (
	SeverityInfo    Severity = "info"
	SeverityWarning Severity = "warning"
	SeverityError   Severity = "error"
)

// Param is one named value of a finding's message or of a label's reason.
type Param struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Finding is one thing a rule found wrong with one client.
//
// Its identity is (rule, client, code, row id): while an evaluation reports
// that identity again it is the same finding and keeps Since.
type Finding struct {
	Rule    string
	Code    string
	Path    string // where, with today's row index: contacts[1].jobTitle
	RowID   string // the row the path points into, "" for the client itself
	Params  []Param
	Suggest json.RawMessage // proposed value, nil when the rule has none
	Since   Time            // when it was first seen; the store's, ignored in a Change

	Severity Severity // its own, "" for that of the rule

	// What follows is the store's, ignored in a Change.
	Waived   bool     // some waiver covers it: it is not counted as open
	WaivedAt *Waiver  // that of all its rule's findings at the client, nil for none
	WaivedBy []string // the selectors of the waivers by filter that cover it
	Life     *Life    // what people decided about it, with a waiver of its own; nil for nothing
}

// FindingID returns the identity of a finding as text, "1042:tax-id:tax-id:".
func FindingID(client int64, f *Finding) string {
	return strings.Join([]string{strconv.FormatInt(client, 10), f.Rule, f.Code, f.RowID}, ":")
}

// SameIdentity reports whether two findings of one client are the same finding.
func SameIdentity(a, b *Finding) bool {
	return a.Rule == b.Rule && a.Code == b.Code && a.RowID == b.RowID
}

// Result is what one rule says of one client. A rule that has nothing to say
// leaves no Result at all.
type Result struct {
	Rule     string
	Findings []Finding // of a Quality rule
	Label    string    // of a Segmentation rule, "" for no label
	Reason   []Param   // why the label was given
	Error    string    // why the rule could not judge this client; the other fields are empty then
}
