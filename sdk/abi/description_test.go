package abi_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"assay/sdk/abi"
)

const described = `{"abi":1,"checks":[
 {"name":"licence","type":"Quality","settings":{"type":"object","properties":{"days":{"type":"integer"}}},
  "messages":{"expired":{"en":"the licence ended on {{ until }}","ru":"лицензия истекла {{ until }}"}}},
 {"name":"abc","type":"Segmentation","messages":{"A":{"en":"{{ share }} of revenue"}},"labels":{"A":{"title":{"en":"A","ru":"А"}},"вне классов":{}}}]}`

func TestParseDescription(t *testing.T) {
	d, err := abi.ParseDescription([]byte(described))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Checks) != 2 || d.Check("abc") != 1 || d.Check("none") != -1 {
		t.Errorf("checks %+v", d.Checks)
	}
	if got := d.Checks[0].Messages["expired"]["ru"]; got != "лицензия истекла {{ until }}" {
		t.Errorf("message %q", got)
	}
	again, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := abi.ParseDescription(again); err != nil || !reflect.DeepEqual(compact(t, d), compact(t, second)) {
		t.Errorf("written and read again: %+v, %v", second, err)
	}
}

func compact(t *testing.T, d abi.Description) string {
	t.Helper()
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestParseDescriptionRefuses(t *testing.T) {
	check := func(fields string) string {
		return `{"abi":1,"checks":[{"name":"a","type":"Quality"},{` + fields + `}]}`
	}
	many := strings.Repeat(`{"name":"a","type":"Quality"},`, abi.MaxChecks) + `{"name":"a","type":"Quality"}`
	tests := map[string]struct{ json, want string }{
		"nothing":          {``, "unexpected EOF"},
		"no JSON":          {`checks`, "invalid character"},
		"cut off":          {`{"abi":1,"checks":[`, "EOF"},
		"an array":         {`[]`, "cannot unmarshal array"},
		"two values":       {described + `{}`, "something follows"},
		"unknown field":    {`{"abi":1,"checks":[],"version":2}`, `unknown field "version"`},
		"duplicate key":    {`{"abi":1,"abi":1,"checks":[]}`, `key "abi" stands twice`},
		"duplicate label":  {check(`"name":"b","type":"Segmentation","labels":{"x":{},"x":{}}`), `key "x" stands twice`},
		"other version":    {`{"abi":2,"checks":[{"name":"a","type":"Quality"}]}`, "abi is 2, want 1"},
		"no checks":        {`{"abi":1}`, "at least one check"},
		"too many checks":  {`{"abi":1,"checks":[` + many + `]}`, "at most 256"},
		"same name":        {check(`"name":"a","type":"Quality"`), `checks[1].name: "a" is already the name of checks[0]`},
		"no name":          {check(`"type":"Quality"`), "checks[1].name"},
		"capital":          {check(`"name":"Licence","type":"Quality"`), `checks[1].name: "Licence" is not a name`},
		"hyphen first":     {check(`"name":"-a","type":"Quality"`), "checks[1].name"},
		"hyphen last":      {check(`"name":"a-","type":"Quality"`), "checks[1].name"},
		"too long a name":  {check(fmt.Sprintf(`"name":%q,"type":"Quality"`, strings.Repeat("a", 64))), "checks[1].name"},
		"type":             {check(`"name":"b","type":"quality"`), `checks[1].type: "quality", want Quality or Segmentation`},
		"settings":         {check(`"name":"b","type":"Quality","settings":true`), "checks[1].settings"},
		"labels":           {check(`"name":"b","type":"Quality","labels":{"x":{}}`), "checks[1].labels"},
		"code":             {check(`"name":"b","type":"Quality","messages":{"No Licence":{"en":"x"}}`), `checks[1].messages: code "No Licence"`},
		"language":         {check(`"name":"b","type":"Quality","messages":{"x":{"English":"x"}}`), `checks[1].messages.x: "English" is not a language`},
		"empty message":    {check(`"name":"b","type":"Quality","messages":{"x":{"en":""}}`), "checks[1].messages.x.en is empty"},
		"empty label":      {check(`"name":"b","type":"Segmentation","labels":{"":{}}`), "checks[1].labels"},
		"label with LF":    {check(`"name":"b","type":"Segmentation","labels":{"a\n":{}}`), "checks[1].labels"},
		"empty title":      {check(`"name":"b","type":"Segmentation","labels":{"a":{"title":{"en":""}}}`), "checks[1].labels.a.title.en is empty"},
		"not UTF-8":        {"{\"abi\":1,\"checks\":[{\"name\":\"a\",\"type\":\"\xff\"}]}", "not valid UTF-8"},
		"too deep":         {check(`"name":"b","type":"Quality","settings":` + strings.Repeat(`{"a":`, 100) + `1` + strings.Repeat(`}`, 100)), "nested deeper than 64"},
		"too long":         {strings.Repeat(" ", abi.MaxDescriptionBytes+1), "at most"},
		"null description": {`null`, "abi is 0, want 1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := abi.ParseDescription([]byte(test.json)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func FuzzParseDescription(f *testing.F) {
	f.Add([]byte(described))
	f.Add([]byte(`{"abi":1,"checks":[{"name":"a","type":"Quality"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := abi.ParseDescription(b)
		if err != nil {
			return
		}
		again, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := abi.ParseDescription(again); err != nil {
			t.Fatalf("%s: %v", again, err)
		}
	})
}
