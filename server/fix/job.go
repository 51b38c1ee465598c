package fix

import (
	"encoding/json"
	"fmt"

	"assay/server/crm"
	"assay/server/store"
)

// Selection says which findings are fixed; its conditions must all hold.
type Selection struct {
	Rules    []string           `json:"rules,omitempty"` // none: all rules that suggest something
	Facets   []store.FacetValue `json:"facets,omitempty"`
	Segments []store.RuleLabel  `json:"segments,omitempty"`
	Filter   string             `json:"filter,omitempty"` // CEL
}

// State is how far a job has come.
type State string

// The states of a job. Waiting and Running jobs go on after a restart.
const (
	Waiting   State = "waiting" // for the job before it
	Running   State = "running"
	Done      State = "done"
	Cancelled State = "cancelled" // what it had done until then stays
	Failed    State = "failed"    // it could not go on; Error says why
)

// Job is one change of many clients. Its id is the change id: events of its writes carry it.
type Job struct {
	ID        string    `json:"id"`
	Undoes    string    `json:"undoes,omitempty"` // the job that this one takes back
	State     State     `json:"state"`
	By        string    `json:"by"`
	Selection Selection `json:"selection,omitzero"`
	Query     string    `json:"query,omitempty"` // the selection as it was asked for
	CreatedAt crm.Time  `json:"createdAt"`
	EndedAt   crm.Time  `json:"endedAt,omitzero"`
	Error     string    `json:"error,omitempty"`

	Total  int64  `json:"total"` // clients with findings of the selection when it began
	Counts Counts `json:"counts"`

	Scope crm.Scope `json:"scope"` // of who asked for it
	After string    `json:"after"` // the page that is done, as a cursor
	Last  int64     `json:"last"`  // the last client of it
}

// Ended says whether nothing more will happen.
func (j *Job) Ended() bool { return j.State != Waiting && j.State != Running }

// Counts are the clients a job has looked at, by what came of it.
type Counts struct {
	Looked    int64 `json:"looked"`    // all of them
	Applied   int64 `json:"applied"`   // changed
	Unchanged int64 `json:"unchanged"` // had nothing to change
	Refused   int64 `json:"refused"`   // by an enforcing rule
	Conflicts int64 `json:"conflicts"` // somebody was faster, or has changed it since
	Failed    int64 `json:"failed"`    // the value could not be stored, or the place is not there
	Resolved  int64 `json:"resolved"`  // findings that are gone
}

// Outcome is what came of one client.
type Outcome string

// The outcomes. Planned is not one yet: the write was about to be made.
const (
	Planned   Outcome = "planned"
	Applied   Outcome = "applied"
	Unchanged Outcome = "unchanged"
	Refused   Outcome = "refused"
	Conflict  Outcome = "conflict"
	Faulty    Outcome = "failed"
)

// Client is what a job did to one client.
type Client struct {
	ID       int64   `json:"client"`
	Outcome  Outcome `json:"outcome"`
	Message  string  `json:"message,omitempty"` // why it is none of the good ones
	Edits    []Edit  `json:"edits"`
	From     int64   `json:"from"`               // the revision it was planned on
	Revision int64   `json:"revision,omitempty"` // the one that was stored
}

// Edit is one value put in one place.
type Edit struct {
	Rule     string          `json:"rule"`
	Code     string          `json:"code"`
	Path     string          `json:"path"`
	RowID    string          `json:"rowId,omitempty"`
	Before   json.RawMessage `json:"before"`
	After    json.RawMessage `json:"after"` // as it was stored, or is to be
	Resolved bool            `json:"resolved"`
}

func (c *Counts) add(client *Client) {
	c.Looked++
	switch client.Outcome {
	case Applied:
		c.Applied++
		for _, e := range client.Edits {
			if e.Resolved {
				c.Resolved++
			}
		}
	case Unchanged:
		c.Unchanged++
	case Refused:
		c.Refused++
	case Conflict:
		c.Conflicts++
	default:
		c.Failed++
	}
}

func (j *Job) stored() (store.Job, error) {
	data, err := json.Marshal(j)
	if err != nil {
		return store.Job{}, fmt.Errorf("encode job %s: %w", j.ID, err)
	}
	return store.Job{ID: j.ID, Data: data}, nil
}

func readJob(s store.Job) (*Job, error) {
	j := new(Job)
	if err := json.Unmarshal(s.Data, j); err != nil {
		return nil, fmt.Errorf("read job %s: %w", s.ID, err)
	}
	return j, nil
}

func storedClients(list []*Client) ([]store.JobClient, error) {
	out := make([]store.JobClient, len(list))
	for i, c := range list {
		data, err := json.Marshal(c)
		if err != nil {
			return nil, fmt.Errorf("encode what was done to client %d: %w", c.ID, err)
		}
		out[i] = store.JobClient{Client: c.ID, Data: data}
	}
	return out, nil
}

func readClients(list []store.JobClient) ([]*Client, error) {
	out := make([]*Client, len(list))
	for i, s := range list {
		out[i] = new(Client)
		if err := json.Unmarshal(s.Data, out[i]); err != nil {
			return nil, fmt.Errorf("read what was done to client %d: %w", s.Client, err)
		}
	}
	return out, nil
}
