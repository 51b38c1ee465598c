package crm

import "encoding/json"

// FixState is how far a job that applies suggestions has come.
type FixState string

// The states of a job. Waiting and running jobs go on after a restart.
const (
	FixWaiting   FixState = "waiting" // for the job before it
	FixRunning   FixState = "running"
	FixDone      FixState = "done"
	FixCancelled FixState = "cancelled" // what it had done until then stays
	FixFailed    FixState = "failed"    // it could not go on; Error says why
)

// Fix is a change of many clients by what rules suggest. Its id is the change id that the events of its writes carry.
type Fix struct {
	ID        string    `json:"id"`
	Undoes    string    `json:"undoes,omitempty"` // the job that this one takes back
	State     FixState  `json:"state"`
	By        string    `json:"by"`
	Query     string    `json:"query,omitempty"` // what was selected, as parameters of the request
	CreatedAt Time      `json:"createdAt"`
	EndedAt   Time      `json:"endedAt"`
	Error     string    `json:"error,omitempty"`
	Total     int64     `json:"total"` // clients with findings of the selection when it began
	Counts    FixCounts `json:"counts"`
}

// Ended says whether nothing more will happen.
func (f *Fix) Ended() bool { return f.State != FixWaiting && f.State != FixRunning }

// FixCounts are the clients a job has looked at, by what came of it.
type FixCounts struct {
	Looked    int64 `json:"looked"`    // all of them
	Applied   int64 `json:"applied"`   // changed
	Unchanged int64 `json:"unchanged"` // had nothing to change
	Refused   int64 `json:"refused"`   // by an enforcing rule
	Conflicts int64 `json:"conflicts"` // somebody was faster, or has changed it since
	Failed    int64 `json:"failed"`    // the value could not be stored, or its place is not there
	Resolved  int64 `json:"resolved"`  // findings that are gone
}

// FixOutcome is what came of one client.
type FixOutcome string

// The outcomes. Planned is not one yet: the write was about to be made.
const (
	FixPlanned   FixOutcome = "planned"
	FixApplied   FixOutcome = "applied"
	FixUnchanged FixOutcome = "unchanged"
	FixRefused   FixOutcome = "refused"
	FixConflict  FixOutcome = "conflict"
	FixFaulty    FixOutcome = "failed"
)

// FixedClient is what a job did to one client.
type FixedClient struct {
	Client   int64      `json:"client"`
	Outcome  FixOutcome `json:"outcome"`
	Message  string     `json:"message,omitempty"` // why it is none of the good ones
	Edits    []FixEdit  `json:"edits"`
	From     int64      `json:"from"`               // the revision it was planned on
	Revision int64      `json:"revision,omitempty"` // the one that was stored
}

// FixEdit is one value put in one place.
type FixEdit struct {
	Rule     string          `json:"rule"`
	Code     string          `json:"code"`
	Path     string          `json:"path"`
	RowID    string          `json:"rowId,omitempty"`
	Before   json.RawMessage `json:"before"`
	After    json.RawMessage `json:"after"`    // as it was stored, or is to be
	Resolved bool            `json:"resolved"` // the finding is gone
}

// FixPreview is what a job would do.
type FixPreview struct {
	Total    int64       `json:"total"`    // clients with findings of the selection
	Looked   int64       `json:"looked"`   // of them, when the time for a preview ended; the counts are of these
	Finished bool        `json:"finished"` // all were looked at
	Clients  int64       `json:"clients"`  // that would be changed
	Edits    int64       `json:"edits"`    // values that would be put in their places
	Unfit    int64       `json:"unfit"`    // clients whose suggestions cannot be put in their places
	Sample   []FixSample `json:"sample"`
}

// FixSample is one client that would be changed.
type FixSample struct {
	Client  ClientRef `json:"client"`
	Edits   []FixEdit `json:"edits"`
	Refused string    `json:"refused,omitempty"` // why the write would not be taken
}
