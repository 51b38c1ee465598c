package intake

import (
	"strconv"
	"strings"

	"assay/server/crm"
)

// giveRowIDs gives every row of c its stable id. A row sent with the id of a
// row of old keeps it; one without takes the id of the equal row of old, or a
// new one. A channel's id is unique among all channels of the client, those of
// its contacts included.
func giveRowIDs(c, old *crm.Client) {
	giveIDs(c.Addresses, old.Addresses, "a", func(r *crm.Address) *string { return &r.ID })
	giveIDs(c.Requisites, old.Requisites, "r", func(r *crm.Requisite) *string { return &r.ID })
	giveIDs(c.Contracts, old.Contracts, "k", func(r *crm.Contract) *string { return &r.ID })
	matchContacts(c, old)
	giveChannelIDs(c, old)
}

// giveIDs does so for one list of comparable rows.
func giveIDs[R comparable](list, old []R, prefix string, id func(*R) *string) {
	if len(list) == 0 {
		return
	}
	matchIDs(list, old, id, func(a, b R) bool {
		*id(&a), *id(&b) = "", ""
		return a == b
	})
	next := maxID(old, prefix, id, 0)
	next = maxID(list, prefix, id, next)
	nameNew(list, prefix, id, next)
}

// matchIDs leaves ids that old has, and copies those of equal rows of old; all
// other rows are left without one.
func matchIDs[R any](list, old []R, id func(*R) *string, equal func(a, b R) bool) {
	if len(old) == 0 { // most clients of an import are new
		for i := range list {
			*id(&list[i]) = ""
		}
		return
	}
	taken := make(map[string]bool, len(old))
	for i := range list {
		s := id(&list[i])
		if *s == "" || taken[*s] || !hasID(old, *s, id) {
			*s = ""
			continue
		}
		taken[*s] = true
	}
	for i := range list {
		if *id(&list[i]) != "" {
			continue
		}
		for j := range old {
			if theirs := *id(&old[j]); !taken[theirs] && equal(list[i], old[j]) {
				*id(&list[i]) = theirs
				taken[theirs] = true
				break
			}
		}
	}
}

func hasID[R any](list []R, want string, id func(*R) *string) bool {
	for i := range list {
		if *id(&list[i]) == want {
			return true
		}
	}
	return false
}

// maxID returns the greatest number in ids of the form <prefix><number>, at least atLeast.
func maxID[R any](list []R, prefix string, id func(*R) *string, atLeast int) int {
	for i := range list {
		number := strings.TrimPrefix(*id(&list[i]), prefix)
		if number == "" {
			continue // most rows are new, and Atoi's errors are costly
		}
		if n, err := strconv.Atoi(number); err == nil && n > atLeast {
			atLeast = n
		}
	}
	return atLeast
}

func nameNew[R any](list []R, prefix string, id func(*R) *string, next int) int {
	for i := range list {
		if s := id(&list[i]); *s == "" {
			next++
			*s = prefix + strconv.Itoa(next)
		}
	}
	return next
}

func contactID(r *crm.Contact) *string { return &r.ID }
func channelID(r *crm.Channel) *string { return &r.ID }

// matchContacts: contacts are the same person when the names are equal.
func matchContacts(c, old *crm.Client) {
	if len(c.Contacts) == 0 {
		return
	}
	matchIDs(c.Contacts, old.Contacts, contactID, func(a, b crm.Contact) bool { return a.Name != "" && a.Name == b.Name })
	matchIDs(c.Contacts, old.Contacts, contactID, func(a, b crm.Contact) bool {
		return a.Name == b.Name && a.JobTitle == b.JobTitle && sameReach(a.Channels, b.Channels)
	})
	next := maxID(old.Contacts, "c", contactID, 0)
	next = maxID(c.Contacts, "c", contactID, next)
	nameNew(c.Contacts, "c", contactID, next)
}

func sameReach(a, b []crm.Channel) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Type != b[i].Type || a[i].Value != b[i].Value {
			return false
		}
	}
	return true
}

func giveChannelIDs(c, old *crm.Client) {
	same := func(a, b crm.Channel) bool { return a.Type == b.Type && a.Value == b.Value }
	matchIDs(c.Channels, old.Channels, channelID, same)
	next := maxID(old.Channels, "h", channelID, 0)
	for i := range old.Contacts {
		next = maxID(old.Contacts[i].Channels, "h", channelID, next)
	}
	for i := range c.Contacts {
		matchIDs(c.Contacts[i].Channels, channelsOf(old, c.Contacts[i].ID), channelID, same)
	}
	next = nameNew(c.Channels, "h", channelID, next)
	for i := range c.Contacts {
		next = nameNew(c.Contacts[i].Channels, "h", channelID, next)
	}
}

func channelsOf(c *crm.Client, contact string) []crm.Channel {
	for i := range c.Contacts {
		if c.Contacts[i].ID == contact {
			return c.Contacts[i].Channels
		}
	}
	return nil
}
