package intake

import (
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"assay/server/crm"
)

// Bounds of what one client can hold.
const (
	maxText  = 4 << 10  // bytes of a text
	maxNotes = 64 << 10 // bytes of notes
	maxRows  = 1000     // entries of a list
	maxKey   = 255      // bytes of an idempotency key
)

var (
	clientKinds   = []string{"company", "soleTrader", "person"}
	channelTypes  = []string{"phone", "email", "site", "messenger", "social", "other"}
	channelStates = []string{"unverified", "working", "dead", "invalid"}
)

// fields says how each member of an object is read into T. A nil reader marks
// a member that is the server's own: given in input, it is ignored.
type fields[T any] map[string]func(d *reader, dst *T)

func text[T any](at func(*T) *string) func(*reader, *T) {
	return func(d *reader, dst *T) { d.text(at(dst), maxText) }
}

func texts[T any](at func(*T) *[]string) func(*reader, *T) {
	return func(d *reader, dst *T) { d.texts(at(dst)) }
}

func rows[T, R any](at func(*T) *[]R, members *fields[R]) func(*reader, *T) {
	return func(d *reader, dst *T) { readRows(d, at(dst), *members) }
}

var clientFields = fields[crm.Client]{
	"id": nil, "revision": nil, "activity": nil, "completeness": nil, "createdAt": nil, "updatedAt": nil,

	"externalId":         text(func(c *crm.Client) *string { return &c.ExternalID }),
	"kind":               func(d *reader, c *crm.Client) { d.enum(&c.Kind, clientKinds) },
	"name":               text(func(c *crm.Client) *string { return &c.Name }),
	"legalForm":          text(func(c *crm.Client) *string { return &c.LegalForm }),
	"taxId":              text(func(c *crm.Client) *string { return &c.TaxID }),
	"registrationNumber": text(func(c *crm.Client) *string { return &c.RegistrationNumber }),
	"country":            text(func(c *crm.Client) *string { return &c.Country }),
	"region":             text(func(c *crm.Client) *string { return &c.Region }),
	"holding":            text(func(c *crm.Client) *string { return &c.Holding }),
	"industries":         texts(func(c *crm.Client) *[]string { return &c.Industries }),
	"companySize":        text(func(c *crm.Client) *string { return &c.CompanySize }),
	"dealPotential":      text(func(c *crm.Client) *string { return &c.DealPotential }),
	"solvency":           text(func(c *crm.Client) *string { return &c.Solvency }),
	"source":             text(func(c *crm.Client) *string { return &c.Source }),
	"stage":              text(func(c *crm.Client) *string { return &c.Stage }),
	"importance":         text(func(c *crm.Client) *string { return &c.Importance }),
	"status":             text(func(c *crm.Client) *string { return &c.Status }),
	"manager":            text(func(c *crm.Client) *string { return &c.Manager }),
	"managers":           texts(func(c *crm.Client) *[]string { return &c.Managers }),
	"channels":           rows(func(c *crm.Client) *[]crm.Channel { return &c.Channels }, &channelFields),
	"addresses":          rows(func(c *crm.Client) *[]crm.Address { return &c.Addresses }, &addressFields),
	"contacts":           rows(func(c *crm.Client) *[]crm.Contact { return &c.Contacts }, &contactFields),
	"properties":         func(d *reader, c *crm.Client) { readProperties(d, c) },
	"categories":         texts(func(c *crm.Client) *[]string { return &c.Categories }),
	"tags":               texts(func(c *crm.Client) *[]string { return &c.Tags }),
	"fields":             func(d *reader, c *crm.Client) { readCustom(d, c) },
	"requisites":         rows(func(c *crm.Client) *[]crm.Requisite { return &c.Requisites }, &requisiteFields),
	"contracts":          rows(func(c *crm.Client) *[]crm.Contract { return &c.Contracts }, &contractFields),
	"birthday":           func(d *reader, c *crm.Client) { d.date(&c.Birthday) },
	"workHours":          text(func(c *crm.Client) *string { return &c.WorkHours }),
	"callWindow":         text(func(c *crm.Client) *string { return &c.CallWindow }),
	"nextContactAt":      func(d *reader, c *crm.Client) { d.time(&c.NextContactAt) },
	"unsubscribed":       func(d *reader, c *crm.Client) { d.boolean(&c.Unsubscribed) },
	"notes":              func(d *reader, c *crm.Client) { d.text(&c.Notes, maxNotes) },
	"verifiedAt":         func(d *reader, c *crm.Client) { d.time(&c.VerifiedAt) },
}

var channelFields = fields[crm.Channel]{
	"id":        text(func(r *crm.Channel) *string { return &r.ID }),
	"type":      func(d *reader, r *crm.Channel) { d.enum(&r.Type, channelTypes) },
	"value":     text(func(r *crm.Channel) *string { return &r.Value }),
	"raw":       text(func(r *crm.Channel) *string { return &r.Raw }),
	"label":     text(func(r *crm.Channel) *string { return &r.Label }),
	"state":     func(d *reader, r *crm.Channel) { d.enum(&r.State, channelStates) },
	"checkedAt": func(d *reader, r *crm.Channel) { d.time(&r.CheckedAt) },
}

var addressFields = fields[crm.Address]{
	"id":         text(func(r *crm.Address) *string { return &r.ID }),
	"type":       text(func(r *crm.Address) *string { return &r.Type }),
	"text":       text(func(r *crm.Address) *string { return &r.Text }),
	"city":       text(func(r *crm.Address) *string { return &r.City }),
	"postalCode": text(func(r *crm.Address) *string { return &r.PostalCode }),
}

