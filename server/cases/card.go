package cases

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
)

// Card returns the card of a client in the form of the API, taken as it is stored where
// these custom fields are declared. The error is a *ClientError when the client is none.
func Card(text json.RawMessage, fields map[string]crm.FieldType) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var typed any
	if err := dec.Decode(&typed); err != nil {
		return nil, &ClientError{[]rules.Problem{{Message: err.Error()}}}
	}
	if problems := check(typed, reflect.TypeFor[crm.Client](), ""); problems != nil {
		return nil, &ClientError{problems}
	}
	client := crm.Client{Kind: "company"}
	if err := json.Unmarshal(text, &client); err != nil {
		return nil, &ClientError{[]rules.Problem{{Message: err.Error()}}}
	}
	if problems := declare(&client, fields); problems != nil {
		return nil, &ClientError{problems}
	}
	card, err := crm.EncodeCard(nil, &client)
	if invalid, ok := errors.AsType[*abi.InvalidError](err); ok {
		return nil, &ClientError{[]rules.Problem{{Path: invalid.Place, Message: invalid.Err.Error()}}}
	}
	return card, err
}

// declare gives the custom fields their declared types.
func declare(client *crm.Client, fields map[string]crm.FieldType) (problems []rules.Problem) {
	for _, name := range slices.Sorted(maps.Keys(client.Fields)) {
		t, declared := fields[name]
		if !declared {
			continue
		}
		typed, ok := typedAs(client.Fields[name], t)
		if !ok {
			problems = append(problems, rules.Problem{Path: "fields." + name, Message: fmt.Sprintf("the value is no %s", t)})
			continue
		}
		client.Fields[name] = typed
	}
	return problems
}

// typedAs gives a value read from JSON the type of a declared field: numbers
// may be integers there, and dates and times are text.
func typedAs(v crm.Value, t crm.FieldType) (crm.Value, bool) {
	if v.Type == t {
		return v, true
	}
	text, err := json.Marshal(v)
	if err != nil {
		return v, false
	}
	typed := crm.Value{Type: t}
	switch t {
	case crm.FieldInteger:
		err = json.Unmarshal(text, &typed.Integer)
	case crm.FieldDate:
		var day crm.Date
		err = day.UnmarshalJSON(text)
		typed.Integer = day.UnixMilli()
	case crm.FieldTime:
		var at crm.Time
		err = at.UnmarshalJSON(text)
		typed.Integer = at.UnixMilli()
	default:
		return v, false
	}
	return typed, err == nil
}
