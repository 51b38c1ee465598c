package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// WatchOptions say what a watch tells of.
type WatchOptions struct {
	Selector        string // as that of ListOptions
	ResourceVersion string // of a list or of a change: tell of what came after it; "": all there is first
}

func (o WatchOptions) values() url.Values {
	v := url.Values{"watch": {"true"}}
	setText(v, "labelSelector", o.Selector)
	setText(v, "resourceVersion", o.ResourceVersion)
	return v
}

// The types of a change.
const (
	ChangeAdded    = "ADDED"    // it is there, or matches the selector now
	ChangeModified = "MODIFIED" // what was declared, or its status
	ChangeDeleted  = "DELETED"  // it is gone, or matches no longer; the object as it was, or as it is
	ChangeBookmark = "BOOKMARK" // nothing but how far the watch is; the first one says that all there was has been told
)

// ObjectChange is one message of a watch.
type ObjectChange struct {
	Type            string          `json:"type"`
	ResourceVersion string          `json:"resourceVersion,omitempty"` // to go on from; "" while what there was is being told
	Object          json.RawMessage `json:"object"`                    // with its status
}

// WatchObjects calls each with every change of the objects of a kind, and takes
// a broken connection up again where it broke. It ends with the error of each, of
// ctx, or with the *Problem of the server: CodeGone means that what came after the
// resource version is no longer known; list again and watch from there.
func (c *Client) WatchObjects(ctx context.Context, kind Kind, o WatchOptions, each func(ObjectChange) error) error {
	path, err := kindPath(kind)
	if err != nil {
		return err
	}
	for first := true; ; first = false {
		err := c.watchOnce(ctx, path, &o, each)
		var broken *brokenStream
		var unreachable *UnreachableError
		if !errors.As(err, &broken) && (first || !errors.As(err, &unreachable)) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(defaultRetry):
		}
	}
}

// maxChange bounds one message of a watch, in bytes.
const maxChange = 16 << 20

// watchOnce follows one connection to its end and notes in o how far it came.
func (c *Client) watchOnce(ctx context.Context, path string, o *WatchOptions, each func(ObjectChange) error) error {
	r := newCall(http.MethodGet, path, o.values())
	r.header.Set("Accept", MediaNDJSON)
	resp, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(make([]byte, 0, 64<<10), maxChange)
	for lines.Scan() {
		var change ObjectChange
		if err := json.Unmarshal(lines.Bytes(), &change); err != nil {
			return fmt.Errorf("read a change: %w", err)
		}
		if err := each(change); err != nil {
			return err
		}
		if change.ResourceVersion != "" {
			o.ResourceVersion = change.ResourceVersion
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &brokenStream{err: errors.Join(lines.Err(), io.EOF)}
}
