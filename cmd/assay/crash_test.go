package main_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/server/demo"
)

var (
	crashes   = flag.Int("crashes", 10, "how often the server is killed while rules change and clients are written")
	crashSeed = flag.Uint64("crash-seed", 0, "what the changes and the moments come from; 0: another each time")
)

const (
	crashClients = 4000
	latestKill   = 150 * time.Millisecond // after the server has started
	longestRest  = 100 * time.Millisecond
	stepsPerKill = 4
	killsPerRun  = 10 // then all is compared: what a kill did wrong must not be mended by a later change
	crashRules   = 24 // for the same reason mostly another one is changed
)

// Rules, fields and clients change while the server is killed at random moments, in sweeps and rollouts among others. What
// was not answered is sent again. In the end everything is as after the same changes without a kill, and the log
// tells each finding's opening and closing once.
func TestKilledInSweepsAndRollouts(t *testing.T) {
	seed := *crashSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	for left := *crashes; left > 0; left -= killsPerRun {
		t.Logf("-crash-seed %d -crashes %d", seed, min(left, killsPerRun))
		killAndCompare(t, seed, min(left, killsPerRun))
		seed++
	}
}

func killAndCompare(t *testing.T, seed uint64, kills int) {
	random := rand.New(rand.NewPCG(seed, 1))
	changes, writes := ruleChanges(random, stepsPerKill*kills), clientWrites(random, 8*stepsPerKill*kills)

	data := t.TempDir()
	p := serve(t, data)
	p.importFile("format=ndjson&key=externalId", demo.NewReader(5, crashClients))
	inSweeps := 0
	for range kills {
		after := time.Duration(random.Int64N(int64(latestKill)))
		changes, writes = sendUntilKilled(p, after, changes, writes)
		p = serve(t, data)
		if p.inASweep() {
			inSweeps++
		}
	}
	changes, writes = sendAll(p, changes, writes)
	if len(changes)+len(writes) > 0 {
		t.Fatalf("%d changes and %d writes were not sent: %v", len(changes), len(writes), p.log)
	}
	t.Logf("%d of %d kills were in the middle of a sweep", inSweeps, kills)
	p.untilJudged()
	got := p.endState()
	checkLogTellsAll(p, got)
	p.stop()
	if t.Failed() {
		return
	}

	random = rand.New(rand.NewPCG(seed, 1))
	changes, writes = ruleChanges(random, stepsPerKill*kills), clientWrites(random, 8*stepsPerKill*kills)
	p = serve(t, t.TempDir())
	p.importFile("format=ndjson&key=externalId", demo.NewReader(5, crashClients))
	sendAll(p, changes, writes)
	p.untilJudged()
	want := p.endState()
	p.stop()
	got.compare(t, want)
}

// sent is a request that may be sent again: it says what shall be, not what to do.
type sent struct {
	method, path, body string
	gone               bool          // 404 is well, too
	rest               time.Duration // before the next: sweeps begin when no change comes for a while
}

// try reports whether the request was answered; an answer other than a good one is an error.
func (s sent) try(p *process) (bool, error) {
	answer, err := p.send(p.t.Context(), request{method: s.method, path: s.path, body: strings.NewReader(s.body), header: map[string]string{"Content-Type": "application/json"}})
	if err != nil {
		return false, nil
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return false, nil
	}
	if answer.StatusCode/100 == 2 || s.gone && answer.StatusCode == http.StatusNotFound {
		return true, nil
	}
	return false, fmt.Errorf("%s %s answers %d: %s", s.method, s.path, answer.StatusCode, body)
}

// sendUntilKilled sends changes and writes beside each other until the server is killed, and returns what is left.
func sendUntilKilled(p *process, after time.Duration, changes, writes []sent) (changesLeft, writesLeft []sent) {
	p.t.Helper()
	killed := make(chan struct{})
	time.AfterFunc(after, func() { close(killed) })
	done := make(chan struct{})
	go func() {
		changesLeft, writesLeft = sendAll(p, changes, writes)
		close(done)
	}()
	<-killed
	p.kill()
	<-done
	return changesLeft, writesLeft
}

