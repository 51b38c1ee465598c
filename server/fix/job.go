package fix

import (
	"encoding/json"
	"fmt"

	"assay/server/crm"
	"assay/server/store"
)

// Selection says which findings are fixed; its conditions must all hold.
type Selection struct {
	Rules    []string           `json:"rules,omitempty"`
	Facets   []store.FacetValue `json:"facets,omitempty"`
	Segments []store.RuleLabel  `json:"segments,omitempty"`
	Filter   string             `json:"filter,omitempty"` // CEL
}

// Job is a job as it is stored: what people see of it, and what it needs to go on.
type Job struct {
	crm.Fix
	Selection Selection `json:"selection,omitzero"`
	Scope     crm.Scope `json:"scope"` // of who asked for it
	After     string    `json:"after"` // the page that is done, as a cursor
	Last      int64     `json:"last"`  // the last client of it
	Seq       int64     `json:"seq"`   // the newest event before the page that is under way

	Cancelling bool `json:"cancelling,omitempty"` // it ends before its next page
}

// count adds a client to the counts.
func count(c *crm.FixCounts, client *crm.FixedClient) {
	c.Looked++
	switch client.Outcome {
	case crm.FixApplied:
		c.Applied++
		for _, e := range client.Edits {
			if e.Resolved {
				c.Resolved++
			}
		}
	case crm.FixUnchanged:
		c.Unchanged++
	case crm.FixRefused:
		c.Refused++
	case crm.FixConflict:
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

func storedClients(list []*crm.FixedClient) ([]store.JobClient, error) {
	out := make([]store.JobClient, len(list))
	for i, c := range list {
		data, err := json.Marshal(c)
		if err != nil {
			return nil, fmt.Errorf("encode what was done to client %d: %w", c.Client, err)
		}
		out[i] = store.JobClient{Client: c.Client, Data: data}
	}
	return out, nil
}

func readClients(list []store.JobClient) ([]*crm.FixedClient, error) {
	out := make([]*crm.FixedClient, len(list))
	for i, s := range list {
		out[i] = new(crm.FixedClient)
		if err := json.Unmarshal(s.Data, out[i]); err != nil {
			return nil, fmt.Errorf("read what was done to client %d: %w", s.Client, err)
		}
	}
	return out, nil
}
