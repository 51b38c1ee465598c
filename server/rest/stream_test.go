package rest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"assay/server/api"
	"assay/server/crm"
	"assay/server/rest"
)

func TestImportAnswersWithASummary(t *testing.T) {
	s := serve(t, nil)
	for _, headers := range [][]string{{"Content-Type", "application/x-ndjson"}, {"Content-Type", "application/octet-stream", "X-Format", "in the query"}} {
		path := "/api/v1/imports"
		if len(headers) > 2 {
			path += "?format=ndjson"
		}
		resp := s.ask("POST", path, "{}\n{}\n{}\n", headers...)
		var sum api.ImportSummary
		if err := json.Unmarshal([]byte(text(t, resp)), &sum); err != nil || sum.Created != 3 {
			t.Errorf("%s: %+v, %v", path, sum, err)
		}
	}
}

func TestImportReportsProgress(t *testing.T) {
	s := serve(t, nil)
	s.hold = make(chan struct{})
	file, feed := io.Pipe()
	var seen []api.ImportProgress
	reported := make(chan api.ImportProgress)
	done := make(chan error, 1)
	go func() {
		sum, err := s.caller().Import(t.Context(), file, api.ImportOptions{Format: "ndjson"}, func(p api.ImportProgress) { reported <- p })
		if err == nil && sum.Created != 3 {
			err = fmt.Errorf("summary %+v", sum)
		}
		done <- err
	}()
	for i := range 3 { // each line is reported before the next is sent
		if _, err := io.WriteString(feed, "{}\n"); err != nil {
			t.Fatal(err)
		}
		s.hold <- struct{}{}
		seen = append(seen, <-reported)
		if seen[i].Stored != int64(i+1) {
			t.Fatalf("reported %+v", seen)
		}
	}
	_ = feed.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestImportThatGoesWrongLaterEndsWithTheProblem(t *testing.T) {
	s := serve(t, nil)
	var last api.ImportProgress
	_, err := s.caller().Import(t.Context(), strings.NewReader("{}\n{}\nbroken\n{}\n"), api.ImportOptions{Format: "ndjson"}, func(p api.ImportProgress) { last = p })
	var p *api.Problem
	if !errors.As(err, &p) || p.Code != api.CodeMalformed {
		t.Fatalf("got %v, want the problem", err)
	}
	if last.Stored != 2 {
		t.Errorf("told of %+v before it", last)
	}
}

// TestImportEndsWithItsClient takes the client away in the middle: the import
// must end, give its place back, and not touch the connection's body afterwards.
func TestImportEndsWithItsClient(t *testing.T) {
	s := serve(t, func(c *rest.Config) { c.MaxImports = 1 })
	for range 3 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST /api/v1/imports?format=ndjson HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret\r\nAccept: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n%s", strings.Repeat("{}\n", 4000))
		answer := bufio.NewReader(conn)
		for { // the answer has begun
			line, err := answer.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(line, `"stored":1}`) {
				break
			}
		}
		_ = conn.Close()
		for { // its place comes back
			resp := s.ask("POST", "/api/v1/imports?format=ndjson", "{}\n")
			_ = text(t, resp)
			if resp.StatusCode == 200 {
				break
			}
			if resp.StatusCode != 429 || resp.Header.Get("Retry-After") == "" {
				t.Fatalf("%s", resp.Status)
			}
		}
	}
}

func TestImportOfAStalledBodyTimesOut(t *testing.T) {
	s := serve(t, func(c *rest.Config) { c.ReadStall = 50 * time.Millisecond })
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	fmt.Fprintf(conn, "POST /api/v1/imports?format=ndjson HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if p := problem(t, resp); p.Code != api.CodeTimeout {
		t.Errorf("%s", p)
	}
}

