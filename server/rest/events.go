package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"assay/server/api"
	"assay/server/crm"
)

const (
	tagEvents   = "Events"
	streamBatch = 500 // events read at once for a stream
)

func (s *Server) eventRoutes() []*route {
	return []*route{
		{op: operation(fiber.MethodGet, api.PathEvents, "listEvents", tagEvents, "List or follow events",
			"What happened, oldest first, after a number. Without `after`: the newest `limit` events. "+
				"With `Accept: text/event-stream` the answer goes on with every event as it happens: `id` is its number, `data` the event; "+
				"a lost connection is taken up again with Last-Event-ID. Without either it begins now."),
			params: []param{{name: "after", kind: countParam, describe: "Events with a greater number."}, limitQuery}, headers: []param{text("Last-Event-ID", "The number of the last event that was received.", "5120")},
			codes: []string{api.CodeGone, api.CodeTooMany},
			answers: []answer{{status: 200, describe: "A page of the log; `last` is the number to go on from.", of: api.EventPage{}, example: exampleEvents},
				{status: 200, describe: "The stream.", media: api.MediaEventStream}},
			handle: events},
	}
}

func events(x *exchange) error {
	if x.accepts(api.MediaEventStream) {
		return followEvents(x)
	}
	newest, err := x.Store.LastEvent(x.ctx)
	if err != nil {
		return err
	}
	after, given, err := x.eventNumber()
	if err != nil {
		return err
	}
	if !given {
		after = max(0, newest-int64(x.limit()))
	}
	if after > newest {
		return eventsAhead(newest)
	}
	found, last, err := x.Store.Events(x.ctx, x.who.Scope, after, x.limit())
	if err != nil {
		return err
	}
	page := api.EventPage{Items: found, Last: last}
	if page.Items == nil {
		page.Items = []crm.Event{}
	}
	if last < newest {
		page.Next = strconv.FormatInt(last, 10)
	}
	return x.json(fiber.StatusOK, page)
}

// eventNumber reads the number to go on from: of the header that a browser sends
// when it takes a stream up again, or else of the address that it began with.
func (x *exchange) eventNumber() (after int64, given bool, err error) {
	words := strings.TrimSpace(x.c.Get("Last-Event-ID"))
	if words == "" {
		words = x.query.Get("after")
	}
	if words == "" {
		return 0, false, nil
	}
	after, err = strconv.ParseInt(words, 10, 64)
	if err != nil || after < 0 {
		return 0, false, &refusal{code: api.CodeBadParameter, problems: []crm.Problem{reason("Last-Event-ID", "last_event", "value", shorten(words))}}
	}
	return after, true, nil
}

// eventsAhead refuses a number that the log has not reached: the reader has it
// from another base, or from this one before a backup was put back.
func eventsAhead(newest int64) error {
	return refuse(api.CodeGone, "events_ahead", "last", strconv.FormatInt(newest, 10))
}

func followEvents(x *exchange) error {
	release, err := x.place(x.streams)
	if err != nil {
		return err
	}
	f := &follower{exchange: x.detached()}
	if err := f.begin(x); err != nil {
		release()
		return err
	}
	x.c.Set("X-Accel-Buffering", "no") // a proxy must not hold events back
	ctx, cancel := context.WithCancel(x.watch)
	return x.stream(ctx, cancel, api.MediaEventStream, func(ctx context.Context, w io.Writer) error {
		defer release()
		return f.run(ctx, w)
	})
}

// follower is one stream of events.
type follower struct {
	*exchange
	after int64       // the log is read up to here
	first []crm.Event // read already
}

// begin finds where to start, while the stream can still be refused.
func (f *follower) begin(x *exchange) (err error) {
	after, given, err := x.eventNumber()
	if err != nil {
		return err
	}
	newest, err := f.Store.LastEvent(f.ctx)
	switch {
	case err != nil:
		return err
	case !given:
		f.after = newest
		return nil
	case after > newest:
		return eventsAhead(newest)
	}
	f.first, f.after, err = f.Store.Events(f.ctx, f.who.Scope, after, streamBatch)
	return err
}

// run writes events until ctx ends or the log has moved on too far, when the
// reader's next attempt is told so.
func (f *follower) run(ctx context.Context, w io.Writer) error {
	found, sign := f.first, "retry: 2000\n"
	for {
		if err := f.write(w, found, sign); err != nil {
			return err
		}
		if err := f.wait(ctx); err != nil {
			return nil // ctx has ended: so does the stream
		}
		var err error
		before := f.after
		found, f.after, err = f.Store.Events(ctx, f.who.Scope, before, streamBatch)
		switch {
		case ctx.Err() != nil || errors.Is(err, crm.ErrGone):
			return nil
		case err != nil:
			return fmt.Errorf("read events after %d: %w", before, err)
		}
		sign = ": still here\n"
	}
}

// wait returns when there may be more to tell, or it is time for a sign of life.
func (f *follower) wait(ctx context.Context) error {
	timed, cancel := context.WithTimeout(ctx, f.Heartbeat)
	defer cancel()
	if err := f.Store.WaitEvents(timed, f.after); err != nil && timed.Err() == nil {
		return err
	}
	return ctx.Err()
}

// write sends events or, when there are none, a sign of life with the number up to
// which the log was read.
func (f *follower) write(w io.Writer, found []crm.Event, sign string) error {
	var b bytes.Buffer
	for i := range found {
		line, err := marshal(&found[i])
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "id: %d\ndata: %s\n", found[i].Seq, line)
	}
	if len(found) == 0 {
		fmt.Fprintf(&b, "%sid: %d\n\n", sign, f.after)
	}
	_, err := w.Write(b.Bytes())
	return err
}
