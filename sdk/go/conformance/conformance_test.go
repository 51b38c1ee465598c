package main

import (
	"bufio"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"assay/sdk/go"
	"assay/sdk/go/assaytest"
)

const (
	vectorDir = "../../abi/vectors"
	now       = "2026-07-15T09:30:00.123Z" // in summer, when Kyiv is three hours east of UTC
)

// Every vector reads as its .fields file says, and those that do not open give the error that is the SDK's.
func TestFieldsOfVectors(t *testing.T) {
	index, err := os.Open(filepath.Join(vectorDir, "index.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	seen := map[string]int{}
	for lines := bufio.NewScanner(index); lines.Scan(); {
		name, how, _ := strings.Cut(lines.Text(), " ")
		seen[how]++
		card, err := os.ReadFile(filepath.Join(vectorDir, name+".card"))
		if err != nil {
			t.Fatal(err)
		}
		if how == "closed" {
			if got := assaytest.RunCard(t, Fields, ``, card, now); !strings.HasPrefix(got.Error, "card: ") || got.Findings != nil {
				t.Errorf("%s does not open and gives %+v", name, got)
			}
			continue
		}
		want, err := os.ReadFile(filepath.Join(vectorDir, name+".fields"))
		if err != nil {
			t.Fatal(err)
		}
		client, err := assay.Open(card)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := projection(client); string(got) != string(want) {
			t.Errorf("%s reads as\n%s\nwant\n%s", name, got, want)
		}
		hash := fnv.New64a()
		hash.Write(want)
		params := map[string]string{"length": strconv.Itoa(len(want)), "hash": fmt.Sprintf("%016x", hash.Sum64())}
		same(t, assaytest.RunCard(t, Fields, ``, card, now), assaytest.Result{Findings: []assaytest.Finding{{Code: "fields", Path: "id", Params: params}}})
	}
	if seen["opens"] < 20 || seen["closed"] < 5 {
		t.Errorf("the vectors are %v", seen)
	}
}

func same(t *testing.T, got, want assaytest.Result) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// run judges a client that has what the checks look at.
func run(t *testing.T, check *assay.Check, settings string) assaytest.Result {
	t.Helper()
	client := assaytest.Client{Name: "aaa", Country: "UA", Revenue: 4100, Channels: []assaytest.Channel{{Value: "+380 50 123-45-67"}}}
	return assaytest.Run(t, check, settings, client, now)
}

func found(list ...assaytest.Finding) assaytest.Result { return assaytest.Result{Findings: list} }

func TestResults(t *testing.T) {
	for settings, want := range map[string]assaytest.Result{
		`{"kind":"none"}`: {},
		``: found(assaytest.Finding{Code: "full", Path: "contacts[0].jobTitle", Row: "c1", Suggest: `"директор"`, Severity: "error",
			Params: map[string]string{"a": "1", "b": "", "ключ": "значение"}}),
		`{"kind":"many","count":0}`: {},
		`{"kind":"many","count":2}`: found(assaytest.Finding{Code: "many", Path: "contacts[0].name", Row: "c0"}, assaytest.Finding{Code: "many", Path: "contacts[1].name", Row: "c1"}),
		`{"kind":"suggest"}`: found(
			assaytest.Finding{Code: "suggest", Path: "notes", Row: "text", Suggest: `"a\"b\\c\n\u0001\té"`},
			assaytest.Finding{Code: "suggest", Path: "notes", Row: "number", Suggest: "-3"},
			assaytest.Finding{Code: "suggest", Path: "notes", Row: "truth", Suggest: "true"},
			assaytest.Finding{Code: "suggest", Path: "notes", Row: "json", Suggest: `{"a":[1,null]}`},
			assaytest.Finding{Code: "suggest", Path: "notes", Row: "largest", Suggest: "18446744073709551615",
				Params: map[string]string{"largest": "18446744073709551615", "least": "-9223372036854775808", "yes": "true", "no": "false"}}),
		`{"kind":"severity"}`: found(assaytest.Finding{Code: "severity", Row: "info", Severity: "info"},
			assaytest.Finding{Code: "severity", Row: "warning", Severity: "warning"}, assaytest.Finding{Code: "severity", Row: "error", Severity: "error"}),
		`{"kind":"long","count":2}`: found(assaytest.Finding{Code: "long", Params: map[string]string{"x": strings.Repeat("x", 2048)}}),
		`{"kind":"error"}`:          {Findings: []assaytest.Finding{{Code: "before"}}, Error: "no rate for the currency"},
	} {
		same(t, run(t, Results, settings), want)
	}
}

func TestLabels(t *testing.T) {
	measures := map[string]int64{"revenue": 4100, "smallest": -1 << 63, "largest": 1<<63 - 1}
	share := map[string]string{"share": "41"}
	same(t, run(t, Labels, ``), assaytest.Result{Label: assaytest.Label{Name: "A", Params: share}, Measures: measures})
	same(t, run(t, Labels, `{"label":"B"}`), assaytest.Result{Label: assaytest.Label{Name: "B", Params: share}, Measures: measures})
	same(t, run(t, Labels, `{"label":""}`), assaytest.Result{Measures: measures})
}

func TestSettings(t *testing.T) {
	for settings, want := range map[string]map[string]string{
		`{"name":"x"}`: {"name": "x", "ratio": "3ff8000000000000", "days": "3", "strict": "true", "choice": "b", "list": "", "large": "0"},
		`{"large":9007199254740993.0,"list":["a","б"],"choice":"a","strict":false,"days":-1.0,"ratio":2.5,"name":"\u00e9\ud834\uDD1E"}`: {
			"name": "é𝄞", "ratio": "4004000000000000", "days": "-1", "strict": "false", "choice": "a", "list": "a,б", "large": "9007199254740993"},
	} {
		same(t, run(t, Settings, settings), found(assaytest.Finding{Code: "settings", Path: "name", Params: want}))
	}
	if why := assaytest.Refusal(Settings, `{"name":"refuse"}`); why != "name must not be refuse" {
		t.Errorf("refused with %q", why)
	}
}

func TestHost(t *testing.T) {
	same(t, run(t, Host, ``), found(assaytest.Finding{Code: "host", Path: "name", Params: map[string]string{
		"now": "1784107800123", "match": "true", "valid": "true", "invalid": "false", "phone": "true", "zone": "10800", "nowhere": "none", "written": "1.5e-07", "read": "4004000000000000"}}))
}

func TestFaults(t *testing.T) {
	got := run(t, Faults, `{"fault":"log"}`)
	if want := found(assaytest.Finding{Code: "logged", Path: "name"}); len(got.Log) != 4097 || !reflect.DeepEqual(got.Findings, want.Findings) {
		t.Errorf("got %+v", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("the check that panics did not")
		}
	}()
	run(t, Faults, ``)
}
