package assaytest

import (
	"fmt"
	"time"

	"assay/sdk/go"
)

// Date is a day, such as 2027-01-31; "" is absent.
type Date string

// Time is a moment as RFC 3339 writes it, such as 2026-11-22T10:00:00Z; "" is absent.
type Time string

// Fields are custom fields by key. A value is a string, a bool, an int or int64, a float64, a [Date] or a [Time].
type Fields map[string]any

func (d Date) millis() (int64, error) {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0, fmt.Errorf("%q is no date such as 2027-01-31", string(d))
	}
	return t.UnixMilli(), nil
}

func (m Time) millis() (int64, error) {
	t, err := time.Parse(time.RFC3339, string(m))
	if err != nil {
		return 0, fmt.Errorf("%q is no time such as 2026-11-22T10:00:00Z", string(m))
	}
	return t.UnixMilli(), nil
}

// fieldOf makes the row of a custom field.
func fieldOf(key string, value any) (row fieldRow, err error) {
	row.Key = key
	switch v := value.(type) {
	case string:
		row.Type, row.Text = assay.FieldTypeString, v
	case bool:
		row.Type = assay.FieldTypeBool
		if v {
			row.Integer = 1
		}
	case int:
		row.Type, row.Integer = assay.FieldTypeInteger, int64(v)
	case int64:
		row.Type, row.Integer = assay.FieldTypeInteger, v
	case float64:
		row.Type, row.Number = assay.FieldTypeNumber, v
	case Date:
		row.Type = assay.FieldTypeDate
		row.Integer, err = v.millis()
	case Time:
		row.Type = assay.FieldTypeTime
		row.Integer, err = v.millis()
	default:
		err = fmt.Errorf("a %T is no value of a custom field: give a string, bool, int, float64, Date or Time", value)
	}
	return row, err
}
