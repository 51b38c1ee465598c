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

// defaultRetry is the pause before a broken stream is taken up again, when the
// server does not name one.
const defaultRetry = 2 * time.Second

// Follow calls each with every event after `after` as it happens, in order and
// without gaps, and takes a broken connection up again where it broke. It ends
// with the error of each, of ctx, or with the *Problem of the server.
func (c *Client) Follow(ctx context.Context, after int64, each func(crm.Event) error) error {
	f := follower{client: c, after: after, retry: defaultRetry, each: each}
	for first := true; ; first = false {
		err := f.once(ctx)
		var broken *brokenStream
		var unreachable *UnreachableError
		again := errors.As(err, &broken) || errors.As(err, &unreachable) && !first
		if !again {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(f.retry):
		}
	}
}

// brokenStream is a stream of events that ended; only a server that stops ends one.
type brokenStream struct{ err error }

func (e *brokenStream) Error() string { return fmt.Sprintf("the stream of events ended: %v", e.err) }

// follower is how far a stream of events was followed.
type follower struct {
	client *Client
	after  int64         // everything up to here was handled
	read   int64         // the id of the message that is being read; it counts once its blank line is there
	retry  time.Duration // as the server asks
	each   func(crm.Event) error
}

// once follows one connection to its end.
func (f *follower) once(ctx context.Context) error {
	r := newCall(http.MethodGet, PathEvents, nil)
	r.header.Set("Accept", MediaEventStream)
	if f.after != Newest {
		r.header.Set("Last-Event-ID", number(f.after))
	}
	resp, err := f.client.send(ctx, r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	f.read = f.after
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(make([]byte, 0, 64<<10), 4<<20)
	for lines.Scan() {
		if err := f.line(lines.Text()); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &brokenStream{err: errors.Join(lines.Err(), io.EOF)}
}

// line reads one line of the stream; comments keep the connection alive and say nothing.
func (f *follower) line(line string) (err error) {
	name, text, _ := strings.Cut(line, ":")
	text = strings.TrimPrefix(text, " ")
	switch name {
	case "":
		if line == "" {
			f.after = f.read
		}
	case "id":
		if f.read, err = strconv.ParseInt(text, 10, 64); err != nil {
			return fmt.Errorf("read the id of an event: %w", err)
		}
	case "retry":
		if ms, err := strconv.Atoi(text); err == nil {
			f.retry = time.Duration(ms) * time.Millisecond
		}
	case "data":
		var e crm.Event
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			return fmt.Errorf("read an event: %w", err)
		}
		return f.each(e)
	}
	return nil
}
