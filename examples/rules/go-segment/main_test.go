package main

import (
	"reflect"
	"testing"

	"assay/sdk/go/assaytest"
)

const now = "2026-11-22T10:00:00Z"

func TestSegments(t *testing.T) {
	type contract = assaytest.Contract
	for _, tt := range []struct {
		contracts []contract
		label     string
	}{
		{nil, ""},
		{[]contract{{Amount: 100_000_000}}, "large"},
		{[]contract{{Amount: 99_999_999}}, "regular"},
		{[]contract{{Amount: 60_000_000, StartsOn: "2026-11-22"}, {Amount: 40_000_000, EndsOn: "2027-06-30"}}, "large"},
		{[]contract{{Amount: 60_000_000, StartsOn: "2026-11-23"}, {Amount: 40_000_000, EndsOn: "2027-06-30"}}, "regular"},
		{[]contract{{Amount: 500_000_000, EndsOn: "2027-01-21"}}, "ending"}, // 60 days
		{[]contract{{Amount: 500_000_000, EndsOn: "2027-01-22"}}, "large"},
		{[]contract{{Amount: 500_000_000, EndsOn: "2027-01-21"}, {Amount: 1}}, "large"}, // the other has no end
		{[]contract{{Amount: 1, EndsOn: "2026-11-22"}}, "ending"},
		{[]contract{{Amount: 1, EndsOn: "2026-11-21"}}, "former"},
	} {
		if got := assaytest.Run(t, ContractValue, ``, assaytest.Client{Contracts: tt.contracts}, now); got.Label.Name != tt.label {
			t.Errorf("%v: %q, want %q", tt.contracts, got.Label.Name, tt.label)
		}
	}
}

func TestReasonAndMeasures(t *testing.T) {
	client := assaytest.Client{Contracts: []assaytest.Contract{{Amount: 1001, EndsOn: "2027-11-22"}, {Amount: 2, EndsOn: "2026-12-01"}, {Amount: 7, EndsOn: "2020-01-01"}}}
	want := assaytest.Result{
		Label:    assaytest.Label{Name: "regular", Params: map[string]string{"contracts": "2"}},
		Measures: map[string]int64{"contracted": 1003, "days-left": 365},
	}
	if got := assaytest.Run(t, ContractValue, ``, client, now); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestSettingsThatAreRefused(t *testing.T) {
	for settings, says := range map[string]string{
		`{"ending": 0}`:   "ending: must be at least 1",
		`{"large": 1e16}`: "large is more money than a client can have",
	} {
		if why := assaytest.Refusal(ContractValue, settings); why != says {
			t.Errorf("%s is refused with %q, want %q", settings, why, says)
		}
	}
}
