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
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/api"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/formats"
	"assay/server/intake"
	"assay/server/reconcile"
	"assay/server/report"
	"assay/server/rest"
	"assay/server/store"
	"assay/server/sweep"
)

// rooms stands in for what is behind rest: clients in a slice, one rule
// ("tax-id"), a log in a slice. Errors that a test wants are put in fail.
type rooms struct {
	store.Store // what rest does not use is nil

	mu      sync.Mutex
	clients []*crm.Client
	events  []crm.Event
	news    chan struct{} // closed and replaced at each event
	objects map[string]json.RawMessage
	modules map[string][]byte
	fail    error

	versions []string // that objects had to have

	swept  sweep.Status
	panics bool
	oldest int64 // events up to it are gone
	hold   chan struct{}
	query  store.Query // of the last list
	asked  report.Request
	by     string
	scopes []crm.Scope
	replay bool            // Idempotency-Key is minded
	keys   map[string]bool // that were used
}

func newRooms() *rooms {
	return &rooms{news: make(chan struct{}), objects: map[string]json.RawMessage{"Rule/tax-id": json.RawMessage(`{"kind":"Rule","metadata":{"name":"tax-id"}}`),
		"Rule/size": json.RawMessage(`{"kind":"Rule","metadata":{"name":"size"},"spec":{"type":"Segmentation"}}`)}, modules: map[string][]byte{}}
}

func (f *rooms) log(kind crm.EventType, client int64) {
	f.events = append(f.events, crm.Event{Seq: int64(len(f.events)) + 1, At: crm.TimeFromUnixMilli(1_700_000_000_000), Type: kind, Client: client, By: f.by})
	close(f.news)
	f.news = make(chan struct{})
}

func (f *rooms) find(id int64) (*crm.Client, error) {
	for _, c := range f.clients {
		if c.ID == id {
			return c, nil
		}
	}
	return nil, crm.ErrNotFound
}

func (f *rooms) results(c *crm.Client) []crm.Result {
	if c.TaxID != "" {
		return nil
	}
	return []crm.Result{{Rule: "tax-id", Findings: []crm.Finding{{Rule: "tax-id", Code: "tax-id", Path: "taxId"}}}}
}

// --- store

func (f *rooms) Client(_ context.Context, scope crm.Scope, id int64) (store.Stored, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.panics {
		panic("the store fell over")
	}
	f.scopes = append(f.scopes, scope)
	c, err := f.find(id)
	if err != nil {
		return store.Stored{}, err
	}
	card, err := crm.EncodeCard(nil, c)
	return store.Stored{Card: card, Results: f.results(c)}, err
}

func (f *rooms) Count(context.Context, crm.Scope, store.Query) (int64, error) {
	return int64(len(f.clients)), nil
}

func (f *rooms) Clients(ctx context.Context, _ crm.Scope, q store.Query) (store.Page, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.query = q
	if f.fail != nil {
		return store.Page{}, f.fail
	}
	after, _ := strconv.ParseInt(q.After, 10, 64)
	var page store.Page
	for _, c := range f.clients {
		card, err := crm.EncodeCard(nil, c)
		if err != nil {
			return page, err
		}
		matched := []bool{true}
		if q.Match != nil {
			if c.ID <= after {
				continue
			}
			if err := q.Match.Match(ctx, [][]byte{card}, matched); errors.Is(err, store.ErrSpent) {
				page.Next, page.Partial = strconv.FormatInt(after, 10), true
				return page, nil
			} else if err != nil {
				return page, err
			}
		}
		if c.ID <= after || !matched[0] {
			continue
		}
		if len(page.Cards) == q.Limit {
			page.Next = strconv.FormatInt(after, 10)
			return page, nil
		}
		page.Cards, after = append(page.Cards, card), c.ID
	}
	return page, nil
}

func (f *rooms) Quality(context.Context, crm.Scope, store.QualityQuery) (store.Quality, error) {
	return store.Quality{Rules: []store.RuleCount{{Rule: "tax-id", Findings: 3, Errors: 1, Pending: 2}}}, nil
}

