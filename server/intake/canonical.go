package intake

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"assay/server/canon"
	"assay/server/crm"
	"assay/server/engine"
)

// canonicalizer brings clients into the uniform form they are stored in.
type canonicalizer struct {
	region string         // of phone numbers and tax ids that name no country
	zone   *time.Location // of times that name none
	set    *engine.Set
	before *crm.Client // as it is stored; what was accepted once is not refused later
}

// apply canonicalises c in place and returns what is wrong with it.
func (z *canonicalizer) apply(c *crm.Client) (problems []crm.Problem) {
	refuse := func(field, code, text string, args ...string) {
		problems = append(problems, problemOf(field, code, text, args...))
	}
	z.texts(c)
	if c.Kind == "" {
		c.Kind = "company"
	}
	if c.Name == "" {
		refuse("name", "required", "name")
	}
	if len(c.ExternalID) > maxText { // it came with the address, or grew when it was normalised
		refuse("externalId", "too_long", "", "length", strconv.Itoa(len(c.ExternalID)), "most", strconv.Itoa(maxText))
	}
	c.Country = canon.Country(c.Country)
	c.TaxID, _ = canon.TaxID(c.TaxID, z.country(c))
	if c.Manager != z.before.Manager && slices.Equal(c.Managers, z.before.Managers) {
		c.Managers = without(c.Managers, z.before.Manager) // handed over, not shared
	}
	c.Managers = withMain(c.Manager, c.Managers)
	c.Channels = z.channels(c.Channels, c)
	c.Contacts = z.contacts(c.Contacts, c)
	c.Addresses = kept(c.Addresses, canonAddress)
	c.Requisites = kept(c.Requisites, canonRequisite)
	c.Contracts = kept(c.Contracts, canonContract)
	for i, k := range c.Contracts {
		if !k.StartsOn.IsZero() && !k.EndsOn.IsZero() && k.EndsOn.UnixMilli() < k.StartsOn.UnixMilli() {
			refuse(fmt.Sprintf("contracts[%d].endsOn", i), "invalid_range", "", "end", k.EndsOn.String(), "start", k.StartsOn.String())
		}
	}
	for key, v := range c.Properties {
		if v = canon.Text(v); v == "" {
			delete(c.Properties, key)
		} else {
			c.Properties[key] = v
		}
	}
	problems = append(problems, z.custom(c)...)
	problems = append(problems, z.vocabularies(c)...)
	c.Completeness = completeness(c)
	return problems
}

func (z *canonicalizer) country(c *crm.Client) string {
	if c.Country != "" {
		return c.Country
	}
	return z.region
}

func (z *canonicalizer) texts(c *crm.Client) {
	c.Name = canon.Name(c.Name)
	for _, s := range []*string{&c.ExternalID, &c.LegalForm, &c.RegistrationNumber, &c.Country, &c.Region, &c.Holding,
		&c.CompanySize, &c.DealPotential, &c.Solvency, &c.Source, &c.Stage, &c.Importance, &c.Status, &c.Manager,
		&c.WorkHours, &c.CallWindow, &c.Notes} {
		if *s != "" {
			*s = canon.Text(*s)
		}
	}
	for _, list := range []*[]string{&c.Industries, &c.Managers, &c.Categories, &c.Tags} {
		*list = distinct(*list)
	}
}

