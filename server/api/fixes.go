package api

import (
	"context"
	"net/http"
	"net/url"

	"assay/server/crm"
)

// PreviewFix says what applying the suggestions of a selection would do.
func (c *Client) PreviewFix(ctx context.Context, q ClientQuery) (*crm.FixPreview, error) {
	query := q.Values()
	setDryRun(query, true)
	out := &crm.FixPreview{}
	return out, c.decode(ctx, newCall(http.MethodPost, PathFixes, query), out)
}

// StartFix begins a job that applies the suggestions of a selection.
func (c *Client) StartFix(ctx context.Context, q ClientQuery) (*crm.Fix, error) {
	return c.fix(ctx, PathFixes, q.Values())
}

// UndoFix begins a job that takes another one back.
func (c *Client) UndoFix(ctx context.Context, id string) (*crm.Fix, error) {
	return c.fix(ctx, at(PathFixUndo, id), nil)
}

// CancelFix ends a job; what it has done stays.
func (c *Client) CancelFix(ctx context.Context, id string) (*crm.Fix, error) {
	return c.fix(ctx, at(PathFixCancel, id), nil)
}

func (c *Client) fix(ctx context.Context, path string, query url.Values) (*crm.Fix, error) {
	out := &crm.Fix{}
	if err := c.decode(ctx, newCall(http.MethodPost, path, query), out); err != nil {
		return nil, err
	}
	return out, nil
}

// Fixes returns the jobs that are kept, the newest first.
func (c *Client) Fixes(ctx context.Context) (*List[crm.Fix], error) {
	return all[crm.Fix](ctx, c, PathFixes)
}

// Fix returns a job as it is.
func (c *Client) Fix(ctx context.Context, id string) (*crm.Fix, error) {
	return get[crm.Fix](ctx, c, at(PathFix, id), nil)
}

// FixClients returns a page of what a job did, client by client.
func (c *Client) FixClients(ctx context.Context, id, outcome string, limit int, after string) (*List[crm.FixedClient], error) {
	query := url.Values{}
	if outcome != "" {
		query.Set("outcome", outcome)
	}
	setLimit(query, limit)
	if after != "" {
		query.Set("after", after)
	}
	return get[List[crm.FixedClient]](ctx, c, at(PathFixClients, id), query)
}
