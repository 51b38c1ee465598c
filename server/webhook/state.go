package webhook

import (
	"time"

	"assay/rules"
)

// state is how far a hook has come, as it is stored beside its letters. The
// secrets are in it, in clear, and nowhere else.
type state struct {
	UID    string `json:"uid"`    // of the object it belongs to, not to one of the name before
	Cursor int64  `json:"cursor"` // events up to here are sent, stored as letters, or were not asked for

	Secrets       rules.WebhookSecrets `json:"secrets"`
	Previous      string               `json:"previous,omitempty"` // secret
	PreviousUntil time.Time            `json:"previousUntil,omitzero"`

	Gone         string                 `json:"gone,omitempty"` // why the receiver wants no more; "" when it does
	Missed       int64                  `json:"missed,omitempty"`
	Delivered    int64                  `json:"delivered,omitempty"`
	Failures     int64                  `json:"failures,omitempty"`
	FilterErrors int64                  `json:"filterErrors,omitempty"`
	LastDelivery *rules.WebhookDelivery `json:"lastDelivery,omitempty"`
	LastError    *rules.WebhookFailure  `json:"lastError,omitempty"`
}

// signing returns the secrets that sign at a moment.
func (s *state) signing(now time.Time) []string {
	if s.Previous != "" && now.Before(s.PreviousUntil) {
		return []string{s.Secrets.Secret, s.Previous}
	}
	return []string{s.Secrets.Secret}
}