// distinct canonicalises the texts and drops empty and repeated ones.
func distinct(list []string) []string {
	out := list[:0]
	for _, s := range list {
		if s = canon.Text(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func without(list []string, gone string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == gone })
}

// withMain returns managers with the main one among them.
func withMain(main string, managers []string) []string {
	if main == "" || slices.Contains(managers, main) {
		return managers
	}
	return append([]string{main}, managers...)
}

// kept canonicalises the rows and drops those that hold nothing.
func kept[R any](list []R, canonical func(*R) bool) []R {
	out := list[:0]
	for _, r := range list {
		if canonical(&r) {
			out = append(out, r)
		}
	}
	return out
}

func (z *canonicalizer) contacts(list []crm.Contact, c *crm.Client) []crm.Contact {
	return kept(list, func(r *crm.Contact) bool {
		r.Name, r.JobTitle, r.DecisionRole = canon.Name(r.Name), canon.Text(r.JobTitle), canon.Text(r.DecisionRole)
		r.Channels = z.channels(r.Channels, c)
		return r.Name != "" || r.JobTitle != "" || len(r.Channels) > 0
	})
}

func (z *canonicalizer) channels(list []crm.Channel, c *crm.Client) []crm.Channel {
	return kept(list, func(r *crm.Channel) bool { return z.channel(r, c) })
}

// channel canonicalises one channel; false when it has no value.
func (z *canonicalizer) channel(r *crm.Channel, c *crm.Client) bool {
	typed := canon.Text(r.Value)
	if typed == "" {
		return false
	}
	if r.Type == "" {
		r.Type = guessType(typed)
	}
	value, ok := z.reach(r.Type, typed, c)
	if r.Raw = canon.Text(r.Raw); r.Raw == "" {
		r.Raw = typed
	} else if r.Raw != typed {
		if same, _ := z.reach(r.Type, r.Raw, c); same != value {
			r.Raw = typed // the value was changed, and what was typed before is not it
		}
	}
	r.Value, r.Label = value, canon.Text(r.Label)
	switch {
	case !ok:
		r.State = "invalid"
	case r.State == "" || r.State == "invalid":
		r.State = "unverified"
	}
	return true
}

// reach returns the canonical form of a channel's value and whether it is well formed.
func (z *canonicalizer) reach(channel, typed string, c *crm.Client) (string, bool) {
	switch channel {
	case "phone":
		if value, ok, known := z.known(typed, c); known {
			return value, ok
		}
		return canon.Phone(typed, z.country(c))
	case "email":
		return canon.Email(typed)
	case "site":
		return canon.Site(typed)
	}
	return canon.Handle(typed), true
}

// known returns what a phone was read as when the client was written before:
// one that is left to phonenumbers' parser takes half as long as all the rest.
func (z *canonicalizer) known(typed string, c *crm.Client) (value string, ok, known bool) {
	if z.before.ID == 0 || z.country(z.before) != z.country(c) {
		return "", false, false
	}
	find := func(list []crm.Channel) bool {
		for i := range list {
			if list[i].Type == "phone" && list[i].Raw == typed {
				value, ok, known = list[i].Value, list[i].State != "invalid", true
				return true
			}
		}
		return false
	}
	if find(z.before.Channels) {
		return value, ok, known
	}
	for i := range z.before.Contacts {
		if find(z.before.Contacts[i].Channels) {
			break
		}
	}
	return value, ok, known
}

func guessType(value string) string {
	if _, ok := canon.Email(value); ok {
		return "email"
	}
	digits := 0
	for _, r := range value {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	if digits >= 7 && digits*2 >= len(value) {
		return "phone"
	}
	return "other"
}

func canonAddress(r *crm.Address) bool {
	r.Type, r.Text, r.City, r.PostalCode = canon.Text(r.Type), canon.Text(r.Text), canon.Text(r.City), canon.Text(r.PostalCode)
	return r.Text != "" || r.City != "" || r.PostalCode != ""
}

func canonRequisite(r *crm.Requisite) bool {
	r.Bank, r.BIC, r.Account = canon.Text(r.Bank), canon.Text(r.BIC), canon.Text(r.Account)
	return r.Bank != "" || r.BIC != "" || r.Account != ""
}

func canonContract(r *crm.Contract) bool {
	r.Number = canon.Text(r.Number)
	return r.Number != "" || !r.StartsOn.IsZero() || !r.EndsOn.IsZero() || r.Amount != 0
}
