package crm

// RuleDiff is what a version of a rule would change in the stored base if it were
// in force and shown: compared with what reports show of the rule now, which of a
// rule in shadow is nothing.
type RuleDiff struct {
	Rule    string `json:"rule"`
	Version string `json:"version"`          // what was tried: "manifest", "shadow" or "running"
	Shadow  string `json:"shadow,omitempty"` // the rule that declares the shadow version, when it is another
	AsOf    Time   `json:"asOf"`
	Clients int64  `json:"clients"`           // of the base, as far as the asker may see it
	Judged  int64  `json:"judged"`            // of them, by this version, without the errors; the counts are of these
	Partial bool   `json:"partial"`           // the time was over before all were judged
	Errors  int64  `json:"errors"`            // clients that this version could not judge; what was known of them is in no count, and applied, the rule drops it
	Failure string `json:"failure,omitempty"` // what happened on the one of the lowest number

	// Of a Quality rule. A finding is the same while client, code and row are.
	Opened  *FindingChanges `json:"opened,omitempty"`
	Closed  *FindingChanges `json:"closed,omitempty"`
	Changed *FindingChanges `json:"changed,omitempty"` // in severity, path, message parameters or suggestion

	// Of a Segmentation rule.
	Entered *LabelChanges `json:"entered,omitempty"` // clients that had no label
	Left    *LabelChanges `json:"left,omitempty"`    // clients that have none then
	Moved   *LabelChanges `json:"moved,omitempty"`   // clients with another label
}

// FindingChanges counts findings that go one way, with some of them.
type FindingChanges struct {
	Findings   int64              `json:"findings"`
	Clients    int64              `json:"clients"`    // that have any of them
	BySeverity map[Severity]int64 `json:"bySeverity"` // findings; of changed ones by the severity they would have
	ByManager  map[string]int64   `json:"byManager"`  // findings; "" is no manager
	BySource   map[string]int64   `json:"bySource"`   // findings
	Sample     []ChangedFinding   `json:"sample"`     // from all over the base, by client
}

// ChangedFinding is a finding that would be opened or changed, or is to be closed.
type ChangedFinding struct {
	Client  ClientRef    `json:"client"`
	Finding FindingView  `json:"finding"`
	Was     *FindingView `json:"was,omitempty"` // of a changed one
}

// LabelChanges counts clients whose label goes one way, with some of them.
type LabelChanges struct {
	Clients   int64            `json:"clients"`
	Labels    []LabelChange    `json:"labels"` // most clients first
	ByManager map[string]int64 `json:"byManager"`
	BySource  map[string]int64 `json:"bySource"`
	Sample    []ChangedLabel   `json:"sample"`
}

// LabelChange is how many clients go from one label to another; "" is none.
type LabelChange struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Clients int64  `json:"clients"`
}

// ChangedLabel is a client whose label would be another.
type ChangedLabel struct {
	Client ClientRef `json:"client"`
	From   string    `json:"from"`
	To     string    `json:"to"`
	Reason string    `json:"reason"` // of the new label
}
