package server_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/server"
	"assay/server/crm"
)

//go:generate wat2wasm testdata/moody.wat -o testdata/moody.wasm

// clock stands still until the test moves it.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	timers []timer
}

type timer struct {
	at   time.Time
	fire chan time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := timer{c.now.Add(d), make(chan time.Time, 1)}
	c.timers = append(c.timers, t)
	c.ring()
	return t.fire
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.ring()
}

// waiting is how many timers wait for their time.
func (c *clock) waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.timers)
}

// ring fires the timers whose time has come.
func (c *clock) ring() {
	c.timers = slices.DeleteFunc(c.timers, func(t timer) bool {
		if t.at.After(c.now) {
			return false
		}
		t.fire <- c.now
		return true
	})
}

// follow returns a function that waits for an event of that type and rule.
func (r *running) follow() func(typ crm.EventType, rule string) crm.Event {
	r.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	r.t.Cleanup(stop)
	rq, err := http.NewRequestWithContext(ctx, http.MethodGet, r.address+"/api/v1/events?after=0", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	rq.Header.Set("Authorization", "Bearer "+r.Token)
	rq.Header.Set("Accept", "text/event-stream")
	answer, err := http.DefaultClient.Do(rq)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = answer.Body.Close() })
	lines := bufio.NewScanner(answer.Body)
	return func(typ crm.EventType, rule string) crm.Event {
		r.t.Helper()
		for lines.Scan() {
			data, found := strings.CutPrefix(lines.Text(), "data:")
			if !found {
				continue
			}
			var e crm.Event
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				r.t.Fatal(err)
			}
			if e.Type == typ && (e.Rule == rule || strings.Contains(string(e.Detail), `"`+rule+`"`)) {
				return e
			}
		}
		r.t.Fatalf("the log ended before %s of %s: %v", typ, rule, lines.Err())
		return crm.Event{}
	}
}

// standing is what a report and a rule's status say of it.
type standing struct {
	report  crm.RuleSummary
	pending int64
	reasons string
}

func (r *running) standing(rule string) standing {
	r.t.Helper()
	var report crm.QualityReport
	var object struct {
		Status struct {
			Conditions []struct{ Type, Status, Reason, Message string }
		}
	}
	for path, into := range map[string]any{"/api/v1/reports/quality?rule=" + rule: &report, "/api/v1/rules/" + rule: &object} {
		if err := json.Unmarshal([]byte(r.do(http.MethodGet, path, "")), into); err != nil {
			r.t.Fatal(err)
		}
	}
	s := standing{report: report.Rules[0], pending: report.Pending}
	for _, c := range object.Status.Conditions {
		s.reasons += c.Type + "=" + c.Status + " " + c.Reason + "; "
	}
	return s
}

// TestARuleIsQuarantinedAndComesBack has a module trap on what is written, mends
// that, and lets time pass.
func TestARuleIsQuarantinedAndComesBack(t *testing.T) {
	time0 := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	c := &clock{now: time0}
	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base"), Now: c.Now, After: c.After})
	wasm, err := os.ReadFile(filepath.Join("testdata", "moody.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	if status, answer := s.upload(wasm); status/100 != 2 {
		t.Fatalf("upload: %d %s", status, answer)
	}
	digest := sha256.Sum256(wasm)
	s.do(http.MethodPut, "/api/v1/rules/moody", `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"moody"},
		"spec":{"type":"Quality","module":{"digest":"sha256:`+hex.EncodeToString(digest[:])+`","check":"moody"}}}`)
	await := s.follow()

	s.do(http.MethodPost, "/api/v1/clients", `{"name":"x"}`) // client 1
	for i := range 99 {
		s.do(http.MethodPost, "/api/v1/clients", fmt.Sprintf(`{"name":"! %d"}`, i))
	}
	if e := await(crm.EventRuleQuarantined, "moody"); !strings.Contains(string(e.Detail), `"failed":99`) || !strings.Contains(string(e.Detail), "2026-11-21T12:01:00Z") {
		t.Errorf("the event says %s", e.Detail)
	}
	if answer := s.do(http.MethodPatch, "/api/v1/clients/1", `{"name":"fine"}`); !strings.Contains(answer, `"rule":"moody"`) {
		t.Errorf("the write closed what the rule could not look at: %s", answer)
	}
	got := s.standing("moody")
	want := standing{crm.RuleSummary{Name: "moody", Severity: "warning", State: "degraded", Clients: 1, Findings: 1, Errors: 99, Stale: true}, 1,
		"Compiled=True Compiled; Ready=False Quarantined; Current=False Quarantined; Degraded=True Quarantined; "}
	if got != want {
		t.Errorf("in quarantine:\n got %+v\nwant %+v", got, want)
	}
	shown := []string{"/api/v1/clients/1/findings", "/api/v1/reports/quality?rule=moody", "/api/v1/rules/moody"}
	for _, path := range shown {
		if answer := s.do(http.MethodGet, path, ""); !strings.Contains(answer, `"stale":true`) {
			t.Errorf("%s does not say that it is stale: %s", path, answer)
		}
	}
	if answer := s.do(http.MethodGet, "/api/v1/reports/quality?rule=tax-id", ""); strings.Contains(answer, "stale") {
		t.Errorf("what the other rules say is said to be stale: %s", answer)
	}
	if figures := s.do(http.MethodGet, "/metrics", ""); !strings.Contains(figures, `assay_rule_quarantined{rule="moody"} 1`) || !strings.Contains(figures, `assay_rule_quarantined{rule="tax-id"} 0`) {
		t.Error("the figures do not show the quarantine")
	}

	for i := range 99 {
		s.do(http.MethodPatch, fmt.Sprintf("/api/v1/clients/%d", i+2), `{"name":"mended"}`)
	}
	c.advance(time.Minute)
	await(crm.EventRuleResumed, "moody")
	await(crm.EventSweepProgress, "moody")
	got = s.standing("moody")
	want = standing{crm.RuleSummary{Name: "moody", Severity: "warning", State: "current"}, 0,
		"Compiled=True Compiled; Ready=True Running; Current=True Judged; Degraded=False AsDeclared; "}
	if got != want {
		t.Errorf("after its return:\n got %+v\nwant %+v", got, want)
	}
	for _, path := range shown {
		if answer := s.do(http.MethodGet, path, ""); strings.Contains(answer, "stale") {
			t.Errorf("%s is stale after the return: %s", path, answer)
		}
	}
}
