package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The tests of this package know nothing of the server but its binary, its
// HTTP interface and its files: what they count, they count for themselves.

// raceVariable is set where the program is to have the race detector, which the tests themselves run without.
const raceVariable = "ASSAY_TEST_RACE"

// program is the program, built once for all tests that want it so.
type program struct {
	flags []string
	once  sync.Once
	path  string
	err   error
}

var built, builtPlain program

// binary is the program, with the race detector under go test -race.
func binary(t *testing.T) string {
	t.Helper()
	return built.build(t)
}

// plainBinary is the program as people run it, for tests that keep it busy.
func plainBinary(t *testing.T) string {
	t.Helper()
	return builtPlain.build(t)
}

func (p *program) build(t *testing.T) string {
	t.Helper()
	p.once.Do(func() {
		dir, err := os.MkdirTemp("", "assay-e2e-")
		if err != nil {
			p.err = err
			return
		}
		p.path = filepath.Join(dir, "assay")
		args := append([]string{"build", "-buildvcs=false", "-o", p.path}, p.flags...)
		if out, err := exec.Command("go", append(args, ".")...).CombinedOutput(); err != nil {
			p.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if p.err != nil {
		t.Fatalf("build the program: %v", p.err)
	}
	return p.path
}

// process is a running server.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	url   string
	token string
	log   *safeBuffer // of its standard error
	ended chan error
	gone  bool // ended has been received
}

// safeBuffer is written by the process and read by the test.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// serve starts a server on a port of its own. It is stopped with the test.
func serve(t *testing.T, data string, flags ...string) *process {
	t.Helper()
	return serveWith(t, binary(t), data, flags...)
}

func serveWith(t *testing.T, binary, data string, flags ...string) *process {
	t.Helper()
	p := &process{t: t, log: &safeBuffer{}, ended: make(chan error, 1)}
	p.cmd = exec.Command(binary, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, flags...)...)
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if _, url, found := strings.Cut(lines.Text(), "listens on "); found {
				address <- strings.TrimSpace(url)
			}
		}
		close(address)
		p.ended <- p.cmd.Wait()
	}()
	if p.url = <-address; p.url == "" {
		t.Fatalf("the server did not start:\n%s", p.log)
	}
	token, err := os.ReadFile(filepath.Join(data, "admin-token"))
	if err != nil {
		t.Fatal(err)
	}
	p.token = strings.TrimSpace(string(token))
	return p
}

// stop interrupts the server and expects it to end well.
func (p *process) stop() {
	if p.gone {
		return
	}
	p.gone = true
	_ = p.cmd.Process.Signal(os.Interrupt) // if it has ended already, ended says how
	if err := <-p.ended; err != nil {
		p.t.Errorf("the server ended with %v:\n%s", err, p.log)
	}
	p.checkLog()
}

// kill ends the server as a power cut would.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	p.gone = true
	var exit *exec.ExitError
	if err := <-p.ended; !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		p.t.Fatalf("the server was to be killed, it ended with %v:\n%s", err, p.log)
	}
	p.checkLog()
}

func (p *process) checkLog() {
	for _, bad := range []string{"DATA RACE", "panic:", "goroutine "} {
		if strings.Contains(p.log.String(), bad) {
			p.t.Errorf("the server's log has %q:\n%s", bad, p.log)
			return
		}
	}
}

// reply is an answer, read whole.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// request is what do sends.
type request struct {
	method, path string
	body         io.Reader
	header       map[string]string
}

func (p *process) send(ctx context.Context, r request) (*http.Response, error) {
	rq, err := http.NewRequestWithContext(ctx, r.method, p.url+r.path, r.body)
	if err != nil {
		return nil, err
	}
	rq.Header.Set("Authorization", "Bearer "+p.token)
	for name, value := range r.header {
		rq.Header.Set(name, value)
	}
	return http.DefaultClient.Do(rq)
}

func (p *process) do(r request) reply {
	p.t.Helper()
	answer, err := p.send(p.t.Context(), r)
	if err != nil {
		p.t.Fatalf("%s %s: %v\n%s", r.method, r.path, err, p.log)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatalf("%s %s: %v", r.method, r.path, err)
	}
	return reply{answer.StatusCode, answer.Header, body}
}

