package cel_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
)

func TestFindingsHaveASeverityOfTheirOwn(t *testing.T) {
	for expr, want := range map[string]string{
		`"error"`: "error", `client.kind == "company" ? "error" : "info"`: "error", `client.kind == "person" ? "error" : ""`: "",
		`client.name.startsWith("ООО") ? "war" + "ning" : "info"`: "warning", `client.region`: "", `client.tags[9]`: "", `client.?manager.hasValue() ? "info" : "error"`: "info",
		`dyn("info")`: "info", `cel.bind(s, client.?importance.orValue("low"), s == "high" ? "error" : "info")`: "error", `client.properties["severity"]`: "",
	} {
		c := quality("false", "{{ client.name }}")
		c.SeverityBy, c.Path = expr, "taxId"
		row := evaluate(t, c, fullClient())
		if len(row) != 1 || row[0].Severity != want || row[0].Code != "test" || row[0].Path != "taxId" || len(row[0].Params) != 1 || row[0].Suggest != nil {
			t.Errorf("%s: %+v, want %q", expr, row, want)
		}
	}
	c := quality("false", "no placeholders")
	c.SeverityBy = `client.id > 5 ? "error" : "info"`
	if rows := evaluate(t, c, fullClient()); len(rows) != 1 || rows[0].Severity != "error" {
		t.Errorf("%+v", rows)
	}
}

// TestEachRowHasItsSeverityAndSuggestion: the row is seen, and an error leaves out what it is in.
func TestEachRowHasItsSeverityAndSuggestion(t *testing.T) {
	c := quality(`contact.jobTitle == "x"`, "{{ contact.name }}")
	c.ForEachIn, c.ForEachAs, c.Path = "client.contacts", "contact", "contacts[].jobTitle"
	c.SeverityBy = `has(contact.jobTitle) ? "info" : contact.channels[0].state == "dead" ? "error" : ""`
	c.Suggest = `contact.channels.size() > 0 ? contact.channels[0].value : contact.?jobTitle.value() + "!"`
	rows := evaluate(t, c, fullClient())
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprint(r.Path, " ", r.Severity, " ", string(r.Suggest), " ", r.RowID, " ", r.Error))
	}
	want := []string{`contacts[0].jobTitle info "бухгалтер!" c7 `, `contacts[1].jobTitle error "+79120000000" c8 `, `contacts[2].jobTitle info "директор!" c9 `}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestErrorsOfAFindingEndWithIt: what a function of the runtime fails at in a severity, suggestion or
// message is not taken for an error of the next value or row.
func TestErrorsOfAFindingEndWithIt(t *testing.T) {
	failing := map[string]string{"none": `""`, "number": `string(int(contact.name))`, "text": `contact.name.substring(99)`, "list": `[contact.name].slice(3, 4).join()`,
		"time": `string(timestamp(contact.name))`, "dyn": `string(dyn(contact.name) + dyn(1))`, "optional": `string(dyn(contact.name).?x.orValue(""))`}
	const sound = `contact.name.lowerAscii() + string(int("7"))`
	for name, wrong := range failing {
		for place := range 3 {
			values := []string{`contact.name.lowerAscii() == "" ? "info" : "error"`, sound, sound}
			values[place] = wrong
			c := quality(`contact.name.upperAscii().substring(0) == "Y"`, "{{ "+values[2]+" }}{{ "+sound+" }}")
			c.ForEachIn, c.ForEachAs, c.Path = "client.contacts", "contact", "contacts[].name"
			c.SeverityBy, c.Suggest = values[0], values[1]
			rows := evaluate(t, c, &crm.Client{Contacts: []crm.Contact{{Name: "X"}, {Name: "Y"}, {Name: "Z"}}})
			if len(rows) != 2 {
				t.Fatalf("%s: %+v", wrong, rows)
			}
			for i, want := range []string{"x7", "z7"} {
				got := []string{rows[i].Severity, string(rows[i].Suggest), rows[i].Params[0].Value}
				wants := []string{"error", `"` + want + `"`, want}
				wants[place] = ""
				if name == "none" && place == 1 {
					wants[1] = `""`
				}
				if !slices.Equal(got, wants) || rows[i].Params[len(rows[i].Params)-1].Value != want || rows[i].Error != "" {
					t.Errorf("%s as value %d: %+v", wrong, place, rows[i])
				}
			}
		}
	}
}

