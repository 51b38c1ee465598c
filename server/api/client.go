package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Client calls an Assay server. It may be used from many goroutines. A refusal
// of the server is returned as *Problem, a server that cannot be asked as
// *UnreachableError.
type Client struct {
	// HTTP makes the calls; it has no timeout of its own, since imports last:
	// bound a call with its context.
	HTTP *http.Client
	// Language is what messages are asked in: en, ru or uk; "" leaves it to the server.
	Language string

	base  string
	token string
}

// NewClient returns a caller of the server at baseURL, such as
// http://127.0.0.1:8080. The token may be empty for routes that need none.
func NewClient(baseURL, token string) *Client {
	return &Client{HTTP: &http.Client{}, base: strings.TrimRight(baseURL, "/"), token: strings.TrimSpace(token)}
}

// Server returns the base URL that the client was made with.
func (c *Client) Server() string { return c.base }

// Token returns the token that the client shows.
func (c *Client) Token() string { return c.token }

// Health asks whether the server is up and which version it is.
func (c *Client) Health(ctx context.Context) (*Health, error) {
	return get[Health](ctx, c, PathHealth, nil)
}

// call is one request in the making.
type call struct {
	method string
	path   string
	query  url.Values
	header http.Header
	body   io.Reader
	size   int64 // of body in bytes, 0 when unknown
}

func newCall(method, path string, query url.Values) *call {
	return &call{method: method, path: path, query: query, header: http.Header{}}
}

// withBody gives the call a body that is in memory.
func (r *call) withBody(media string, body []byte) *call {
	r.header.Set("Content-Type", media)
	r.body, r.size = bytes.NewReader(body), int64(len(body))
	return r
}

// send makes the call; the caller closes the body of the response, whose status is below 400.
func (c *Client) send(ctx context.Context, r *call) (*http.Response, error) {
	address := c.base + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, r.body)
	if err != nil {
		return nil, &UnreachableError{Server: c.base, Err: err}
	}
	req.Header = r.header
	if r.size > 0 {
		req.ContentLength = r.size
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.Language != "" {
		req.Header.Set("Accept-Language", c.Language)
	}
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return nil, c.unreachable(ctx, err)
	}
	if resp.StatusCode >= http.StatusBadRequest {
		defer func() { _ = resp.Body.Close() }()
		return nil, readProblem(resp)
	}
	return resp, nil
}

// unreachable strips the method and the address that net/http puts before the cause.
func (c *Client) unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return &UnreachableError{Server: c.base, Err: err}
}

// maxProblem bounds what is read of a refusal, in bytes.
const maxProblem = 4 << 20

func readProblem(resp *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxProblem)) // what has arrived is the best there is
	p := &Problem{}
	if json.Unmarshal(body, p) == nil && p.Code != "" {
		return p
	}
	text := strings.TrimSpace(string(body))
	if len(text) > 200 {
		text = text[:200] + "…"
	}
	return &Problem{Title: http.StatusText(resp.StatusCode), Status: resp.StatusCode, Code: CodeInternal,
		Detail: fmt.Sprintf("the answer is not Assay's; is this the address of an Assay server? It said: %q", text)}
}

// decode makes the call and reads its JSON answer into out; nil drops the answer.
func (c *Client) decode(ctx context.Context, r *call, out any) error {
	resp, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if out == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("read the answer of %s %s: %w", r.method, r.path, err)
	}
	return nil
}

func get[T any](ctx context.Context, c *Client, path string, query url.Values) (*T, error) {
	out := new(T)
	if err := c.decode(ctx, newCall(http.MethodGet, path, query), out); err != nil {
		return nil, err
	}
	return out, nil
}

// all reads a whole list, page after page.
func all[T any](ctx context.Context, c *Client, path string) (*List[T], error) {
	query := url.Values{}
	setLimit(query, MaxLimit)
	out := &List[T]{Items: []T{}}
	for {
		page, err := get[List[T]](ctx, c, path, query)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, page.Items...)
		if page.Next == "" {
			return out, nil
		}
		query.Set("after", page.Next)
	}
}

// at fills the parts of a route in, in their order.
func at(route string, parts ...string) string {
	for _, part := range parts {
		from := strings.IndexByte(route, '{')
		to := from + strings.IndexByte(route[from:], '}')
		route = route[:from] + url.PathEscape(part) + route[to+1:]
	}
	return route
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
