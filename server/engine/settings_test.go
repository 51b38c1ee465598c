package engine

import (
	"errors"
	"strings"
	"testing"

	"assay/sdk/abi"
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

func TestSettingsAreNamedByTheirPlace(t *testing.T) {
	const schema = `{"properties":{"kinds":{"type":"array","items":{"enum":["a"]}},"by":{"type":"object","additionalProperties":{"type":"object","additionalProperties":{"type":"integer"}}}}}`
	for settings, want := range map[string]string{`{"kinds":["a","b"]}`: "spec.settings.kinds[1]", `{"by":{"0":{"1":"x"}}}`: "spec.settings.by.0.1"} {
		err := checkSettings([]byte(schema), []byte(settings))
		var bad *crm.InvalidError
		if !errors.As(err, &bad) || bad.Problems[0].Field != want {
			t.Errorf("%s: %v, want it of %s", settings, err, want)
		}
	}
}

func TestFlawsOfDescriptions(t *testing.T) {
	for _, tt := range []struct{ check, want string }{
		{`"settings":{"properties":{"days":{"type":"integer","minimum":0,"maximum":365,"default":365}}},"messages":{"soon":{"en":"a","ru":"b","uk":"c"}}`, ""},
		{`"settings":{"properties":{"days":{"type":"integer","maximum":365,"default":400}}}`, "check a: the default of setting days is 400; at most 365 is allowed"},
		{`"settings":{"properties":{"days":{"type":"integer","default":"30"}}}`, "check a: the default of setting days is text; a whole number is expected"},
		{`"settings":{"properties":{"kinds":{"items":{"enum":["x"]},"default":["x","y"]}}}`, `check a: the default of setting kinds[1] must be one of "x"`},
		{`"settings":{"properties":{"in":{"properties":{"n":{"minimum":1,"default":0}}}}}`, "check a: the default of setting in.n is 0; at least 1 is allowed"},
		{`"settings":{"type":3}`, "check a: its settings are described by what is not a JSON Schema: "},
		{`"messages":{"soon":{"en":"a","xx":"b"}}`, `check a: the message soon has a text in "xx", which nobody reads; texts are in en, ru, uk`},
		{`"labels":{"big":{"title":{"de":"b"}}}`, `check a: the title of big has a text in "de", which nobody reads; texts are in en, ru, uk`},
	} {
		d, err := abi.ParseDescription([]byte(`{"abi":1,"checks":[{"name":"a","type":"Segmentation",` + tt.check + `}]}`))
		if err != nil {
			t.Fatal(err)
		}
		flaws := strings.Join(Flaws(d), "\n")
		if (tt.want == "") != (flaws == "") || !strings.HasPrefix(flaws, tt.want) {
			t.Errorf("%s: %q, want %q", tt.check, flaws, tt.want)
		}
	}
}