var contactFields = fields[crm.Contact]{
	"id":           text(func(r *crm.Contact) *string { return &r.ID }),
	"name":         text(func(r *crm.Contact) *string { return &r.Name }),
	"jobTitle":     text(func(r *crm.Contact) *string { return &r.JobTitle }),
	"decisionRole": text(func(r *crm.Contact) *string { return &r.DecisionRole }),
	"birthday":     func(d *reader, r *crm.Contact) { d.date(&r.Birthday) },
	"channels":     rows(func(r *crm.Contact) *[]crm.Channel { return &r.Channels }, &channelFields),
}

var requisiteFields = fields[crm.Requisite]{
	"id":      text(func(r *crm.Requisite) *string { return &r.ID }),
	"bank":    text(func(r *crm.Requisite) *string { return &r.Bank }),
	"bic":     text(func(r *crm.Requisite) *string { return &r.BIC }),
	"account": text(func(r *crm.Requisite) *string { return &r.Account }),
}

var contractFields = fields[crm.Contract]{
	"id":       text(func(r *crm.Contract) *string { return &r.ID }),
	"number":   text(func(r *crm.Contract) *string { return &r.Number }),
	"startsOn": func(d *reader, r *crm.Contract) { d.date(&r.StartsOn) },
	"endsOn":   func(d *reader, r *crm.Contract) { d.date(&r.EndsOn) },
	"amount":   func(d *reader, r *crm.Contract) { d.money(&r.Amount) },
}

// readObject applies the members of the next object to dst.
func readObject[T any](d *reader, dst *T, members fields[T]) {
	d.object(func(name string) {
		read, known := members[name]
		switch {
		case read != nil:
			read(d, dst)
		case known:
			d.value()
		default:
			d.value()
			if meant := suggestion(name, members); meant != "" {
				d.problem("unknown_field", "suggested", "name", clip(name), "meant", meant)
				return
			}
			d.problem("unknown_field", "", "name", clip(name))
		}
	})
}

// readRows reads a list of objects in place of dst; null empties it.
func readRows[R any](d *reader, dst *[]R, members fields[R]) {
	if d.dec.PeekKind() == 'n' {
		d.value()
		*dst = nil
		return
	}
	list := []R{}
	d.array(maxRows, func(int) {
		if d.dec.PeekKind() == 'n' {
			d.wrongType(wantObject)
			return
		}
		var empty R
		list = append(list, empty)
		readObject(d, &list[len(list)-1], members)
	})
	*dst = list
}

// readProperties merges the members into the properties; null removes one.
func readProperties(d *reader, c *crm.Client) {
	if d.dec.PeekKind() == 'n' {
		c.Properties = nil
	}
	merged := map[string]string{}
	for k, v := range c.Properties {
		merged[k] = v
	}
	d.object(func(name string) {
		var v string
		d.text(&v, maxText)
		if v == "" {
			delete(merged, name)
			return
		}
		if _, old := merged[name]; old || checkKey(d, name, len(merged)) {
			merged[name] = v
		}
	})
	c.Properties = merged
}

// readCustom merges the members into the custom fields; null removes one.
func readCustom(d *reader, c *crm.Client) {
	if d.dec.PeekKind() == 'n' {
		c.Fields = nil
	}
	merged := map[string]crm.Value{}
	for k, v := range c.Fields {
		merged[k] = v
	}
	d.object(func(name string) {
		value, ok := readValue(d)
		if _, old := merged[name]; !ok || !old && !checkKey(d, name, len(merged)) {
			return
		}
		if merged[name] = value; value == (crm.Value{}) {
			delete(merged, name)
		}
	})
	c.Fields = merged
}

// readValue reads a scalar, the zero Value for null; false when there is none.
func readValue(d *reader) (value crm.Value, ok bool) {
	v := d.value()
	switch v.Kind() {
	case '0':
		if !exact(string(v)) {
			d.problem("invalid_number", "digits", "value", clip(string(v)))
			return value, false
		}
	case 'n', '"', 't', 'f':
	case jsontext.KindInvalid:
		return value, false
	default:
		d.problem("wrong_type", "custom", "got", kindName(v.Kind()))
		return value, false
	}
	if err := value.UnmarshalJSON(v); err != nil {
		d.problem("wrong_type", "unreadable", "cause", err.Error())
		return value, false
	}
	return value, true
}

// exact reports whether a number fits a float64; of a whole number, such as an
// account's, every digit has to.
func exact(number string) bool {
	f, err := strconv.ParseFloat(number, 64)
	whole := !strings.ContainsAny(number, ".eE")
	return err == nil && (!whole || math.Abs(f) < 1<<53)
}

func checkKey(d *reader, name string, have int) bool {
	switch {
	case !isKey(name):
		d.problem("invalid_key", "", "name", clip(name))
	case have >= maxRows:
		d.problem("too_many", "", "most", strconv.Itoa(maxRows))
	default:
		return true
	}
	return false
}

// isKey reports whether a property or custom field can be named so.
func isKey(s string) bool {
	if s == "" || len(s) > 63 || strings.IndexAny(s[:1], "0123456789_-") == 0 {
		return false
	}
	for _, r := range s {
		ascii := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-'
		if !ascii && r < 0x80 {
			return false
		}
	}
	return true
}

// suggestion names the member that was probably meant, "" when none is close.
func suggestion[T any](name string, members fields[T]) string {
	best, distance := "", min(len(name)/3, 2)+1 // a short name is near to everything
	for known := range members {
		d := editDistance(strings.ToLower(name), strings.ToLower(known))
		if d < distance || d == distance && best != "" && known < best {
			best, distance = known, d
		}
	}
	return best
}

// editDistance is Levenshtein's, over bytes; names are ASCII.
func editDistance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = min(diagonal, row[j], row[j+1]) + 1
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
