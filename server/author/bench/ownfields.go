package bench

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"assay/server/author"
	"assay/server/crm"
)

// ownFields are the custom fields and the properties that a project knows, by name.
type ownFields struct {
	fields     map[string]ownField
	properties map[string][]string // values that clients of cases have
}

// ownField is a custom field.
type ownField struct {
	of     crm.FieldType
	values []any // that clients of cases have; none of days
}

// readOwnFields finds what is declared beside the rules, and what the clients of their cases have.
func readOwnFields(p *author.Project) ownFields {
	own := ownFields{fields: map[string]ownField{}, properties: map[string][]string{}}
	for name, of := range p.Fields {
		own.fields[name] = ownField{of: of}
	}
	for _, one := range p.Cases {
		var client struct {
			Fields     map[string]crm.Value `json:"fields"`
			Properties map[string]string    `json:"properties"`
		}
		if json.Unmarshal(one.Client, &client) != nil {
			continue // the case itself is refused
		}
		for name, value := range client.Fields {
			f := own.fields[name]
			f.of = cmp.Or(f.of, typeOf(value))
			if f.of != crm.FieldDate && f.of != crm.FieldTime { // days are about the time of a case
				f.values = append(f.values, plain(value))
			}
			own.fields[name] = f
		}
		for name, value := range client.Properties {
			own.properties[name] = append(own.properties[name], value)
		}
	}
	return own
}

// typeOf is the type of a field that nobody declares: text that reads as a day is one.
func typeOf(v crm.Value) crm.FieldType {
	if _, err := time.Parse(time.DateOnly, v.Text); err == nil && v.Type == crm.FieldString {
		return crm.FieldDate
	}
	return v.Type
}

// plain is the value itself, so that closed dictionaries see its text.
func plain(v crm.Value) any {
	if v.Type == crm.FieldString {
		return v.Text
	}
	return v
}

// give gives two clients of three each field and property, in the order of their names.
func (o *ownFields) give(v *inventor, d document) {
	for _, name := range slices.Sorted(maps.Keys(o.fields)) {
		fields := d.object("fields")
		delete(fields, name) // what the demo calls so may be of another type
		if v.chance(67) {
			fields[name] = v.value(o.fields[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.properties)) {
		if v.chance(67) {
			d.object("properties")[name] = pick(v, o.properties[name])
		}
	}
}

// object returns an object of the document, which it makes if need be.
func (d document) object(name string) map[string]any {
	o, _ := d[name].(map[string]any)
	if o == nil {
		o = map[string]any{}
		d[name] = o
	}
	return o
}

// value invents a value of a field.
func (v *inventor) value(f ownField) any {
	if len(f.values) > 0 && v.chance(75) {
		return pick(v, f.values)
	}
	switch f.of {
	case crm.FieldNumber:
		return float64(v.below(100_000)) / 100
	case crm.FieldInteger:
		return v.below(1000)
	case crm.FieldBool:
		return v.chance(50)
	case crm.FieldDate:
		return dateOf(v.near())
	case crm.FieldTime:
		return crm.TimeOf(v.near())
	}
	return "INV-" + strconv.Itoa(v.below(10_000))
}
