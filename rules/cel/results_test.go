package cel_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
)

// quality is a check with a message.
func quality(require, message string) cel.Check {
	return cel.Check{Name: "test", Type: "Quality", Require: require, Message: map[string]string{"en": message}}
}

// evaluate runs a check on one client.
func evaluate(t *testing.T, c cel.Check, client *crm.Client) []abi.ResultRow {
	t.Helper()
	return run(t, load(t, compile(t, newEnv(t, customFields...), c).Wasm), cardOf(t, client))[0]
}

func TestMessageParameters(t *testing.T) {
	full := fullClient()
	for expr, want := range map[string]string{
		`client.name`:                                   "ООО «Ромашка»",
		`client.kind`:                                   "company",
		`client.id`:                                     "1042",
		`-client.id`:                                    "-1042",
		`uint(client.id)`:                               "1042",
		`client.activity.revenue`:                       "152000.5",
		`client.fields.score`:                           "0.75",
		`client.unsubscribed`:                           "true",
		`client.birthday`:                               "2001-09-09",
		`client.createdAt`:                              "2019-12-31T23:59:59Z",
		`client.channels[0].checkedAt`:                  "2027-01-02T03:04:05.678Z",
		`client.fields.licenceUntil`:                    "2027-06-30",
		`client.fields.seenAt`:                          "2027-03-01T12:00:00.25Z",
		`client.birthday + duration("1ns")`:             "2001-09-09T00:00:00.000000001Z",
		`now`:                                           "2027-03-14T15:09:26.535Z",
		`size(client.contacts)`:                         "3",
		`client.unsubscribed ? "a" : client.name`:       "a",
		`client.kind + "!"`:                             "company!",
		`client.contacts[5].name`:                       "", // an error leaves the value empty
		`1 / size(client.contracts[0].number + "") > 5`: "false",
		`string(1 / (size(client.tags) - 3))`:           "",
		`"}}"`:                                          "}}",
	} {
		rows := evaluate(t, quality("false", "x {{ "+expr+" }} y"), full)
		if len(rows) != 1 || len(rows[0].Params) != 1 {
			t.Errorf("%s: results %+v", expr, rows)
			continue
		}
		if got := rows[0].Params[0]; got.Key != expr || got.Value != want {
			t.Errorf("%s: got %q for %q, want %q", expr, got.Value, got.Key, want)
		}
	}
}

func TestAnAbsentTimeIsShownAsNothing(t *testing.T) {
	for _, expr := range []string{"client.birthday", "client.verifiedAt", "client.fields.licenceUntil", "client.fields.seenAt"} {
		rows := evaluate(t, quality("false", "{{"+expr+"}}"), &crm.Client{})
		if rows[0].Params[0].Value != "" {
			t.Errorf("%s: %q", expr, rows[0].Params[0].Value)
		}
		epoch := &crm.Client{Birthday: crm.DateOf(1970, 1, 1), VerifiedAt: crm.TimeFromUnixMilli(0),
			Fields: map[string]crm.Value{"licenceUntil": {Type: "date"}, "seenAt": {Type: "time"}}}
		rows = evaluate(t, quality("false", "{{"+expr+"}}"), epoch)
		if !strings.HasPrefix(rows[0].Params[0].Value, "1970-01-01") {
			t.Errorf("%s: %q", expr, rows[0].Params[0].Value)
		}
	}
}

