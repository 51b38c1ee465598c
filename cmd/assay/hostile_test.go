package main_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/server/demo"
	"assay/server/wasm/hostile"
)

var (
	soak        = flag.Duration("soak", 0, "upload hostile modules for that long, and hold the server to figures")
	soakClients = flag.Int("soak-clients", 600, "clients of the base that hostile modules judge")
)

// The catalogue of hostile modules against a live server, while clients are written and read: each is uploaded, a
// rule is declared with it, it judges the base, and the rule is deleted. What comes of it is what the
// catalogue promises, the default rules miss nothing, and no request fails. With -soak the catalogue is
// gone through again and again, and the time to answer and the memory are held to figures.
func TestHostileModulesAgainstALiveServer(t *testing.T) {
	p := serveWith(t, plainBinary(t), t.TempDir())
	base := newKnownBase(p, *soakClients)
	var figures *gauge
	if *soak > 0 {
		figures = startGauge(p)
	}
	traffic := startTraffic(base)
	begun := time.Now()
	for pass := 0; pass == 0 || time.Since(begun) < *soak; pass++ {
		for _, g := range catalogue(t) {
			if *soak > 0 {
				g.Wasm = append(g.Wasm[:len(g.Wasm):len(g.Wasm)], customSection(fmt.Sprintf("pass %d", pass))...)
			}
			what := figures.during(g.Name)
			base.try(g)
			what()
			if t.Failed() {
				t.Fatalf("after %s (%s): %+v", g.Name, g.Tries, g.Promise)
			}
			if *soak > 0 && pass > 0 && time.Since(begun) > *soak {
				break
			}
		}
		t.Logf("pass %d: %s", pass+1, time.Since(begun).Round(time.Second))
	}
	t.Logf("%d requests meanwhile", traffic.stop())
	base.check("")
	figures.judge(t)
}

