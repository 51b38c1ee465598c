package rules_test

import (
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
- client: {}
  label: large
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
		{Client: []byte(`{}`), Label: "large"},
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
	}
	for _, c := range cases {
		_, err := rules.ParseCases([]byte(c.text))
		if err == nil || strings.TrimSpace(err.Error()) != c.want {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
}
