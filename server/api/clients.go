package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"assay/server/crm"
)

// WriteOptions are what a write of a client may ask for besides.
type WriteOptions struct {
	IfMatch        int64  // the revision the client must still have; 0: any
	DryRun         bool   // everything but storing
	IdempotencyKey string // of Create: a repeated call within 24 hours answers with the first one's client
	Override       string // why the write is made though enforcing rules refuse it; "" lets them refuse it
}

// Create stores a new client. doc is a client document: JSON bytes, or anything that marshals to one.
func (c *Client) Create(ctx context.Context, doc any, o WriteOptions) (*WriteAnswer, error) {
	return c.write(ctx, http.MethodPost, PathClients, nil, doc, o)
}

// Client returns one client.
func (c *Client) Client(ctx context.Context, id int64) (*crm.Client, error) {
	return get[crm.Client](ctx, c, at(PathClient, number(id)), nil)
}

// Replace stores a whole client document in place of the client's.
func (c *Client) Replace(ctx context.Context, id int64, doc any, o WriteOptions) (*WriteAnswer, error) {
	return c.write(ctx, http.MethodPut, at(PathClient, number(id)), nil, doc, o)
}

// Patch changes what the JSON merge patch names.
func (c *Client) Patch(ctx context.Context, id int64, patch any, o WriteOptions) (*WriteAnswer, error) {
	return c.write(ctx, http.MethodPatch, at(PathClient, number(id)), nil, patch, o)
}

// Upsert replaces the client with that external id, or creates it.
func (c *Client) Upsert(ctx context.Context, externalID string, doc any, o WriteOptions) (*WriteAnswer, error) {
	return c.write(ctx, http.MethodPut, PathClients, url.Values{"externalId": {externalID}}, doc, o)
}

// Delete removes a client with its findings and labels.
func (c *Client) Delete(ctx context.Context, id int64, o WriteOptions) error {
	return c.decode(ctx, writeCall(http.MethodDelete, at(PathClient, number(id)), nil, o), nil)
}

// AddRow adds a row to one of the client's RowLists.
func (c *Client) AddRow(ctx context.Context, id int64, list string, row any, o WriteOptions) (*WriteAnswer, error) {
	return c.write(ctx, http.MethodPost, at(PathRows, number(id), list), nil, row, o)
}

// PatchRow changes what the JSON merge patch names in one row.
func (c *Client) PatchRow(ctx context.Context, id int64, list, row string, patch any, o WriteOptions) (*WriteAnswer, error) {
	return c.write(ctx, http.MethodPatch, at(PathRow, number(id), list, row), nil, patch, o)
}

// DeleteRow removes one row.
func (c *Client) DeleteRow(ctx context.Context, id int64, list, row string, o WriteOptions) (*WriteAnswer, error) {
	out := &WriteAnswer{}
	if err := c.decode(ctx, writeCall(http.MethodDelete, at(PathRow, number(id), list, row), nil, o), out); err != nil {
		return nil, err
	}
	return out, nil
}

// Clients returns a page of clients.
func (c *Client) Clients(ctx context.Context, q ClientQuery) (*ClientPage, error) {
	return get[ClientPage](ctx, c, PathClients, q.Values())
}

// Findings returns all that is wrong with one client.
func (c *Client) Findings(ctx context.Context, id int64) (*List[crm.FindingView], error) {
	return all[crm.FindingView](ctx, c, at(PathClientFindings, number(id)))
}

// ClientSegments returns all labels of one client.
func (c *Client) ClientSegments(ctx context.Context, id int64) (*List[crm.SegmentView], error) {
	return all[crm.SegmentView](ctx, c, at(PathClientSegments, number(id)))
}

func (c *Client) write(ctx context.Context, method, path string, query url.Values, doc any, o WriteOptions) (*WriteAnswer, error) {
	body, err := document(doc)
	if err != nil {
		return nil, err
	}
	out := &WriteAnswer{}
	if err := c.decode(ctx, writeCall(method, path, query, o).withBody(MediaJSON, body), out); err != nil {
		return nil, err
	}
	return out, nil
}

func writeCall(method, path string, query url.Values, o WriteOptions) *call {
	if query == nil {
		query = url.Values{}
	}
	setDryRun(query, o.DryRun)
	r := newCall(method, path, query)
	if o.IfMatch != 0 {
		r.header.Set("If-Match", strconv.Quote(number(o.IfMatch)))
	}
	if o.IdempotencyKey != "" {
		r.header.Set("Idempotency-Key", o.IdempotencyKey)
	}
	setOverride(r, o.Override)
	return r
}

// setOverride says why a call may store what rules refuse. Headers are Latin to some that stand between.
func setOverride(r *call, reason string) {
	if reason != "" {
		r.header.Set(HeaderOverride, "UTF-8''"+url.PathEscape(reason))
	}
}

// document returns the JSON of a document; bytes are sent as they are.
func document(doc any) ([]byte, error) {
	switch doc := doc.(type) {
	case []byte:
		return doc, nil
	case json.RawMessage:
		return doc, nil
	}
	return json.Marshal(doc)
}
