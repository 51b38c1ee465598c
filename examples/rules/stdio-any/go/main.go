// Command go is a rule that reads a line of JSON for each client and answers with a line: contacts whom nobody can reach.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// line is one client, and the settings by which it is judged. Members that are not named here are passed over.
type line struct {
	Settings struct {
		Stage string `json:"stage"`
	} `json:"settings"`
	Client struct {
		Stage    string `json:"stage"`
		Contacts []struct {
			ID       string `json:"id"`
			Name     string `json:"name"`
			Channels []struct {
				Value string `json:"value"`
			} `json:"channels"`
		} `json:"contacts"`
	} `json:"client"`
}

type finding struct {
	Code   string            `json:"code"`
	Path   string            `json:"path"`
	RowID  string            `json:"rowId"`
	Params map[string]string `json:"params"`
}

type answer struct {
	Findings []finding `json:"findings,omitempty"`
}

func judge(in line) (out answer) {
	if in.Client.Stage != in.Settings.Stage {
		return answer{}
	}
	for i, contact := range in.Client.Contacts {
		reachable := false
		for _, channel := range contact.Channels {
			reachable = reachable || channel.Value != ""
		}
		if !reachable {
			out.Findings = append(out.Findings, finding{
				Code: "unreachable", Path: fmt.Sprintf("contacts[%d].channels", i), RowID: contact.ID, Params: map[string]string{"name": contact.Name},
			})
		}
	}
	return out
}

// run answers every line; a rule may be given one or many.
func run(from io.Reader, to io.Writer) error {
	in, out := json.NewDecoder(from), json.NewEncoder(to)
	for {
		var next line
		next.Settings.Stage = "negotiation" // as description.json says
		switch err := in.Decode(&next); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := out.Encode(judge(next)); err != nil {
			return err
		}
	}
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err) // goes to the server's log, and into the evaluation error
		os.Exit(1)
	}
}
