package formats

import (
	"fmt"
	"strings"
)

// assigner gives every column its target and numbers the rows.
type assigner struct {
	header
	used        map[string]int // path -> column that holds it
	base        [lists]int     // rows below are named by wire names
	lastContact int            // the contact that columns without a number belong to
	addressRows map[string]int // type and number -> row
	posts       []int          // columns named by the post of a person
	localities  []int          // city and postal code of an address without type
	generic     bool           // there is a column "Адрес"
	person      int            // row of the contact whose name comes in parts
	clashes     []string
	columns     []column
}

func assign(columns []column) (*header, error) {
	a := &assigner{
		header:      header{targets: make([]target, len(columns)), implied: map[rowKey]member{}, promoted: onClient},
		used:        map[string]int{},
		addressRows: map[string]int{},
		columns:     columns,
		person:      onClient,
	}
	a.measure()
	for i := range columns {
		a.column(i)
	}
	a.deferred()
	if len(a.clashes) > 0 {
		return nil, fileError("duplicate_columns", "%s: leave one column for each", strings.Join(a.clashes, "; "))
	}
	a.birthdays()
	return &a.header, nil
}

// measure finds what must be known before the first column is assigned.
func (a *assigner) measure() {
	for _, c := range a.columns {
		if c.state == settledColumn && (c.target.op == opRow || c.target.op == opChannel) && c.target.index != onClient {
			l := c.target.list
			a.base[l] = max(a.base[l], c.target.index+1)
		}
		a.generic = a.generic || c.state == meantColumn && c.what.key == "address::text"
		a.hasKind = a.hasKind || c.what.key == "kind" || c.target.op == opKind
		a.hasLegalForm = a.hasLegalForm || c.what.key == "legalForm" || c.target.path == "legalForm"
	}
	a.lastContact = a.base[contacts]
}

func (a *assigner) column(i int) {
	c := a.columns[i]
	if c.state == settledColumn {
		a.set(i, c.target)
		return
	}
	kind, rest, _ := strings.Cut(c.what.key, ":")
	switch kind {
	case "ignore":
		a.targets[i] = target{op: opIgnore, title: c.title}
	case "post":
		a.posts = append(a.posts, i)
	case "channel":
		channel, label, _ := strings.Cut(rest, ":")
		a.set(i, channelTarget(c.title, onClient, channel, label))
	case "contact":
		a.contact(i, rest)
	case "address":
		a.address(i, rest)
	case "requisite":
		a.row(i, requisites, rest)
	case "contract":
		a.row(i, contracts, rest)
	default:
		a.scalar(i, c.what.key)
	}
}

func (a *assigner) scalar(i int, key string) {
	t := target{op: opScalar, title: a.columns[i].title, field: key, path: key, typ: scalars[key], index: onClient}
	switch {
	case key == "kind":
		t.op = opKind
	case isWordList(key):
		t.op = opList
	case key == "taxIdKpp":
		t.op, t.field, t.path = opTaxIDKPP, "taxId", "taxId"
	case key == "person":
		t.op, t.field, t.path = opPerson, "name", "name"
	case key == "family" || key == "given" || key == "middle":
		t.op, t.path = opName, "name"
	}
	a.set(i, t)
}

func (a *assigner) contact(i int, key string) {
	c := a.columns[i]
	if rest, ok := strings.CutPrefix(key, "channel:"); ok {
		channel, label, _ := strings.Cut(rest, ":")
		index := a.lastContact
		if c.number > 0 {
			index = a.base[contacts] + c.number - 1
		}
		a.set(i, channelTarget(c.title, index, channel, label))
		return
	}
	switch key {
	case "family", "given", "middle":
		if a.person == onClient {
			a.person = a.contactRow("name", 0)
			a.promoted = a.person
		}
		a.set(i, target{op: opName, title: c.title, field: key, index: a.person, path: fmt.Sprintf("contacts[%d].name", a.person)})
	case "person":
		index := a.contactRow("name", c.number)
		if a.promoted == onClient {
			a.promoted = index
		}
		a.set(i, rowTarget(c.title, contacts, index, "name"))
	default:
		a.set(i, rowTarget(c.title, contacts, a.contactRow(key, c.number), key))
	}
}