// catalogue is all hostile modules.
func catalogue(t *testing.T) []hostile.Guest {
	t.Helper()
	all, err := hostile.Catalogue(filepath.Join("..", "..", "server", "wasm", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// customSection makes other bytes of a module, and nothing else of it.
func customSection(text string) []byte {
	name := append([]byte{byte(len("test"))}, "test"...)
	return append([]byte{0, byte(len(name) + len(text))}, append(name, text...)...)
}

var kind = regexp.MustCompile(`"kind":"\w*"`)

// newKnownBase imports clients of whom one in a hundred is a sole trader.
func newKnownBase(p *process, n int) *knownBase {
	p.t.Helper()
	b := &knownBase{process: p, clients: map[string]*knownClient{}}
	var file bytes.Buffer
	for doc := range demo.Clients(17, n) {
		doc = kind.ReplaceAll(doc, []byte(`"kind":"`+kindOf(len(b.clients))+`"`))
		file.Write(doc)
		c := plainDocument(p.t, doc)
		b.clients[c.ExternalID] = &knownClient{plain: c, doc: bytes.Clone(doc)}
	}
	if s := p.importFile("format=ndjson", &file); s.Created != n || s.Failed != 0 {
		p.t.Fatalf("importing %d clients gave %+v", n, s)
	}
	for after := ""; ; {
		var page struct {
			Items []struct {
				ID         int
				ExternalID string
			}
			Next string
		}
		p.ask("GET", "/api/v1/clients?limit=1000&after="+after, nil, &page)
		for _, item := range page.Items {
			b.clients[item.ExternalID].id = item.ID
		}
		if after = page.Next; after == "" {
			return b
		}
	}
}

// kindOf is the kind of the i-th client of a base.
func kindOf(i int) string {
	switch {
	case i%100 == 50:
		return "soleTrader"
	case i%3 == 0:
		return "person"
	}
	return "company"
}

// try takes a module through its life and expects what it promises.
func (b *knownBase) try(g hostile.Guest) {
	b.t.Helper()
	answer := b.do(request{method: "POST", path: "/api/v1/modules", body: bytes.NewReader(g.Wasm)})
	if g.Refused != "" {
		b.wantRefusal("upload", answer, g.Refused)
		b.check("")
		return
	}
	if answer.status/100 != 2 {
		b.t.Fatalf("the upload answers %d: %s", answer.status, answer.body)
	}
	sum := sha256.Sum256(g.Wasm)
	manifest := fmt.Sprintf(`{"apiVersion":"assay/v1","kind":"Rule","metadata":{"name":"hostile"},"spec":{"type":"Quality","module":{"digest":"sha256:%s","check":%q}}}`,
		hex.EncodeToString(sum[:]), g.Check)
	answer = b.do(request{method: "PUT", path: "/api/v1/rules/hostile", body: strings.NewReader(manifest)})
	if g.SoleTrader.Faults() && g.Other.Faults() {
		b.wantRefusal("rule", answer, "rule_fails", "refused_settings")
		b.check("")
		return
	}
	if !g.SoleTrader.Certain() && answer.status == http.StatusUnprocessableEntity {
		b.wantRefusal("rule", answer, "not_deterministic", "rule_fails")
		return
	}
	if answer.status/100 != 2 {
		b.t.Fatalf("declaring the rule answers %d: %s", answer.status, answer.body)
	}
	if b.judged() {
		b.checkHostile(g)
	} else if b.check("hostile"); g.SoleTrader.Certain() && g.Other.Certain() {
		b.t.Errorf("the rule is in quarantine")
	}
	b.ask("DELETE", "/api/v1/rules/hostile", nil, nil)
}

// judged waits until every client is judged by every rule. It is false when the rule came into quarantine before.
func (b *knownBase) judged() bool {
	b.t.Helper()
	events := b.follow()
	defer events.close()
	for b.pending() > 0 {
		var rule struct {
			Status struct{ Conditions []struct{ Reason string } }
		}
		b.ask("GET", "/api/v1/rules/hostile", nil, &rule)
		for _, c := range rule.Status.Conditions {
			if c.Reason == "Quarantined" {
				return false
			}
		}
		events.next() // a sweep reports its end, and a rule that it is in quarantine
	}
	return true
}

// wantRefusal expects a 422 that names one of the codes.
func (b *knownBase) wantRefusal(what string, a reply, codes ...string) {
	b.t.Helper()
	var problem struct {
		Errors []struct{ Code, Message string }
	}
	err := json.Unmarshal(a.body, &problem)
	if a.status != http.StatusUnprocessableEntity || err != nil || len(problem.Errors) == 0 ||
		!slices.Contains(codes, problem.Errors[0].Code) || len(problem.Errors[0].Message) < 20 {
		b.t.Errorf("%s answers %d %s, want 422 with %s", what, a.status, a.body, strings.Join(codes, " or "))
	}
}

// checkHostile holds what the rule said against the promise, client by client.
func (b *knownBase) checkHostile(g hostile.Guest) {
	b.t.Helper()
	v := b.check("hostile")
	faults, wrong := 0, 0
	for id, c := range v.clients {
		want, got := g.Other, string(hostile.Nothing)
		if c.plain.Kind == "soleTrader" {
			want = g.SoleTrader
		}
		for _, f := range v.said[id] {
			if got = outcome(f); hostile.Outcome(got).Faults() {
				faults++
			}
		}
		if len(v.said[id]) > 1 || !want.Admits(got) {
			if wrong++; wrong < 5 {
				b.t.Errorf("client %d, a %s: %v, want %s", id, c.plain.Kind, v.said[id], want)
			}
		}
	}
	i := slices.IndexFunc(v.report.Rules, func(r ruleLine) bool { return r.Name == "hostile" })
	if i < 0 || v.report.Rules[i].Errors != faults {
		b.t.Errorf("the report says %+v, want %d errors of the rule", v.report.Rules, faults)
	}
}

// outcome reads a finding as the catalogue calls it: what could not be judged is listed with the kind of the fault.
func outcome(f finding) string {
	if f.Code != "not-judged" {
		return f.Code
	}
	_, fault, _ := strings.Cut(f.Message, "this client: ")
	kind, _, _ := strings.Cut(fault, ": ")
	return kind
}

// verdict is what the report said at one moment, and what the clients were then.
type verdict struct {
	report  qualityReport
	said    map[int][]finding // by one rule, by client
	clients map[int]*knownClient
}

// check stops the traffic for a moment and holds the report against what is known of every client: the
// default rules missed nothing and invented nothing. What the rule besides said is in the verdict.
func (b *knownBase) check(besides string) verdict {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	report := b.quality("")
	v := verdict{report: report, said: map[int][]finding{}, clients: b.byID()}
	findings := map[int]map[string]int{}
	for _, item := range report.Items {
		of := map[string]int{}
		for _, f := range item.Findings {
			if f.Rule == besides {
				v.said[item.Client.ID] = append(v.said[item.Client.ID], f)
				continue
			}
			of[f.Rule]++
		}
		findings[item.Client.ID] = of
	}
	wrong := 0
	for id, c := range v.clients {
		if want := c.plain.breaches(); !maps.Equal(findings[id], want) {
			if wrong++; wrong < 5 {
				b.t.Errorf("client %d has findings %v, want %v: %s", id, findings[id], want, c.doc)
			}
		}
	}
	names := []string{}
	for _, r := range report.Rules {
		if r.Name == besides {
			continue
		}
		names = append(names, r.Name)
		if r.State != "current" || r.Errors != 0 {
			b.t.Errorf("%s is %s with %d errors", r.Name, r.State, r.Errors)
		}
	}
	if !slices.Equal(names, defaultRules) || report.Clients != len(b.clients) {
		b.t.Errorf("the report is of the rules %v and %d clients, want %v and %d", names, report.Clients, defaultRules, len(b.clients))
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if a := b.do(request{method: "GET", path: path}); a.status != http.StatusOK {
			b.t.Errorf("%s answers %d: %s", path, a.status, a.body)
		}
	}
	return v
}
