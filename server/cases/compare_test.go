package cases_test

import (
	"testing"

	"assay/rules"
	"assay/server/cases"
	"assay/server/crm"
	"assay/server/engine"
)

// titles is a rule as far as its words go; it is not asked anything here.
var titles = &engine.Rule{Name: "titles", Spec: rules.RuleSpec{Type: rules.Quality, Severity: rules.Warning,
	Message: map[string]string{"en": "{{ name }} lacks one", "ru": "у {{ name }} нет"}}}

func finding(code, path, row, name string) crm.Finding {
	return crm.Finding{Rule: "titles", Code: code, Path: path, RowID: row, Params: []crm.Param{{Key: "name", Value: name}}}
}

func TestCompare(t *testing.T) {
	anna, boris := finding("titles", "contacts[0].jobTitle", "c1", "Anna"), finding("titles", "contacts[1].jobTitle", "c2", "Boris")
	graded := anna
	graded.Severity, graded.Suggest = "error", []byte(`{"a": [1,null]}`)
	for _, tt := range []struct {
		name string
		c    rules.Case
		v    engine.Verdict
		want string
	}{
		{"nothing, and nothing came", rules.Case{}, engine.Verdict{}, ""},
		{"what is left out is not compared", rules.Case{Findings: []rules.CaseFinding{{}, {}}}, engine.Verdict{Result: crm.Result{Findings: []crm.Finding{anna, boris}}}, ""},
		{"in any order", rules.Case{Findings: []rules.CaseFinding{{RowID: "c2"}, {Path: "contacts[0].jobTitle"}}}, engine.Verdict{Result: crm.Result{Findings: []crm.Finding{anna, boris}}}, ""},
		{"all of it", rules.Case{Findings: []rules.CaseFinding{{Code: "titles", Path: "contacts[0].jobTitle", RowID: "c1", Severity: "error", Suggest: []byte(`{"a":[1,null]}`),
			Message: map[string]string{"en": "Anna lacks one", "ru": "у Anna нет", "uk": "Anna lacks one"}}}}, engine.Verdict{Result: crm.Result{Findings: []crm.Finding{graded}}}, ""},
		{"the severity of the rule", rules.Case{Findings: []rules.CaseFinding{{Severity: "info"}}}, engine.Verdict{Result: crm.Result{Findings: []crm.Finding{anna}}},
			`titles at contacts[0].jobTitle: expected the severity "info", got "warning"`},
		{"a row moved", rules.Case{Findings: []rules.CaseFinding{{Path: "contacts[0].jobTitle", RowID: "c2"}}}, engine.Verdict{Result: crm.Result{Findings: []crm.Finding{boris}}},
			`titles at contacts[1].jobTitle: expected the path "contacts[0].jobTitle", got "contacts[1].jobTitle"`},
		{"one more and one less", rules.Case{Findings: []rules.CaseFinding{{Code: "other", Path: "taxId"}}}, engine.Verdict{Result: crm.Result{Findings: []crm.Finding{anna}}},
			"expected and not found: other at taxId; found and not expected: titles at contacts[0].jobTitle"},
		{"the same twice", rules.Case{Findings: []rules.CaseFinding{{}, {}}}, engine.Verdict{Result: crm.Result{Findings: []crm.Finding{anna}}}, "expected and not found: titles"},
		{"a text without its parameter", rules.Case{Findings: []rules.CaseFinding{{}}}, engine.Verdict{Result: crm.Result{Findings: []crm.Finding{{Code: "titles"}}}},
			`titles: expected the message.en "a parameter name", got "none"; titles: expected the message.ru "a parameter name", got "none"`},
		{"a label", rules.Case{Label: "A", Reason: map[string]string{"en": "x"}}, engine.Verdict{Result: crm.Result{Label: "B"}}, `expected the label "A", got "B"`},
		{"measures", rules.Case{Measures: map[string]int64{"a": 1, "b": -2, "c": 3}}, engine.Verdict{Measures: map[string]int64{"a": 1, "b": 2, "d": 4}},
			`expected the measures.b "-2", got "2"; expected the measures.c "3", got "no value"`},
		{"fuel", rules.Case{Fuel: 9}, engine.Verdict{Fuel: 10}, "expected at most 9 units of fuel, got 10 units"},
		{"fuel enough", rules.Case{Fuel: 10}, engine.Verdict{Fuel: 10}, ""},
		{"a failure", rules.Case{Fuel: 9}, engine.Verdict{Result: crm.Result{Error: "trap: unreachable"}, Fuel: 10}, "the rule failed: trap: unreachable; expected at most 9 units of fuel, got 10 units"},
		{"the failure that is expected", rules.Case{Error: "unreach"}, engine.Verdict{Result: crm.Result{Error: "trap: unreachable"}}, ""},
		{"no failure", rules.Case{Error: "unreach"}, engine.Verdict{}, `expected the error "unreach", got ""`},
	} {
		if got := cases.Text(cases.Compare(titles, &tt.c, &tt.v)); got != tt.want {
			t.Errorf("%s: got  %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestCard(t *testing.T) {
	declared := map[string]crm.FieldType{"until": crm.FieldDate, "staff": crm.FieldInteger}
	for _, tt := range []struct{ client, want string }{
		{`{}`, ""},
		{`{"kind": "", "birthday": null, "activity": {"revenue": 1.5}, "fields": {"until": "2027-01-31", "staff": 3, "x": true}}`, ""},
		{`{"nam": "A", "contacts": [{"id": "c1"}, {"jobTitl": "x", "channels": [{"typ": "phone", "state": "dea"}]}]}`,
			`contacts[1].channels[0].state: "dea" is not known here; did you mean "dead"?; contacts[1].channels[0].typ: a client has nothing of this name; did you mean "type"?; ` +
				`contacts[1].jobTitl: a client has nothing of this name; did you mean "jobTitle"?; nam: a client has nothing of this name; did you mean "name"?`},
		{`{"tags": "vip", "contacts": {}, "unsubscribed": "yes", "completeness": 1.5, "id": "7", "properties": []}`,
			`completeness: must be a whole number, not 1.5; contacts: must be a list, not {}; id: must be a number, not "7"; properties: must be a mapping (key: value), not []; tags: must be a list, not "vip"; unsubscribed: must be true or false, not "yes"`},
		{`{"birthday": "31.01.2027", "activity": {"revenue": "much"}}`, `activity.revenue: "\"much\"" is not an amount such as 152000.50 (at most 9e15); birthday: "31.01.2027" is not a date such as 2027-01-31`},
		{`{"fields": {"until": "soon", "staff": "three"}}`, `fields.staff: the value is no integer; fields.until: the value is no date`},
		{`{"kind": "firm"}`, `kind: "firm" is not known here; known are company, person, soleTrader`},
	} {
		card, err := cases.Card([]byte(tt.client), declared)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != tt.want || (err == nil) != (card != nil) {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.client, got, tt.want)
		}
	}
}

// A client is taken as it is stored: nothing is trimmed, and counters are exact.
func TestCardOfAClientAsStored(t *testing.T) {
	card, err := cases.Card([]byte(`{"taxId": " н/д ", "contacts": [{"name": "-"}], "activity": {"purchases": 9007199254740993}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	client, err := crm.DecodeCard(card)
	if err != nil || client.TaxID != " н/д " || client.Kind != "company" || client.Contacts[0].Name != "-" || client.Activity.Purchases != 9007199254740993 {
		t.Errorf("%+v (%v)", client, err)
	}
}
