package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// client is the part of a client that this program knows. What is left out of a PATCH stays as it is.
type client struct {
	ID       int64     `json:"id,omitempty"`
	Revision int64     `json:"revision,omitempty"`
	Kind     string    `json:"kind,omitempty"`
	Name     string    `json:"name,omitempty"`
	TaxID    string    `json:"taxId,omitempty"`
	Manager  string    `json:"manager,omitempty"`
	Channels []channel `json:"channels,omitempty"`
}

type channel struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// written answers a write: the client as it is stored and what the rules find in it.
type written struct {
	Client   client
	Findings []struct{ Rule, Path, Message string }
}

func (w written) print(did string) {
	fmt.Printf("%s: revision %d, %d findings\n", did, w.Client.Revision, len(w.Findings))
	for _, f := range w.Findings {
		fmt.Printf("    %s at %s: %s\n", f.Rule, f.Path, f.Message)
	}
}

const own = "walk-2" // the external id: what our program calls the client

func byOwnID(ctx context.Context, s server) (client, error) {
	var list struct{ Items []client }
	err := s.ask(ctx, request{method: "GET", path: "/api/v1/clients", query: url.Values{"filter": {"client.externalId == " + strconv.Quote(own)}}}, &list)
	if err == nil && len(list.Items) == 0 {
		err = fmt.Errorf("there is no client %s", own)
	}
	if err != nil {
		return client{}, err
	}
	return list.Items[0], nil
}

// keepClient writes a client under our own id, so that doing it twice changes nothing, then changes it although somebody else does, too.
func keepClient(ctx context.Context, s server) error {
	var w written
	err := s.ask(ctx, request{method: "PUT", path: "/api/v1/clients", query: url.Values{"externalId": {own}},
		body: client{Kind: "company", Name: "ТОВ «Калина»", Channels: []channel{{"phone", "+380 44 000 00 01"}}}}, &w)
	if err != nil {
		return err
	}
	w.print("written")
	others := client{Manager: "koval"} // somebody else, between our reading and our writing
	w, err = change(ctx, s, func(c client) (client, error) {
		if c.Manager == "" {
			err := s.ask(ctx, request{method: "PATCH", path: fmt.Sprintf("/api/v1/clients/%d", c.ID), body: others}, nil)
			return client{TaxID: "32855961"}, err
		}
		return client{TaxID: "32855961"}, nil
	})
	if err != nil {
		return err
	}
	w.print("changed")
	return nil
}

// change patches the client with what decide makes of it as it stands. When it is another by then (412), it is read again.
func change(ctx context.Context, s server, decide func(client) (client, error)) (w written, err error) {
	for range 5 {
		c, err := byOwnID(ctx, s)
		if err != nil {
			return w, err
		}
		patch, err := decide(c)
		if err != nil {
			return w, err
		}
		err = s.ask(ctx, request{method: "PATCH", path: fmt.Sprintf("/api/v1/clients/%d", c.ID), body: patch,
			header: map[string]string{"If-Match": fmt.Sprintf("%q", strconv.FormatInt(c.Revision, 10))}}, &w)
		var stale *problem
		if !errors.As(err, &stale) || stale.Status != http.StatusPreconditionFailed {
			return w, err
		}
		fmt.Println("once more:", stale.Detail)
	}
	return w, errors.New("the client is changed faster than this program can read it")
}
