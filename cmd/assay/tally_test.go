package main_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// tally counts what the default rules should find. It is written from the rules'
// descriptions and shares nothing with the product.
type tally struct {
	total    int
	clients  map[string]int // with a finding, by rule
	findings map[string]int // by rule
}

// plainClient is what the five rules look at, read from a file by plain means.
type plainClient struct {
	ExternalID, Kind, TaxID, Manager string
	Channels                         []plainChannel
	Contacts                         []struct {
		Name, JobTitle string
		Channels       []plainChannel
	}
}

type plainChannel struct{ Value string }

// says reports whether a text says anything: it is not blank, and not only a
// placeholder.
func says(s string) bool {
	return !slices.Contains([]string{"", "-", "—", "нет", "н/д", "n/a", "?"}, strings.ToLower(strings.TrimSpace(s)))
}

func (c *plainClient) reachable() bool {
	said := func(channel plainChannel) bool { return says(channel.Value) }
	if slices.ContainsFunc(c.Channels, said) {
		return true
	}
	for _, p := range c.Contacts {
		if slices.ContainsFunc(p.Channels, said) {
			return true
		}
	}
	return false
}

func newTally() *tally {
	t := &tally{clients: map[string]int{}, findings: map[string]int{}}
	for _, rule := range defaultRules {
		t.clients[rule], t.findings[rule] = 0, 0
	}
	return t
}

var defaultRules = []string{"contact-information", "contact-job-title", "contact-person", "main-manager", "tax-id"}

func (t *tally) add(c *plainClient) {
	t.total++
	for rule, findings := range c.breaches() {
		t.clients[rule]++
		t.findings[rule] += findings
	}
}

// breaches counts the findings that the default rules should make of the client, by rule.
func (c *plainClient) breaches() map[string]int {
	n := map[string]int{}
	found := func(rule string, wrong bool) {
		if wrong {
			n[rule]++
		}
	}
	found("main-manager", !says(c.Manager))
	found("contact-information", !c.reachable())
	found("contact-person", c.Kind == "company" && len(c.Contacts) == 0)
	found("tax-id", c.Kind != "person" && !says(c.TaxID))
	for _, p := range c.Contacts {
		found("contact-job-title", !says(p.JobTitle))
	}
	return n
}

// plainDocument reads a document in the wire form.
func plainDocument(t *testing.T, doc []byte) *plainClient {
	t.Helper()
	c := &plainClient{}
	if err := json.Unmarshal(doc, c); err != nil {
		t.Fatalf("%v in %s", err, doc)
	}
	if c.Kind == "" {
		c.Kind = "company"
	}
	return c
}

// check compares the report of the whole base with the tally: the counts, and
// the listed findings.
func (t *tally) check(p *process) {
	p.t.Helper()
	report := p.quality("")
	clients, findings := map[string]int{}, map[string]int{}
	for _, r := range report.Rules {
		if r.State != "current" || r.Errors > 0 {
			p.t.Errorf("%s is %s with %d errors", r.Name, r.State, r.Errors)
		}
		clients[r.Name], findings[r.Name] = r.Clients, r.Findings
	}
	if report.Clients != t.total || report.Pending != 0 {
		p.t.Errorf("the report counts %d clients, %d pending; want %d, 0", report.Clients, report.Pending, t.total)
	}
	if !maps.Equal(clients, t.clients) {
		p.t.Errorf("clients with findings by rule: %v, want %v", clients, t.clients)
	}
	if !maps.Equal(findings, t.findings) {
		p.t.Errorf("findings by rule: %v, want %v", findings, t.findings)
	}
	listed := map[string]int{}
	for rule := range findings {
		listed[rule] = 0
	}
	for _, item := range report.Items {
		for _, f := range item.Findings {
			listed[f.Rule]++
		}
	}
	if !maps.Equal(listed, findings) || len(report.Items) != report.Violating {
		p.t.Errorf("the pages list %v of %d clients, the counts say %v of %d", listed, len(report.Items), findings, report.Violating)
	}
}
