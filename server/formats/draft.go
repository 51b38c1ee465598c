package formats

import (
	"slices"
	"strings"
)

// member is one member of a JSON object: text, or a value that is JSON already.
type member struct {
	name string
	text string
	json bool
}

func (m member) append(b []byte) []byte {
	b = appendKey(b, m.name)
	if m.json {
		return append(b, m.text...)
	}
	return appendString(b, m.text)
}

// channelDraft is a channel as a file gives it.
type channelDraft struct{ kind, value, label, raw, state string }

// rowDraft is a contact, an address, a requisite or a contract being put together.
type rowDraft struct {
	members  []member
	channels []channelDraft
	whole    string // the row as JSON, from an overflow column
}

func (r *rowDraft) empty() bool { return len(r.members)+len(r.channels)+len(r.whole) == 0 }

func (r *rowDraft) get(name string) string {
	for _, m := range r.members {
		if m.name == name {
			return m.text
		}
	}
	return ""
}

// set replaces or adds a member.
func (r *rowDraft) set(m member) {
	for i := range r.members {
		if r.members[i].name == m.name {
			r.members[i] = m
			return
		}
	}
	r.members = append(r.members, m)
}

// remove takes a member out and returns it.
func (r *rowDraft) remove(name string) (member, bool) {
	for i, m := range r.members {
		if m.name == name {
			r.members = slices.Delete(r.members, i, i+1)
			return m, true
		}
	}
	return member{}, false
}

// draft collects what one record says of a client. A list is given whole or
// not at all: touched says that the record speaks of it.
type draft struct {
	client     rowDraft
	cleared    []string // fields of the client set to null
	words      [len(wordLists)]wordsDraft
	channels   channelsDraft
	rows       [lists][]rowDraft
	touched    [lists]bool
	fields     []byte // members of "fields"
	properties []byte
	names      map[int]*nameParts // by contact row, or onClient
}

type wordsDraft struct {
	touched bool
	words   []string
}

type channelsDraft struct {
	touched bool
	list    []channelDraft
}

// nameParts is a person's name that comes in several columns.
type nameParts struct{ family, given, middle string }

// join puts the family name first, as Russian and Ukrainian documents do, and
// last in Latin letters.
func (n nameParts) join() string {
	order := n.family + " " + n.given + " " + n.middle
	if !isCyrillicText(order) {
		order = n.given + " " + n.middle + " " + n.family
	}
	return strings.Join(strings.Fields(order), " ")
}

// reset empties the draft and keeps its memory.
func (d *draft) reset() {
	d.client.members = d.client.members[:0]
	d.cleared = d.cleared[:0]
	for i := range d.words {
		d.words[i] = wordsDraft{words: d.words[i].words[:0]}
	}
	d.channels = channelsDraft{list: d.channels.list[:0]}
	for l := range d.rows {
		d.rows[l] = d.rows[l][:0]
		d.touched[l] = false
	}
	d.fields, d.properties = d.fields[:0], d.properties[:0]
	clear(d.names)
}

// row returns a row of a list, making it and those before it. It is valid until the next call.
func (d *draft) row(l list, index int) *rowDraft {
	d.touched[l] = true
	for len(d.rows[l]) <= index {
		n := len(d.rows[l])
		if n < cap(d.rows[l]) { // memory of an earlier record
			d.rows[l] = d.rows[l][:n+1]
			r := &d.rows[l][n]
			r.members, r.channels, r.whole = r.members[:0], r.channels[:0], ""
			continue
		}
		d.rows[l] = append(d.rows[l], rowDraft{})
	}
	return &d.rows[l][index]
}

// name returns the parts of a name being collected.
func (d *draft) name(index int) *nameParts {
	if d.names == nil {
		d.names = map[int]*nameParts{}
	}
	if d.names[index] == nil {
		d.names[index] = &nameParts{}
	}
	return d.names[index]
}

// append writes the document. merge says whether what was touched and is
// empty becomes null or is left out.
func (d *draft) append(b []byte, merge bool) []byte {
	b = append(b, '{')
	for _, m := range d.client.members {
		b = m.append(b)
	}
	for i, w := range d.words {
		b = appendList(b, wordLists[i], w.touched && merge, w.words, appendString)
	}
	b = appendList(b, "channels", d.channels.touched && merge, d.channels.list, appendChannel)
	for l, rows := range d.rows {
		rows = slices.DeleteFunc(rows, func(r rowDraft) bool { return r.empty() })
		b = appendList(b, listNames[l], d.touched[l] && merge, rows, appendRow)
	}
	b = appendMembers(b, "fields", d.fields)
	b = appendMembers(b, "properties", d.properties)
	if merge {
		for _, name := range d.cleared {
			b = append(appendKey(b, name), "null"...)
		}
	}
	return append(b, '}')
}

func appendList[T any](b []byte, name string, null bool, items []T, add func([]byte, T) []byte) []byte {
	if len(items) == 0 {
		if null {
			b = append(appendKey(b, name), "null"...)
		}
		return b
	}
	b = append(appendKey(b, name), '[')
	for _, item := range items {
		b = add(appendElement(b), item)
	}
	return append(b, ']')
}

func appendMembers(b []byte, name string, members []byte) []byte {
	if len(members) == 0 {
		return b
	}
	b = append(appendKey(b, name), '{')
	return append(append(b, members...), '}')
}

func appendChannel(b []byte, c channelDraft) []byte {
	b = append(b, `{"type":`...)
	b = append(appendString(b, c.kind), `,"value":`...)
	b = appendString(b, c.value)
	for _, m := range [...]member{{name: "label", text: c.label}, {name: "raw", text: c.raw}, {name: "state", text: c.state}} {
		if m.text != "" {
			b = m.append(b)
		}
	}
	return append(b, '}')
}

func appendRow(b []byte, r rowDraft) []byte {
	if r.whole != "" {
		return append(b, r.whole...)
	}
	b = append(b, '{')
	for _, m := range r.members {
		b = m.append(b)
	}
	b = appendList(b, "channels", false, r.channels, appendChannel)
	return append(b, '}')
}