// sendAll sends changes and writes, each in their order, until all is sent or the server answers no more. It returns what is left.
func sendAll(p *process, changes, writes []sent) (changesLeft, writesLeft []sent) {
	var both sync.WaitGroup
	send := func(list []sent, left *[]sent) {
		for len(list) > 0 {
			answered, err := list[0].try(p)
			if err != nil {
				p.t.Error(err)
			}
			if !answered {
				break
			}
			time.Sleep(list[0].rest)
			list = list[1:]
		}
		*left = list
	}
	both.Go(func() { send(changes, &changesLeft) })
	both.Go(func() { send(writes, &writesLeft) })
	both.Wait()
	return changesLeft, writesLeft
}

// ruleChanges are rules and fields that come, change and go.
func ruleChanges(random *rand.Rand, n int) (list []sent) {
	for range n {
		rule, turn := fmt.Sprintf("crash-%d", random.IntN(crashRules)), random.IntN(9)
		switch random.IntN(10) {
		case 0:
			list = append(list, sent{"DELETE", "/api/v1/rules/" + rule, "", true, 0})
		case 1:
			list = append(list, sent{"DELETE", "/api/v1/fields/crashed", "", true, 0})
		case 2, 3:
			list = append(list, sent{"PUT", "/api/v1/fields/crashed", fmt.Sprintf(`{"apiVersion":"assay/v1","kind":"Field","metadata":{"name":"crashed"},
				"spec":{"type":"string","label":{"en":"Crashed"},"requiredFor":"size(client.name) %% 9 == %d"}}`, turn), false, 0})
		case 4, 5:
			list = append(list, sent{"PUT", "/api/v1/rules/crash-label", fmt.Sprintf(`{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"crash-label"},
				"spec":{"type":"Segmentation","label":"size(client.name) %% 9 > %d ? \"long\" : client.manager == \"\" ? \"\" : \"short\""}}`, turn), false, 0})
		case 6:
			list = append(list, sent{"PUT", "/api/v1/rules/" + rule, fmt.Sprintf(`{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":%q},
				"spec":{"type":"Quality","severity":"warning","forEach":{"in":"client.contacts","as":"contact"},"require":"size(contact.name) %% 9 != %d","message":{"en":"wrong"}}}`, rule, turn), false, 0})
		default:
			list = append(list, sent{"PUT", "/api/v1/rules/" + rule, fmt.Sprintf(`{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":%q},
				"spec":{"type":"Quality","severity":"warning","require":"size(client.name) %% 9 > %d || client.manager == \"late\"","path":"name","message":{"en":"wrong"}}}`, rule, turn), false, 0})
		}
		if random.IntN(2) == 0 {
			list[len(list)-1].rest = time.Duration(random.Int64N(int64(longestRest)))
		}
	}
	return list
}

// clientWrites change, create and delete clients.
func clientWrites(random *rand.Rand, n int) (list []sent) {
	for i := range n {
		one := fmt.Sprintf("/api/v1/clients/%d", 1+random.IntN(crashClients))
		switch random.IntN(6) {
		case 0:
			list = append(list, sent{"DELETE", one, "", true, 0})
		case 1:
			list = append(list, sent{"PUT", "/api/v1/clients?externalId=" + url.QueryEscape(fmt.Sprintf("new-%d", i)), fmt.Sprintf(`{"name":%q}`, strings.Repeat("n", 1+random.IntN(20))), false, 0})
		case 2:
			list = append(list, sent{"PATCH", one, `{"manager":"late","contacts":[]}`, true, 0})
		default:
			list = append(list, sent{"PATCH", one, fmt.Sprintf(`{"name":%q,"taxId":""}`, strings.Repeat("n", 1+random.IntN(20))), true, 0})
		}
	}
	return list
}

// inASweep reports whether a rule has judged some clients and not all.
func (p *process) inASweep() bool {
	p.t.Helper()
	var sweep struct{ Rules []struct{ Done, Total int } }
	p.ask("GET", "/api/v1/sweep", nil, &sweep)
	for _, r := range sweep.Rules {
		if r.Done > crashClients/8 && r.Done < r.Total*7/8 { // a few are always: they were written
			return true
		}
	}
	return false
}

// untilJudged waits until nothing is left to judge.
func (p *process) untilJudged() {
	p.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		var sweep struct{ State string }
		if p.ask("GET", "/api/v1/sweep", nil, &sweep); sweep.State == "idle" {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("the sweep did not end: %s", p.ask("GET", "/api/v1/sweep", nil, nil).body)
		}
	}
}

