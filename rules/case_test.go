package rules_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"assay/rules"
)

func TestParseCases(t *testing.T) {
	got, err := rules.ParseCases([]byte(`
- name: a company without a tax id
  now: 2027-01-31T09:30:00Z
  client: {kind: company, contacts: [{id: c1}]}
  findings:
    - {path: taxId, rowId: c1, message: {en: Fill it in}}
- raw: true
  client: {taxId: "-"}
- rule: size
  client: {}
  settings: {from: 3}
  label: large
  reason: {en: because}
  measures: {revenue: -3}
  fuel: 500
- {client: {}, error: no rate}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []rules.Case{
		{
			Name: "a company without a tax id", Now: time.Date(2027, 1, 31, 9, 30, 0, 0, time.UTC),
			Client:   []byte(`{"kind":"company","contacts":[{"id":"c1"}]}`),
			Findings: []rules.CaseFinding{{Path: "taxId", RowID: "c1", Message: map[string]string{"en": "Fill it in"}}},
		},
		{Raw: true, Client: []byte(`{"taxId":"-"}`)},
		{Rule: "size", Client: []byte(`{}`), Settings: []byte(`{"from":3}`), Label: "large", Reason: map[string]string{"en": "because"}, Measures: map[string]int64{"revenue": -3}, Fuel: 500},
		{Client: []byte(`{}`), Error: "no rate"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestParseCasesListsEveryProblem(t *testing.T) {
	cases := []struct{ text, want string }{
		{"", "line 1, column 1: there is no case in it"},
		{"client: {}", "line 1, column 1: must be a list, not a mapping (key: value)"},
		{"- clent: {}\n- client: []\n  now: yesterday\n-\n", `line 1, column 3: [0].clent: unknown key; did you mean "client"?
line 2, column 11: [1].client: must be a mapping in the form of the API: {kind: company}
line 3, column 8: [1].now: "yesterday" is not a time such as 2027-01-31T09:30:00Z
line 4, column 2: [2]: the item is empty; fill it in or remove it`},
		{"- {client: {}, fuel: 100000001, settings: [], reason: {en: a}}\n- {client: {}, error: a, label: b, measures: {m: 1.5}, findings: [{}]}\n", `line 1, column 22: [0].fuel: is 100000001; give 1 to 100000000 units, or none for as many as the rule may spend
line 1, column 43: [0].settings: must be a mapping (key: value)
line 1, column 55: [0].reason: is of a label, and no label is expected; add label
line 2, column 33: [1].label: stands beside error, and a client that cannot be judged gets nothing else; remove one of the two
line 2, column 50: [1].measures.m: must be a whole number, not 1.5
line 2, column 66: [1].findings: stands beside error, and a client that cannot be judged gets nothing else; remove one of the two`},
	}
	for _, c := range cases {
		_, err := rules.ParseCases([]byte(c.text))
		if err == nil || strings.TrimSpace(err.Error()) != c.want {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
}

func TestCasesSayWhereTheyStand(t *testing.T) {
	cases, err := rules.ParsePlacedCases([]byte("# two\n- client: {}\n- client: {}\n  rule: other\n"))
	if err != nil {
		t.Fatal(err)
	}
	at := func(i int, path string) string {
		line, column := cases[i].Place(path)
		return fmt.Sprintf("%s %d:%d", cases[i].Path, line, column)
	}
	for _, tt := range []struct{ got, want string }{{at(0, ""), "[0] 2:3"}, {at(1, ""), "[1] 3:3"}, {at(1, "rule"), "[1] 4:9"}, {at(1, "label"), "[1] 3:3"}} {
		if tt.got != tt.want {
			t.Errorf("got %s, want %s", tt.got, tt.want)
		}
	}
}
