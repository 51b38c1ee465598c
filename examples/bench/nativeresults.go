package main

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"strconv"

	"assay/sdk/abi"
	"assay/server/crm"
)

// maker makes of what the checks in Go tell the results that Assay's rules give, to the last parameter. Like the engine it allocates
// findings and results many at once, so that neither side pays for what the other saves.
type maker struct {
	findings shelf[crm.Finding]
	results  shelf[crm.Result]
	params   shelf[crm.Param]
	untitled []crm.Finding
	told     [checks]bool
}

// shelf makes slices that stand behind each other in larger ones.
type shelf[T any] struct{ open []T }

func (s *shelf[T]) add(v T) {
	if len(s.open) == cap(s.open) {
		s.open = append(make([]T, 0, max(64, 2*len(s.open))), s.open...)
	}
	s.open = append(s.open, v)
}

// take ends the open slice and returns it, nil when nothing was added.
func (s *shelf[T]) take() []T {
	n := len(s.open)
	if n == 0 {
		return nil
	}
	made := s.open[:n:n]
	s.open = s.open[n:]
	return made
}

// paths of findings about the client itself.
var paths = [checks]string{contactInformation: "channels", contactPerson: "contacts", mainManager: "manager", taxID: "taxId"}

// namings are the expressions in the texts of contact-job-title, which name its parameters, and what they give for a contact without a name.
var namings = [...]crm.Param{
	{Key: `contact.name != "" ? contact.name : "A contact without a name"`, Value: "A contact without a name"},
	{Key: `contact.name != "" ? contact.name : "без имени"`, Value: "без имени"},
	{Key: `contact.name != "" ? contact.name : "без імені"`, Value: "без імені"},
}

// tell takes a finding about the client itself.
func (m *maker) tell(c check) { m.told[c] = true }

// tellUntitled takes a contact without a job title.
func (m *maker) tellUntitled(contact int, id, name string) {
	const rule = "contact-job-title"
	for _, p := range namings {
		m.params.add(crm.Param{Key: p.Key, Value: cmp.Or(name, p.Value)})
	}
	m.untitled = append(m.untitled, crm.Finding{Rule: rule, Code: rule, Path: "contacts[" + strconv.Itoa(contact) + "].jobTitle", RowID: id, Params: m.params.take()})
}

// take returns the results of the client, by the rules' names as the engine does, and makes ready for the next.
func (m *maker) take() []crm.Result {
	for c, name := range checkNames {
		switch {
		case m.told[c]:
			m.findings.add(crm.Finding{Rule: name, Code: name, Path: paths[c]})
		case check(c) == contactJobTitle && len(m.untitled) > 0:
			for i := range m.untitled {
				m.findings.add(m.untitled[i])
			}
		default:
			continue
		}
		m.results.add(crm.Result{Rule: name, Findings: m.findings.take()})
	}
	m.told, m.untitled = [checks]bool{}, m.untitled[:0]
	return m.results.take()
}

// native is the checks in Go with the results of Assay's rules, over cards or over clients that were decoded beforehand.
type native struct {
	n       int
	results func(at int, m *maker) ([]crm.Result, error)
	id      func(at int) (int64, error)
}

func openNativeResults(_ context.Context, _ *base, cards [][]byte) (evaluator, error) {
	return &native{
		n:       len(cards),
		results: func(at int, m *maker) ([]crm.Result, error) { return cardResults(cards[at], m) },
		id:      func(at int) (int64, error) { c, err := abi.Open(cards[at]); return c.ID(), err },
	}, nil
}

func openNativeClients(_ context.Context, _ *base, cards [][]byte) (evaluator, error) {
	clients := make([]*crm.Client, len(cards))
	for i, card := range cards {
		var err error
		if clients[i], err = crm.DecodeCard(card); err != nil {
			return nil, err
		}
	}
	e := &native{
		n:       len(cards),
		results: func(at int, m *maker) ([]crm.Result, error) { return clientResults(clients[at], m), nil },
		id:      func(at int) (int64, error) { return clients[at].ID, nil },
	}
	return e, sameResults(cards, e.each)
}

func cardResults(card []byte, m *maker) ([]crm.Result, error) {
	c, err := abi.Open(card)
	if err != nil {
		return nil, err
	}
	nativeChecks(c, func(which check, contact int) {
		if which == contactJobTitle {
			of := c.Contacts().At(contact)
			m.tellUntitled(contact, of.ID(), of.Name())
			return
		}
		m.tell(which)
	})
	return m.take(), nil
}

func clientResults(c *crm.Client, m *maker) []crm.Result {
	nativeClient(c, func(which check, contact int) {
		if which == contactJobTitle {
			m.tellUntitled(contact, c.Contacts[contact].ID, c.Contacts[contact].Name)
			return
		}
		m.tell(which)
	})
	return m.take()
}

// each tells the results of each client.
func (e *native) each(from, to int, tell func(at int, results []crm.Result) error) error {
	m := new(maker)
	for at := from; at < to; at++ {
		results, err := e.results(at, m)
		if err == nil {
			err = tell(at, results)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *native) Count(_ context.Context, workers int) (counts, error) {
	return shared(workers, e.n, func(from, to int) (n counts, err error) {
		err = e.each(from, to, func(_ int, results []crm.Result) error { return n.count(results) })
		return n, err
	})
}

func (e *native) Findings(_ context.Context, tell func(finding)) error {
	return e.each(0, e.n, func(at int, results []crm.Result) error {
		id, err := e.id(at)
		if err != nil {
			return err
		}
		return tellResults(id, results, tell)
	})
}

func (*native) Close() error { return nil }

// count adds up the findings of a client's results.
func (c *counts) count(results []crm.Result) error {
	for i := range results {
		for j := range results[i].Findings {
			which, err := checkOf(results[i].Findings[j].Code)
			if err != nil {
				return err
			}
			c[which]++
		}
	}
	return nil
}

// tellResults tells the findings of a client's results.
func tellResults(client int64, results []crm.Result, tell func(finding)) error {
	for i := range results {
		for j := range results[i].Findings {
			f := &results[i].Findings[j]
			which, err := checkOf(f.Code)
			if err != nil {
				return err
			}
			contact, err := contactOf(f.Path)
			if err != nil {
				return err
			}
			tell(finding{client, which, contact})
		}
	}
	return nil
}

// sameResults returns an error unless what each tells of the cards are the results that the checks in Go make, to the last parameter.
func sameResults(cards [][]byte, each func(from, to int, tell func(at int, results []crm.Result) error) error) error {
	m := new(maker)
	return each(0, len(cards), func(at int, got []crm.Result) error {
		want, err := cardResults(cards[at], m)
		if err == nil && !reflect.DeepEqual(got, want) {
			err = fmt.Errorf("card %d: the results are %+v, those of the checks in Go %+v", at, got, want)
		}
		return err
	})
}
