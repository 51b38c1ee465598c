package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"assay/rules"
	"assay/server/crm"
)

// message is the body of a request: type, timestamp and data, as the Standard
// Webhooks specification asks for.
type message struct {
	Type      string   `json:"type"`
	Timestamp crm.Time `json:"timestamp"` // when it happened
	Data      data     `json:"data"`
}

// data is what a receiver needs to act on most events without asking back.
type data struct {
	Hook    string          `json:"hook"`
	Seq     int64           `json:"seq,omitempty"` // of the event in the log; grows
	By      string          `json:"by,omitempty"`
	Rule    string          `json:"rule,omitempty"`
	Detail  json.RawMessage `json:"detail,omitempty"` // of the event, as in GET /events
	ID      int64           `json:"clientId,omitempty"`
	Client  *client         `json:"client,omitempty"` // absent when it is no more
	Finding any             `json:"finding,omitempty"`
	Segment *segment        `json:"segment,omitempty"`
}

// client is a client as it is when the event is sent.
type client struct {
	ID         int64    `json:"id"`
	ExternalID string   `json:"externalId"`
	Revision   int64    `json:"revision"`
	Kind       string   `json:"kind"`
	Name       string   `json:"name"`
	TaxID      string   `json:"taxId"`
	Country    string   `json:"country"`
	Region     string   `json:"region"`
	Manager    string   `json:"manager"`
	Stage      string   `json:"stage"`
	Status     string   `json:"status"`
	Categories []string `json:"categories"`
	Tags       []string `json:"tags"`
	Path       string   `json:"path"` // of the API, for the rest
}

// finding is what is left to say of a finding that is closed by now.
type finding struct {
	ID    string `json:"id"`
	Rule  string `json:"rule"`
	Code  string `json:"code"`
	RowID string `json:"rowId"`
}

type segment struct {
	Rule   string `json:"rule"`
	Label  string `json:"label"`
	Title  string `json:"title,omitempty"`  // while the client is in it
	Reason string `json:"reason,omitempty"` // the same
}

// body writes what is sent of an event, with the client as it is now.
func (d *Dispatcher) body(ctx context.Context, hook *rules.Webhook, e *crm.Event) ([]byte, error) {
	m := message{Type: string(e.Type), Timestamp: e.At, Data: data{Hook: hook.Metadata.Name, Seq: e.Seq, By: e.By, Rule: e.Rule, Detail: e.Detail, ID: e.Client}}
	if e.Client != 0 {
		stored, err := d.Store.Client(ctx, crm.Everything, e.Client)
		switch {
		case err == nil:
			if m.Data.Client, err = clientOf(stored.Card); err != nil {
				return nil, fmt.Errorf("client %d: %w", e.Client, err)
			}
		case !errors.Is(err, crm.ErrNotFound):
			return nil, fmt.Errorf("read client %d: %w", e.Client, err)
		}
		if err := d.describe(&m.Data, hook.Spec.Language, e, stored.Results); err != nil {
			return nil, err
		}
	}
	return json.Marshal(m)
}

// describe adds the finding or the segment that an event speaks of.
func (d *Dispatcher) describe(to *data, language string, e *crm.Event, results []crm.Result) error {
	var said struct{ Code, RowID, Label string }
	if len(e.Detail) > 0 {
		if err := json.Unmarshal(e.Detail, &said); err != nil {
			return fmt.Errorf("read the detail of event %d: %w", e.Seq, err)
		}
	}
	switch e.Type {
	case crm.EventFindingOpened, crm.EventFindingClosed:
		known := crm.Finding{Rule: e.Rule, Code: said.Code, RowID: said.RowID}
		short := finding{ID: crm.FindingID(e.Client, &known), Rule: e.Rule, Code: said.Code, RowID: said.RowID}
		to.Finding = short
		for _, f := range d.Findings(e.Client, results, language) {
			if f.ID == short.ID && e.Type == crm.EventFindingOpened {
				to.Finding = f
			}
		}
	case crm.EventSegmentEntered, crm.EventSegmentLeft:
		to.Segment = &segment{Rule: e.Rule, Label: said.Label}
		for _, s := range d.Segments(results, language) {
			if s.Rule == e.Rule && s.Label == said.Label {
				to.Segment.Title, to.Segment.Reason = s.Title, s.Reason
			}
		}
	}
	return nil
}

func clientOf(card []byte) (*client, error) {
	c, err := crm.DecodeCard(card)
	if err != nil {
		return nil, err
	}
	return &client{ID: c.ID, ExternalID: c.ExternalID, Revision: c.Revision, Kind: c.Kind, Name: c.Name,
		TaxID: c.TaxID, Country: c.Country, Region: c.Region, Manager: c.Manager, Stage: c.Stage, Status: c.Status,
		Categories: listOf(c.Categories), Tags: listOf(c.Tags), Path: "/api/v1/clients/" + strconv.FormatInt(c.ID, 10)}, nil
}

// listOf makes an absent list an empty one.
func listOf(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
