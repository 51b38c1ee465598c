package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
)

// trialTime is the evaluation time of trials, that they go the same on any day.
var trialTime = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// TrialClients is how many clients a check is tried out on: in their order and in one batch, then backwards, in
// other batches and on another instance.
const TrialClients = 24

// trialCards are the clients of a trial, one of which is empty: none is anybody's.
var trialCards = sync.OnceValues(func() ([][]byte, error) {
	var cards [][]byte
	for _, c := range trialClients() {
		card, err := crm.EncodeCard(nil, c)
		if err != nil {
			return nil, fmt.Errorf("encode a client for trials: %w", err)
		}
		cards = append(cards, card)
	}
	return cards, nil
})

// trialClients are clients of every kind, with much and with little, in no order that a check might keep.
func trialClients() []*crm.Client {
	kinds := []string{"company", "soleTrader", "person", ""}
	clients := []*crm.Client{{}}
	for i := range TrialClients - len(clients) {
		c := &crm.Client{Kind: kinds[i%len(kinds)], Name: trialWord("Client", i, 3)}
		c.TaxID = trialWord("", i+1, 2)
		c.Manager = trialWord("manager", i, 4)
		c.Industries, c.Tags = []string{"pharmacy", "retail"}[:i%3], []string{"vip", "debtor", "new"}[i%4%3:]
		c.CreatedAt = crm.TimeOf(trialTime.AddDate(0, -i, 0))
		c.CompanySize = []string{"", "small", "medium", "large"}[i%4]
		for k := range i % 4 {
			c.Channels = append(c.Channels, crm.Channel{ID: fmt.Sprintf("h%d", k), Type: "email", Value: fmt.Sprintf("c%d-%d@example.org", i, k)})
		}
		for k := range (i * 7) % 6 {
			contact := crm.Contact{ID: fmt.Sprintf("c%d", k), Name: trialWord("Contact", i+k, 5), JobTitle: trialWord("title", i*k, 2)}
			if (i+k)%2 == 0 {
				contact.Channels = []crm.Channel{{ID: "h9", Type: "phone", Value: fmt.Sprintf("+7912%07d", i*10+k)}}
			}
			c.Contacts = append(c.Contacts, contact)
		}
		clients = append(clients, c)
	}
	return clients
}

// trialWord is empty for every n-th i, and as long as i for the others.
func trialWord(word string, i, n int) string {
	if i%n == 0 {
		return ""
	}
	return word + strings.Repeat("7", i)
}

// Try tries out whether a module's checks depend on what they judged before, as far as they take their
// settings: as the rules do that are given by check, or with empty ones. It is false for tried when none does. The error is the module's *crm.InvalidError, as Loader
// gives it, when it cannot be run.
func Try(ctx context.Context, m Module, by map[string]abi.Configured) (d abi.Determinism, tried bool, err error) {
	d.Deterministic, d.FuelExact = true, true
	for _, check := range m.Description().Checks {
		c := by[check.Name]
		c.Check = check.Name
		if m.Configure(ctx, c) != nil {
			continue // it wants settings
		}
		of, err := try(ctx, m, c)
		if err != nil {
			return d, tried, err
		}
		tried = true
		exact := d.FuelExact && of.FuelExact
		switch {
		case of.Deterministic:
		case d.Deterministic, d.Undecided && !of.Undecided: // what differed says more than what could not be tried
			d = of
		}
		d.FuelExact = exact
	}
	return d, tried, nil
}

func try(ctx context.Context, m Module, c abi.Configured) (abi.Determinism, error) {
	cards, err := trialCards()
	if err != nil {
		return abi.Determinism{}, err
	}
	return m.Determinism(ctx, c, trialTime, cards)
}

// tryOut tries out the rule's check with its settings. A check that depends on what it judged before is
// run with nothing to depend on, or not at all.
func (r *Rule) tryOut(ctx context.Context) error {
	d, err := try(ctx, r.module, r.configured)
	var refused *crm.InvalidError
	switch {
	case errors.As(err, &refused):
		return invalid("spec.module", refused.Problems[0].Code, "%s", refused.Problems[0].Message)
	case err != nil:
		return fmt.Errorf("try out module %s: %w", r.Digest, err)
	case d.Deterministic || r.Spec.Isolation != rules.IsolateBatch:
		return nil
	case d.Failed && d.TooDear:
		return invalid("spec.module", "rule_fails", "%s: mend a loop that never ends, have the check do less, or raise spec.limits.fuel (%d at most)", d.Reason, abi.MaxFuel)
	case d.Failed:
		return invalid("spec.module", "rule_fails", "%s", d.Reason)
	case d.TooDear:
		return invalid("spec.limits.fuel", "rule_fails", "%s: set spec.limits.fuel to more (%d at most), or have the check do less", d.Reason, abi.MaxFuel)
	case d.Undecided:
		return invalid("spec.isolation", "not_deterministic",
			"it is not known whether the module's results depend on the clients it judged before: %s; leave isolation out or set it to Record, or mend the module", d.Reason)
	}
	return invalid("spec.isolation", "not_deterministic",
		"the module's results depend on the clients it judged before: %s; leave isolation out or set it to Record, or mend the module", d.Reason)
}
