package main

import (
	"bytes"
	"encoding/json"
	"time"
)

// clientsNDJSON writes eighty lines for the API's own format: three languages,
// fields of every type, two blank lines and seven that cannot be taken.
func clientsNDJSON() ([]byte, *expected, error) {
	m, says := newMaker(4), newExpected()
	var b bytes.Buffer
	line := 0
	add := func(text string) {
		line++
		b.WriteString(text + "\n")
	}
	broken := map[int][2]string{
		9:  {`{"externalId":"ndjson-bad-1","name":"ООО «Оборванная стр`, "malformed_json"},
		19: {`{"externalId":"ndjson-bad-2","name":"ООО «Лишнее поле»","telephone":"+74950001234"}`, "telephone: unknown_field"},
		29: {`{"externalId":"ndjson-bad-3","name":"Wrong kind","kind":"partner"}`, "kind: unknown_value"},
		39: {`{"externalId":"ndjson-bad-4","name":"Ганна","kind":"person","birthday":"2026-02-30"}`, "birthday: invalid_date"},
		49: {`{"externalId":"ndjson-001","name":"Второй раз тот же код"}`, "externalId: duplicate_external_id"},
		59: {"{\"externalId\":\"ndjson-bad-5\",\"name\":\"\xcd\xe5 UTF-8\"}", "invalid_utf8"},
		69: {`{"externalId":"ndjson-bad-6","name":"  — ","manager":"petrov"}`, "name: required"},
	}
	for i := range 78 {
		if i == 25 || i == 55 {
			add("")
		}
		if bad, ok := broken[i]; ok {
			add(bad[0])
			says.refuse(line, bad[1])
			continue
		}
		c := m.client([]string{"ru", "uk", "en", "ru"}[i%4], "ndjson")
		text, err := m.line(c)
		if err != nil {
			return nil, nil, err
		}
		add(text)
		says.store(c)
	}
	return b.Bytes(), says, nil
}

type object = map[string]any

// Contracts end one after the other, so that on any day until 2031 some client has one that ends within a month.
var firstEnd = time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)

const daysBetweenEnds = 27

// contract writes the contract of the client that was made last. It ends after it starts.
func (m *maker) contract(c client) object {
	starts := time.Date(c.year, time.Month(c.month), c.day, 0, 0, 0, 0, time.UTC)
	ends := firstEnd.AddDate(0, 0, daysBetweenEnds*(m.made-1))
	if !starts.Before(ends) {
		starts = ends.AddDate(-1, 0, 0)
	}
	return object{"number": c.code, "startsOn": starts.Format(time.DateOnly), "endsOn": ends.Format(time.DateOnly), "amount": float64(c.amount) / 100}
}

// plan makes every fifth client important. Nobody plans to get in touch with them: the day has passed, or there is none.
func (m *maker) plan(o object) {
	if m.made%5 != 0 {
		return
	}
	o["importance"] = "high"
	if m.made%2 == 0 {
		o["nextContactAt"] = "2026-02-02T09:00:00Z"
	}
}

// line writes a client; what is missing is absent, empty or a placeholder.
func (m *maker) line(c client) (string, error) {
	o := object{"externalId": c.code, "kind": c.kind, "name": c.name, "region": c.region, "source": m.pick([]string{"site", "exhibition", "call"}),
		"addresses":  []object{{"type": "legal", "text": c.address, "city": c.city}},
		"contracts":  []object{m.contract(c)},
		"properties": object{"loyalty": m.pick([]string{"gold", "silver"})},
		"fields":     object{"fleet": m.IntN(20), "licensed": m.chance(50), "licenceUntil": "2027-01-31"},
	}
	m.plan(o)
	m.put(o, "taxId", c.taxID)
	m.put(o, "manager", c.manager)
	if c.notes != "" {
		o["notes"] = c.notes
	}
	if len(c.tags) > 0 {
		o["tags"] = c.tags
	}
	if channels := m.channels(c.phones, c.emails, c.sites); len(channels) > 0 {
		o["channels"] = channels
	} else if m.chance(30) {
		o["channels"] = []object{{"type": "phone", "value": "нет"}} // no channel
	}
	var people []object
	for _, p := range c.contacts {
		person := object{"name": p.name()}
		m.put(person, "jobTitle", p.jobTitle)
		if channels := m.channels(p.phones, p.emails, nil); len(channels) > 0 {
			person["channels"] = channels
		}
		people = append(people, person)
	}
	if len(people) > 0 {
		o["contacts"] = people
	}
	text, err := json.Marshal(o)
	return string(text), err
}

func (m *maker) put(o object, key, value string) {
	if value != "" || m.chance(60) {
		o[key] = m.orBlank(value)
	}
}

func (m *maker) channels(phones, emails, sites []string) []object {
	var channels []object
	for _, p := range phones {
		channels = append(channels, object{"type": "phone", "value": m.typed(p)})
	}
	for _, e := range emails {
		channels = append(channels, object{"type": "email", "value": e, "label": "office"})
	}
	for _, s := range sites {
		channels = append(channels, object{"type": "site", "value": s})
	}
	return channels
}
