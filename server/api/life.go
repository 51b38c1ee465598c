package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"assay/server/crm"
)

// ChangeFinding applies a JSON merge patch of assignee, due, note, waivedUntil and
// waiverReason to a finding, by its id.
func (c *Client) ChangeFinding(ctx context.Context, id string, patch any) (*crm.FindingView, error) {
	body, err := document(patch)
	if err != nil {
		return nil, err
	}
	client, _, _ := strings.Cut(id, ":")
	out := &crm.FindingView{}
	if err := c.decode(ctx, newCall(http.MethodPatch, at(PathClientFinding, client, id), nil).withBody(MediaJSON, body), out); err != nil {
		return nil, err
	}
	return out, nil
}

// FindingHistory returns the findings that a client has and had, the newest first.
func (c *Client) FindingHistory(ctx context.Context, client int64) (*List[crm.FindingHistory], error) {
	return all[crm.FindingHistory](ctx, c, at(PathClientHistory, number(client)))
}

// NewWaiver asks for a waiver of all that a rule finds: at Client, or at the
// clients of Filter.
type NewWaiver struct {
	Rule   string   `json:"rule"`
	Client int64    `json:"client,omitempty"`
	Filter string   `json:"filter,omitempty"`
	Until  crm.Date `json:"until"`
	Reason string   `json:"reason"`
}

// Waivers returns the waivers in force.
func (c *Client) Waivers(ctx context.Context) (*List[crm.WaiverView], error) {
	return all[crm.WaiverView](ctx, c, PathWaivers)
}

// Waive makes a waiver.
func (c *Client) Waive(ctx context.Context, w NewWaiver) (*crm.WaiverView, error) {
	body, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	out := &crm.WaiverView{}
	if err := c.decode(ctx, newCall(http.MethodPost, PathWaivers, nil).withBody(MediaJSON, body), out); err != nil {
		return nil, err
	}
	return out, nil
}

// EndWaiver ends a waiver by its id.
func (c *Client) EndWaiver(ctx context.Context, id string) error {
	return c.decode(ctx, newCall(http.MethodDelete, at(PathWaiver, id), nil), nil)
}

// TrendQuery selects days of the trend; a zero field is the server's default.
type TrendQuery struct {
	From, To crm.Date
	By       string // rule, severity, manager, source, segment
}

// Trend returns what the base was like, day by day.
func (c *Client) Trend(ctx context.Context, q TrendQuery) (*crm.QualityTrend, error) {
	v := url.Values{}
	setText(v, "from", q.From.String())
	setText(v, "to", q.To.String())
	setText(v, "by", q.By)
	return get[crm.QualityTrend](ctx, c, PathTrend, v)
}
