package rest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"assay/server/sweep"
)

func TestSweepsAreShownPausedAndResumed(t *testing.T) {
	s := serve(t, nil)
	s.swept.State = sweep.Idle
	if got := strings.TrimSpace(text(t, s.ask("GET", "/api/v1/sweep", ""))); got != `{"state":"idle","rules":[],"done":0,"total":0}` {
		t.Errorf("idle: %s", got)
	}
	at, left := time.Date(2026, 3, 9, 11, 40, 0, 0, time.UTC), int64(7)
	s.swept = sweep.Status{State: sweep.Running, Done: 5, Total: 10, StartedAt: at, SecondsLeft: &left,
		Rules: []sweep.Progress{{Rule: "tax-id", Done: 5, Total: 10, StartedAt: at}}}
	const rest = `"rules":[{"name":"tax-id","done":5,"total":10,"startedAt":"2026-03-09T11:40:00Z"}],"done":5,"total":10,"startedAt":"2026-03-09T11:40:00Z","secondsLeft":7}`
	for _, step := range []struct{ method, path, state string }{
		{"GET", "/api/v1/sweep", "running"}, {"POST", "/api/v1/sweep/pause", "paused"}, {"GET", "/api/v1/sweep", "paused"}, {"POST", "/api/v1/sweep/resume", "running"},
	} {
		if got := strings.TrimSpace(text(t, s.ask(step.method, step.path, ""))); got != `{"state":"`+step.state+`",`+rest {
			t.Errorf("%s %s: %s", step.method, step.path, got)
		}
	}
	for _, path := range []string{"/api/v1/sweep/pause", "/api/v1/sweep/resume"} {
		if resp := s.ask("POST", path, "", "Authorization", "Bearer reader"); resp.StatusCode != 403 {
			t.Errorf("%s by a reader: %s", path, resp.Status)
		}
		if resp := s.ask("DELETE", path, ""); resp.StatusCode != 405 {
			t.Errorf("DELETE %s: %s", path, resp.Status)
		}
	}
	s.fail = errors.New("the disk is gone")
	if resp := s.ask("GET", "/api/v1/sweep", ""); resp.StatusCode != 500 {
		t.Errorf("a store that fails: %s", resp.Status)
	}
}
