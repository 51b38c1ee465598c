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
	"strconv"
	"strings"
	"time"

	"assay/server/crm"
)

// Newest asks Events for the newest page, and Follow for what happens from now on.
const Newest = -1

// Events returns a page of the log with Seq > after, oldest first. A *Problem
// with CodeGone means that the log is no longer kept that far back.
func (c *Client) Events(ctx context.Context, after int64, limit int) (*EventPage, error) {
	query := url.Values{}
	if after != Newest {
		query.Set("after", number(after))
	}
	setLimit(query, limit)
	return get[EventPage](ctx, c, PathEvents, query)
}

// reconnectAfter is the pause before a broken stream is taken up again.
const reconnectAfter = 2 * time.Second

// Follow calls each with every event after `after` as it happens, in order and
// without gaps, and takes a broken connection up again where it broke. It ends
// with the error of each, of ctx, or with the *Problem of the server.
func (c *Client) Follow(ctx context.Context, after int64, each func(crm.Event) error) error {
	for first := true; ; first = false {
		last, err := c.followOnce(ctx, after, each)
		after = last
		var broken *brokenStream
		var unreachable *UnreachableError
		again := errors.As(err, &broken) || errors.As(err, &unreachable) && !first
		if !again {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(reconnectAfter):
		}
	}
}

// brokenStream is a stream of events that ended; the server never ends one by itself but at its own end.
type brokenStream struct{ err error }

func (e *brokenStream) Error() string { return fmt.Sprintf("the stream of events ended: %v", e.err) }

// followOnce reads one stream and returns the number of the last event that was handled.
func (c *Client) followOnce(ctx context.Context, after int64, each func(crm.Event) error) (int64, error) {
	r := newCall(http.MethodGet, PathEvents, nil)
	r.header.Set("Accept", MediaEventStream)
	if after != Newest {
		r.header.Set("Last-Event-ID", number(after))
	}
	resp, err := c.send(ctx, r)
	if err != nil {
		return after, err
	}
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(make([]byte, 0, 64<<10), 4<<20)
	read := after // the id of the message that is being read; it counts once its blank line is there
	for lines.Scan() {
		name, text, _ := strings.Cut(lines.Text(), ":")
		text = strings.TrimPrefix(text, " ")
		switch {
		case lines.Text() == "":
			after = read
		case name == "id":
			if read, err = strconv.ParseInt(text, 10, 64); err != nil {
				return after, fmt.Errorf("read the id of an event: %w", err)
			}
		case name == "data":
			if err := handle(text, each); err != nil {
				return after, err
			}
		}
	}
	if ctx.Err() != nil {
		return after, ctx.Err()
	}
	return after, &brokenStream{err: errors.Join(lines.Err(), io.EOF)}
}

func handle(text string, each func(crm.Event) error) error {
	var e crm.Event
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return fmt.Errorf("read an event: %w", err)
	}
	return each(e)
}
