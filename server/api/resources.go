package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"assay/server/crm"
)

// Applied is what became of a manifest.
type Applied struct {
	Outcome string          // one of AppliedCreated, AppliedConfigured, AppliedUnchanged
	Object  json.RawMessage // the object with its status
}

// Apply declares an object: creates it or makes it what the manifest (JSON or YAML) says.
func (c *Client) Apply(ctx context.Context, kind Kind, name string, manifest []byte, dryRun bool) (*Applied, error) {
	path, err := objectPath(kind, name)
	if err != nil {
		return nil, err
	}
	query := url.Values{}
	setDryRun(query, dryRun)
	return c.applied(ctx, newCall(http.MethodPut, path, query).withBody(MediaYAML, manifest))
}

// applied makes a call that declares an object.
func (c *Client) applied(ctx context.Context, r *call) (*Applied, error) {
	resp, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	object, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("read the answer of %s %s: %w", r.method, r.path, err)
	}
	return &Applied{Outcome: resp.Header.Get(HeaderApplied), Object: object}, nil
}

// Object returns one declared object with its status.
func (c *Client) Object(ctx context.Context, kind Kind, name string) (json.RawMessage, error) {
	path, err := objectPath(kind, name)
	if err != nil {
		return nil, err
	}
	object, err := get[json.RawMessage](ctx, c, path, nil)
	if err != nil {
		return nil, err
	}
	return *object, nil
}

// DeleteObject removes a declared object. When version is not empty, it must be
// the object's metadata.resourceVersion; it is a *Problem with CodeStaleRevision otherwise.
func (c *Client) DeleteObject(ctx context.Context, kind Kind, name string, dryRun bool, version string) error {
	path, err := objectPath(kind, name)
	if err != nil {
		return err
	}
	query := url.Values{}
	setDryRun(query, dryRun)
	setText(query, "resourceVersion", version)
	return c.decode(ctx, newCall(http.MethodDelete, path, query), nil)
}

func objectPath(kind Kind, name string) (string, error) {
	return objectRoute(kind, PathObject, name)
}

// Library returns the ready rules.
func (c *Client) Library(ctx context.Context) (*List[LibraryRule], error) {
	return all[LibraryRule](ctx, c, PathLibrary)
}

// AddModule uploads a WebAssembly module; uploading it again changes nothing.
func (c *Client) AddModule(ctx context.Context, wasm []byte) (*Module, error) {
	out := &Module{}
	if err := c.decode(ctx, newCall(http.MethodPost, PathModules, nil).withBody(MediaWasm, wasm), out); err != nil {
		return nil, err
	}
	return out, nil
}

// Modules returns all modules, without their bytes.
func (c *Client) Modules(ctx context.Context) (*List[Module], error) {
	return all[Module](ctx, c, PathModules)
}

// Module returns a module as a resource: with metadata, spec and status.
func (c *Client) Module(ctx context.Context, digest string) (json.RawMessage, error) {
	module, err := get[json.RawMessage](ctx, c, at(PathModule, digest), nil)
	if err != nil {
		return nil, err
	}
	return *module, nil
}

// ModuleBytes returns the bytes of a module.
func (c *Client) ModuleBytes(ctx context.Context, digest string) ([]byte, error) {
	r := newCall(http.MethodGet, at(PathModule, digest), nil)
	r.header.Set("Accept", MediaWasm)
	resp, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	return io.ReadAll(resp.Body)
}

// DeleteModule removes a module that no rule runs, and that no version of a rule
// that is kept names.
func (c *Client) DeleteModule(ctx context.Context, digest string, dryRun bool) error {
	query := url.Values{}
	setDryRun(query, dryRun)
	return c.decode(ctx, newCall(http.MethodDelete, at(PathModule, digest), query), nil)
}

// Quality returns the quality report.
func (c *Client) Quality(ctx context.Context, q QualityQuery) (*crm.QualityReport, error) {
	return get[crm.QualityReport](ctx, c, PathQuality, q.Values())
}

// Segments returns all segments of the base with their counts.
func (c *Client) Segments(ctx context.Context) (*List[crm.SegmentSummary], error) {
	return all[crm.SegmentSummary](ctx, c, PathSegments)
}
