package crm

import "strconv"

// Life is what people have decided about a finding. It belongs to the finding's
// identity and not to an evaluation.
type Life struct {
	Assignee string  `json:"assignee,omitempty"`
	Due      Date    `json:"due,omitzero"`
	Note     string  `json:"note,omitempty"`
	Waiver   *Waiver `json:"waiver,omitempty"` // nil: not waived by itself
}

// IsZero reports whether nothing was decided.
func (l Life) IsZero() bool { return l == Life{} }

// Waiver says that a finding is to be borne for a while.
type Waiver struct {
	Until  Date   `json:"until"` // its last day, in the company's time zone
	Reason string `json:"reason"`
	By     string `json:"by"`
	At     Time   `json:"at"`
}

// Past is one entry of the history of a client's findings.
type Past struct {
	At     Time
	Type   EventType // finding.closed, finding.changed, finding.waived or finding.unwaived
	By     string    // "" for the server itself
	Rule   string
	Code   string // "" for all findings of the rule
	RowID  string
	Since  Time   // of a finding that closed or was changed: when it was opened
	Reason string // why it closed, or why its waiver ended
	Life   *Life  // as it was when the finding closed, or is since the change; nil for none
}

// RuleWaiverID returns the id of the waiver of all that a rule finds at a client,
// "1042:tax-id". That of a single finding's waiver is the finding's.
func RuleWaiverID(client int64, rule string) string {
	return strconv.FormatInt(client, 10) + ":" + rule
}

// WaiverView is a waiver as the API shows it: of one finding, of all findings of
// a rule at one client, or of a rule's findings at all clients of a filter.
type WaiverView struct {
	ID      string `json:"id"`
	Rule    string `json:"rule"`
	Client  int64  `json:"client,omitempty"`
	Code    string `json:"code,omitempty"` // of one finding
	RowID   string `json:"rowId,omitempty"`
	Filter  string `json:"filter,omitempty"` // CEL over clients
	Until   Date   `json:"until"`            // its last day, in the company's time zone
	Reason  string `json:"reason"`
	By      string `json:"by"`
	At      Time   `json:"at"`
	Pending int64  `json:"pending,omitempty"` // clients for which the filter was not decided yet; they are not waived
}

// FindingHistory is a finding with all that became of it.
type FindingHistory struct {
	ID       string       `json:"id"`
	Rule     string       `json:"rule"`
	Code     string       `json:"code"`
	RowID    string       `json:"rowId"`
	OpenedAt Time         `json:"openedAt"`
	ClosedAt Time         `json:"closedAt"`         // null while it is open
	Reason   string       `json:"reason,omitempty"` // why it closed: fixed, rule changed, rule deleted, client deleted
	By       string       `json:"by,omitempty"`     // whose write fixed it
	Changes  []LifeChange `json:"changes"`          // oldest first
}

// LifeChange is one decision about a finding.
type LifeChange struct {
	At          Time   `json:"at"`
	Type        string `json:"type"` // changed, waived, unwaived
	By          string `json:"by,omitempty"`
	Rule        bool   `json:"rule,omitempty"` // it was about all findings of the rule at the client
	Reason      string `json:"reason,omitempty"`
	Assignee    string `json:"assignee"` // what follows is as it was since then
	Due         Date   `json:"due"`
	Note        string `json:"note,omitempty"`
	WaivedUntil Date   `json:"waivedUntil"`
}
