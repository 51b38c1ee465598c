package rest

import (
	"context"
	"errors"
	"io"
	"mime"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"assay/server/api"
)

// mediaForm is what curl and others send when they are told nothing; it is taken
// for any body, since no route reads forms.
const mediaForm = "application/x-www-form-urlencoded"

// documentTimeout is how long a document may take to arrive.
const documentTimeout = 30 * time.Second

// checkBody refuses a body by its headers, before any of it is read.
func (x *exchange) checkBody() error {
	b := x.route.body
	if b == nil {
		return nil
	}
	encoding := strings.TrimSpace(x.c.Get(fiber.HeaderContentEncoding))
	if encoding != "" && !strings.EqualFold(encoding, "identity") {
		return refuse(api.CodeUnsupportedEncoding, "encoding", "encoding", shorten(encoding))
	}
	if length := x.c.Request().Header.ContentLength(); b.max > 0 && int64(length) > b.max {
		return tooLarge(b.max)
	}
	return b.checkMedia(x.c.Get(fiber.HeaderContentType))
}

func (b *body) checkMedia(header string) error {
	if header == "" || len(b.media) == 0 {
		return nil
	}
	media, _, err := mime.ParseMediaType(header)
	if err == nil && (media == mediaForm || slices.Contains(b.media, media)) {
		return nil
	}
	if err == nil && slices.Contains(b.media, api.MediaJSON) && strings.HasSuffix(media, "+json") {
		return nil
	}
	return refuse(api.CodeUnsupportedMedia, "media", "media", shorten(header), "wanted", strings.Join(b.media, ", "))
}

// readBody reads the whole body within the route's limit and time.
func (x *exchange) readBody() ([]byte, error) {
	stream := x.c.Request().BodyStream()
	if stream == nil {
		return nil, nil
	}
	length := x.c.Request().Header.ContentLength()
	if length < 0 || length > prefetchedBytes {
		_ = x.c.Context().Conn().SetReadDeadline(time.Now().Add(x.route.body.timeout)) // what fails here fails in Read
	}
	body, err := readAtMost(stream, x.route.body.max, length)
	if err != nil {
		return nil, bodyError(err)
	}
	if int64(len(body)) > x.route.body.max {
		return nil, tooLarge(x.route.body.max)
	}
	return body, nil
}

// readAtMost reads up to one byte more than max, with one allocation when the length is known.
func readAtMost(stream io.Reader, max int64, length int) ([]byte, error) {
	if length >= 0 && int64(length) <= max {
		body := make([]byte, length)
		_, err := io.ReadFull(stream, body)
		return body, err
	}
	return io.ReadAll(io.LimitReader(stream, max+1))
}

func tooLarge(max int64) error {
	return refuse(api.CodeTooLarge, "too_large", "limit", strconv.FormatInt(max>>20, 10))
}

// bodyError says why a body did not arrive.
func bodyError(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return refuse(api.CodeTimeout, "body_slow")
	}
	return refuse(api.CodeMalformed, "body_broken", "cause", err.Error())
}

// patientReader reads a body of any length: it may last, but not stand still.
type patientReader struct {
	ctx   context.Context // ends the reading
	body  io.Reader
	conn  net.Conn
	stall time.Duration
	err   error // what ended the body other than its end
}

// Read gives the peer another stall's time for the next bytes. Who ends ctx and
// then sets a deadline in the past wakes it for good: the order here sees to that.
func (r *patientReader) Read(p []byte) (int, error) {
	_ = r.conn.SetReadDeadline(time.Now().Add(r.stall)) // what fails here fails in Read
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.body.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

// settle sees to what was not read of a body: a little is read, so that the
// connection can be used again; more closes it, lest the rest be taken for a request.
func settle(c *fiber.Ctx) {
	const little = 64 << 10
	stream := c.Request().BodyStream()
	if stream == nil || c.Response().IsBodyStream() {
		return // a streamed answer reads its body while it is sent, and closes the connection
	}
	if length := c.Request().Header.ContentLength(); length >= 0 && length <= little {
		if length > prefetchedBytes {
			_ = c.Context().Conn().SetReadDeadline(time.Now().Add(time.Second))
		}
		if n, err := io.CopyN(io.Discard, stream, little+1); errors.Is(err, io.EOF) && n <= little {
			return
		}
	} else if n, err := stream.Read(make([]byte, 1)); n == 0 && errors.Is(err, io.EOF) {
		return
	}
	closeUnread(c)
}

// closeUnread closes the connection after the answer, giving the peer time to read it.
func closeUnread(c *fiber.Ctx) {
	c.Context().SetConnectionClose()
	if conn, ok := c.Context().Conn().(*lingeringConn); ok {
		conn.unread.Store(true)
	}
}
