package main_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/server/demo"
)

// guest builds <name>.c, relative to testdata/guest: a few lines of C, without
// an SDK and without a library.
func guest(t *testing.T, name string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "guest.wasm")
	build := exec.Command("clang", "--target=wasm32", "-O2", "-nostdlib", "-ffreestanding", "-Wl,--no-entry", "-o", out,
		filepath.Join("testdata", "guest", name+".c"))
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build %s.c (needs clang and lld): %v\n%s", name, err, said)
	}
	wasm, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}

// upload stores a module and returns its digest.
func (p *process) upload(wasm []byte) string {
	p.t.Helper()
	var answer struct{ Digest string }
	p.ask("POST", "/api/v1/modules", wasm, &answer)
	sum := sha256.Sum256(wasm)
	if want := "sha256:" + hex.EncodeToString(sum[:]); answer.Digest != want {
		p.t.Fatalf("the module's digest is %s, want %s", answer.Digest, want)
	}
	return answer.Digest
}

func (p *process) applyModule(name, kind, digest, check string) {
	p.t.Helper()
	p.ask("PUT", "/api/v1/rules/"+name, fmt.Sprintf(`
apiVersion: assay/v1
kind: Rule
metadata: {name: %s}
spec:
  type: %s
  module: {digest: %q, check: %s}
`, name, kind, digest, check), nil)
}

type ruleCount struct{ clients, findings int }

func (p *process) ruleCount(name string) (n ruleCount) {
	p.t.Helper()
	report := p.quality("rule=" + name)
	for _, r := range report.Rules {
		if r.Name == name {
			if r.State != "current" || r.Errors != 0 {
				p.t.Errorf("%s is %s with %d errors", name, r.State, r.Errors)
			}
			n = ruleCount{r.Clients, r.Findings}
		}
	}
	listed := 0
	for _, item := range report.Items {
		listed += len(item.Findings)
	}
	if listed != n.findings || len(report.Items) != n.clients {
		p.t.Errorf("the pages list %d findings of %s with %d clients, the counts say %+v", listed, name, len(report.Items), n)
	}
	return n
}

// stock imports made-up clients and returns them as plain documents.
func (p *process) stock(seed uint64, n int) (docs []*plainClient) {
	p.t.Helper()
	if s := p.importFile("format=ndjson", demo.NewReader(seed, n)); s.Created != n || s.Failed != 0 {
		p.t.Fatalf("importing %d clients gave %+v", n, s)
	}
	for doc := range demo.Clients(seed, n) {
		docs = append(docs, plainDocument(p.t, doc))
	}
	return docs
}

func TestQualityModuleInC(t *testing.T) {
	p := serve(t, t.TempDir())
	var want ruleCount
	for _, c := range p.stock(5, 3000) {
		unreachable := 0
		for _, contact := range c.Contacts {
			if !(&plainClient{Channels: contact.Channels}).reachable() {
				unreachable++
			}
		}
		if want.findings += unreachable; unreachable > 0 {
			want.clients++
		}
	}
	p.applyModule("reach", "Quality", p.upload(guest(t, "quality")), "reach")
	p.settled()
	if got := p.ruleCount("reach"); got != want {
		t.Errorf("clients stored before: %+v, want %+v", got, want)
	}

	var answer struct {
		Client   struct{ ID int }
		Findings []finding
	}
	p.ask("POST", "/api/v1/clients", `{"name":"ООО «Новтэк»","kind":"company","manager":"m.garin","taxId":"9602944820","channels":[{"type":"email","value":"a@novtek.example"}],
		"contacts":[{"name":"Ася","jobTitle":"юрист","channels":[{"type":"email","value":"asya@novtek.example"}]},{"name":"Глеб \"Г\"","jobTitle":"логист"}]}`, &answer)
	if len(answer.Findings) != 1 || answer.Findings[0].Rule != "reach" || answer.Findings[0].Code != "unreachable" ||
		answer.Findings[0].Path != "contacts[1].channels" || answer.Findings[0].Message != `Глеб "Г" cannot be reached` {
		t.Errorf("a client written after: findings %+v", answer.Findings)
	}
	want.clients++
	want.findings++
	if got := p.ruleCount("reach"); got != want {
		t.Errorf("with a client written after: %+v, want %+v", got, want)
	}
	row := answer.Findings[0].RowID
	p.ask("PATCH", fmt.Sprintf("/api/v1/clients/%d/contacts/%s", answer.Client.ID, row), `{"channels":[{"type":"phone","value":"8 943 123-45-67"}]}`, &answer)
	if len(answer.Findings) != 0 {
		t.Errorf("mended, it has findings %+v", answer.Findings)
	}
}

