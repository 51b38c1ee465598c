package main

import (
	"context"

	"assay/sdk/abi"
	"assay/server/crm"
)

// nativeCard tells what the five checks in Go find in a card, on its bytes as they are stored: the limit of what
// anything that looks at them can reach.
func nativeCard(card []byte, tell func(check, int)) (int64, error) {
	c, err := abi.Open(card)
	if err != nil {
		return 0, err
	}
	nativeChecks(c, tell)
	return c.ID(), nil
}

func nativeChecks(c abi.Client, tell func(check, int)) {
	contacts := c.Contacts()
	reachable := hasValue(c.Channels())
	for i := range contacts.Len() {
		contact := contacts.At(i)
		if contact.JobTitle() == "" {
			tell(contactJobTitle, i)
		}
		reachable = reachable || hasValue(contact.Channels())
	}
	if !reachable {
		tell(contactInformation, -1)
	}
	kind := c.Kind()
	if kind == abi.ClientKindCompany && contacts.Len() == 0 {
		tell(contactPerson, -1)
	}
	if c.Manager() == "" {
		tell(mainManager, -1)
	}
	if (kind == abi.ClientKindCompany || kind == abi.ClientKindSoleTrader) && c.TaxID() == "" {
		tell(taxID, -1)
	}
}

func hasValue(channels abi.ChannelRows) bool {
	for i := range channels.Len() {
		if channels.At(i).Value() != "" {
			return true
		}
	}
	return false
}

// nativeSum is what every contender is held to.
func nativeSum(cards [][]byte) (all sum, err error) {
	e := nativeCards{cards}
	err = e.Findings(context.Background(), func(f finding) { all.add(f) })
	return all, err
}

// nativeCards counts what the checks in Go tell of the bytes of cards, and makes nothing of it.
type nativeCards struct{ cards [][]byte }

func openNativeCards(_ context.Context, _ *base, cards [][]byte) (evaluator, error) {
	return nativeCards{cards}, nil
}

func (e nativeCards) Count(_ context.Context, workers int) (counts, error) {
	return shared(workers, len(e.cards), func(from, to int) (n counts, err error) {
		for _, card := range e.cards[from:to] {
			if _, err := nativeCard(card, func(c check, _ int) { n[c]++ }); err != nil {
				return n, err
			}
		}
		return n, nil
	})
}

func (e nativeCards) Findings(_ context.Context, tell func(finding)) error {
	var found []finding
	for _, card := range e.cards {
		found = found[:0]
		id, err := nativeCard(card, func(c check, contact int) { found = append(found, finding{check: c, contact: contact}) })
		if err != nil {
			return err
		}
		for _, f := range found {
			f.client = id
			tell(f)
		}
	}
	return nil
}

func (nativeCards) Close() error { return nil }

// nativeClient is the same on a client that was decoded beforehand.
func nativeClient(c *crm.Client, tell func(check, int)) {
	reachable := anyChannel(c.Channels)
	for i := range c.Contacts {
		if c.Contacts[i].JobTitle == "" {
			tell(contactJobTitle, i)
		}
		reachable = reachable || anyChannel(c.Contacts[i].Channels)
	}
	if !reachable {
		tell(contactInformation, -1)
	}
	if c.Kind == "company" && len(c.Contacts) == 0 {
		tell(contactPerson, -1)
	}
	if c.Manager == "" {
		tell(mainManager, -1)
	}
	if (c.Kind == "company" || c.Kind == "soleTrader") && c.TaxID == "" {
		tell(taxID, -1)
	}
}

func anyChannel(channels []crm.Channel) bool {
	for i := range channels {
		if channels[i].Value != "" {
			return true
		}
	}
	return false
}