// endState is what a base says when all is judged.
type endState struct {
	clients  map[int]string // what was written of them
	findings map[string]string
	rules    []ruleLine
	segments []segment
}

func (p *process) endState() endState {
	p.t.Helper()
	e := endState{clients: map[int]string{}, findings: map[string]string{}}
	report := p.quality("")
	if report.Pending != 0 {
		p.t.Errorf("%d clients are pending", report.Pending)
	}
	for i := range report.Rules {
		report.Rules[i].Severity = ""
	}
	e.rules = report.Rules
	for _, item := range report.Items {
		for _, f := range item.Findings {
			e.findings[f.ID] = f.Path + " " + f.Message
		}
	}
	var segments struct{ Items []segment }
	p.ask("GET", "/api/v1/segments", nil, &segments)
	e.segments = segments.Items
	for line := range bytes.Lines(p.ask("GET", "/api/v1/exports/clients?format=ndjson", nil, nil).body) {
		var c struct {
			ID                  int
			ExternalID, Manager string
			Name, TaxID         string
		}
		if err := json.Unmarshal(line, &c); err != nil {
			p.t.Fatal(err)
		}
		e.clients[c.ID] = fmt.Sprintf("%q %q %q %q", c.ExternalID, c.Name, c.TaxID, c.Manager)
	}
	return e
}

func (e endState) compare(t *testing.T, want endState) {
	t.Helper()
	compareMaps(t, "client", e.clients, want.clients)
	compareMaps(t, "finding", e.findings, want.findings)
	if !slices.Equal(e.rules, want.rules) {
		t.Errorf("the report counts\n%+v\nwithout kills\n%+v", e.rules, want.rules)
	}
	if !slices.Equal(e.segments, want.segments) {
		t.Errorf("the segments are\n%+v\nwithout kills\n%+v", e.segments, want.segments)
	}
	if len(want.findings) < crashClients/10 {
		t.Errorf("only %d findings were compared", len(want.findings))
	}
}

func compareMaps[K comparable](t *testing.T, what string, got, want map[K]string) {
	t.Helper()
	if maps.Equal(got, want) {
		return
	}
	shown := 0
	for k, v := range want {
		if got[k] != v && shown < 5 {
			shown++
			t.Errorf("%s %v is %q, without kills %q", what, k, got[k], v)
		}
	}
	for k, v := range got {
		if _, there := want[k]; !there && shown < 10 {
			shown++
			t.Errorf("%s %v is %q, without kills it is not there", what, k, v)
		}
	}
}

// checkLogTellsAll reads the log from its beginning: its numbers have no gap, findings open when they are not and close when they are,
// labels likewise, and what is open in the end is what the report has.
func checkLogTellsAll(p *process, now endState) {
	p.t.Helper()
	open, labels, last := map[string]bool{}, map[string]bool{}, 0
	turn := func(set map[string]bool, key string, is bool, e event) {
		if set[key] == is {
			p.t.Fatalf("event %d, %s of %s: that is so already", e.Seq, e.Type, key)
		}
		if set[key] = is; !is {
			delete(set, key)
		}
	}
	for {
		var page struct {
			Items []event
			Last  int
		}
		p.ask("GET", fmt.Sprintf("/api/v1/events?limit=1000&after=%d", last), nil, &page)
		for _, e := range page.Items {
			if last++; e.Seq != last {
				p.t.Fatalf("event %d comes after %d", e.Seq, last-1)
			}
			switch e.Type {
			case "finding.opened", "finding.closed":
				turn(open, fmt.Sprintf("%d:%s:%s:%s", e.Client, e.Rule, e.Detail["code"], e.Detail["rowId"]), e.Type == "finding.opened", e)
			case "segment.entered", "segment.left":
				turn(labels, fmt.Sprintf("%d:%s:%s", e.Client, e.Rule, e.Detail["label"]), e.Type == "segment.entered", e)
			}
		}
		if len(page.Items) == 0 {
			break
		}
	}
	if len(open) != len(now.findings) {
		p.t.Errorf("by the log %d findings are open, by the report %d", len(open), len(now.findings))
	}
	for id := range now.findings {
		if !open[id] {
			p.t.Fatalf("the report has %s, and the log no opening of it", id)
		}
	}
	in := 0
	for _, s := range now.segments {
		in += s.Clients
	}
	if in != len(labels) {
		p.t.Errorf("by the log there are %d labels, by the segments %d", len(labels), in)
	}
}
