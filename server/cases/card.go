package cases

import (
	"bytes"
	"encoding/json"
	"fmt"

	"assay/rules"
	"assay/server/canon"
	"assay/server/crm"
)

// Card returns the card of a case's client, as it would be stored where
// these custom fields are declared.
func Card(c *rules.Case, fields map[string]crm.FieldType) ([]byte, error) {
	text := []byte(c.Client)
	if c.Raw {
		var err error
		if text, err = clean(text); err != nil {
			return nil, err
		}
	}
	client := crm.Client{Kind: "company"}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&client); err != nil {
		return nil, err
	}
	for name, v := range client.Fields {
		t, declared := fields[name]
		if !declared {
			continue
		}
		typed, ok := typedAs(v, t)
		if !ok {
			return nil, fmt.Errorf("fields.%s: the value is no %s", name, t)
		}
		client.Fields[name] = typed
	}
	return crm.EncodeCard(nil, &client)
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

// clean does to every text in a client what a write does: blanks and placeholders become empty.
func clean(client []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(client))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return nil, err
	}
	return json.Marshal(cleanValue(value))
}

func cleanValue(value any) any {
	switch value := value.(type) {
	case string:
		return canon.Text(value)
	case []any:
		for i := range value {
			value[i] = cleanValue(value[i])
		}
	case map[string]any:
		for k := range value {
			value[k] = cleanValue(value[k])
		}
	}
	return value
}