// TestDoublesInMessages: at most 15 significant digits, no exponent below 1e18.
func TestDoublesInMessages(t *testing.T) {
	m := load(t, compile(t, newEnv(t, customFields...), quality("false", "{{ client.fields.score }}")).Wasm)
	for value, want := range map[float64]string{
		0: "0", 1: "1", -1: "-1", 0.1: "0.1", 0.30000000000000004: "0.3", 1.0 / 3: "0.333333333333333", 2.0 / 3: "0.666666666666667",
		1e6: "1000000", 1e15: "1000000000000000", 123456789.125: "123456789.125", 1e17: "100000000000000000", 1e18: "1e+18", -1.5e300: "-1.5e+300",
		5e-7: "0.0000005", 1e-30: "0", 99.99: "99.99", 1e14 + 0.5: "100000000000000", 0.000123: "0.000123", 1e100: "1e+100", 12345.678901234567: "12345.6789012346",
	} {
		client := &crm.Client{Fields: map[string]crm.Value{"score": {Type: "number", Number: value}}}
		if got := run(t, m, cardOf(t, client))[0][0].Params[0].Value; got != want {
			t.Errorf("%v: got %s, want %s", value, got, want)
		}
	}
	// What has at most 15 digits reads back as the same number.
	for i := range 2000 {
		value := float64(i*7919%100003) / math.Pow10(i%7)
		client := &crm.Client{Fields: map[string]crm.Value{"score": {Type: "number", Number: value}}}
		got := run(t, m, cardOf(t, client))[0][0].Params[0].Value
		if want := strconv.FormatFloat(value, 'f', -1, 64); got != want {
			t.Errorf("%v: got %s, want %s", value, got, want)
		}
	}
}

func TestInfinityInMessages(t *testing.T) {
	for expr, want := range map[string]string{"1.0 / (client.fields.score * 0.0)": "Infinity", "-1.0 / (client.fields.score * 0.0)": "-Infinity",
		"client.fields.score * 0.0 / 0.0": "NaN"} {
		if got := evaluate(t, quality("false", "{{ "+expr+" }}"), fullClient())[0].Params[0].Value; got != want {
			t.Errorf("%s: %s, want %s", expr, got, want)
		}
	}
}

