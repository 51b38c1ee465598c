// Command stdio is the five checks as a rule that reads lines of JSON: plain Go with encoding/json.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

type channels []struct {
	Value string `json:"value"`
}

func (c channels) given() bool {
	for i := range c {
		if c[i].Value != "" {
			return true
		}
	}
	return false
}

type line struct {
	Client struct {
		Kind     string   `json:"kind"`
		Manager  string   `json:"manager"`
		TaxID    string   `json:"taxId"`
		Channels channels `json:"channels"`
		Contacts []struct {
			ID       string   `json:"id"`
			JobTitle string   `json:"jobTitle"`
			Channels channels `json:"channels"`
		} `json:"contacts"`
	} `json:"client"`
}

type finding struct {
	Code  string `json:"code"`
	Path  string `json:"path"`
	RowID string `json:"rowId,omitempty"`
}

func judge(in line) (found []finding) {
	c := &in.Client
	reachable := c.Channels.given()
	for i, contact := range c.Contacts {
		reachable = reachable || contact.Channels.given()
		if contact.JobTitle == "" {
			found = append(found, finding{"contact-job-title", fmt.Sprintf("contacts[%d].jobTitle", i), contact.ID})
		}
	}
	if !reachable {
		found = append(found, finding{Code: "contact-information", Path: "channels"})
	}
	if c.Kind == "company" && len(c.Contacts) == 0 {
		found = append(found, finding{Code: "contact-person", Path: "contacts"})
	}
	if c.Manager == "" {
		found = append(found, finding{Code: "main-manager", Path: "manager"})
	}
	if (c.Kind == "company" || c.Kind == "soleTrader") && c.TaxID == "" {
		found = append(found, finding{Code: "tax-id", Path: "taxId"})
	}
	return found
}

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var l line
		switch err := in.Decode(&l); {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			panic(err)
		}
		if err := out.Encode(map[string]any{"findings": judge(l)}); err != nil {
			panic(err)
		}
	}
}
