package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"
)

// stream answers with what produce writes, while it is written. Every write
// reaches the reader at once, and waits for a slow one. An error of produce
// breaks the connection off, so that a cut answer is not taken for a whole one.
//
// produce runs on a goroutine of its own. It must not use the exchange's Fiber
// context, which is reused by then, and it ends early when ctx does; cancel, which
// ends ctx, is called when the reader is gone.
func (x *exchange) stream(ctx context.Context, cancel context.CancelFunc, media string, produce func(ctx context.Context, w io.Writer) error) error {
	x.c.Context().SetContentType(media)
	x.c.Status(fiber.StatusOK)
	pr, pw := io.Pipe()
	s := &streamBody{PipeReader: pr, conn: x.c.Context().Conn(), stall: x.WriteStall, cancel: cancel, done: make(chan struct{})}
	logger, path := x.Logger, x.route.op.Path
	go func() {
		defer close(s.done)
		err := guarded(func() error { return produce(ctx, pw) })
		if err != nil && ctx.Err() == nil && !errors.Is(err, io.ErrClosedPipe) {
			logger.Error("answer broken off", "route", path, "error", err)
		}
		_ = pw.CloseWithError(err) // never fails
	}()
	x.c.Response().ImmediateHeaderFlush = true
	x.c.Response().SetBodyStream(s, -1)
	return nil
}

// guarded turns a panic into an error.
func guarded(run func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return run()
}

// streamBody is the body of a streamed answer, read by the connection's goroutine.
type streamBody struct {
	*io.PipeReader
	conn   net.Conn
	stall  time.Duration
	cancel context.CancelFunc
	done   chan struct{}
}

// Read waits for the next bytes and gives the peer another stall's time to take them.
func (s *streamBody) Read(p []byte) (int, error) {
	n, err := s.PipeReader.Read(p)
	_ = s.conn.SetWriteDeadline(time.Now().Add(s.stall)) // what fails here fails in the write
	return n, err
}

// Close stops the producer and waits for its end, since what it reads (the
// request's body) belongs to the connection. A producer that waits for the peer
// is woken by a read deadline in the past.
func (s *streamBody) Close() error {
	s.cancel()
	_ = s.PipeReader.Close()
	select {
	case <-s.done:
	default:
		_ = s.conn.SetReadDeadline(time.Unix(1, 0))
		<-s.done
	}
	return nil
}
