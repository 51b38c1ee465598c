package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/server"
	"assay/server/api"
)

const regionRule = `{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"region","labels":{"set":"own"}},"spec":{"type":"Quality","require":"client.region != \"\"","message":{"en":"no region"}}}`

// stream opens a watch and returns its lines.
func (r *running) stream(path string, headers ...string) (*http.Response, *bufio.Reader) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	r.t.Cleanup(cancel)
	rq, err := http.NewRequestWithContext(ctx, http.MethodGet, r.address+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	rq.Header.Set("Authorization", "Bearer "+r.Token)
	for i := 0; i+1 < len(headers); i += 2 {
		rq.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(rq)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = answer.Body.Close() })
	return answer, bufio.NewReader(answer.Body)
}

// line reads lines up to one that begins so, and returns it.
func line(t *testing.T, from *bufio.Reader, begins string) string {
	t.Helper()
	for {
		text, err := from.ReadString('\n')
		if err != nil {
			t.Fatalf("before a line that begins with %q: %v", begins, err)
		}
		if strings.HasPrefix(text, begins) {
			return strings.TrimSpace(text)
		}
	}
}

func (r *running) client() *api.Client { return api.NewClient(r.address, r.Token) }

func TestChangesAreWatchedOverHTTP(t *testing.T) {
	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base")})
	answer, events := s.stream("/api/v1/rules?watch=true&labelSelector=set=own")
	if got := answer.Header.Get("Content-Type"); got != api.MediaEventStream {
		t.Errorf("Content-Type %s", got)
	}
	bookmark := strings.TrimPrefix(line(t, events, "data: "), "data: ") // nothing has the label yet
	var first api.ObjectChange
	if err := json.Unmarshal([]byte(bookmark), &first); err != nil || first.Type != api.ChangeBookmark ||
		!strings.Contains(string(first.Object), `"resourceVersion":"`+first.ResourceVersion+`"`) {
		t.Errorf("the first message is %s", bookmark)
	}
	s.do(http.MethodPut, "/api/v1/rules/region", regionRule)
	id := strings.TrimPrefix(line(t, events, "id: "), "id: ")
	if got := line(t, events, "data: "); !strings.HasPrefix(got, `data: {"type":"ADDED","resourceVersion":"`+id+`","object":{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"region"`) || !strings.Contains(got, `"conditions":[`) {
		t.Errorf("the rule came as %s", got)
	}
	_, again := s.stream("/api/v1/rules?watch=true&labelSelector=set=own&resourceVersion=1", "Last-Event-ID", first.ResourceVersion)
	if got := line(t, again, `data: {"type":"ADDED"`); !strings.Contains(got, `"name":"region"`) {
		t.Errorf("a stream that was taken up begins with %s", got)
	}
	answer, lines := s.stream("/api/v1/rules?watch=true&labelSelector=set=own", "Accept", "application/x-ndjson")
	if got := answer.Header.Get("Content-Type"); got != api.MediaNDJSON {
		t.Errorf("Content-Type %s", got)
	}
	if got := line(t, lines, ""); !strings.HasPrefix(got, `{"type":"ADDED","object":{`) {
		t.Errorf("what there is comes as %s", got)
	}
	line(t, lines, `{"type":"BOOKMARK"`)
	s.do(http.MethodDelete, "/api/v1/rules/region", "")
	line(t, lines, `{"type":"DELETED"`)
	s.stop() // ends the streams
	for _, from := range []*bufio.Reader{events, again, lines} {
		if _, err := io.ReadAll(from); err != nil {
			t.Errorf("a stream was cut: %v", err)
		}
	}
}

// TestTheCallerWatches lists, watches from the list, and is told when it has to
// list again.
func TestTheCallerWatches(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "base")
	s := start(t, server.Config{Data: dir})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	listed, err := s.client().ListObjects(ctx, api.KindRule, api.ListOptions{Selector: "set in (default)"})
	if err != nil || len(listed.Items) != 5 || listed.ResourceVersion == "" {
		t.Fatalf("listed %d of version %q: %v", len(listed.Items), listed.ResourceVersion, err)
	}
	s.do(http.MethodPut, "/api/v1/rules/region", regionRule)
	enough := errors.New("enough")
	var seen []string
	err = s.client().WatchObjects(ctx, api.KindRule, api.WatchOptions{ResourceVersion: listed.ResourceVersion, Selector: "set=own"}, func(c api.ObjectChange) error {
		if seen = append(seen, c.Type); strings.Contains(string(c.Object), `"reason":"Judged"`) && !strings.Contains(string(c.Object), `"sweep"`) {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || !slices.Contains(seen, api.ChangeAdded) {
		t.Errorf("saw %q: %v", seen, err)
	}
	s.stop()
	again := start(t, server.Config{Data: dir})
	err = again.client().WatchObjects(ctx, api.KindRule, api.WatchOptions{ResourceVersion: listed.ResourceVersion}, func(api.ObjectChange) error { return nil })
	var p *api.Problem
	if !errors.As(err, &p) || p.Code != api.CodeGone || !strings.Contains(p.Detail, "list again") {
		t.Errorf("a version of before the start: %v", err)
	}
}

// TestASlowReaderHoldsNobodyUp watches and reads nothing while much is told.
func TestASlowReaderHoldsNobodyUp(t *testing.T) {
	s := start(t, server.Config{Data: filepath.Join(t.TempDir(), "base")})
	_, _ = s.stream("/api/v1/dictionaries?watch=true")
	title := strings.Repeat("x", 60<<10)
	for n := range 130 { // 8 MB, more than buffers between two processes hold
		s.do(http.MethodPut, "/api/v1/dictionaries/stages", `{"apiVersion":"assay/v1","kind":"Dictionary","metadata":{"name":"stages","annotations":{"n":"`+string(rune('a'+n%26))+title+`"}},"spec":{"of":"stage","values":[{"value":"new"}]}}`)
		s.do(http.MethodGet, "/api/v1/dictionaries", "")
	}
}
