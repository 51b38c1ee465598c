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
	refuse := func(field, code, format string, args ...any) {
		problems = append(problems, crm.Problem{Field: field, Code: code, Message: fmt.Sprintf(format, args...)})
	}
	z.texts(c)
	if c.Kind == "" {
		c.Kind = "company"
	}
	if c.Name == "" {
		refuse("name", "required", "a client needs a name")
	}
	if len(c.ExternalID) > maxText { // it came with the address, or grew when it was normalised
		refuse("externalId", "too_long", "an external id is at most %d bytes long, not %d", maxText, len(c.ExternalID))
	}
	c.Country = canon.Country(c.Country)
	c.TaxID, _ = canon.TaxID(c.TaxID, z.country(c))
	c.Managers = withMain(c.Manager, c.Managers)
	c.Channels = z.channels(c.Channels, c)
	c.Contacts = z.contacts(c.Contacts, c)
	c.Addresses = kept(c.Addresses, canonAddress)
	c.Requisites = kept(c.Requisites, canonRequisite)
	c.Contracts = kept(c.Contracts, canonContract)
	for i, k := range c.Contracts {
		if !k.StartsOn.IsZero() && !k.EndsOn.IsZero() && k.EndsOn.UnixMilli() < k.StartsOn.UnixMilli() {
			refuse(fmt.Sprintf("contracts[%d].endsOn", i), "invalid_range", "the contract ends on %s, before it starts on %s", k.EndsOn, k.StartsOn)
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
		return canon.Phone(typed, z.country(c))
	case "email":
		return canon.Email(typed)
	case "site":
		return canon.Site(typed)
	}
	return canon.Handle(typed), true
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

// custom gives the custom fields their declared types.
func (z *canonicalizer) custom(c *crm.Client) (problems []crm.Problem) {
	for key, v := range c.Fields {
		if v.Type == crm.FieldString {
			v.Text = canon.Text(v.Text)
		}
		if v == crm.StringValue("") {
			delete(c.Fields, key)
			continue
		}
		typed, ok := v, true
		if declared, is := z.set.Fields[key]; is {
			typed, ok = z.convert(v, declared)
		}
		if !ok {
			if z.before.Fields[key] == v {
				continue
			}
			problems = append(problems, crm.Problem{Field: "fields." + key, Code: "wrong_type",
				Message: fmt.Sprintf("%s is not %s, as the field is declared", quoteValue(v), fieldTypeName(z.set.Fields[key]))})
			continue
		}
		if c.Fields[key] = typed; typed == (crm.Value{}) {
			delete(c.Fields, key)
		}
	}
	slices.SortFunc(problems, byField)
	return problems
}

func quoteValue(v crm.Value) string {
	b, _ := v.MarshalJSON()
	return clip(string(b))
}

func fieldTypeName(t crm.FieldType) string {
	switch t {
	case crm.FieldString:
		return "text"
	case crm.FieldInteger:
		return "a whole number"
	case crm.FieldBool:
		return "true or false"
	case crm.FieldDate:
		return "a date such as 2027-01-31"
	case crm.FieldTime:
		return "a time such as 2027-01-31T09:30:00Z"
	}
	return "a number"
}

// convert gives v the type t: the zero Value when v says that there is none,
// false when it has no such meaning.
func (z *canonicalizer) convert(v crm.Value, t crm.FieldType) (crm.Value, bool) {
	if v.Type == t {
		return v, true
	}
	switch {
	case t == crm.FieldString:
		return crm.StringValue(plain(v)), true
	case v.Type == crm.FieldString:
		return z.fromText(v.Text, t)
	case t == crm.FieldInteger && v.Type == crm.FieldNumber:
		n := int64(v.Number)
		return crm.Value{Type: t, Integer: n}, float64(n) == v.Number && n > -1<<53 && n < 1<<53
	case t == crm.FieldNumber && v.Type == crm.FieldInteger:
		return crm.Value{Type: t, Number: float64(v.Integer)}, true
	case t == crm.FieldTime && v.Type == crm.FieldDate:
		return crm.Value{Type: t, Integer: v.Integer}, true
	case t == crm.FieldDate && v.Type == crm.FieldTime:
		return crm.Value{Type: t, Integer: crm.DateFromUnixMilli(v.Integer).UnixMilli()}, true
	}
	return v, false
}

// plain returns a value as text.
func plain(v crm.Value) string {
	switch v.Type {
	case crm.FieldNumber:
		return strconv.FormatFloat(v.Number, 'f', -1, 64)
	case crm.FieldDate:
		return crm.DateFromUnixMilli(v.Integer).String()
	case crm.FieldTime:
		return crm.TimeFromUnixMilli(v.Integer).String()
	case crm.FieldBool:
		return strconv.FormatBool(v.Integer != 0)
	case crm.FieldInteger:
		return strconv.FormatInt(v.Integer, 10)
	}
	return v.Text
}

func (z *canonicalizer) fromText(s string, t crm.FieldType) (crm.Value, bool) {
	v := crm.Value{Type: t}
	var ok bool
	switch t {
	case crm.FieldNumber:
		v.Number, ok = canon.Number(s)
	case crm.FieldInteger:
		var f float64
		if f, ok = canon.Number(s); ok {
			v.Integer = int64(f)
			ok = float64(v.Integer) == f && f > -1<<53 && f < 1<<53
		}
	case crm.FieldBool:
		var b bool
		if b, ok = canon.Bool(s); b {
			v.Integer = 1
		}
	case crm.FieldDate:
		var d crm.Date
		if d, ok = canon.Date(s); d.IsZero() {
			return crm.Value{}, ok // 00.00.0000 and its like are no date
		}
		v.Integer = d.UnixMilli()
	case crm.FieldTime:
		var at crm.Time
		if at, ok = canon.Time(s, z.zone); at.IsZero() {
			return crm.Value{}, ok
		}
		v.Integer = at.UnixMilli()
	}
	return v, ok
}
