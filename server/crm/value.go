package crm

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Time is a moment with millisecond precision in UTC; the zero Time is absent and is null in JSON.
type Time struct{ ms, set int64 }

// TimeOf returns t cut to milliseconds; a zero time.Time gives an absent Time.
func TimeOf(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return TimeFromUnixMilli(t.UnixMilli())
}

// TimeFromUnixMilli returns the moment ms milliseconds after 1970-01-01T00:00:00Z.
func TimeFromUnixMilli(ms int64) Time { return Time{ms: ms, set: 1} }

// IsZero reports whether the time is absent.
func (t Time) IsZero() bool { return t.set == 0 }

// UnixMilli returns milliseconds since 1970-01-01T00:00:00Z, 0 when absent.
func (t Time) UnixMilli() int64 { return t.ms }

// Time returns the moment as a time.Time in UTC, zero when absent.
func (t Time) Time() time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMilli(t.ms).UTC()
}

// String returns RFC 3339 with milliseconds when there are any, "" when absent.
func (t Time) String() string {
	if t.IsZero() {
		return ""
	}
	return t.Time().Format("2006-01-02T15:04:05.999Z07:00")
}

// MarshalJSON writes an RFC 3339 string or null.
func (t Time) MarshalJSON() ([]byte, error) { return marshalText(t.String()), nil }

// UnmarshalJSON reads an RFC 3339 string, "" or null.
func (t *Time) UnmarshalJSON(b []byte) error {
	s, err := unmarshalText(b)
	if err != nil || s == "" {
		*t = Time{}
		return err
	}
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return fmt.Errorf("%q is not an RFC 3339 time such as 2027-01-31T09:30:00Z", s)
	}
	*t = TimeOf(v)
	return nil
}

// Date is a calendar day; the zero Date is absent and is null in JSON.
type Date struct{ ms, set int64 }

// DateOf returns the given calendar day.
func DateOf(year int, month time.Month, day int) Date {
	return DateFromUnixMilli(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).UnixMilli())
}

// DateFromUnixMilli returns the UTC day that holds the moment ms.
func DateFromUnixMilli(ms int64) Date {
	const day = 24 * 60 * 60 * 1000
	floor := ms - ((ms%day)+day)%day
	return Date{ms: floor, set: 1}
}

// IsZero reports whether the date is absent.
func (d Date) IsZero() bool { return d.set == 0 }

// UnixMilli returns the UTC midnight of the day in unix milliseconds, 0 when absent.
func (d Date) UnixMilli() int64 { return d.ms }

// String returns YYYY-MM-DD, "" when absent.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return time.UnixMilli(d.ms).UTC().Format(time.DateOnly)
}

// MarshalJSON writes "YYYY-MM-DD" or null.
func (d Date) MarshalJSON() ([]byte, error) { return marshalText(d.String()), nil }

// UnmarshalJSON reads "YYYY-MM-DD", "" or null.
func (d *Date) UnmarshalJSON(b []byte) error {
	s, err := unmarshalText(b)
	if err != nil || s == "" {
		*d = Date{}
		return err
	}
	v, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return fmt.Errorf("%q is not a date such as 2027-01-31", s)
	}
	*d = DateOf(v.Date())
	return nil
}

// Money is an amount in hundredths of the base currency, a decimal number in JSON.
type Money int64

// String returns the amount as a decimal, "152000.5" for 15200050 hundredths.
func (m Money) String() string {
	sign, v := "", uint64(m)
	if m < 0 {
		sign, v = "-", -v
	}
	s := fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// MarshalJSON writes a decimal number.
func (m Money) MarshalJSON() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalJSON reads a decimal number; more than two decimals are rounded half away from zero.
func (m *Money) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*m = 0
		return nil
	}
	v, err := ParseMoney(string(b))
	if err == nil {
		*m = v
	}
	return err
}

// ParseMoney reads a decimal such as "152000.50".
func ParseMoney(s string) (Money, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 9e15 {
		return 0, fmt.Errorf("%q is not an amount such as 152000.50 (at most 9e15)", s)
	}
	return Money(math.Round(f * 100)), nil
}

// FieldType is the type of a custom field.
type FieldType string

// The types a custom field can have.
const (
	FieldString  FieldType = "string"
	FieldNumber  FieldType = "number"
	FieldInteger FieldType = "integer"
	FieldBool    FieldType = "bool"
	FieldDate    FieldType = "date"
	FieldTime    FieldType = "time"
)

// Value is the typed value of a custom field. The zero Value is absent.
type Value struct {
	Type    FieldType
	Text    string  // FieldString
	Number  float64 // FieldNumber
	Integer int64   // FieldInteger; FieldBool 0 or 1; FieldDate and FieldTime unix ms
}

// StringValue returns a text value.
func StringValue(s string) Value { return Value{Type: FieldString, Text: s} }

// MarshalJSON writes the value as the JSON type that fits: string, number, boolean, or null when absent.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.Type {
	case FieldString:
		return json.Marshal(v.Text)
	case FieldNumber:
		return json.Marshal(v.Number)
	case FieldInteger:
		return strconv.AppendInt(nil, v.Integer, 10), nil
	case FieldBool:
		return strconv.AppendBool(nil, v.Integer != 0), nil
	case FieldDate:
		return DateFromUnixMilli(v.Integer).MarshalJSON()
	case FieldTime:
		return TimeFromUnixMilli(v.Integer).MarshalJSON()
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads a JSON scalar; dates and times come as text and get
// their type when they are matched with the declared fields.
func (v *Value) UnmarshalJSON(b []byte) error {
	var x any
	if err := json.Unmarshal(b, &x); err != nil {
		return err
	}
	switch x := x.(type) {
	case nil:
		*v = Value{}
	case string:
		*v = StringValue(x)
	case bool:
		*v = Value{Type: FieldBool}
		if x {
			v.Integer = 1
		}
	case float64:
		*v = Value{Type: FieldNumber, Number: x}
	default:
		return fmt.Errorf("a custom field is text, a number, true or false, not %T", x)
	}
	return nil
}

func marshalText(s string) []byte {
	if s == "" {
		return []byte("null")
	}
	return strconv.AppendQuote(nil, s)
}

func unmarshalText(b []byte) (string, error) {
	if string(b) == "null" {
		return "", nil
	}
	var s string
	err := json.Unmarshal(b, &s)
	return s, err
}