func TestSuggestionsAreJSON(t *testing.T) {
	for path, exprs := range map[string]map[string]string{
		"taxId": {
			`client.taxId`: `"7707083893"`, `""`: `""`, `"a\"b\\c\n\u0001я𝄞"`: `"a\"b\\c\u000a\u0001я𝄞"`, `client.?region`: `"Москва"`, `optional.none()`: ``,
			`client.kind`: `"company"`, `dyn(null)`: ``, `client.tags[7]`: ``, `client.properties.?missing`: ``, `client.?properties.area`: `"120"`, `dyn(optional.none())`: ``, `dyn(client.?name)`: `"ООО «Ромашка»"`,
		},
		"unsubscribed":          {`!client.unsubscribed`: `false`, `true`: `true`},
		"completeness":          {`client.id + 1`: `1043`, `uint(7)`: `7`, `-9223372036854775807`: `-9223372036854775807`, `18446744073709551615u`: `18446744073709551615`},
		"activity.revenue":      {`client.activity.revenue * 2.0`: `304001`, `0.1 + 0.2`: `0.3`, `1.0 / 0.0`: ``, `1e300 * -1.0`: `-1e+300`, `0.0 / 0.0`: ``, `5`: `5`},
		"birthday":              {`client.birthday`: `"2001-09-09"`, `timestamp("2027-01-31T10:00:00Z")`: `"2027-01-31"`, `"2027-01-31"`: `"2027-01-31"`},
		"nextContactAt":         {`now`: `"2027-03-14T15:09:26.535Z"`},
		"tags":                  {`client.tags`: `["vip","spring","скидка"]`, `client.tags.filter(t, t != "vip")`: `["spring","скидка"]`, `[]`: `[]`, `["a"]`: `["a"]`},
		"contacts[0].birthday":  {`client.contacts[0].birthday`: `"1980-02-29"`},
		"contacts[0]":           {`{"name": client.name, "channels": [{"type": "phone", "n": 1}], "empty": {}}`: `{"name":"ООО «Ромашка»","channels":[{"type":"phone","n":1}],"empty":{}}`},
		"properties.loyalty":    {`client.properties.loyalty + "!"`: `"gold!"`},
		"properties":            {`client.properties.transformMap(k, v, k == "area", "x")`: `{"area":"x"}`, `dyn({1: true, 2u: null, false: b"a"})`: ``, `dyn({1: true, 2u: null, false: 1.5})`: `{"1":true,"2":null,"false":1.5}`},
		"fields.gln":            {`client.fields.gln`: `"4607001234567"`},
		"fields.licenceUntil":   {`now + duration("24h")`: `"2027-03-15"`},
		"addresses[0].text":     {`client.notes + client.name`: `"Платит вовремя.ООО «Ромашка»"`, `dyn(client.addresses[0])`: ``},
		"channels[1].checkedAt": {`client.channels[0].?checkedAt`: `"2027-01-02T03:04:05.678Z"`},
	} {
		for expr, want := range exprs {
			c := quality("false", "x")
			c.Path, c.Suggest = path, expr
			rows := evaluate(t, c, fullClient())
			if len(rows) != 1 || string(rows[0].Suggest) != want || want != "" && !json.Valid(rows[0].Suggest) {
				t.Errorf("%s for %s: %+v, want %s", expr, path, rows, want)
			}
		}
	}
}

func TestLongSuggestionsAreLeftOut(t *testing.T) {
	c := quality("false", "x")
	c.Path, c.Suggest = "notes", "client.notes"
	for length, fits := range map[int]bool{3998: true, 3999: false, 50_000: false} {
		rows := evaluate(t, c, &crm.Client{Notes: strings.Repeat("x", length)})
		if len(rows) != 1 || (rows[0].Suggest != nil) != fits {
			t.Errorf("%d bytes: %d in %d rows", length, len(rows[0].Suggest), len(rows))
		}
	}
}

func TestProblemsOfSeveritiesAndSuggestions(t *testing.T) {
	for name, test := range map[string]struct {
		severity, suggest, path, want string
	}{
		"a wrong severity":  {`client.id > 1 ? "fatal" : "info"`, "", "", `severityBy:1:1: "fatal" is no severity: give info, warning or error, or "" for that of the rule`},
		"no text":           {`client.id`, "", "", `severityBy:1:1: the expression gives an int and must give a text, such as client.kind == "company" ? "error" : "warning"`},
		"a misspelt field":  {"\n  client.nam", "", "", `severityBy:2:9: a client record has no field nam, did you mean name?`},
		"no path":           {"", `"x"`, "", `suggest:0:0: is a value for what path names, and there is no path`},
		"another kind":      {"", `client.id`, "taxId", `suggest:1:1: the expression gives an int and must give a text, as taxId is`},
		"a misspelt method": {"", `client.name.startswith("x") ? "a" : "b"`, "taxId", `suggest:1:13: there is no function startswith(), did you mean startsWith?`},
		"an optional kind":  {"", `client.?id`, "tags", `suggest:1:1: the expression gives an int and must give a list, as tags is`},
		"a record":          {"", `client`, "taxId", `suggest:1:1: the expression gives a record: name one of its fields`},
		"a time":            {"", `1`, "contacts[0].birthday", `suggest:1:1: the expression gives an int and must give a timestamp or its text, as contacts[0].birthday is`},
		"a wrong path":      {"", `1`, "contcts", `path:0:0: "contcts": there is no "contcts", did you mean contacts?`},
	} {
		c := quality("false", "x")
		c.SeverityBy, c.Suggest, c.Path = test.severity, test.suggest, test.path
		got := problemsOf(t, func(e *cel.Env) (*cel.Compiled, error) { return e.Compile(c) })
		if len(got) != 1 || got[0] != test.want {
			t.Errorf("%s\ngot  %q\nwant %q", name, got, test.want)
		}
	}
	got := problemsOf(t, func(e *cel.Env) (*cel.Compiled, error) {
		return e.Compile(cel.Check{Name: "a", Type: abi.TypeSegmentation, Label: `"a"`, SeverityBy: `"info"`, Suggest: `"x"`})
	})
	if len(got) != 2 {
		t.Errorf("%q", got)
	}
}
