package engine

import (
	"errors"
	"testing"

	"assay/server/crm"
)

func TestSettingsAreRefusedInPlainWords(t *testing.T) {
	for _, c := range []struct{ schema, value, want string }{
		{`{"minimum":1}`, `0`, "is 0; at least 1 is allowed"},
		{`{"maximum":365}`, `400`, "is 400; at most 365 is allowed"},
		{`{"maximum":0.5}`, `0.75`, "is 0.75; at most 0.5 is allowed"},
		{`{"maximum":1}`, `1e30`, "is 1e+30; at most 1 is allowed"},
		{`{"exclusiveMinimum":0}`, `0`, "is 0; it must be more than 0"},
		{`{"exclusiveMaximum":9}`, `9`, "is 9; it must be less than 9"},
		{`{"type":"integer"}`, `"x"`, "is text; a whole number is expected"},
		{`{"type":"boolean"}`, `[]`, "is a list; true or false is expected"},
		{`{"type":["integer","string"]}`, `null`, "got null, want integer or string"},
		{`{"enum":["a",2]}`, `"b"`, `must be one of "a", 2`},
		{`{"minLength":2}`, `"ж"`, "is too short: 1 of at least 2 characters"},
		{`{"maxLength":2}`, `"жжж"`, "is too long: 3 of at most 2 characters"},
		{`{"minItems":1}`, `[]`, "has too few values: 0 of at least 1"},
		{`{"maxItems":1}`, `[1,2]`, "has too many values: 2 of at most 1"},
	} {
		err := checkSettings([]byte(`{"properties":{"x":`+c.schema+`}}`), []byte(`{"x":`+c.value+`}`))
		var bad *crm.InvalidError
		if !errors.As(err, &bad) || bad.Problems[0].Field != "spec.settings.x" || bad.Problems[0].Message != c.want {
			t.Errorf("%s of %s: %v, want %s", c.value, c.schema, err, c.want)
		}
	}
}
