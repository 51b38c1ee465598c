package api

import (
	"context"
	"net/http"

	"assay/server/crm"
)

// The routes of one webhook.
const (
	PathWebhooks    = Prefix + "/webhooks"
	PathDeadLetters = PathWebhooks + "/{name}/deadletters"
	PathDeadLetter  = PathDeadLetters + "/{letter}"
	PathReplay      = PathWebhooks + "/{name}/replay"
	PathPing        = PathWebhooks + "/{name}/ping"
	PathResume      = PathWebhooks + "/{name}/resume"
)

// DeadLetter is an event that a webhook gave up.
type DeadLetter struct {
	ID             string        `json:"id"`  // its webhook-id
	Seq            int64         `json:"seq"` // in the log
	Type           crm.EventType `json:"type"`
	At             crm.Time      `json:"at"` // of the event
	Client         int64         `json:"client,omitempty"`
	Rule           string        `json:"rule,omitempty"`
	Attempts       int           `json:"attempts"`
	FirstAttemptAt crm.Time      `json:"firstAttemptAt"`
	LastAttemptAt  crm.Time      `json:"lastAttemptAt"`
	LastError      string        `json:"lastError"`
	LastCode       int           `json:"lastCode,omitempty"` // HTTP status; absent when there was no answer
}

// Letters says how many dead letters something was done with.
type Letters struct {
	Letters int `json:"letters"`
}

// Ping is how a test event went.
type Ping struct {
	ID        string `json:"id"` // its webhook-id
	Delivered bool   `json:"delivered"`
	Code      int    `json:"code,omitempty"`  // HTTP status; absent when there was no answer
	Error     string `json:"error,omitempty"` // why it was not delivered
	Millis    int64  `json:"millis"`          // that it took
}

// DeadLetters returns the events that a webhook gave up, oldest first.
func (c *Client) DeadLetters(ctx context.Context, hook string) (*List[DeadLetter], error) {
	return all[DeadLetter](ctx, c, at(PathDeadLetters, hook))
}

// Replay has the dead letter of an id sent anew, or all with "".
func (c *Client) Replay(ctx context.Context, hook, id string) (*Letters, error) {
	path := at(PathReplay, hook)
	if id != "" {
		path = at(PathDeadLetter, hook, id) + "/replay"
	}
	return send[Letters](ctx, c, http.MethodPost, path)
}

// Discard throws the dead letter of an id away, or all with "".
func (c *Client) Discard(ctx context.Context, hook, id string) (*Letters, error) {
	path := at(PathDeadLetters, hook)
	if id != "" {
		path = at(PathDeadLetter, hook, id)
	}
	return send[Letters](ctx, c, http.MethodDelete, path)
}

// Resume lets a webhook that stopped go on, and begins to count anew what it missed.
func (c *Client) Resume(ctx context.Context, hook string) error {
	return c.decode(ctx, newCall(http.MethodPost, at(PathResume, hook), nil), nil)
}

// Ping sends a test event and says how it went.
func (c *Client) Ping(ctx context.Context, hook string) (*Ping, error) {
	return send[Ping](ctx, c, http.MethodPost, at(PathPing, hook))
}

func send[T any](ctx context.Context, c *Client, method, path string) (*T, error) {
	out := new(T)
	if err := c.decode(ctx, newCall(method, path, nil), out); err != nil {
		return nil, err
	}
	return out, nil
}