func TestPlaceholdersAreSharedByLanguages(t *testing.T) {
	c := quality("false", "{{ client.name }} {{client.id}}")
	c.Message["ru"] = "{{client.id}} {{  client.name  }} {{ client.kind }}"
	got := evaluate(t, c, &crm.Client{ID: 5, Name: "N"})[0].Params
	want := []abi.Param{{Key: "client.name", Value: "N"}, {Key: "client.id", Value: "5"}, {Key: "client.kind", Value: ""}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLongParametersAreCutBetweenCharacters(t *testing.T) {
	for _, pad := range []string{"", "a", "ab", "abc"} {
		client := &crm.Client{Notes: pad + strings.Repeat("яблоко𝄞", 3000)}
		got := evaluate(t, quality("false", "{{ client.notes }}"), client)[0].Params[0].Value
		if len(got) > 1000 || len(got) < 996 || !strings.HasPrefix(client.Notes, got) {
			t.Errorf("%d bytes: %q", len(got), got[max(0, len(got)-20):])
		}
	}
}

func TestSegmentation(t *testing.T) {
	c := cel.Check{Name: "size", Type: "Segmentation", Match: `client.kind != "person"`,
		Label:  `client.companySize == "large" ? "large" : client.companySize == "" ? "" : client.companySize + "-ish"`,
		Reason: map[string]string{"en": "company size is {{ client.companySize }}"},
		Labels: map[string]map[string]string{"large": {"en": "Large"}}}
	compiled := compile(t, newEnv(t), c)
	m := load(t, compiled.Wasm)
	d := m.Description().Checks[0]
	if d.Labels["large"].Title["en"] != "Large" || d.Messages["large"]["en"] != c.Reason["en"] {
		t.Errorf("description %+v", d)
	}
	rows := run(t, m, cardOf(t, &crm.Client{CompanySize: "large"}), cardOf(t, &crm.Client{}),
		cardOf(t, &crm.Client{CompanySize: "small"}), cardOf(t, &crm.Client{Kind: "person", CompanySize: "large"}))
	label := func(label, size string) []abi.ResultRow {
		return []abi.ResultRow{{Kind: abi.ResultLabel, Label: label, Params: []abi.Param{{Key: "client.companySize", Value: size}}}}
	}
	for i, want := range [][]abi.ResultRow{label("large", "large"), nil, label("small-ish", "small"), nil} {
		if !slices.EqualFunc(rows[i], want, sameRow) {
			t.Errorf("client %d: got %+v, want %+v", i, rows[i], want)
		}
	}
}

func TestLabelsThatCannotBe(t *testing.T) {
	c := cel.Check{Name: "notes", Type: "Segmentation", Label: "client.notes"}
	for notes, want := range map[string]string{
		strings.Repeat("я", 127): "", strings.Repeat("я", 128): "longer than 255 bytes",
		"a\nb": "control characters", "a\u007f": "control characters", "a\u0085b": "control characters", "a\u00a0b": "",
	} {
		row := evaluate(t, c, &crm.Client{Notes: notes})[0]
		switch {
		case want == "" && (row.Label != notes || !abi.IsLabel(notes)):
			t.Errorf("%q: %+v", notes, row)
		case want != "" && (!strings.Contains(row.Error, want) || abi.IsLabel(notes)):
			t.Errorf("%q: %+v, want %s", notes, row, want)
		}
	}
}

// TestErrorsAreRows: an error is a result that says what happened and where.
func TestErrorsAreRows(t *testing.T) {
	forEach := quality("1 / size(c.name) > 0", "x")
	forEach.ForEachIn, forEach.ForEachAs = "client.contacts", "c"
	for name, test := range map[string]struct {
		check cel.Check
		want  string
	}{
		"require":    {quality("1 / client.completeness > 0", "x"), "division by zero (require, line 1, column 3)"},
		"modulus":    {quality("1 % client.completeness > 0", "x"), "modulus by zero (require, line 1, column 3)"},
		"overflow":   {quality("client.id + 9223372036854775807 > 0", "x"), "integer overflow (require, line 1, column 11)"},
		"index":      {quality("client.tags[3] == \"\"", "x"), "the index is outside the list (require, line 1, column 12)"},
		"property":   {quality("\n client.properties.x == \"\"", "x"), "the client has no such property (require, line 2, column 19)"},
		"conversion": {quality("int(client.name) > 0", "x"), "the text is not an integer (require, line 1, column 1)"},
		"match": {cel.Check{Name: "test", Type: "Quality", Match: "1 / client.completeness > 0", Require: "true"},
			"division by zero (match, line 1, column 3)"},
		"label": {cel.Check{Name: "test", Type: "Segmentation", Label: "string(1 / client.completeness)"},
			"division by zero (label, line 1, column 10)"},
	} {
		t.Run(name, func(t *testing.T) {
			rows := evaluate(t, test.check, &crm.Client{ID: 1})
			if len(rows) != 1 || rows[0].Kind != abi.ResultError || rows[0].Error != test.want {
				t.Errorf("got %+v, want %s", rows, test.want)
			}
		})
	}
}

// TestARowThatFailsDoesNotHideOthers: findings of other rows stay, and the first error follows them.
func TestARowThatFailsDoesNotHideOthers(t *testing.T) {
	c := quality("size(c.jobTitle) / size(c.name) > 0", "{{ c.name }}")
	c.ForEachIn, c.ForEachAs, c.Path = "client.contacts", "c", "contacts[].name"
	rows := evaluate(t, c, &crm.Client{Contacts: []crm.Contact{{ID: "1"}, {ID: "2", Name: "B"}, {ID: "3"}, {ID: "4", Name: "D", JobTitle: "x"}, {ID: "5", Name: "E"}}})
	var got []string
	for _, r := range rows {
		got = append(got, r.Path+r.Error)
	}
	want := []string{"contacts[1].name", "contacts[4].name", "division by zero (require, line 1, column 18)"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestResultsAreBounded: what exceeds the ABI's limits is dropped, and an error still has room.
func TestResultsAreBounded(t *testing.T) {
	for _, length := range []int{0, 10, 300, 2000} {
		for _, failing := range []bool{false, true} {
			client := &crm.Client{}
			for i := range 3000 {
				client.Contacts = append(client.Contacts, crm.Contact{ID: fmt.Sprint("c", i), Name: strings.Repeat("n", length), DecisionRole: "r"})
			}
			if failing {
				client.Contacts[0].DecisionRole = ""
			}
			c := quality("1 / size(c.decisionRole) == 0", "{{ c.name }} {{ client.id }}")
			c.ForEachIn, c.ForEachAs, c.Path = "client.contacts", "c", "contacts[].name"
			m := load(t, compile(t, newEnv(t), c).Wasm)
			for range 3 { // the limits start anew with each record
				rows := run(t, m, cardOf(t, client))[0]
				last := rows[len(rows)-1]
				if (last.Kind == abi.ResultError) != failing {
					t.Errorf("names of %d, failing %v: the last row is %+v", length, failing, last)
				}
				room := abi.MaxResultsBytes - 1024
				if size := 100 + min(length, 1000); len(rows) < min(999, room/size) || len(rows) > 1000 {
					t.Errorf("names of %d: %d rows", length, len(rows))
				}
			}
		}
	}
}

func TestTextsOfARecordAreBounded(t *testing.T) {
	client := &crm.Client{Notes: strings.Repeat("x", 300<<10), Tags: make([]string, 100)}
	bounded := evaluate(t, quality(`client.tags.all(t, client.notes + client.notes != "")`, "x"), client)
	if len(bounded) != 0 {
		t.Errorf("what a loop's body made is given up: got %+v", bounded)
	}
	rows := evaluate(t, quality(`size(client.notes + client.notes + client.notes + client.notes) > 0`, "x"), client)
	if len(rows) != 1 || !strings.Contains(rows[0].Error, "the values made for this record exceed 1 MiB") {
		t.Errorf("got %+v", rows)
	}
}

func TestRowIDsThatAreTooLongAreLeftOut(t *testing.T) {
	c := quality("false", "x")
	c.ForEachIn, c.ForEachAs = "client.contacts", "c"
	rows := evaluate(t, c, &crm.Client{Contacts: []crm.Contact{{ID: strings.Repeat("x", 255)}, {ID: strings.Repeat("x", 256)}}})
	if len(rows[0].RowID) != 255 || rows[1].RowID != "" || rows[0].Path != "" {
		t.Errorf("got %+v", rows)
	}
}

func TestForEachOverNestedRows(t *testing.T) {
	c := quality(`channel.value != ""`, "{{ channel.type }}")
	c.ForEachIn, c.ForEachAs, c.Path = "client.contacts[1].channels", "channel", "contacts"
	rows := evaluate(t, c, &crm.Client{Contacts: []crm.Contact{{}, {Channels: []crm.Channel{{ID: "a", Type: "phone"}, {Value: "1"}}}}})
	if len(rows) != 1 || rows[0].RowID != "a" || rows[0].Params[0].Value != "phone" {
		t.Errorf("got %+v", rows)
	}
	if rows := evaluate(t, c, &crm.Client{}); len(rows) != 1 || rows[0].Kind != abi.ResultError {
		t.Errorf("got %+v", rows)
	}
}

func TestUsesNow(t *testing.T) {
	env := newEnv(t)
	for expr, want := range map[string]bool{`client.birthday < now`: true, `client.name != ""`: false} {
		if got := compile(t, env, quality(expr, "x")).UsesNow; got != want {
			t.Errorf("%s: %v", expr, got)
		}
	}
	if !compile(t, env, quality("false", "{{ now }}")).UsesNow {
		t.Error("a message that shows the time uses it")
	}
}

func TestEqualChecksGiveEqualModules(t *testing.T) {
	for _, c := range fiveChecks {
		c.Message = map[string]string{"en": "{{ client.name }}", "ru": "{{ client.region }}", "uk": "{{ client.kind }}", "de": "{{ client.id }}"}
		first := compile(t, newEnv(t, customFields...), c).Wasm
		for range 5 {
			if !slices.Equal(first, compile(t, newEnv(t, customFields...), c).Wasm) {
				t.Fatalf("%s: two modules", c.Name)
			}
		}
	}
}