func (f *rooms) Objects(context.Context, string) ([]store.Object, error) {
	return []store.Object{{Kind: "Rule", Name: "tax-id"}}, nil
}

func (f *rooms) Waivers(context.Context, crm.Scope, string, int) ([]store.ClientWaiver, string, error) {
	return nil, "", nil
}

func (f *rooms) Stats(context.Context) (store.Stats, error) {
	return store.Stats{Clients: int64(len(f.clients)), FileBytes: 4096}, nil
}

func (f *rooms) LastEvent(context.Context) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int64(len(f.events)), nil
}

func (f *rooms) Events(_ context.Context, _ crm.Scope, after int64, limit int) ([]crm.Event, int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if after < f.oldest {
		return nil, 0, crm.ErrGone
	}
	after = min(after, int64(len(f.events)))
	to := min(after+int64(limit), int64(len(f.events)))
	return slices.Clone(f.events[after:to]), to, nil
}

func (f *rooms) WaitEvents(ctx context.Context, after int64) error {
	for {
		f.mu.Lock()
		news, last := f.news, int64(len(f.events))
		f.mu.Unlock()
		if last > after {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// --- intake

func (f *rooms) write(r intake.Request, c *crm.Client) (*intake.Answer, error) {
	if f.fail != nil {
		return nil, f.fail
	}
	f.by = r.By
	if f.replay && r.IdempotencyKey != "" && !r.DryRun {
		if f.keys[r.IdempotencyKey] {
			return &intake.Answer{Client: f.clients[0], Created: true, Replayed: true}, nil
		}
		if f.keys == nil {
			f.keys = map[string]bool{}
		}
		f.keys[r.IdempotencyKey] = true
	}
	if err := json.Unmarshal(r.Doc, c); err != nil {
		return nil, &crm.MalformedError{Code: "malformed_json", Detail: err.Error()}
	}
	created := c.ID == 0
	if created {
		c.ID = int64(len(f.clients)) + 1
	}
	c.Revision++
	if !r.DryRun {
		if created {
			f.clients = append(f.clients, c)
			f.log(crm.EventClientCreated, c.ID)
		} else {
			f.log(crm.EventClientUpdated, c.ID)
		}
	}
	return &intake.Answer{Client: c, Results: f.results(c), Created: created}, nil
}

func (f *rooms) Create(_ context.Context, r intake.Request) (*intake.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.write(r, &crm.Client{})
}

func (f *rooms) Replace(ctx context.Context, id int64, r intake.Request) (*intake.Answer, error) {
	return f.Patch(ctx, id, r)
}

func (f *rooms) Patch(_ context.Context, id int64, r intake.Request) (*intake.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.find(id)
	if err != nil {
		return nil, err
	}
	if r.IfMatch != 0 && r.IfMatch != c.Revision {
		return nil, crm.ErrRevisionConflict
	}
	return f.write(r, c)
}

func (f *rooms) Upsert(_ context.Context, externalID string, r intake.Request) (*intake.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.clients {
		if c.ExternalID == externalID {
			return f.write(r, c)
		}
	}
	return f.write(r, &crm.Client{ExternalID: externalID})
}

func (f *rooms) Delete(_ context.Context, id int64, r intake.Request) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.find(id); err != nil {
		return err
	}
	if !r.DryRun {
		f.clients = slices.DeleteFunc(f.clients, func(c *crm.Client) bool { return c.ID == id })
	}
	return nil
}

func (f *rooms) AddRow(_ context.Context, id int64, list string, r intake.Request) (*intake.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.find(id)
	if err != nil {
		return nil, err
	}
	r.Doc = []byte(`{"notes":` + strconv.Quote("added to "+list) + `}`)
	return f.write(r, c)
}

func (f *rooms) PatchRow(ctx context.Context, id int64, list, row string, r intake.Request) (*intake.Answer, error) {
	return f.AddRow(ctx, id, list+"/"+row, r)
}

func (f *rooms) DeleteRow(ctx context.Context, id int64, list, row string, r intake.Request) (*intake.Answer, error) {
	return f.AddRow(ctx, id, list+"/"+row, r)
}

// Import takes a client a line, "commits" after each, and stops at a line "broken".
func (f *rooms) Import(ctx context.Context, r intake.ImportRequest) (*intake.ImportSummary, error) {
	sum := &intake.ImportSummary{Errors: []formats.LineError{}}
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if lines.Text() == "broken" {
			return sum, &formats.FileError{Code: "not_text", Message: "the file is broken here"}
		}
		if f.hold != nil {
			select {
			case <-f.hold:
			case <-ctx.Done():
				return sum, ctx.Err()
			}
		}
		sum.Created++
		if r.Progress != nil {
			r.Progress(sum.Created, sum.Created)
		}
	}
	return sum, lines.Err()
}

// --- reconcile

func (f *rooms) Apply(_ context.Context, by, kind, name, version string, manifest []byte, dryRun bool) (*reconcile.Applied, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail != nil {
		return nil, f.fail
	}
	f.versions = append(f.versions, version)
	key := kind + "/" + name
	old, known := f.objects[key]
	object := json.RawMessage(fmt.Sprintf(`{"kind":%q,"metadata":{"name":%q},"spec":{"manifest":%q}}`, kind, name, manifest))
	if !dryRun {
		f.objects[key], f.by = object, by
	}
	return &reconcile.Applied{Object: object, Created: !known, Changed: !bytes.Equal(old, object)}, nil
}

func (f *rooms) deleteObject(key string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.objects[key]; !ok {
		return crm.ErrNotFound
	}
	delete(f.objects, key)
	return nil
}

func (f *rooms) Get(_ context.Context, kind, name string) (json.RawMessage, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	object, ok := f.objects[kind+"/"+name]
	if !ok {
		return nil, fmt.Errorf("%s %s: %w", kind, name, crm.ErrNotFound)
	}
	return object, nil
}

func (f *rooms) List(_ context.Context, kind string, s rules.Selector) (*reconcile.Listed, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := &reconcile.Listed{Version: 17}
	for key, object := range f.objects {
		var o struct{ Metadata rules.Metadata }
		if err := json.Unmarshal(object, &o); err != nil {
			return nil, err
		}
		if strings.HasPrefix(key, kind+"/") && s.Matches(o.Metadata.Labels) {
			all.Objects = append(all.Objects, object)
		}
	}
	return all, nil
}

// Watch knows no earlier version.
func (f *rooms) Watch(context.Context, string, rules.Selector, int64) (*reconcile.Watch, error) {
	return nil, fmt.Errorf("watch: %w", crm.ErrGone)
}

func (f objects) Revisions(ctx context.Context, kind, name string) ([]reconcile.Revision, error) {
	object, err := f.Get(ctx, kind, name)
	return []reconcile.Revision{{Revision: 3, By: "anna", Change: "applied", Current: true, Object: object}}, err
}

func (f objects) Revision(ctx context.Context, kind, name string, number int64) (*reconcile.Revision, error) {
	all, err := f.Revisions(ctx, kind, name)
	if err == nil && number != all[0].Revision {
		err = crm.ErrNotFound
	}
	return &all[0], err
}

func (f objects) DropRevision(ctx context.Context, by, kind, name string, number int64, _ bool) error {
	_, err := f.Revision(ctx, kind, name, number)
	f.by = fmt.Sprintf("%s forgot %d", by, number)
	return err
}

func (f objects) Rollback(ctx context.Context, by, kind, name, version string, number int64, dryRun bool) (*reconcile.Applied, error) {
	if f.fail != nil {
		return nil, f.fail
	}
	f.versions = append(f.versions, version)
	f.by = fmt.Sprintf("%s back to %d of %s %s, dry run %v", by, number, kind, name, dryRun)
	object, err := f.Get(ctx, kind, name)
	return &reconcile.Applied{Object: object, Changed: true}, err
}

func (f objects) AddModule(_ context.Context, _ string, wasm []byte, _ bool) (*reconcile.ModuleInfo, error) {
	if !bytes.HasPrefix(wasm, []byte("\x00asm")) {
		return nil, &crm.InvalidError{Problems: []crm.Problem{{Code: "not_wasm", Message: "this is not a WebAssembly module"}}}
	}
	f.modules["sha256:00"] = wasm
	return &reconcile.ModuleInfo{Digest: "sha256:00", Size: int64(len(wasm)), Checks: []abi.CheckDescription{{Name: "licence", Type: "Quality"}}, Rules: []string{}}, nil
}

func (f objects) Modules(context.Context) ([]reconcile.ModuleInfo, error) { return nil, nil }

func (f objects) Module(_ context.Context, digest string) ([]byte, error) {
	if wasm, ok := f.modules[digest]; ok {
		return wasm, nil
	}
	return nil, crm.ErrNotFound
}

func (f objects) ModuleResource(ctx context.Context, digest string) (json.RawMessage, error) {
	_, err := f.Module(ctx, digest)
	return json.RawMessage(`{"kind":"Module"}`), err
}

func (f objects) DeleteModule(context.Context, string, string, bool) error {
	return &reconcile.InUseError{What: "module sha256:00", By: "rule pharmacy"}
}

func (f *rooms) Filter(_ context.Context, expr string, _ time.Duration) (*reconcile.Filter, error) {
	seen := &reconcile.Seen{}
	switch expr {
	case "slow":
		return &reconcile.Filter{Facets: []store.FacetValue{{Facet: store.FacetStage, Or: []string{"won"}, Not: true}}, Residue: expr, Match: once{seen}, Seen: seen}, nil
	case "fails":
		return &reconcile.Filter{Residue: expr, Match: fails{seen}, Seen: seen}, nil
	case "true":
		return &reconcile.Filter{Residue: expr, Match: every{}, Seen: seen}, nil
	}
	return nil, &crm.InvalidError{Problems: []crm.Problem{{Field: "filter", Code: "cel", Message: "1:1: undeclared reference"}}}
}

type every struct{}

func (every) Match(_ context.Context, cards [][]byte, matched []bool) error {
	for i := range cards {
		matched[i] = true
	}
	return nil
}

// once is a filter with a budget of one card.
type once struct{ seen *reconcile.Seen }

func (o once) Match(_ context.Context, cards [][]byte, matched []bool) error {
	if o.seen.Read() > 0 {
		return store.ErrSpent
	}
	o.seen.Add(len(cards))
	matched[0] = true
	return nil
}

// fails is a filter that fails on every card.
type fails struct{ seen *reconcile.Seen }

func (f fails) Match(_ context.Context, cards [][]byte, matched []bool) error {
	for i, card := range cards {
		c, err := abi.Open(card)
		if err != nil {
			return err
		}
		f.seen.Fail(c.ID(), "division by zero")
		matched[i] = false
	}
	return nil
}

// --- report

// reports gives rooms the methods of Report, some of which have the names of the store's.
type reports struct{ *rooms }

func (reports) History(int64, []crm.Result, []crm.Past) []crm.FindingHistory { return nil }
func (reports) Trend(context.Context, crm.Date, crm.Date, string) (*crm.QualityTrend, error) {
	return &crm.QualityTrend{}, nil
}

func (f reports) Quality(_ context.Context, _ crm.Scope, r report.Request) (*crm.QualityReport, error) {
	f.asked = r
	return &crm.QualityReport{Score: 1, Rules: []crm.RuleSummary{}, Items: []crm.QualityItem{}}, f.fail
}

func (f reports) Segments(context.Context, crm.Scope, string) ([]crm.SegmentSummary, error) {
	return nil, nil
}

func (f reports) Findings(id int64, results []crm.Result, language string) []crm.FindingView {
	var views []crm.FindingView
	for _, r := range results {
		for i := range r.Findings {
			views = append(views, crm.FindingView{ID: crm.FindingID(id, &r.Findings[i]), Rule: r.Rule, Code: r.Rule, Severity: crm.SeverityError, Message: "no tax id in " + language})
		}
	}
	return views
}

func (f reports) ClientSegments([]crm.Result, string) []crm.SegmentView { return nil }

// objects gives rooms the Delete of Reconciler beside that of Intake.
type objects struct{ *rooms }

func (objects) Waive(_ context.Context, w crm.WaiverView) (*crm.WaiverView, error) { return &w, nil }
func (objects) Unwaive(context.Context, string, string) error                      { return crm.ErrNotFound }
func (objects) Waivers(context.Context) ([]crm.WaiverView, error)                  { return nil, nil }
func (objects) Today() crm.Date                                                    { return crm.DateOf(2026, 3, 9) }

func (f objects) Delete(_ context.Context, _, kind, name, version string, _ bool) error {
	if version != "" && version != "17" {
		return &reconcile.StaleError{Kind: kind, Name: name, Have: "17", Sent: version}
	}
	return f.deleteObject(kind + "/" + name)
}

func (f objects) SweepStatus(context.Context) (sweep.Status, error) { return f.swept, f.fail }

func (f objects) PauseSweeps(_ context.Context, by string) (sweep.Status, error) {
	f.swept.State = sweep.Paused
	return f.swept, f.fail
}

func (f objects) ResumeSweeps(_ context.Context, by string) (sweep.Status, error) {
	f.swept.State = sweep.Running
	return f.swept, f.fail
}

// Current is one rule that does not run.
func (f objects) Current() *engine.Set {
	return engine.NewSet(1, []*engine.Rule{engine.Failing(&rules.Rule{Metadata: rules.Metadata{Name: "tax-id"}})}, nil, nil)
}

// tokens knows an administrator and a reader without rights.
type tokens struct{}

func (tokens) Check(ctx context.Context, token string) (rest.Principal, bool) {
	if p, ok := rest.OneToken("reader", rest.Principal{Name: "reader", Scope: crm.Scope{Managers: []string{"ivanov"}}}).Check(ctx, token); ok {
		return p, true
	}
	return rest.OneToken("secret", rest.Principal{Name: "admin", Scope: crm.Everything, Rights: rest.AllRights}).Check(ctx, token)
}

// --- the server under test

type served struct {
	*rooms
	*rest.Server
	url string
	t   *testing.T
}

// serve starts a server on a free port; change may adjust its configuration.
func serve(t *testing.T, change func(*rest.Config)) *served {
	t.Helper()
	f := newRooms()
	c := rest.Config{Store: f, Intake: f, Reconciler: objects{f}, Report: reports{f}, Fixes: fixes{}, Webhooks: hooks{}, Differ: differs{f}, Tokens: tokens{}, Version: "test"}
	if change != nil {
		change(&c)
	}
	s, err := rest.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return &served{rooms: f, Server: s, url: "http://" + ln.Addr().String(), t: t}
}

// caller returns a typed caller with the administrator's token.
func (s *served) caller() *api.Client { return api.NewClient(s.url, "secret") }

// ask makes a request; headers are name, value pairs, and "-Authorization" leaves the token out.
func (s *served) ask(method, path, body string, headers ...string) *http.Response {
	s.t.Helper()
	return s.send(method, path, strings.NewReader(body), headers...)
}

func (s *served) send(method, path string, body io.Reader, headers ...string) *http.Response {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer secret")
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "-Authorization" {
			req.Header.Del("Authorization")
			continue
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	s.t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func text(t *testing.T, resp *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func problem(t *testing.T, resp *http.Response) *api.Problem {
	t.Helper()
	p := &api.Problem{}
	body := text(t, resp)
	if got := resp.Header.Get("Content-Type"); got != api.MediaProblem {
		t.Fatalf("%s: Content-Type %q, want %q; body %s", resp.Status, got, api.MediaProblem, body)
	}
	if err := json.Unmarshal([]byte(body), p); err != nil {
		t.Fatal(errors.Join(err, errors.New(body)))
	}
	if p.Status != resp.StatusCode || p.Title == "" {
		t.Fatalf("problem %+v in an answer with status %s", p, resp.Status)
	}
	return p
}
