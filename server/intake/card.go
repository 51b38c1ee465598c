package intake

import (
	"time"

	"assay/server/crm"
	"assay/server/engine"
)

// Cards makes cards of documents of new clients as a write makes them, for those who judge clients that nobody
// stores. It is for one goroutine.
type Cards struct {
	in  *Intake
	set *engine.Set
}

// NewCards returns Cards for a base with the set's declared fields and dictionaries; the region and zone are
// those of a Config.
func NewCards(set *engine.Set, region string, zone *time.Location) *Cards {
	return &Cards{in: New(Config{Region: region, Zone: zone}), set: set}
}

// Card returns the client and its card as they would be stored at that time, but for the client's number. What a write
// would refuse is a *crm.InvalidError or a *crm.MalformedError.
func (c *Cards) Card(doc []byte, now time.Time) (*crm.Client, []byte, error) {
	client, err := c.in.read(string(doc), nobody, c.set, write{edit: replace})
	if err != nil {
		return nil, nil, err
	}
	stamp(client, nobody, crm.TimeOf(now))
	card, err := crm.EncodeCard(nil, client)
	if err != nil {
		return nil, nil, unstorable(err)
	}
	return client, card, nil
}
