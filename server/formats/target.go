package formats

import (
	"fmt"
	"strconv"
	"strings"

	"assay/server/crm"
)

// op says what is done with a cell.
type op uint8

const (
	opIgnore     op = iota // the column carries nothing of the client
	opScalar               // a field of the client
	opKind                 // the kind of client, in words
	opList                 // a list of words: tags, categories, industries, managers
	opChannel              // one or several channels
	opMixed                // channels of whatever type they turn out to be
	opRow                  // a field of a row: contact, address, requisite, contract
	opRows                 // the rest of such rows, as a JSON array
	opField                // a custom field
	opFields               // the rest of the custom fields, as a JSON object
	opProperty             // a property
	opProperties           // the rest of the properties, as a JSON object
	opName                 // a part of a person's name
	opPerson               // a person's name, which makes the client a person
	opTaxIDKPP             // "7707083893/770701001"
	opUntitled             // a column without a title
)

// list numbers the lists of rows in a document.
type list uint8

const (
	contacts list = iota
	addresses
	requisites
	contracts
	lists // how many there are
)

var listNames = [lists]string{"contacts", "addresses", "requisites", "contracts"}

// target is where the cells of one column go.
type target struct {
	op      op
	title   string        // of the column, as written
	field   string        // JSON name of the scalar, list, row field, custom field or property
	path    string        // wire name for error messages
	typ     crm.FieldType // how the cell is read
	list    list          // opRow, opRows
	index   int           // row in list; for opChannel and opName a contact's row, or onClient
	channel string        // type of channel
	label   string
	strict  bool // the cell is written by entries.go
}

const onClient = -1

// scalars are the plain fields of a client and how their cells are read.
var scalars = map[string]crm.FieldType{
	"externalId": crm.FieldString, "name": crm.FieldString, "legalForm": crm.FieldString, "taxId": crm.FieldString,
	"registrationNumber": crm.FieldString, "country": crm.FieldString, "region": crm.FieldString,
	"holding": crm.FieldString, "companySize": crm.FieldString, "dealPotential": crm.FieldString,
	"solvency": crm.FieldString, "source": crm.FieldString, "stage": crm.FieldString, "importance": crm.FieldString,
	"status": crm.FieldString, "manager": crm.FieldString, "workHours": crm.FieldString, "callWindow": crm.FieldString,
	"notes": crm.FieldString, "birthday": crm.FieldDate, "nextContactAt": crm.FieldTime, "unsubscribed": crm.FieldBool,
}

// wordLists are the fields that hold a list of words.
var wordLists = [...]string{"industries", "managers", "categories", "tags"}

// serverFields are exported for reading; in input they are the server's and ignored.
var serverFields = map[string]bool{
	"id": true, "revision": true, "completeness": true, "createdAt": true, "updatedAt": true, "verifiedAt": true,
	"activity.interactions": true, "activity.lastInteractionAt": true, "activity.purchases": true,
	"activity.revenue": true, "activity.firstPurchaseAt": true, "activity.lastPurchaseAt": true,
}

var channelTypes = [...]string{"phone", "email", "site", "messenger", "social", "other"}

// rowFields are the fields of the rows and how their cells are read.
var rowFields = [lists]map[string]crm.FieldType{
	contacts:   {"name": crm.FieldString, "jobTitle": crm.FieldString, "decisionRole": crm.FieldString, "birthday": crm.FieldDate},
	addresses:  {"type": crm.FieldString, "text": crm.FieldString, "city": crm.FieldString, "postalCode": crm.FieldString},
	requisites: {"bank": crm.FieldString, "bic": crm.FieldString, "account": crm.FieldString},
	contracts:  {"number": crm.FieldString, "startsOn": crm.FieldDate, "endsOn": crm.FieldDate, "amount": crm.FieldNumber},
}

// maxRows bounds the rows a header can name: contacts[99] and no more.
const maxRows = 100

// wireTarget reads a column title that is a wire name, such as an export has:
// taxId, channels.phone, contacts[0].jobTitle, contacts[1].channels.email,
// addresses[0].text, contacts[], fields.gln, fields{}, properties.loyalty.
func wireTarget(title string) (target, bool) {
	t := target{title: title, path: title, field: title, index: onClient}
	typ, isScalar := scalars[title]
	switch {
	case serverFields[title]:
		return t, true
	case title == "kind":
		t.op = opKind
		return t, true
	case isScalar:
		t.op, t.typ = opScalar, typ
		return t, true
	case isWordList(title):
		t.op = opList
		return t, true
	case title == "fields{}":
		t.op = opFields
		return t, true
	case title == "properties{}":
		t.op = opProperties
		return t, true
	}
	for l := range lists {
		if rest, ok := strings.CutPrefix(title, listNames[l]+"["); ok {
			return wireRow(t, l, rest)
		}
	}
	return wireMember(t)
}

func isWordList(name string) bool {
	for _, l := range wordLists {
		if l == name {
			return true
		}
	}
	return false
}

// wireMember reads channels.phone, fields.gln, properties.loyalty.
func wireMember(t target) (target, bool) {
	object, member, _ := strings.Cut(t.title, ".")
	if member == "" {
		return t, false
	}
	t.field = member
	switch object {
	case "channels":
		t.op, t.channel, t.strict = opChannel, member, true
		return t, isChannelType(member)
	case "fields":
		t.op, t.typ = opField, crm.FieldString
		return t, isFieldName(member)
	case "properties":
		t.op = opProperty
		return t, true
	}
	return t, false
}

// wireRow reads what follows "contacts[": "]", "0].name" or "0].channels.phone".
func wireRow(t target, l list, rest string) (target, bool) {
	t.list, t.field = l, listNames[l]
	if rest == "]" {
		t.op = opRows
		return t, true
	}
	number, field, ok := strings.Cut(rest, "].")
	index, err := strconv.Atoi(number)
	if !ok || err != nil || index < 0 || index >= maxRows || strconv.Itoa(index) != number {
		return t, false
	}
	t.index, t.field = index, field
	if kind, ok := strings.CutPrefix(field, "channels."); ok && l == contacts && isChannelType(kind) {
		t.op, t.channel, t.strict = opChannel, kind, true
		return t, true
	}
	t.op = opRow
	t.typ, ok = rowFields[l][field]
	return t, ok
}

func isChannelType(s string) bool {
	for _, c := range channelTypes {
		if c == s {
			return true
		}
	}
	return false
}

// isFieldName reports whether s can name a custom field; intake checks it to the letter.
func isFieldName(s string) bool {
	return s != "" && len(s) <= maxFieldName && strings.IndexByte("0123456789_-", s[0]) < 0 && !strings.ContainsAny(s, ". []{}")
}

const maxFieldName = 63

// rowTarget returns the target of a field of a row.
func rowTarget(title string, l list, index int, field string) target {
	return target{op: opRow, title: title, list: l, index: index, field: field,
		typ: rowFields[l][field], path: fmt.Sprintf("%s[%d].%s", listNames[l], index, field)}
}

// channelTarget returns the target of channels of the client (index onClient) or of a contact.
func channelTarget(title string, index int, channel, label string) target {
	t := target{op: opChannel, title: title, index: index, channel: channel, label: label, path: "channels"}
	if channel == "mixed" {
		t.op = opMixed
	}
	if index != onClient {
		t.path = fmt.Sprintf("contacts[%d].channels", index)
	}
	return t
}