func TestRefusedUploadIsAnswered(t *testing.T) {
	s := serve(t, nil)
	for _, headers := range [][]string{{"Authorization", "Bearer nope"}, {"Content-Encoding", "gzip"}} {
		resp := s.send("POST", "/api/v1/imports?format=csv", io.LimitReader(zeros{}, 8<<20), headers...)
		if p := problem(t, resp); p.Status != 401 && p.Status != 415 {
			t.Errorf("%s", p)
		}
	}
	resp := s.send("POST", "/api/v1/modules", io.LimitReader(zeros{}, 33<<20))
	if p := problem(t, resp); p.Code != api.CodeTooLarge || !strings.Contains(p.Detail, "32 MiB") {
		t.Errorf("%s", p)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestUnreadBodyIsNotARequest sends a request inside the body of a refused one.
func TestUnreadBodyIsNotARequest(t *testing.T) {
	s := serve(t, nil)
	inner := "POST /api/v1/clients HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret\r\nContent-Length: 16\r\n\r\n{\"name\":\"smuggl\"}"
	pad := strings.Repeat(" ", 100_000)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	fmt.Fprintf(conn, "POST /api/v1/clients HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer nope\r\nContent-Length: %d\r\n\r\n%s%s", len(pad+inner), pad, inner)
	answers, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(answers, []byte("HTTP/1.1 ")); n != 1 || len(s.clients) != 0 {
		t.Errorf("%d answers and %d clients, want one 401:\n%s", n, len(s.clients), answers)
	}
}

func TestExport(t *testing.T) {
	s := serve(t, nil)
	for i := range int64(2500) {
		s.clients = append(s.clients, &crm.Client{ID: i + 1, Name: fmt.Sprintf("клиент %d", i)})
	}
	var file bytes.Buffer
	if _, err := s.caller().Export(t.Context(), &file, "ndjson", api.ClientQuery{}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(file.String()), "\n")
	if len(lines) != 2500 || !strings.Contains(lines[2499], "клиент 2499") {
		t.Errorf("%d lines, the last %s", len(lines), lines[len(lines)-1])
	}
	for format, begins := range map[string]string{"csv": "\xef\xbb\xbf", "xlsx": "PK"} {
		resp := s.ask("GET", "/api/v1/exports/clients?format="+format, "")
		if body := text(t, resp); !strings.HasPrefix(body, begins) || !strings.Contains(resp.Header.Get("Content-Disposition"), "clients."+format) {
			t.Errorf("%s: %v %.20q", format, resp.Header, body)
		}
	}
}

func TestExportThatFailsIsCutOff(t *testing.T) {
	s := serve(t, nil)
	s.fail = errors.New("the disk is gone")
	if _, err := s.caller().Export(t.Context(), io.Discard, "ndjson", api.ClientQuery{}); err == nil {
		t.Error("an export that broke off looks whole")
	}
}

func TestEvents(t *testing.T) {
	s := serve(t, nil)
	for range 5 {
		s.log(crm.EventClientCreated, 1)
	}
	c := s.caller()
	for _, test := range []struct {
		after       int64
		limit       int
		first, last int64
		next        string
	}{{0, 2, 1, 2, "2"}, {2, 50, 3, 5, ""}, {5, 50, 0, 5, ""}, {api.Newest, 2, 4, 5, ""}, {api.Newest, 50, 1, 5, ""}} {
		page, err := c.Events(t.Context(), test.after, test.limit)
		if err != nil {
			t.Fatal(err)
		}
		var first int64
		if len(page.Items) > 0 {
			first = page.Items[0].Seq
		}
		if first != test.first || page.Last != test.last || page.Next != test.next {
			t.Errorf("after %d limit %d: %+v", test.after, test.limit, page)
		}
	}
	s.oldest = 3
	for _, accept := range []string{api.MediaJSON, api.MediaEventStream} {
		if p := problem(t, s.ask("GET", "/api/v1/events?after=1", "", "Accept", accept)); p.Status != 410 || p.Code != api.CodeGone {
			t.Errorf("%s: %s", accept, p)
		}
	}
}

func TestFollow(t *testing.T) {
	s := serve(t, func(c *rest.Config) { c.Heartbeat = time.Millisecond })
	s.log(crm.EventClientCreated, 1)
	s.log(crm.EventClientCreated, 2)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	got := make(chan int64)
	done := make(chan error, 1)
	go func() {
		done <- s.caller().Follow(ctx, 1, func(e crm.Event) error { got <- e.Client; return nil })
	}()
	if c := <-got; c != 2 {
		t.Fatalf("first %d, want 2: what happened after 1", c)
	}
	s.mu.Lock()
	s.log(crm.EventClientUpdated, 3)
	s.mu.Unlock()
	if c := <-got; c != 3 {
		t.Fatalf("then %d, want 3", c)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

func TestStreamIsAlive(t *testing.T) {
	s := serve(t, func(c *rest.Config) { c.Heartbeat = time.Millisecond })
	resp := s.ask("GET", "/api/v1/events", "", "Accept", api.MediaEventStream)
	if got := resp.Header.Get("Content-Type"); got != api.MediaEventStream {
		t.Fatalf("Content-Type %s", got)
	}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), ": ") {
			return
		}
	}
	t.Error("no sign of life came")
}

// TestShutdown ends streams at once, lets a request finish, and takes no new ones.
func TestShutdown(t *testing.T) {
	s := serve(t, nil)
	s.hold = make(chan struct{})
	var streams []*http.Response
	for range 20 {
		streams = append(streams, s.ask("GET", "/api/v1/events", "", "Accept", api.MediaEventStream))
	}
	imported := make(chan error, 1)
	go func() {
		_, err := s.caller().Import(context.Background(), strings.NewReader("{}\n"), api.ImportOptions{Format: "ndjson"}, nil)
		imported <- err
	}()
	s.hold <- struct{}{} // the import runs
	down := make(chan error, 1)
	go func() { down <- s.Shutdown(context.Background()) }()
	for _, stream := range streams {
		_ = text(t, stream) // ends without an error
	}
	if err := <-imported; err != nil {
		t.Errorf("the running import: %v", err)
	}
	if err := <-down; err != nil {
		t.Error(err)
	}
	if _, err := http.Get(s.url + "/healthz"); err == nil {
		t.Error("it still answers")
	}
}

// TestShutdownDoesNotWaitForUnusedConnections: a client that had opened a connection in reserve held up the
// shutdown until its patience ended.
func TestShutdownDoesNotWaitForUnusedConnections(t *testing.T) {
	s := serve(t, nil)
	unused, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer unused.Close()
	after := http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // one that is served was accepted later
	answer, err := after.Get(s.url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}

func TestShutdownMayComeFirst(t *testing.T) {
	f := newRooms()
	s, err := rest.New(rest.Config{Store: f, Intake: f, Reconciler: objects{f}, Report: reports{f}, Fixes: fixes{}, Webhooks: hooks{}, Differ: differs{f}, Tokens: tokens{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(ln); err != nil {
		t.Error(err)
	}
}

func TestShutdownHasAnEnd(t *testing.T) {
	s := serve(t, nil)
	s.hold = make(chan struct{})
	imported := make(chan error, 1)
	go func() {
		_, err := s.caller().Import(context.Background(), strings.NewReader("{}\n{}\n"), api.ImportOptions{Format: "ndjson"}, nil)
		imported <- err
	}()
	s.hold <- struct{}{} // and never again: the import hangs
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("ended with %v", err)
	}
	if err := <-imported; err == nil {
		t.Error("the import that was cut off looks whole")
	}
}
