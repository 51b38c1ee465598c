package crm

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
