package bolt

import (
	"encoding/json"
	"fmt"

	"assay/server/store"
)

// maxOverride is the longest reason of an override, in bytes.
const maxOverride = 64 << 10

// override is the JSON of a change's store.Override, nil for none.
type override json.RawMessage

func overrideOf(c *store.Change) (override, error) {
	if c.Override == nil {
		return nil, nil
	}
	if n := len(c.Override.Reason); n == 0 || n > maxOverride {
		return nil, fmt.Errorf("the reason of an override has %d bytes, not 1 to %d", n, maxOverride)
	}
	b, err := json.Marshal(c.Override)
	return b, err
}

// of returns what the log says of a change. Few are part of a change of many clients or
// made against rules: those are kept as JSON.
func (o override) of(c *store.Change, revision int64) detail {
	if o == nil && c.Change == "" {
		if c.ID == 0 {
			return detail{kind: detailRevision, revision: revision}
		}
		return detail{kind: detailFields, revision: revision, fields: c.Fields}
	}
	raw, err := json.Marshal(struct {
		Revision int64           `json:"revision"`
		Fields   []string        `json:"fields,omitempty"`
		Change   string          `json:"change,omitempty"`
		Override json.RawMessage `json:"override,omitempty"`
	}{revision, c.Fields, c.Change, json.RawMessage(o)})
	if err != nil { // made of text and numbers
		return detail{kind: detailRevision, revision: revision}
	}
	return detail{kind: detailJSON, raw: raw}
}
