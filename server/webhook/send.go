package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"assay/rules"
)

// The bounds of what a receiver may answer.
const (
	maxAnswer     = 64 << 10 // bytes of a body that are read
	maxHeadBytes  = 64 << 10
	quotedAnswer  = 200 // bytes of a body that go into an error
	connectWithin = 10 * time.Second
)

// newClient returns a client that connects to allowed addresses only. A proxy
// out of the environment would be asked for any address, so there is none.
func (d *Dispatcher) newClient() *http.Client {
	dialer := &net.Dialer{Timeout: connectWithin, Control: d.guard.control}
	return &http.Client{
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, ForceAttemptHTTP2: true, DisableCompression: true,
			TLSHandshakeTimeout: connectWithin, MaxResponseHeaderBytes: maxHeadBytes,
			MaxIdleConns: maxSending, MaxIdleConnsPerHost: maxPerHook, IdleConnTimeout: 90 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// result is how an attempt went.
type result struct {
	code  int           // HTTP status, 0 for no answer
	err   error         // nil when the receiver took it
	pause time.Duration // that the receiver asked for
}

var errTimeout = errors.New("the receiver did not answer in time")

// post sends one message and returns how it went.
func (d *Dispatcher) post(ctx context.Context, hook *rules.Webhook, s *state, id string, body []byte) result {
	ctx, cancel := context.WithTimeoutCause(ctx, hook.Within(), fmt.Errorf("%w (spec.timeout is %s)", errTimeout, hook.Spec.Timeout))
	defer cancel()
	rq, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.Spec.URL, bytes.NewReader(body))
	if err != nil {
		return result{err: fmt.Errorf("spec.url: %w", err)}
	}
	now := d.Now()
	for name, value := range s.Secrets.Headers {
		rq.Header.Set(name, value)
	}
	rq.Header.Set("Content-Type", "application/json")
	if rq.Header.Get("User-Agent") == "" {
		rq.Header.Set("User-Agent", "Assay/"+d.Version)
	}
	rq.Header.Set(headerID, id)
	rq.Header.Set(headerTimestamp, strconv.FormatInt(now.Unix(), 10))
	rq.Header.Set(headerSignature, Sign(s.signing(now), id, now, body))
	answer, err := d.client.Do(rq)
	if err != nil {
		return result{err: reasonOf(ctx, err)}
	}
	defer func() { _ = answer.Body.Close() }()
	text, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer)) // the status is the answer; the body is for people
	return result{code: answer.StatusCode, err: refusalOf(answer, text), pause: pauseOf(answer, now)}
}

// reasonOf takes the method and the URL out of an error, which the reader has.
func reasonOf(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errTimeout) {
		return cause
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var blocked *BlockedError
	if errors.As(err, &blocked) {
		return blocked
	}
	return err
}

// refusalOf returns nil for an answer that takes the event.
func refusalOf(answer *http.Response, text []byte) error {
	switch code := answer.StatusCode; {
	case code/100 == 2:
		return nil
	case code/100 == 3:
		return fmt.Errorf("the receiver answered %s and points to %.200q; redirects are not followed, so put the final address into spec.url", answer.Status, answer.Header.Get("Location"))
	default:
		said := strings.Join(strings.Fields(strings.ToValidUTF8(string(text[:min(len(text), quotedAnswer)]), "�")), " ")
		if said != "" {
			said = ": " + said
		}
		return fmt.Errorf("the receiver answered %s%s", answer.Status, said)
	}
}

func pauseOf(answer *http.Response, now time.Time) time.Duration {
	if answer.StatusCode/100 == 2 {
		return 0
	}
	return retryAfter(answer.Header, now)
}
