package intake

import (
	"errors"
	"slices"
	"strconv"
	"unicode/utf8"

	"assay/server/crm"
	"assay/server/store"
)

// maxReason is the longest reason of an override, in characters.
const maxReason = 500

func checkOverride(reason string) []crm.Problem {
	if n := utf8.RuneCountInString(reason); n > maxReason {
		return []crm.Problem{problemOf("Assay-Override", "too_long", "reason", "length", strconv.Itoa(n), "most", strconv.Itoa(maxReason))}
	}
	return nil
}

// overridden turns the refusal of a write with a reason into what is kept with it;
// other errors stay.
func overridden(reason string, err error) (*store.Override, error) {
	if reason == "" || err == nil {
		return nil, err
	}
	var refused *RefusedError
	if !errors.As(err, &refused) {
		return nil, err
	}
	o := &store.Override{Reason: reason}
	for _, r := range refused.Results {
		if !slices.Contains(o.Rules, r.Rule) {
			o.Rules = append(o.Rules, r.Rule)
		}
	}
	slices.Sort(o.Rules)
	return o, nil
}

// beyondReplaced leaves what speaks against a write besides findings of rows that
// come in place of rows with the same finding: a list that is sent whole may
// name its rows anew, and the client is no worse for it.
func beyondReplaced(against, before []crm.Result, card []byte) (left []crm.Result, err error) {
	c, err := crm.DecodeCard(card)
	if err != nil {
		return nil, err
	}
	rows := rowIDs(c)
	for _, r := range against {
		free := map[string]int{} // findings that went with their rows, by code
		for _, f := range of(before, r.Rule).Findings {
			if f.RowID != "" && !rows[f.RowID] {
				free[f.Code]++
			}
		}
		r.Findings = slices.DeleteFunc(r.Findings, func(f crm.Finding) bool {
			if f.RowID == "" || free[f.Code] == 0 {
				return false
			}
			free[f.Code]--
			return true
		})
		if r.Error != "" || len(r.Findings) > 0 {
			left = append(left, r)
		}
	}
	return left, nil
}

// rowIDs returns the ids of all rows of a client.
func rowIDs(c *crm.Client) map[string]bool {
	ids := map[string]bool{}
	for _, r := range c.Channels {
		ids[r.ID] = true
	}
	for _, r := range c.Addresses {
		ids[r.ID] = true
	}
	for _, r := range c.Requisites {
		ids[r.ID] = true
	}
	for _, r := range c.Contracts {
		ids[r.ID] = true
	}
	for _, r := range c.Contacts {
		ids[r.ID] = true
		for _, ch := range r.Channels {
			ids[ch.ID] = true
		}
	}
	return ids
}
