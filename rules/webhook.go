package rules

import (
	"maps"
	"time"
)

// Webhook has events of the log sent to a URL.
type Webhook struct {
	APIVersion string        `json:"apiVersion"`
	Kind       string        `json:"kind"`
	Metadata   Metadata      `json:"metadata"`
	Spec       WebhookSpec   `json:"spec"`
	Status     WebhookStatus `json:"status,omitzero"`
}

// WebhookSpec is what the author of a webhook declares.
type WebhookSpec struct {
	// URL is where events are sent, http or https.
	URL string `json:"url"`
	// Events are the types that are sent: finding.opened, all of a family as in
	// finding.*, or * for everything.
	Events []string `json:"events"`
	// Filter is CEL over the client an event concerns; "" lets all pass. Events
	// that concern no client, or one that is no more, pass every filter.
	Filter string `json:"filter,omitempty"`
	// Rules limit events that come of a rule to those of these rules; none: all.
	Rules []string `json:"rules,omitempty"`
	// Language of messages and titles: en, ru or uk; "" is English.
	Language string `json:"language,omitempty"`
	// Secret signs what is sent: whsec_ and base64 of 24 to 64 bytes. It is written
	// and never shown; left out, the one there is stays, or one is made.
	Secret string `json:"secret,omitempty"`
	// Headers are sent along. Their values are written and never shown; an empty
	// value leaves the one there is.
	Headers map[string]string `json:"headers,omitempty"`
	// Timeout is how long the receiver may take to answer, such as 15s.
	Timeout string `json:"timeout,omitempty"`
	// Suspend keeps everything back; what happens meanwhile is sent afterwards.
	Suspend bool `json:"suspend,omitempty"`
}

// WebhookStatus is the status of a webhook.
type WebhookStatus struct {
	Status
	// Cursor is the event up to which the log was gone through.
	Cursor int64 `json:"cursor,omitempty"`
	// Behind is how many events of the log, of any type, are still to be looked at.
	Behind int64 `json:"behind,omitempty"`
	// Pending is how many events wait to be sent, or sent again.
	Pending     int64 `json:"pending"`
	DeadLetters int64 `json:"deadLetters"` // events that were given up
	// Missed is how many events of the log, of any type, were no longer kept when
	// their turn came, since the webhook was resumed last.
	Missed    int64 `json:"missed,omitempty"`
	Delivered int64 `json:"delivered"` // events the receiver took, in all
	Failures  int64 `json:"failures"`  // attempts that failed, in all
	// FilterErrors is how many events were not sent because the filter failed on the client.
	FilterErrors int64            `json:"filterErrors,omitempty"`
	LastDelivery *WebhookDelivery `json:"lastDelivery,omitempty"`
	LastError    *WebhookFailure  `json:"lastError,omitempty"`
}

// WebhookDelivery is an event that a receiver took.
type WebhookDelivery struct {
	Seq  int64     `json:"seq"`
	Type string    `json:"type"`
	At   time.Time `json:"at"`
	Code int64     `json:"code"` // the HTTP status of the answer
}

// WebhookFailure is an attempt that failed.
type WebhookFailure struct {
	Seq     int64     `json:"seq,omitempty"` // of the event; 0 when it was no event's
	At      time.Time `json:"at"`
	Message string    `json:"message"`
}

// WebhookSecrets is the part of a webhook that is written and never shown.
type WebhookSecrets struct {
	Secret  string            `json:"secret"`
	Headers map[string]string `json:"headers,omitempty"`
}

// DefaultWebhookTimeout is the Timeout of a webhook that names none.
const DefaultWebhookTimeout = "15s"

// ResourceKind returns KindWebhook.
func (w *Webhook) ResourceKind() string { return KindWebhook }

// Meta returns the webhook's metadata.
func (w *Webhook) Meta() *Metadata { return &w.Metadata }

// State returns the part of the webhook's status that all kinds have.
func (w *Webhook) State() *Status { return &w.Status.Status }

// SetDefaults fills in version, kind and timeout.
func (w *Webhook) SetDefaults() {
	setDefault(&w.APIVersion, APIVersion)
	setDefault(&w.Kind, KindWebhook)
	setDefault(&w.Spec.Timeout, DefaultWebhookTimeout)
}

// TakeSecrets takes out of the webhook what is never shown: the secret, and the
// values of the headers, whose names stay.
func (w *Webhook) TakeSecrets() WebhookSecrets {
	taken := WebhookSecrets{Secret: w.Spec.Secret, Headers: maps.Clone(w.Spec.Headers)}
	w.Spec.Secret = ""
	for name := range w.Spec.Headers {
		w.Spec.Headers[name] = ""
	}
	return taken
}

// Within returns the timeout; that of a webhook which is not valid is the default.
func (w *Webhook) Within() time.Duration {
	d, err := time.ParseDuration(w.Spec.Timeout)
	if err != nil {
		d, _ = time.ParseDuration(DefaultWebhookTimeout) // a constant
	}
	return d
}
