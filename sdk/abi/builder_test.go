package abi_test

import (
	"math"
	"testing"

	"assay/sdk/abi"
	"assay/sdk/go"
	"assay/sdk/go/assaytest"
)

// The clients that authors write in tests of their checks are cards as a server would store them.
func TestBuiltClientsAreValidCards(t *testing.T) {
	full := assaytest.Client{ID: 7, Kind: assay.ClientKindPerson, Name: "Олена", Industries: []string{"", "pharmacy"}, Unsubscribed: true, Birthday: "1990-02-28",
		CreatedAt: "2026-11-22T10:00:00.001+02:00", Revenue: math.MinInt64, Properties: map[string]string{"b": "", "a": "1"},
		Fields: assaytest.Fields{"text": "x", "empty": "", "yes": true, "no": false, "n": 3, "big": int64(math.MaxInt64), "half": 0.5,
			"day": assaytest.Date("1970-01-01"), "at": assaytest.Time("2026-11-22T10:00:00Z")},
		Channels:  []assaytest.Channel{{}, {ID: "h1", Type: assay.ChannelTypeEmail, State: assay.ChannelStateDead}},
		Contacts:  []assaytest.Contact{{Name: "Анна", Channels: []assaytest.Channel{{Value: "+380"}}}, {}},
		Contracts: []assaytest.Contract{{EndsOn: "2027-01-31", Amount: -1}}}
	for name, client := range map[string]assaytest.Client{"full": full, "empty": {}} {
		card, err := client.Card()
		if err != nil {
			t.Fatal(err)
		}
		if err := abi.Validate(card); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	card, _ := full.Card()
	c := open(t, card)
	half, _ := c.Fields().Find("half")
	if c.Contacts().At(0).Channels().At(0).Value() != "+380" || half.Number() != 0.5 || c.Contracts().At(0).EndsOn() != 1801353600000 ||
		c.CreatedAt() != 1795334400001 || c.Revenue() != math.MinInt64 || !c.HasProperties() || c.Fields().Len() != 9 {
		t.Errorf("the card reads as %v", projectClient(c))
	}
}