// A command that reads lines of JSON judges clients that are stored and those
// that are written later, like any other module.
func TestCommandInC(t *testing.T) {
	p := serve(t, t.TempDir())
	var want ruleCount
	for _, c := range p.stock(8, 3000) {
		if !says(c.Manager) {
			want.clients++
		}
	}
	want.findings = want.clients
	p.ask("PUT", "/api/v1/rules/manager", fmt.Sprintf(`
apiVersion: assay/v1
kind: Rule
metadata: {name: manager}
spec:
  type: Quality
  message: {en: Assign a manager}
  module: {digest: %q}
`, p.upload(guest(t, "../../../../server/wasm/testdata/stdio/manager"))), nil)
	p.settled()
	if got := p.ruleCount("manager"); got != want {
		t.Errorf("clients stored before: %+v, want %+v", got, want)
	}
	var answer struct{ Findings []finding }
	p.ask("POST", "/api/v1/clients", `{"name":"Velora \"Ltd\"","kind":"person","channels":[{"type":"email","value":"a@velora.example"}]}`, &answer)
	i := slices.IndexFunc(answer.Findings, func(f finding) bool { return f.Rule == "manager" })
	if i < 0 || answer.Findings[i].Path != "manager" || answer.Findings[i].Message != "Assign a manager" {
		t.Errorf("a client written after: findings %+v", answer.Findings)
	}
	p.ask("POST", "/api/v1/clients", `{"name":"Velora","kind":"person","manager":"m.garin","channels":[{"type":"email","value":"b@velora.example"}]}`, &answer)
	if len(answer.Findings) != 0 {
		t.Errorf("a client with a manager has findings %+v", answer.Findings)
	}
}

func TestSegmentationModuleInC(t *testing.T) {
	p := serve(t, t.TempDir())
	want := map[string]int{}
	for _, c := range p.stock(6, 3000) {
		switch {
		case c.Kind == "company" && len(c.Contacts) > 1:
			want["team"]++
		case c.Kind == "company" && len(c.Contacts) == 1:
			want["single"]++
		}
	}
	p.applyModule("people", "Segmentation", p.upload(guest(t, "segmentation")), "people")
	p.settled()
	checkSegments(p, want)

	var answer struct{ Client struct{ ID int } }
	p.ask("POST", "/api/v1/clients", `{"name":"Velora Ltd","kind":"company","contacts":[{"name":"Ann"},{"name":"Bob"}]}`, &answer)
	want["team"]++
	checkSegments(p, want)

	var of struct{ Items []segment }
	p.ask("GET", fmt.Sprintf("/api/v1/clients/%d/segments", answer.Client.ID), nil, &of)
	if len(of.Items) != 1 || of.Items[0].Label != "team" || of.Items[0].Title != "Teams" || of.Items[0].Reason != "2 people are known" {
		t.Errorf("the new client's segments are %+v", of.Items)
	}
	p.ask("PATCH", fmt.Sprintf("/api/v1/clients/%d", answer.Client.ID), `{"contacts":[{"name":"Ann"}]}`, nil)
	want["team"]--
	want["single"]++
	checkSegments(p, want)
}

// checkSegments compares the summary and the filters with the numbers wanted.
func checkSegments(p *process, want map[string]int) {
	p.t.Helper()
	var list struct{ Items []segment }
	p.ask("GET", "/api/v1/segments", nil, &list)
	if len(list.Items) != len(want) {
		p.t.Errorf("segments %+v, want %v", list.Items, want)
	}
	for _, s := range list.Items {
		if s.Rule != "people" || s.Clients != want[s.Label] || s.Pending != 0 {
			p.t.Errorf("segment %+v, want %d clients", s, want[s.Label])
		}
		if n := p.countClients("segment=people:" + s.Label); n != want[s.Label] {
			p.t.Errorf("segment=people:%s selects %d clients, want %d", s.Label, n, want[s.Label])
		}
		if report := p.quality("segment=people:" + s.Label); report.Clients != want[s.Label] {
			p.t.Errorf("the report of segment people:%s is of %d clients, want %d", s.Label, report.Clients, want[s.Label])
		}
	}
}

// countClients counts the clients that a query selects by listing them.
func (p *process) countClients(query string) (n int) {
	p.t.Helper()
	for after := ""; ; {
		var page struct {
			Items []struct{ ID int }
			Next  string
		}
		p.ask("GET", "/api/v1/clients?limit=1000&"+query+"&after="+after, nil, &page)
		if n += len(page.Items); page.Next == "" {
			return n
		}
		after = page.Next
	}
}

func TestDefaultRuleReplacedByAModuleInC(t *testing.T) {
	p := serve(t, t.TempDir())
	var before, after ruleCount
	for _, c := range p.stock(7, 3000) {
		if c.Kind == "person" {
			continue
		}
		if !says(c.TaxID) {
			before.clients++
		}
		if !shapedLikeATaxID(c.TaxID) {
			after.clients++
		}
	}
	before.findings, after.findings = before.clients, after.clients
	if before == after {
		t.Fatal("the base has no malformed tax ids: the test shows nothing")
	}
	if got := p.ruleCount("tax-id"); got != before {
		t.Errorf("by the default rule: %+v, want %+v", got, before)
	}
	p.applyModule("tax-id", "Quality", p.upload(guest(t, "taxid")), "digits")
	p.settled()
	if got := p.ruleCount("tax-id"); got != after {
		t.Errorf("by the module: %+v, want %+v", got, after)
	}
	p.ask("DELETE", "/api/v1/rules/tax-id", nil, nil)
	for _, r := range p.quality("").Rules {
		if r.Name == "tax-id" {
			t.Errorf("deleted, the report still has it: %+v", r)
		}
	}
}

// shapedLikeATaxID says what taxid.c says, of the text as it was typed.
func shapedLikeATaxID(s string) bool {
	s = strings.ReplaceAll(strings.TrimSpace(s), "-", "")
	return strings.Trim(s, "0123456789") == "" && (len(s) == 8 || len(s) == 10 || len(s) == 12)
}
