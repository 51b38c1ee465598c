package demo_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// counts is what a plain reading of the documents finds. It shares no code
// with the product, so that the two can be compared.
type counts struct {
	clients, kinds map[string]int // clients with a finding by rule; clients by kind
	findings       map[string]int
	total, bytes   int
	contacts       int
	taxpayers      int // companies and sole traders
	phones         []string
	taxIDs         []string
	emails         []string
}

type written struct {
	ExternalID, Kind, Name, TaxID, Manager, Country string
	Channels                                        []channel
	Contacts                                        []struct {
		Name, JobTitle string
		Channels       []channel
	}
}

type channel struct{ Type, Value string }

// says reports whether a text says anything: it is not blank and not only a
// placeholder.
func says(s string) bool {
	return !slices.Contains([]string{"", "-", "—", "нет", "н/д", "n/a", "?"}, strings.ToLower(strings.TrimSpace(s)))
}

func sayAnything(list []channel) bool {
	return slices.ContainsFunc(list, func(c channel) bool { return says(c.Value) })
}

// expect counts what the five default rules should find in the documents.
func expect(docs [][]byte) (*counts, error) {
	n := &counts{clients: map[string]int{}, kinds: map[string]int{}, findings: map[string]int{}}
	for i, doc := range docs {
		var c written
		if err := json.Unmarshal(doc, &c); err != nil {
			return nil, fmt.Errorf("document %d: %w", i, err)
		}
		n.add(&c)
		n.bytes += len(doc)
	}
	return n, nil
}

func (n *counts) add(c *written) {
	found := func(rule string, findings int) {
		if findings > 0 {
			n.clients[rule]++
			n.findings[rule] += findings
		}
	}
	one := map[bool]int{true: 1}
	n.total++
	n.kinds[c.Kind]++
	n.contacts += len(c.Contacts)
	found("main-manager", one[!says(c.Manager)])
	if c.Kind == "company" {
		found("contact-person", one[len(c.Contacts) == 0])
	}
	if c.Kind != "person" {
		n.taxpayers++
		found("tax-id", one[!says(c.TaxID)])
	}
	if says(c.TaxID) {
		n.taxIDs = append(n.taxIDs, c.TaxID)
	}
	reach, untitled := sayAnything(c.Channels), 0
	all := c.Channels
	for _, p := range c.Contacts {
		reach = reach || sayAnything(p.Channels)
		untitled += one[!says(p.JobTitle)]
		all = append(all, p.Channels...)
	}
	found("contact-information", one[!reach])
	found("contact-job-title", untitled)
	for _, ch := range all {
		switch {
		case ch.Type == "phone" && says(ch.Value):
			n.phones = append(n.phones, c.Country+"|"+ch.Value)
		case ch.Type == "email":
			n.emails = append(n.emails, ch.Value)
		}
	}
}
