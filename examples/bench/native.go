package main

import (
	"context"
	"strconv"

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
	return c.ID(), nil
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

// nativeCards is the checks in Go over the bytes of cards.
type nativeCards struct{ cards [][]byte }

// Count makes what Assay's rules make of each card, but for texts by language, and counts it.
func (e nativeCards) Count(_ context.Context, workers int) (counts, error) {
	return shared(workers, len(e.cards), func(from, to int) (n counts, err error) {
		for _, card := range e.cards[from:to] {
			var made []crm.Finding
			c, err := abi.Open(card)
			if err != nil {
				return n, err
			}
			_, err = nativeCard(card, func(which check, contact int) { made = append(made, nativeFinding(c, which, contact)) })
			if err != nil {
				return n, err
			}
			for i := range made {
				which, err := checkOf(made[i].Code)
				if err != nil {
					return n, err
				}
				n[which]++
			}
		}
		return n, nil
	})
}

// paths of findings about the client itself.
var paths = [checks]string{contactInformation: "channels", contactPerson: "contacts", mainManager: "manager", taxID: "taxId"}

func nativeFinding(c abi.Client, which check, contact int) crm.Finding {
	f := crm.Finding{Rule: which.String(), Code: which.String(), Path: paths[which]}
	if which == contactJobTitle {
		of := c.Contacts().At(contact)
		f.Path, f.RowID = "contacts["+strconv.Itoa(contact)+"].jobTitle", of.ID()
		f.Params = []crm.Param{{Key: "name", Value: of.Name()}}
	}
	return f
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

// nativeClients is the checks in Go over decoded clients.
type nativeClients struct{ clients []*crm.Client }

func openNativeClients(_ context.Context, _ *base, cards [][]byte) (evaluator, error) {
	e := nativeClients{make([]*crm.Client, len(cards))}
	for i, card := range cards {
		c, err := crm.DecodeCard(card)
		if err != nil {
			return nil, err
		}
		e.clients[i] = c
	}
	return e, nil
}

func (e nativeClients) Count(_ context.Context, workers int) (counts, error) {
	return shared(workers, len(e.clients), func(from, to int) (n counts, err error) {
		for _, client := range e.clients[from:to] {
			nativeClient(client, func(c check, _ int) { n[c]++ })
		}
		return n, nil
	})
}

func (e nativeClients) Findings(_ context.Context, tell func(finding)) error {
	for _, client := range e.clients {
		nativeClient(client, func(c check, contact int) { tell(finding{client.ID, c, contact}) })
	}
	return nil
}

func (nativeClients) Close() error { return nil }
