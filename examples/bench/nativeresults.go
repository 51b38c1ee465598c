package main

import (
	"context"
	"fmt"
	"reflect"

	"assay/sdk/abi"
	"assay/server/crm"
)

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
