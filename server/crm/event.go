package crm

import (
	"encoding/json"
	"errors"
)

// EventType names what happened.
type EventType string

// The events of the log.
const (
	EventClientCreated   EventType = "client.created"
	EventClientUpdated   EventType = "client.updated"
	EventClientDeleted   EventType = "client.deleted"
	EventFindingOpened   EventType = "finding.opened"
	EventFindingClosed   EventType = "finding.closed"
	EventFindingChanged  EventType = "finding.changed"  // its assignee, due day or note
	EventFindingWaived   EventType = "finding.waived"   // it, or with no code all of the rule at the client
	EventFindingUnwaived EventType = "finding.unwaived" // its waiver ended
	EventWaiverCreated   EventType = "waiver.created"   // of a rule by a filter
	EventWaiverEnded     EventType = "waiver.ended"
	EventSegmentEntered  EventType = "segment.entered"
	EventSegmentLeft     EventType = "segment.left"
	EventRuleApplied     EventType = "rule.applied"
	EventRuleDeleted     EventType = "rule.deleted"
	EventRuleQuarantined EventType = "rule.quarantined" // it fails too much and is not asked for a while
	EventRuleResumed     EventType = "rule.resumed"     // it judges again
	EventObjectApplied   EventType = "object.applied"   // a field, a dictionary, a webhook or a module
	EventObjectDeleted   EventType = "object.deleted"   // one of these, or a kept revision of any object
	EventSweepProgress   EventType = "sweep.progress"
	EventSweepPaused     EventType = "sweep.paused"
	EventSweepResumed    EventType = "sweep.resumed"
)

// Event is one entry of the log of changes, in the form the API shows it.
type Event struct {
	Seq    int64           `json:"seq"`
	At     Time            `json:"at"`
	Type   EventType       `json:"type"`
	Client int64           `json:"client,omitempty"`
	Rule   string          `json:"rule,omitempty"`
	By     string          `json:"by,omitempty"`
	Detail json.RawMessage `json:"detail,omitempty"` // a JSON object: {"code","rowId"} of a finding, {"label"} of a segment, {"revision"} of a client …
}

// Scope is the set of clients a principal may see: all of them, or those whose
// main manager is listed. The zero Scope sees none.
type Scope struct {
	All      bool
	Managers []string
}

// Everything is the scope of an administrator and of the server's own work.
var Everything = Scope{All: true}

// Admits reports whether a client with that main manager is in the scope.
func (s Scope) Admits(manager string) bool {
	if s.All {
		return true
	}
	for _, m := range s.Managers {
		if m == manager {
			return true
		}
	}
	return false
}

// Errors that callers decide on; the API turns each into its code.
var (
	ErrNotFound            = errors.New("not found")                   // unknown, or outside the scope
	ErrRevisionConflict    = errors.New("revision conflict")           // the client has changed since it was read
	ErrDuplicateExternalID = errors.New("external id is taken")        // another client has it
	ErrGenerationConflict  = errors.New("rule set changed")            // evaluate again with the current rules
	ErrGone                = errors.New("no longer kept")              // events older than the log
	ErrIdempotencyReuse    = errors.New("idempotency key used before") // with another request
	ErrNoSpace             = errors.New("no space left")               // the disk is full; nothing was stored
	ErrBadCursor           = errors.New("bad cursor")                  // `after` was not given out by this list
)