// contactRow returns the contact a field belongs to: the numbered one, or the
// one named last among those without a number.
func (a *assigner) contactRow(field string, number int) int {
	if number > 0 {
		return a.base[contacts] + number - 1
	}
	index := a.free(contacts, a.lastContact, field)
	if field == "name" {
		a.lastContact = index
	}
	return index
}

// free returns the first row from index on whose field no column holds.
func (a *assigner) free(l list, index int, field string) int {
	for {
		if _, taken := a.used[rowTarget("", l, index, field).path]; !taken {
			return index
		}
		index++
	}
}

func (a *assigner) row(i int, l list, field string) {
	c := a.columns[i]
	index := a.base[l] + c.number - 1
	if c.number == 0 {
		index = a.free(l, a.base[l], field)
	}
	a.set(i, rowTarget(c.title, l, index, field))
}

func (a *assigner) address(i int, key string) {
	c := a.columns[i]
	kind, field, _ := strings.Cut(key, ":")
	if kind == "" && field != "text" && !a.generic {
		a.localities = append(a.localities, i)
		return
	}
	index := a.addressRow(kind, c.number)
	if _, taken := a.used[rowTarget("", addresses, index, field).path]; taken && c.number == 0 {
		index = a.addressRow(kind, a.columns[i].index+maxRows) // another of the same kind
	}
	a.set(i, rowTarget(c.title, addresses, index, field))
}

func (a *assigner) addressRow(kind string, number int) int {
	key := fmt.Sprint(kind, max(number, 1))
	index, ok := a.addressRows[key]
	if !ok {
		index = a.base[addresses] + len(a.addressRows)
		a.addressRows[key] = index
		if kind != "" {
			a.implied[rowKey{addresses, index}] = member{name: "type", text: kind}
		}
	}
	return index
}

// deferred assigns what depends on all other columns.
func (a *assigner) deferred() {
	for _, i := range a.localities { // of the first address there is
		_, field, _ := strings.Cut(strings.TrimPrefix(a.columns[i].what.key, "address:"), ":")
		if len(a.addressRows) == 0 {
			a.addressRow("", 0)
		}
		index := a.base[addresses] + max(a.columns[i].number-1, 0)
		a.set(i, rowTarget(a.columns[i].title, addresses, a.free(addresses, index, field), field))
	}
	for _, i := range a.posts {
		index := 0
		for _, t := range a.targets {
			if t.index >= index && (t.op == opRow && t.list == contacts || t.op == opName || t.op == opChannel) {
				index = t.index + 1
			}
		}
		a.set(i, rowTarget(a.columns[i].title, contacts, index, "name"))
		a.implied[rowKey{contacts, index}] = member{name: "jobTitle", text: a.columns[i].title}
	}
}

// birthdays gives the date of birth in a table of companies and contacts to the contact.
func (a *assigner) birthdays() {
	i, ok := a.used["birthday"]
	name, company := a.used["name"]
	company = company && a.targets[name].op == opScalar
	_, contact := a.used["contacts[0].name"]
	_, taken := a.used["contacts[0].birthday"]
	if ok && company && contact && !taken && a.columns[i].state == meantColumn {
		a.targets[i] = rowTarget(a.columns[i].title, contacts, 0, "birthday")
		a.sharedBirthday = true
	}
}

// set gives column i its target and notes a clash.
func (a *assigner) set(i int, t target) {
	a.targets[i] = t
	key := t.path
	switch t.op {
	case opIgnore, opList, opChannel, opMixed, opUntitled:
		return
	case opName:
		if first, ok := a.used[key]; !ok || a.targets[first].op == opName {
			a.used[key] = i
			key += "." + t.field
		}
	}
	first, taken := a.used[key]
	if !taken {
		a.used[key] = i
		return
	}
	a.clashes = append(a.clashes, fmt.Sprintf("columns %q and %q both hold %s", shorten(a.columns[first].title), shorten(t.title), t.path))
}
