package intake

import (
	"slices"
	"strconv"

	"assay/server/canon"
	"assay/server/crm"
)

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
			problems = append(problems, problemOf("fields."+key, "wrong_type", "declared", "value", quoteValue(v), "want", fieldTypeName(z.set.Fields[key])))
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
		return wantText
	case crm.FieldInteger:
		return wantInteger
	case crm.FieldBool:
		return wantBool
	case crm.FieldDate:
		return wantDate
	case crm.FieldTime:
		return wantTime
	}
	return wantNumber
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
