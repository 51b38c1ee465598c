package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"assay/sdk/abi"
)

// page is the report as somebody opens it: the figures of the whole base, and the first clients with findings.
// Field names are those of GET /api/v1/reports/quality, of which it leaves some out.
type page struct {
	Clients   int64        `json:"clients"`
	Violating int64        `json:"violating"` // clients with findings
	Pending   int64        `json:"pending"`   // clients that rules have yet to judge
	Rules     []pageRule   `json:"rules"`     // by name
	Items     []pageClient `json:"items"`     // by id
}

type pageRule struct {
	Name     string `json:"name"`
	Clients  int64  `json:"clients"`
	Findings int64  `json:"findings"`
}

type pageClient struct {
	Client struct {
		ID      int64  `json:"id"`
		Name    string `json:"name"`
		Manager string `json:"manager"`
	} `json:"client"`
	Findings []pageFinding `json:"findings"` // by rule and row
}

type pageFinding struct {
	Rule    string `json:"rule"`
	Row     string `json:"rowId"`
	Path    string `json:"path"`
	Message string `json:"message"`
}

const pageSize = 50 // clients, as the API has it unless asked otherwise

// readPage reads a server's answer.
func readPage(text []byte) (*page, error) {
	p := new(page)
	if err := json.Unmarshal(text, p); err != nil {
		return nil, err
	}
	for _, item := range p.Items {
		sortFindings(item.Findings)
	}
	return p, nil
}

// report reads the report's first page and figures of Assay.
func (p *process) report(ctx context.Context) (*page, error) {
	text, err := p.do(ctx, "GET", "/api/v1/reports/quality", nil, "")
	if err != nil {
		return nil, err
	}
	return readPage(text)
}

func sortFindings(list []pageFinding) {
	slices.SortFunc(list, func(a, b pageFinding) int { return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Row, b.Row)) })
}

// add adds a finding of a client, which is the last one's or a new one.
func (p *page) add(id int64, name, manager string, f pageFinding) {
	if n := len(p.Items); n == 0 || p.Items[n-1].Client.ID != id {
		item := pageClient{}
		item.Client.ID, item.Client.Name, item.Client.Manager = id, name, manager
		p.Items = append(p.Items, item)
	}
	last := &p.Items[len(p.Items)-1]
	last.Findings = append(last.Findings, f)
}

// samePage returns an error unless two servers report the same.
func samePage(got, want *page) error {
	if reflect.DeepEqual(got, want) {
		return nil
	}
	return fmt.Errorf("the report is\n%s\nand not\n%s", shorten(got), shorten(want))
}

func shorten(p *page) string { text, _ := json.Marshal(p); return fmt.Sprintf("%.1000s", text) }

// record is a client as the databases keep it for their report, with what the checks in Go find in it.
type record struct {
	id            int64
	name, manager string
	findings      []keptFinding
}

type keptFinding struct {
	check              check
	row, path, message string
}

// messages are the English texts of the rules that ship with Assay, but for the one that names a contact.
var messages = [checks]string{
	contactInformation: "No contact information. Add a phone, an e-mail or another channel.",
	contactPerson:      "No contact person. Add at least one.",
	mainManager:        "No main manager. Assign one.",
	taxID:              "No tax id. Add it.",
}

// recordOf copies what it returns: a text that were a part of the card would keep it.
func recordOf(card []byte) (record, error) {
	c, err := abi.Open(card)
	if err != nil {
		return record{}, err
	}
	r := record{id: c.ID(), name: strings.Clone(c.Name()), manager: strings.Clone(c.Manager())}
	nativeChecks(c, func(which check, contact int) {
		f := keptFinding{check: which, path: paths[which], message: messages[which]}
		if which == contactJobTitle {
			of := c.Contacts().At(contact)
			f.row, f.path, f.message = strings.Clone(of.ID()), fmt.Sprintf("contacts[%d].jobTitle", contact), cmp.Or(of.Name(), "A contact without a name")+" has no job title. Add it."
		}
		r.findings = append(r.findings, f)
	})
	return r, nil
}