// ask expects a good answer and decodes it.
func (p *process) ask(method, path string, body any, into any) reply {
	p.t.Helper()
	r := request{method: method, path: path}
	switch b := body.(type) {
	case nil:
	case io.Reader:
		r.body = b
	case []byte:
		r.body = bytes.NewReader(b)
	case string:
		r.body = strings.NewReader(b)
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			p.t.Fatal(err)
		}
		r.body = bytes.NewReader(encoded)
	}
	a := p.do(r)
	if a.status/100 != 2 {
		p.t.Fatalf("%s %s answers %d: %s", method, path, a.status, a.body)
	}
	if into != nil {
		if err := json.Unmarshal(a.body, into); err != nil {
			p.t.Fatalf("%s %s: %v in %s", method, path, err, a.body)
		}
	}
	return a
}

// importFile imports a file and returns what became of its records.
func (p *process) importFile(query string, file io.Reader) (s importSummary) {
	p.t.Helper()
	p.ask("POST", "/api/v1/imports?"+query, file, &s)
	return s
}

type importSummary struct {
	Created, Updated, Unchanged, Failed int
	Errors                              []lineError
}

type lineError struct {
	Line                 int
	Field, Code, Message string
}

type qualityReport struct {
	Clients, Violating, Pending int
	Rules                       []ruleLine
	Items                       []reportItem
	Next                        string
}

type ruleLine struct {
	Name, Severity, State     string
	Clients, Findings, Errors int
}

type reportItem struct {
	Client struct {
		ID            int
		Name, Manager string
	}
	Findings []finding
}

type finding struct{ ID, Rule, Code, Path, RowID, Message string }

// quality returns the whole report, page by page.
func (p *process) quality(query string) (all qualityReport) {
	p.t.Helper()
	for after := ""; ; after = all.Next {
		var page qualityReport
		p.ask("GET", "/api/v1/reports/quality?limit=1000&"+query+"&after="+after, nil, &page)
		page.Items = append(all.Items, page.Items...)
		if all = page; all.Next == "" {
			return all
		}
	}
}

// settled waits until every rule has judged every client.
func (p *process) settled() {
	p.t.Helper()
	events := p.follow()
	defer events.close()
	for p.pending() > 0 {
		events.next() // a sweep reports its end
	}
}

// pending returns how many clients some rule has still to judge.
func (p *process) pending() int {
	p.t.Helper()
	var report qualityReport
	p.ask("GET", "/api/v1/reports/quality?limit=1", nil, &report)
	var segments struct{ Items []segment }
	p.ask("GET", "/api/v1/segments", nil, &segments)
	most := report.Pending
	for _, s := range segments.Items {
		most = max(most, s.Pending)
	}
	return most
}

type segment struct {
	Rule, Label, Title, Reason string
	Clients, Pending           int
}

type event struct {
	Seq    int
	Type   string
	Client int
	Rule   string
	Detail map[string]any
}

// follower reads the stream of events.
type follower struct {
	t     *testing.T
	lines *bufio.Scanner
	close func()
}

// follow returns the events from now on; the connection ends with the test, if not before.
func (p *process) follow() *follower {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 2*time.Minute)
	answer, err := p.send(ctx, request{method: "GET", path: "/api/v1/events", header: map[string]string{"Accept": "text/event-stream"}})
	if err != nil {
		p.t.Fatal(err)
	}
	closed := sync.OnceFunc(func() {
		cancel()
		_ = answer.Body.Close()
	})
	p.t.Cleanup(closed)
	if answer.StatusCode != http.StatusOK {
		p.t.Fatalf("the stream of events answers %s", answer.Status)
	}
	f := &follower{p.t, bufio.NewScanner(answer.Body), closed}
	f.lines.Scan() // the stream has begun
	return f
}

// next waits for the next event.
func (f *follower) next() (e event) {
	f.t.Helper()
	for f.lines.Scan() {
		data, found := strings.CutPrefix(f.lines.Text(), "data: ")
		if !found {
			continue
		}
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			f.t.Fatalf("event %s: %v", data, err)
		}
		return e
	}
	f.t.Fatalf("the stream of events ended: %v", f.lines.Err())
	return e
}
