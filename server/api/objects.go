package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"assay/server/crm"
)

// ListOptions choose the declared objects of a list; the zero ListOptions are all.
type ListOptions struct {
	Selector string // over labels: a=b, a!=b, a in (x,y), a notin (x,y), a, !a, with commas between them
	Limit    int    // 1 to MaxLimit; 0 for all there are
	After    string // ObjectList.Next of the page before
}

func (o ListOptions) values() url.Values {
	v := url.Values{}
	setText(v, "labelSelector", o.Selector)
	setText(v, "after", o.After)
	setLimit(v, o.Limit)
	return v
}

// ObjectList is a list of declared objects with their status, by name.
// A watch from ResourceVersion tells of every change since.
type ObjectList struct {
	List[json.RawMessage]
	ResourceVersion string `json:"resourceVersion"`
}

// ListObjects returns the declared objects of a kind.
func (c *Client) ListObjects(ctx context.Context, kind Kind, o ListOptions) (*ObjectList, error) {
	path, err := kindPath(kind)
	if err != nil {
		return nil, err
	}
	if o.Limit > 0 {
		return get[ObjectList](ctx, c, path, o.values())
	}
	o.Limit = MaxLimit
	all, err := get[ObjectList](ctx, c, path, o.values())
	for err == nil && all.Next != "" {
		var page *ObjectList
		o.After = all.Next
		if page, err = get[ObjectList](ctx, c, path, o.values()); err == nil {
			all.Items, all.Next = append(all.Items, page.Items...), page.Next // the version stays the first page's: a watch from it misses nothing
		}
	}
	if err != nil {
		return nil, err
	}
	return all, nil
}

func kindPath(kind Kind) (string, error) {
	if kind.Path() == "" {
		return "", fmt.Errorf("%q is not a kind of object: %v", kind, Kinds)
	}
	return kind.Path(), nil
}

// Revision is one version of what was declared of an object: its labels,
// annotations and spec.
type Revision struct {
	Revision int64    `json:"revision"` // counts the changes of one name, also over its deletion
	At       crm.Time `json:"at"`
	By       string   `json:"by"`
	Change   string   `json:"change"` // "applied", "rolled back to 3", "deleted"
	Current  bool     `json:"current,omitempty"`
	// Object is the manifest, without what the server adds; absent for a deletion.
	Object json.RawMessage `json:"object,omitempty"`
}

// Revisions returns the last versions of an object that are kept, the newest
// first; those of an object that was deleted, too.
func (c *Client) Revisions(ctx context.Context, kind Kind, name string) (*List[Revision], error) {
	path, err := objectRoute(kind, PathRevisions, name)
	if err != nil {
		return nil, err
	}
	return get[List[Revision]](ctx, c, path, nil)
}

// Revision returns one version of an object.
func (c *Client) Revision(ctx context.Context, kind Kind, name string, revision int64) (*Revision, error) {
	path, err := objectRoute(kind, PathRevision, name, number(revision))
	if err != nil {
		return nil, err
	}
	return get[Revision](ctx, c, path, nil)
}

// DropRevision forgets one version of an object; the newest stays.
func (c *Client) DropRevision(ctx context.Context, kind Kind, name string, revision int64, dryRun bool) error {
	path, err := objectRoute(kind, PathRevision, name, number(revision))
	if err != nil {
		return err
	}
	query := url.Values{}
	setDryRun(query, dryRun)
	return c.decode(ctx, newCall(http.MethodDelete, path, query), nil)
}

// Rollback applies an earlier version of an object anew; 0 is the one before the
// current one, or the last before a deletion.
func (c *Client) Rollback(ctx context.Context, kind Kind, name string, revision int64, dryRun bool) (*Applied, error) {
	path, err := objectRoute(kind, PathRollback, name)
	if err != nil {
		return nil, err
	}
	query := url.Values{}
	if revision != 0 {
		query.Set("revision", number(revision))
	}
	setDryRun(query, dryRun)
	return c.applied(ctx, newCall(http.MethodPost, path, query))
}

// objectRoute fills in a route below a kind's.
func objectRoute(kind Kind, route string, parts ...string) (string, error) {
	path, err := kindPath(kind)
	return path + at(route, parts...), err
}
